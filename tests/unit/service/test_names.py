"""Names of live systems in a change's life: asked, answered one by one, recorded, and replayed."""

from typing import Any

import pytest

from kiki.catalogues.listed import ListedCatalogue
from kiki.model.errors import TemporaryError
from kiki.model.exits import Exit
from kiki.model.request import Request
from kiki.service.local import LocalAgent
from tests.unit.service.world import World

NAMES: dict[Any, tuple[str, ...]] = {
    "images": ("rocky-9", "rocky-8"),
    "flavors": ("m1.small", "m1.tiny"),
    "networks": ("private",),
    "keypairs": (),
    "security_groups": ("default",),
    "servers": (),
}
MESSAGE = "openstack 서버 web 1대 만들어줘"


def service(world: World, catalogue: ListedCatalogue) -> LocalAgent:
    return world.process("kim", catalogue=catalogue)


def offered(change: Any) -> list[str]:
    return [choice.value for choice in change.reading.question.choices]


def test_it_is_asked_answered_by_id_and_ends_checked(durable: World) -> None:
    there = ListedCatalogue(NAMES, place="kiki")
    change = service(durable, there).submit(Request(message=MESSAGE))
    assert change.state == "asking"
    assert Exit.QUESTION == 3
    for names in (["rocky-8", "rocky-9"], ["m1.small", "m1.tiny"], ["private"]):
        change = durable.stored(change)  # another process has nothing but the record
        assert offered(change) == names
        change = service(durable, there).answer(change.id, names[0])
    assert change.state == "checked"
    assert change.reading is not None
    assert change.reading.intent is not None
    fields = change.reading.intent.operations[0].fields
    assert (fields["image"], fields["flavor"], fields["network"]) == (
        "rocky-8", "m1.small", "private",
    )  # fmt: skip
    assert durable.events(change) == [
        "request", "ask", "answer", "ask", "answer", "ask", "answer", "check_pass",
    ]  # fmt: skip


def test_who_is_bound_to_a_project_is_not_told_the_names(world: World) -> None:
    there = ListedCatalogue(NAMES, place="kiki")
    agent = service(world, there)
    change = agent.submit(Request(message=MESSAGE, bound=True))
    for answer in ("any", "thing", "at-all"):
        assert (change.state, offered(change)) == ("asking", [])
        assert "kiki" not in change.reading.question.params.values()  # type: ignore[union-attr]
        change = agent.answer(change.id, answer)
    assert change.state == "checked"
    assert there.asked == []


def test_a_redo_takes_the_recorded_reading_and_asks_nobody(world: World) -> None:
    there = ListedCatalogue(NAMES, place="kiki")
    agent = service(world, there)
    change = agent.submit(Request(message=MESSAGE))
    for answer in ("rocky-9", "m1.tiny", "private"):
        change = agent.answer(change.id, answer)
    before = len(there.asked)
    again = service(world, ListedCatalogue({"images": ("other",)}, place="kiki")).redo(change.id)
    assert again.state == "checked"
    assert again.reading == change.reading
    assert len(there.asked) == before


def test_the_same_answer_twice_is_meant(world: World) -> None:
    agent = service(world, ListedCatalogue(NAMES, place="kiki"))
    message = "rocky-9 이미지로 m9.huge 서버 web 1대 private 네트워크에 만들어줘"
    change = agent.submit(Request(message=message))
    assert change.reading is not None
    assert change.reading.question is not None
    assert change.reading.question.code == "question.no_flavors"
    change = agent.answer(change.id, "m8.big")  # not there either, and not what was asked about
    assert change.state == "asking"
    change = agent.answer(change.id, " m8.big ")
    assert change.state == "checked"
    assert change.reading is not None
    assert change.reading.intent is not None
    assert change.reading.intent.operations[0].fields["flavor"] == "m8.big"
    assert "catalogue.absent_flavors" in [one.code for one in change.reading.intent.assumptions]


@pytest.mark.parametrize("code", ["timeout", "unreachable", "client_failed"])
def test_a_system_that_is_down_fails_no_change(code: str, world: World) -> None:
    error = TemporaryError(f"catalogue.{code}", where="kiki", reason="x", path="/x")
    failing: dict[Any, Any] = dict.fromkeys(NAMES, error)
    agent = service(world, ListedCatalogue({}, place="kiki", failing=failing))
    change = agent.submit(Request(message=MESSAGE))
    assert change.state == "asking"
    assert offered(change) == []
    assert change.reading is not None
    assert change.reading.notes[0].code == f"catalogue.{code}"
    for answer in ("rocky-9", "m1.tiny", "private"):
        change = agent.answer(change.id, answer)
    assert change.state == "checked"
