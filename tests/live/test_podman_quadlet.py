"""Quadlet units that Kiki writes, run by a real systemd and podman 5: t1, a Debian 13.

Each test leaves the host as it was.
"""

import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.model.intent import Intent
from kiki.provision.ansible import AnsibleHome

from tests.live.podman_kinds import Kinds, intent, own_name, verbs
from tests.live.podman_lab import BUSYBOX, TrixieLab

pytestmark = [pytest.mark.hosts, pytest.mark.slow]

OTHER = BUSYBOX.replace(":1", ":2")
PORT = 8088


@pytest.fixture
def kinds(trixie: TrixieLab, ansible_home: AnsibleHome, tmp_path: Path) -> Kinds:
    return Kinds(trixie, ansible_home, tmp_path, trixie.inventory)


@pytest.fixture
def name(trixie: TrixieLab) -> Iterator[str]:
    made = own_name(trixie)
    name = next(made)
    yield name
    trixie.shell(
        f"rm -f /etc/containers/systemd/{name}*.container; systemctl stop {name} {name}-b;"
        f"systemctl daemon-reload; systemctl reset-failed {name} {name}-b"
    )
    next(made, None)


def service(name: str, **more: Any) -> Intent:
    fields = {"name": name, "image": BUSYBOX, "ports": [f"{PORT}:8080"], **more}
    return intent(("container_service", fields))


def page(lab: TrixieLab, port: int = PORT) -> str:
    """What the container serves to this machine, which may take a moment after its start."""
    for _ in range(20):
        try:
            with urllib.request.urlopen(f"http://{lab.address}:{port}/", timeout=5) as answer:
                return str(answer.read().decode().strip())
        except OSError:
            time.sleep(0.1)
    return ""


def state(lab: TrixieLab, name: str) -> list[str]:
    """Whether systemd has the service, whether it runs, and whether it starts at boot."""
    asked = f"systemctl show --property=LoadState,ActiveState,UnitFileState --value {name}.service"
    return lab.shell(asked).stdout.split()


def test_a_change_starts_it_anew_and_undo_takes_each_back(kinds: Kinds, name: str) -> None:
    lab: Any = kinds.lab
    first, second = service(name), service(name, image=OTHER, volumes=[f"{name}:/data"])
    made = kinds.there(first)
    assert verbs(made)[-3:] == ["create", "run", "unknown"]
    assert page(lab) == "hello from kiki 1"
    assert state(lab, name) == ["loaded", "active", "generated"]
    assert kinds.plan(first).changes == ()
    changed = kinds.there(second)
    assert verbs(changed) == ["update", "run", "run"]
    assert page(lab) == "hello from kiki 2"
    assert kinds.plan(second).changes == ()
    kinds.back(second, changed)
    assert page(lab) == "hello from kiki 1"
    kinds.back(first, made)
    assert page(lab) == ""
    assert state(lab, name) == ["not-found", "inactive"]
    assert name not in lab.shell("systemctl --failed; ls /etc/containers/systemd").stdout
