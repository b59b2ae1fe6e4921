"""Which tasks ``--tags`` chooses, and tags that choose none."""

import pytest

from kiki.model.errors import UsageError
from kiki.model.run import HostStats
from kiki.targets.ansible.compose import steps_of
from kiki.targets.ansible.plan import plan
from kiki.targets.ansible.tags import chosen, require
from tests.unit.targets.ansible.building import event, intent, inventory, result

NO_TAGS = intent(("package_install", {"names": ["nginx"]}))
BOTH = intent(("directory_create", {"path": "/srv/x"}), ("service_restart", {"names": ["nginx"]}))
LOOK, FOLDER, RESTART = "Look at /srv/x", "Create directory /srv/x", "Restart nginx"
PROBE = "Probe: nginx runs"


@pytest.mark.parametrize(
    ("tags", "titles"),
    [
        ((), [LOOK, FOLDER, RESTART, PROBE]),
        (("all",), [LOOK, FOLDER, RESTART, PROBE]),
        (("kiki_action",), [RESTART]),
        (("tagged",), [RESTART, PROBE]),
        (("kiki_probe",), [PROBE]),
        (("untagged",), [LOOK, FOLDER]),
        (("untagged", "tagged"), [LOOK, FOLDER, RESTART, PROBE]),
        (("always",), []),
        (("web",), []),
    ],
)
def test_tags_choose_as_ansible_does(tags: tuple[str, ...], titles: list[str]) -> None:
    """https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_tags.html"""
    assert [step.task.name for step in chosen(steps_of(BOTH), tags)] == titles


@pytest.mark.parametrize("tags", [(), ("kiki_action",), ("all",), ("kiki_action", "untagged")])
def test_tags_that_choose_something_are_fine(tags: tuple[str, ...]) -> None:
    require(steps_of(BOTH), tags)


@pytest.mark.parametrize(
    ("tags", "unmatched"),
    [(("web",), "web"), (("kiki_action", "wbe", "ngnix"), "wbe, ngnix"), (("always",), "always")],
)
def test_a_tag_that_no_task_has_is_an_error_with_those_that_there_are(
    tags: tuple[str, ...], unmatched: str
) -> None:
    with pytest.raises(UsageError) as caught:
        require(steps_of(BOTH), tags)
    assert caught.value.code == "ansible.tags_unmatched"
    assert caught.value.params == {"tags": unmatched, "known": "kiki_action, kiki_probe"}


def test_code_without_tags_says_so() -> None:
    for tags in (("web",), ("tagged",)):
        with pytest.raises(UsageError) as caught:
            require(steps_of(NO_TAGS), tags)
        assert caught.value.code == "ansible.no_tags"
        assert caught.value.params == {"tags": tags[0]}


def test_tasks_that_the_tags_leave_out_are_not_planned() -> None:
    run = result(event("changed", RESTART, "ansible.builtin.service"), h1=HostStats(changed=1))
    made = plan(run, BOTH, inventory(), ("kiki_action",))
    assert [(action.task, action.verb) for action in made.actions] == [(RESTART, "run")]
    assert made.complete
