"""Answers of a cloud: what its driver told as tables, and what it refused as errors."""

from typing import Any

import pytest

from kiki.model.errors import KikiError, NotFoundError, PermanentError, TemporaryError, UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.profile import NO_PROFILE
from kiki.targets import registry
from kiki.targets.openstack import answers

LIST = Operation(kind="openstack.things_list", fields={"resource": "servers"})
CONSOLE = Operation(kind="openstack.console_show", fields={"name": "vm1"})
WHERE = {"cloud": "lab", "project": "demo", "user": "kim", "region": "-"}


class Told:
    """Answers as the driver does."""

    hosts = ()

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[dict[str, Any]] = []

    def cloud(self, what: str, order: dict[str, Any]) -> dict[str, Any]:
        assert what == "reading"
        self.asked += order["asks"]
        return {"from": WHERE, "answers": list(self.answers)}


def intent(*operations: Operation) -> Intent:
    return Intent(name="look", target="openstack", operations=operations, reader="rules")


def masked(text: str) -> str:
    return text.replace("hunter2", "***")


def test_tables_and_texts_are_shown_and_masked() -> None:
    table = {"title": "", "columns": ["name"], "rows": [["a hunter2"]]}
    console = {"excerpts": [{"title": "vm1", "lines": ["pw hunter2"]}], "data": ["pw hunter2"]}
    told = Told({"tables": [table], "data": [{"x": "hunter2"}]}, console)
    made = answers.answer(intent(LIST, CONSOLE), told, "en", masked)  # type: ignore[arg-type]
    assert made.tables[0].rows == (("a ***",),)
    assert made.excerpts[0].lines == ("pw ***",)
    assert "hunter2" not in str(made.data)
    assert made.remarks[-1].code == "answers.cloud_from"
    assert [one["ask"] for one in told.asked] == ["listed", "console"]


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"refused": {"status": 403, "message": "no", "where": "a"}}, PermanentError),
        ({"refused": {"status": 503, "message": "no", "where": "a"}}, TemporaryError),
        ({"fault": {"code": "answers.cloud_not_found", "params": {}}}, NotFoundError),
        ({"fault": {"code": "answers.cloud_ambiguous", "params": {}}}, UsageError),
    ],
)
def test_what_is_refused_is_an_error(told: dict[str, Any], error: type[KikiError]) -> None:
    with pytest.raises(error):
        answers.require(told)


def test_what_only_reads_is_a_command_for_a_person() -> None:
    target = registry.target("openstack")
    artifact = target.render(intent(LIST), "playbook", NO_PROFILE)
    assert artifact.text_of(artifact.entry).endswith("openstack server list\n")
    target.require_readers(intent(LIST))


def test_looks_and_makings_are_two_messages() -> None:
    making = Operation(kind="openstack.project_create", fields={"name": "dev"})
    target = registry.target("openstack")
    with pytest.raises(UsageError, match="read_apart"):
        target.render(intent(LIST, making), "playbook", NO_PROFILE)
    with pytest.raises(PermanentError):
        target.require_readers(intent(making))
