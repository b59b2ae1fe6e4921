"""What podman refuses, and what a host lacks: the plan or the run says what it is, and the message
for a person says what helps, in both languages."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki import messages
from kiki.model.plan import Plan
from kiki.provision.ansible import AnsibleHome
from kiki.targets.podman.target import TARGET
from tests.live.kiki_cli import Kiki
from tests.live.podman_kinds import HOST, Kinds, intent, own_name, verbs
from tests.live.podman_lab import BUSYBOX, PodmanLab

pytestmark = [pytest.mark.podman, pytest.mark.slow]

PORT = "127.0.0.1:28096:8080"


@pytest.fixture
def kinds(podman: PodmanLab, ansible_home: AnsibleHome, tmp_path: Path) -> Kinds:
    return Kinds(podman, ansible_home, tmp_path)


@pytest.fixture
def name(podman: PodmanLab) -> Iterator[str]:
    yield from own_name(podman)


@pytest.fixture
def running(kinds: Kinds, name: str) -> str:
    """A container with a port, a network, a volume and a variable."""
    kinds.lab.out("network", "create", name)
    options = ("--publish", PORT, "--network", name, "--volume", f"{name}:/data", "--env", "A=1")
    kinds.lab.out("run", "--detach", "--name", f"{name}-a", *options, BUSYBOX)
    return f"{name}-a"


def run_of(name: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return ("container_run", {"name": name, "image": BUSYBOX, **fields})


def why(kinds: Kinds, *operations: tuple[str, dict[str, Any]]) -> tuple[str, str]:
    """The cause of a run's failure, and what it says itself; a cause has words and help."""
    outcome = TARGET.outcome(kinds.run(intent(*operations), "apply"), None, kinds.inventory)
    assert outcome.failed == (HOST,)
    cause = outcome.params.get("cause", "")
    for lang in ("ko", "en") if cause else ():
        said = messages.text(cause, lang, outcome.params)
        assert said.text
        assert said.help
    return cause.removeprefix("execution."), outcome.params["message"]


def test_what_is_taken(kinds: Kinds, running: str, name: str) -> None:
    cause, said = why(kinds, run_of(f"{name}-b", ports=[PORT]))
    assert (cause, "28096" in said) == ("port_taken", True)
    kinds.lab.out("pod", "create", "--name", name)
    assert why(kinds, run_of(name))[0] == "container_name_taken"
    assert why(kinds, ("pod_create", {"name": running}))[0] == "container_name_taken"
    assert kinds.plan(intent(("container_rename", {"name": running, "new": running}))).errored


def test_what_is_used_is_not_removed(kinds: Kinds, running: str, name: str) -> None:
    assert why(kinds, ("network_remove", {"names": [name]}))[0] == "container_part_used"
    assert why(kinds, ("volume_remove", {"names": [name]}))[0] == "container_part_used"
    assert kinds.status(running) == "running"


def test_an_image_in_use_loses_a_name_only_while_it_has_another(kinds: Kinds, name: str) -> None:
    image = f"localhost/{name}:1"
    layer = ("image_build", {"image": image, "base": BUSYBOX, "environment": [f"N={name}"]})
    kinds.there(intent(layer, run_of(name, image=image)))
    assert why(kinds, ("image_remove", {"images": [image]}))[0] == "image_used"
    assert kinds.status(name) == "running"


def test_checkpoints(kinds: Kinds, running: str, name: str) -> None:
    """One that goes when it ends is refused in the plan; so is any where CRIU is missing."""
    if shutil.which("criu"):
        pytest.skip("CRIU is here")
    case = intent(("container_checkpoint", {"names": [running]}))
    assert [action.reason for action in errors(kinds.plan(case))] == ["execution.no_criu"]
    assert kinds.status(running) == "running"
    kinds.lab.out("run", "--detach", "--rm", "--name", f"{name}-b", BUSYBOX)
    goes = kinds.plan(intent(("container_checkpoint", {"names": [f"{name}-b"]})))
    assert [action.reason for action in errors(goes)] == ["execution.checkpoint_goes"]


def test_an_image_that_no_registry_has(kinds: Kinds, name: str) -> None:
    (found,) = errors(
        kinds.plan(intent(("container_run", {"name": name, "image": f"localhost/{name}:9"})))
    )
    assert found.reason == "execution.image_not_here"


def errors(plan: Plan) -> list[Any]:
    return [action for action in plan.actions if action.verb == "error"]


def test_a_host_without_podman(kinds: Kinds, tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    (empty / "sh").symlink_to("/bin/sh")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPATH={empty}; export PATH\nexec /usr/bin/python3 "$@"\n')
    for case in (run_of("none"), ("container_start", {"names": ["none"]})):
        (found,) = errors(kinds.plan(intent(case)))
        assert found.reason == "execution.no_podman", found


def test_the_plan_shows_what_changes(kinds: Kinds, running: str, name: str) -> None:
    """As podman inspect tells it; nothing else is different of what podman itself has run."""
    same = {"ports": [PORT], "network": name, "volumes": [f"{name}:/data"], "environment": ["A=1"]}
    assert kinds.plan(intent(run_of(running, **same))).changes == ()
    for changed, before, after in (
        ({"ports": ["127.0.0.1:28095:8080"]}, "28096", "28095"),
        ({"environment": ["A=2"]}, "a=1", "a=2"),
        ({"volumes": [f"{name}:/other"]}, ":/data", ":/other"),
        ({"memory": "32m"}, "memory - None", "memory - 32m"),
    ):
        plan = kinds.plan(intent(run_of(running, **same | changed)))
        assert verbs(plan) == ["replace"], changed
        lines = plan.changes[0].diff.splitlines()
        assert [line for line in lines if line.startswith("-") and before in line], lines
        assert [line for line in lines if line.startswith("+") and after in line], lines
        assert len(lines) == 5, "one line of each, and the head"


def test_a_container_that_dies_is_found_with_its_last_words(kinds: Kinds, name: str) -> None:
    dies = "sh -c 'echo begins; echo no such setting >&2; exit 3'"
    outcome = kinds.apply(intent(run_of(name, command=dies)))
    assert (outcome.verified, outcome.reason) == ("failed", "ansible.probe_failed")
    for part in ("exited (3)", "begins", "no such setting"):
        assert part in outcome.params["message"]
    missing = kinds.apply(intent(run_of(f"{name}-b", command="no-such-program")))
    assert missing.verified == "failed"
    assert "no-such-program" in missing.params["message"]


def test_exit_codes(podman: PodmanLab, ansible_home: AnsibleHome, tmp_path: Path) -> None:
    """A registry that does not answer may do so later; a missing image does not come by waiting."""
    inventory = Kinds(podman, ansible_home, tmp_path).scope.inventory
    assert inventory is not None
    home = str(Path(ansible_home.python).parent.parent)
    kiki = Kiki(tmp_path / "cli", KIKI_ANSIBLE=home, KIKI_ALLOW_LOCAL_CONNECTION="1")
    for image, code, words in (
        ("127.0.0.1:25449/kiki/x:1", 9, "레지스트리가 응답하지 않습니다."),
        ("127.0.0.1:25444/kiki/none:1", 1, "그 이름과 태그의 이미지가 없습니다."),
    ):
        said = f"{image} 이미지 받아줘"
        planned = kiki("--message", said, "-t", "podman", "-i", inventory.text, "--json")
        assert planned.code == 6, planned.told
        kiki("approve", planned.change["id"])
        ran = kiki("run", planned.change["id"], LANG="ko_KR.UTF-8")
        assert ran.code == code, ran.told
        assert words in ran.out + ran.err, ran.told
