"""Every kind that says it reads is looked at task by task, and what could change something is not
let through."""

from typing import Any

import msgspec
import pytest

from kiki.documents.write import Tagged
from kiki.model.errors import PermanentError
from kiki.model.intent import Intent, Operation
from kiki.targets import registry
from kiki.targets.ansible import readers
from kiki.targets.ansible.collecting import program_asked, report_task
from kiki.targets.ansible.compose import steps_of
from kiki.targets.ansible.tasks import Task

KINDS = [kind for kind in registry.vocabulary().kinds if kind.target == "ansible"]
READING = [kind.id for kind in KINDS if kind.reads]


def read(module: str = "ansible.builtin.ping", **fields: Any) -> Task:
    given: dict[str, Any] = {"name": "X", "args": {}, "verb": "none", "module": module}
    return Task(**(given | fields))


def command(*argv: Any, **more: Any) -> Task:
    return read("ansible.builtin.command", args={"argv": list(argv), **more})


@pytest.mark.parametrize("kind", READING)
def test_each_kind_that_reads_can_change_nothing_and_answers(kind: str) -> None:
    fields: dict[str, Any] = {"names": ["nginx"]} if kind.startswith("ansible.service_") else {}
    fields |= {"port": 80} if kind == "ansible.port_listeners" else {}
    operation = Operation(kind=kind, fields=fields)
    intent = Intent(target="ansible", name="x", operations=(operation,), reader="flags")
    readers.require(intent, steps_of(intent))
    name = f"kiki.targets.ansible.operations.{kind.partition('.')[2]}.answer"
    assert callable(__import__(name, fromlist=["answer"]).answer)


def test_which_they_are() -> None:
    found = [kind.removeprefix("ansible.") for kind in sorted(READING)]
    assert found == [
        "health_check", "host_facts", "package_updates", "ping", "port_listeners", "service_logs",
        "service_status",
    ]  # fmt: skip


def test_a_kind_that_changes_is_stopped_by_name() -> None:
    fields = {"names": ["nginx"]}
    operation = Operation(kind="ansible.package_install", fields=fields)
    intent = Intent(target="ansible", name="x", operations=(operation,), reader="flags")
    with pytest.raises(PermanentError) as caught:
        readers.require(intent, steps_of(intent))
    assert caught.value.code == "answers.not_a_reader"
    assert caught.value.params["kind"] == "ansible.package_install"


@pytest.mark.parametrize(
    "task",
    [
        read(),
        program_asked("disks", "disks", ["df", "-P", "-x", "tmpfs"]),
        report_task("Report", {"a": "b"}),
        command("podman", "ps", "--all", "--format=json"),
        command("env", "LC_ALL=C", "uname", "-n"),
        command("systemctl", "show", "--property=Id", "--", "nginx"),
    ],
)
def test_readers(task: Task) -> None:
    assert readers.reads(task)


@pytest.mark.parametrize(
    "task",
    [
        read("ansible.builtin.file", args={"path": "/x", "state": "absent"}),
        read("ansible.builtin.shell", args={"cmd": "df"}),
        read(ensures=frozenset({"package:x"})),
        read(verb="update"),
        read(writes=("/etc/x",)),
        read(secrets=("db",)),
        read("ansible.builtin.set_fact", args={"kiki_report": 1}),
        msgspec.structs.replace(report_task("R", {}), args={"kiki_report": 1, "other": 2}),
        command("rm", "-rf", "/"),
        command("systemctl", "stop", "nginx"),
        command("journalctl", "--vacuum-size=1"),
        command("ip", "addr", "add", "10.0.0.1/8", "dev", "eth0"),
        command("tail", "-f", "/var/log/syslog"),
        command("podman", "rm", "web"),
        command("podman", "secret", "inspect", "--showsecret", "db"),
        command("podman", "ps", "{{ x }}"),
        command("df", creates="/x"),
        command("env", "X=1", "df"),
        command("df", 1),
        command("podman", "ps", Tagged(tag="!unsafe", value="--sync")),
        read("ansible.builtin.command", args={"cmd": "df"}),
    ],
)
def test_what_may_change_something(task: Task) -> None:
    assert not readers.reads(task)
