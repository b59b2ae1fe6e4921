"""A port that was closed on a host whose firewall keeps nobody out."""

import pytest

from kiki.model.run import EventKind, RunEvent
from kiki.targets.ansible.compose import steps_of
from kiki.targets.ansible.remarks import remarks
from tests.unit.targets.ansible.building import event, intent, result

CASE = intent(("firewall_close", {"ports": ["80/tcp"]}), ("firewall_open", {"ports": ["81/tcp"]}))
CLOSE_REDHAT, CLOSE, OPEN = (
    next(
        step.task.name
        for step in steps_of(CASE)
        if step.task.name.startswith(title) and family in step.task.name
    )
    for title, family in (("Remove", "RedHat"), ("Remove", "Debian"), ("Open", "Debian"))
)
ACTIVE = "Status: active\nLogging: on (low)\nDefault: {} (incoming), allow (outgoing)"


def said(task: str, msg: str, host: str = "h1", kind: EventKind = "changed") -> RunEvent:
    module = "ansible.posix.firewalld" if "RedHat" in task else "community.general.ufw"
    return event(kind, task, module, host=host, result={"msg": msg})


@pytest.mark.parametrize(
    ("task", "msg", "code"),
    [
        (CLOSE, "Status: inactive", "ansible.firewall_off"),
        (f"case : {CLOSE}", "Status: inactive", "ansible.firewall_off"),
        (CLOSE, ACTIVE.format("allow"), "ansible.firewall_lets_in"),
        (
            CLOSE_REDHAT,
            "Permanent operation, (offline operation: only on-disk configs were altered)",
            "ansible.firewall_off",
        ),
        (CLOSE, ACTIVE.format("deny"), ""),
        (CLOSE_REDHAT, "Permanent and Non-Permanent(immediate) operation", ""),
        (OPEN, "Status: inactive", ""),
    ],
)
def test_what_the_modules_say(task: str, msg: str, code: str) -> None:
    assert [found.code for found in remarks(result(said(task, msg)))] == ([code] if code else [])


def test_hosts_are_named_once() -> None:
    events = (
        said(CLOSE, "Status: inactive", "h2", "item"), said(CLOSE, "Status: inactive", "h2"),
        said(CLOSE, "Status: inactive", "h1", "ok"),
    )  # fmt: skip
    assert [found.params for found in remarks(result(*events))] == [{"hosts": "h1, h2"}]
