"""What waits for no approval is decided by kinds, and by nothing that anybody said."""

import pytest

from kiki.model.intent import Intent, Operation
from kiki.policy.reading import only_reads
from kiki.targets import registry

PING = Operation(kind="ansible.ping", fields={})
PODS = Operation(kind="k8s.objects_list", fields={"resource": "pods"})
INSTALL = Operation(kind="ansible.package_install", fields={"names": ["nginx"]})
READERS = {kind.id for kind in registry.vocabulary().every if kind.reads}


def said(*operations: Operation) -> bool:
    intent = Intent(target="ansible", name="show", operations=operations, reader="model")
    return only_reads(intent, registry.vocabulary())


def test_all_of_it_has_to_read() -> None:
    assert said(PING) and said(PODS) and said(PING, PING)
    assert not said(PING, INSTALL)
    assert not said()


def test_a_kind_that_nobody_knows_does_not_read() -> None:
    assert not said(Operation(kind="ansible.look", fields={}))


@pytest.mark.parametrize("kind", sorted(kind.id for kind in registry.vocabulary().every))
def test_what_makes_or_removes_never_reads(kind: str) -> None:
    deeds = ("create", "remove", "install", "set", "add", "start", "stop", "reboot", "module")
    if any(deed in kind.partition(".")[2] for deed in deeds):
        assert kind not in READERS
