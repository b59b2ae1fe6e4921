"""The taints of a node after some were set or taken away."""

from typing import Any

from kiki.execution.clusters.driver.taints import changed

OLD = {"key": "old", "effect": "NoExecute", "timeAdded": "2026-01-01T00:00:00Z"}
GPU = {"key": "gpu", "value": "a", "effect": "NoSchedule"}


def present(*told: dict[str, Any]) -> list[dict[str, Any]]:
    return changed([OLD, GPU], "present", list(told))


def absent(*told: dict[str, Any]) -> list[dict[str, Any]]:
    return changed([OLD, GPU], "absent", list(told))


def test_others_stay_as_they_are() -> None:
    new = {"key": "new", "effect": "NoSchedule"}
    assert present(new) == [OLD, GPU, new]


def test_what_is_there_changes_nothing_and_keeps_its_time() -> None:
    assert present({"key": "old", "effect": "NoExecute"}, dict(GPU)) == [OLD, GPU]


def test_the_same_key_and_effect_get_a_new_value_and_another_effect_is_another_taint() -> None:
    other, more = GPU | {"value": "b"}, GPU | {"effect": "NoExecute"}
    assert present(other, more) == [OLD, other, more]


def test_taints_go_by_key_by_effect_and_by_value() -> None:
    assert absent({"key": "gpu"}) == [OLD]
    assert absent({"key": "gpu", "effect": "NoExecute"}) == [OLD, GPU]
    assert absent({"key": "gpu", "value": "b"}) == [OLD, GPU]
    assert absent({"key": "gpu", "value": "a", "effect": "NoSchedule"}) == [OLD]
