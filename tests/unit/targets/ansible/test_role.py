"""What a role has that a playbook has not: handlers, files, a specification."""

from typing import Any

import yaml

from kiki.model.artifact import Artifact
from kiki.model.intent import Intent
from kiki.model.profile import Profile
from kiki.model.run import EventKind
from kiki.targets.ansible.compose import steps_of
from kiki.targets.ansible.plan import plan
from kiki.targets.ansible.target import TARGET
from tests.unit.targets.ansible.building import event, intent, inventory, result

UNIT = "/etc/systemd/system/a.service"
RELOAD = f"Have systemd read {UNIT}"


def role(*operations: tuple[str, dict[str, Any]]) -> Artifact:
    return TARGET.render(intent(*operations, name="r"), "role", Profile())


def data(made: Artifact, path: str) -> Any:
    return yaml.safe_load(made.text_of(f"roles/r/{path}"))


def bodies(made: Artifact) -> dict[str, str]:
    return {
        file.path.removeprefix("roles/r/files/"): file.text
        for file in made.files
        if "/files/" in file.path
    }


def test_a_follow_up_is_a_handler_that_its_cause_notifies() -> None:
    made = role(("file_create", {"path": UNIT, "content": "x"}))
    (handler,) = data(made, "handlers/main.yml")
    assert (handler["name"], "when" in handler) == (RELOAD, False)
    tasks = data(made, "tasks/main.yml")
    assert [task["name"] for task in tasks if task.get("notify") == [RELOAD]] == [
        f"Write {UNIT}", f"{RELOAD}, left by a run that was cut",
    ]  # fmt: skip
    assert tasks[-1]["ansible.builtin.meta"] == "flush_handlers"
    assert "kiki_cause" not in made.text_of("roles/r/tasks/main.yml")
    assert f"- {RELOAD}\n" in made.text_of("roles/r/README.md")


def test_a_role_without_follow_ups_has_no_handlers() -> None:
    made = role(("ping", {}))
    assert not [file.path for file in made.files if "handlers" in file.path]


def test_contents_are_files_of_their_own() -> None:
    made = role(
        ("file_create", {"path": "/srv/a.conf", "content": "{{ a }}\n"}),
        ("file_create", {"path": "/srv/in/a.conf", "content": "other"}),
        ("file_create", {"path": "/opt/a.conf", "content": "{{ a }}\n"}),
        ("file_create", {"path": "/opt/.b.yml", "content": "b: 1"}),
    )
    wanted = {"a.conf": "{{ a }}\n", "2-a.conf": "other", "b.yml.txt": "b: 1"}
    assert bodies(made) == wanted
    defaults = data(made, "defaults/main.yml")
    assert list(defaults.values()) == ["a.conf", "2-a.conf", "a.conf", "b.yml.txt"]


def test_what_a_file_could_not_hold_stays_a_variable() -> None:
    made = role(
        ("file_create", {"path": "/srv/a", "content": "a\r\n"}), ("file_create", {"path": "/srv/b"})
    )
    assert bodies(made) == {}
    assert list(data(made, "defaults/main.yml").values()) == ["a\r\n", ""]


def test_the_specification_has_types_defaults_and_what_is_needed() -> None:
    made = role(
        ("user_create", {"names": ["kim"], "password": "db"}),
        ("sysctl_set", {"settings": ["vm.swappiness=10"]}),
    )
    options = data(made, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert options["r_create_users"]["default"] == ["kim"]
    assert options["kiki_secret_db"]["required"] is True
    assert options["kiki_secret_db"]["no_log"] is True
    sets = next(each for each in options.values() if each.get("elements") == "dict")
    assert set(sets["options"]) == {"name", "value"}
    assert "`kiki_secret_db`" in made.text_of("roles/r/README.md")


def heard(case: Intent, *, changed: bool, notified: bool) -> list[str]:
    """What a plan has of a role that came to its end."""
    told = []
    for step in steps_of(case):
        writes = changed and step.task.name == f"Write {UNIT}"
        if not step.causes or notified:
            kind: EventKind = "changed" if writes or step.causes else "ok"
            told.append(event(kind, f"r : {step.task.name}", step.task.module))
    made = plan(result(*told), case, inventory("h1"))
    return [f"{action.task}: {action.verb}" for action in made.actions if action.verb != "none"]


def test_a_handler_that_nobody_notified_is_nothing_to_do() -> None:
    case = intent(("file_create", {"path": UNIT, "content": "x"}))
    done = [f"Write {UNIT}: create", f"{RELOAD}: run"]
    assert heard(case, changed=True, notified=True) == done
    assert heard(case, changed=False, notified=False) == []


def test_a_handler_behind_the_task_that_stopped_the_host_is_not_known() -> None:
    """As an absent package does, which makes what comes after it unknown."""
    case = intent(
        ("package_install", {"names": ["nginx"]}), ("file_create", {"path": UNIT, "content": "x"})
    )
    install = next(step.task for step in steps_of(case) if step.task.module.endswith(".apt"))
    missing = {"msg": "No package matching 'nginx' is available"}
    failed = event("failed", install.name, install.module, result=missing)
    made = plan(result(failed), case, inventory("h1"))
    assert made.actions[-1].task == RELOAD
    assert made.actions[-1].verb == "unknown"
