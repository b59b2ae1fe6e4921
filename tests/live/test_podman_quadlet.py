"""Quadlet units that Kiki writes for words, run by a real systemd and podman 5: t1, a Debian 13.

Each test leaves the host as it was.
"""

import shlex
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiki.model.intent import Intent
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.provision.ansible import AnsibleHome
from kiki.targets import registry
from kiki.targets.podman.target import TARGET
from kiki.understand import reader
from tests.live.podman_kinds import Kinds, intent, own_name, verbs
from tests.live.podman_lab import BUSYBOX, TrixieLab

pytestmark = [pytest.mark.hosts, pytest.mark.slow]

OTHER = BUSYBOX.replace(":1", ":2")
PORT = 8088
ODD = 'it\'s "$HOME" $PATH $$ 5% a\\nb'
"""What systemd, podman and a shell each would read something into."""


@pytest.fixture
def kinds(trixie: TrixieLab, ansible_home: AnsibleHome, tmp_path: Path) -> Kinds:
    return Kinds(trixie, ansible_home, tmp_path, trixie.inventory)


@pytest.fixture
def name(trixie: TrixieLab) -> Iterator[str]:
    made = own_name(trixie)
    name = next(made)
    yield name
    trixie.shell(
        f"systemctl stop {name}; rm -f /etc/containers/systemd/{name}.container;"
        f"systemctl daemon-reload; systemctl reset-failed {name}"
    )
    next(made, None)


def words(message: str) -> Intent:
    """What Kiki reads in *message*, which must leave nothing to ask."""
    request = Request(message=message, target="podman")
    reading = reader.read(request, registry.vocabulary(), Profile())
    assert reading.intent is not None, reading
    return reading.intent


def but(case: Intent, **fields: Any) -> Intent:
    """*case* with other *fields*."""
    (operation,) = case.operations
    return replace(case, operations=(replace(operation, fields={**operation.fields, **fields}),))


def page(lab: TrixieLab) -> str:
    """What the container serves to this machine, which may take a moment after its start."""
    for _ in range(20):
        try:
            with urllib.request.urlopen(f"http://{lab.address}:{PORT}/", timeout=5) as answer:
                return str(answer.read().decode().strip())
        except OSError:
            time.sleep(0.1)
    return ""


def state(lab: TrixieLab, name: str) -> list[str]:
    """Whether systemd has the service, whether it runs, and whether it starts at boot."""
    asked = f"systemctl show --property=LoadState,ActiveState,UnitFileState --value {name}.service"
    return lab.shell(asked).stdout.split()


def test_a_change_starts_it_anew_and_undo_takes_each_back(kinds: Kinds, name: str) -> None:
    """Verified means that a second run changed nothing."""
    lab: Any = kinds.lab
    first = words(f"{BUSYBOX} 이미지로 {name} 컨테이너를 {PORT}:8080 포트로 systemd로 띄워줘")
    made = kinds.there(first)
    assert verbs(made)[-3:] == ["create", "run", "unknown"]
    assert page(lab) == "hello from kiki 1"
    assert state(lab, name) == ["loaded", "active", "generated"]
    assert (
        f"{name}.service" in lab.shell("systemctl show --property=Wants multi-user.target").stdout
    )
    second = words(
        f"run container {name} of image {OTHER} on port {PORT}:8080 "
        f"with volume {name}:/data as a systemd service"
    )
    script = 'echo "$ODD" "$0" >/data/odd; exec httpd -f -p 8080 -h /www'
    command = shlex.join(["sh", "-c", script, ODD])
    second = but(second, environment=[f"ODD={ODD}"], command=command)
    kinds.layout = "role"  # whose follow-ups are handlers
    changed = kinds.there(second)
    assert verbs(changed) == ["update", "run", "run"]
    assert page(lab) == "hello from kiki 2"
    assert lab.out("exec", name, "cat", "/data/odd") == f"{ODD} {ODD}"
    kinds.back(second, changed)
    assert page(lab) == "hello from kiki 1"
    kinds.back(first, made)
    assert page(lab) == ""
    assert state(lab, name) == ["not-found", "inactive"]
    assert name not in lab.shell("systemctl --failed; ls /etc/containers/systemd").stdout


def test_why_it_does_not_start_is_in_the_words_of_podman(kinds: Kinds, name: str) -> None:
    fields = {"name": name, "image": BUSYBOX, "secrets": [f"{name}-none"]}
    failed = kinds.run(intent(("container_service", fields)), "apply")
    outcome = TARGET.outcome(failed, None, kinds.inventory)
    assert f'no secret with name or id "{name}-none"' in outcome.params["message"]


@pytest.mark.parametrize("taken", ["service", "container"])
def test_what_has_the_name_already_is_left_alone(kinds: Kinds, name: str, taken: str) -> None:
    if taken == "container":
        kinds.lab.out("run", "--detach", "--name", name, BUSYBOX)
    other = name if taken == "container" else "cron"
    plan = kinds.plan(intent(("container_service", {"name": other, "image": BUSYBOX})))
    assert plan.errored
    assert f"{other}.service" in plan.actions[-1].message
    assert "is here already" in plan.actions[-1].message
