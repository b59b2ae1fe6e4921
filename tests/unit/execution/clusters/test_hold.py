"""Values of Secrets for an undo: only of the very object, and all or nothing."""

from typing import Any

import pytest

from kiki.execution.clusters.driver import hold
from kiki.execution.clusters.driver.faults import Fault
from tests.unit.execution.clusters.fake_api import FakeApi

DB = {
    "apiVersion": "v1", "kind": "Secret", "data": {"password": "b2xk", "user": "a2lt"},
    "metadata": {"name": "db", "namespace": "demo", "uid": "u-1"},
}  # fmt: skip


def asked(*objects: dict[str, Any], **told: Any) -> dict[str, Any]:
    one = {"apiVersion": "v1", "kind": "Secret", "name": "db", "namespace": "demo", "uid": "u-1"}
    one |= {"held": {"password": "before-1"}} | told
    answer: dict[str, Any] = hold.answer(FakeApi(*objects), {"secrets": [one]}, print)  # type: ignore[arg-type]
    return answer


def test_only_what_is_asked_for_is_told() -> None:
    assert asked(DB) == {"values": {"before-1": "b2xk"}}


@pytest.mark.parametrize(
    "told", [{"uid": "u-2"}, {"held": {"gone": "before-2"}}, {"name": "other"}]
)
def test_another_object_or_a_key_that_is_gone_stops_it(told: dict[str, Any]) -> None:
    with pytest.raises(Fault) as raised:
        asked(DB, **told)
    assert raised.value.code == "cluster.held_moved"
