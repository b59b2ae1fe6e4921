"""Where an exact message wants its module to run."""

import pytest

from kiki import pipeline
from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request, Scope
from kiki.understand.generic.hosted import hosted

SYSCTL = "ansible.posix.sysctl"
VALUES = "name=vm.swappiness value=10"


class Inventory:
    """A catalogue whose inventory has two hosts."""

    def names(self, sort: str) -> tuple[str, ...] | None:
        return ("web1", "web2") if sort == "hosts" else None

    def place(self, sort: str) -> str:
        return "hosts.ini"


def read(message: str, **more: object) -> Reading:
    request = Request(message=message, **more)  # type: ignore[arg-type]
    return pipeline.read(request, Profile(), None, catalogue=Inventory())


@pytest.mark.parametrize(
    ("message", "names"),
    [
        (f"web1에 {SYSCTL} 모듈로 {VALUES} 설정해줘", ("web1",)),
        (f"web1, web2에서 {SYSCTL} 모듈을 {VALUES} 인자로 실행해줘", ("web1", "web2")),
        (f"db 그룹에 {SYSCTL} 모듈 {VALUES} 적용해줘", ("db",)),
        (f"db와 cache 서버들에만 {SYSCTL} 모듈 {VALUES} 적용해줘", ("db", "cache")),
        (f"use module {SYSCTL} with {VALUES} on web1 and web2", ("web1", "web2")),
        (f"on the db servers, use module {SYSCTL} with {VALUES}", ("db",)),
        (f"use module {SYSCTL} with {VALUES} on web1, web2, and db hosts", ("web1", "web2", "db")),
        (f"use module {SYSCTL} with {VALUES} on all servers", ()),
        (f"모든 서버에 {SYSCTL} 모듈을 {VALUES}로 실행해줘", ()),
        (f"use module {SYSCTL} with {VALUES}", ()),
    ],
)
def test_hosts_are_read(message: str, names: tuple[str, ...]) -> None:
    intent = read(message).intent
    assert intent is not None, message
    assert intent.hosts == names
    assert intent.operations[0].fields["args"] == {"name": "vm.swappiness", "value": "10"}
    all_hosts = "all " in message or "모든" in message
    assert ("assumption.all_hosts" in {item.code for item in intent.assumptions}) == all_hosts


@pytest.mark.parametrize(
    "message",
    [f"web9에 {SYSCTL} 모듈 {VALUES} 적용해줘", f"use module {SYSCTL} with {VALUES} on monday9"],
)
def test_what_the_inventory_has_not_is_asked_and_the_answer_taken(message: str) -> None:
    asked = read(message).question
    assert asked is not None
    assert (asked.code, asked.field) == ("question.hosts_unknown", "hosts")
    intent = read(message, answers={"hosts": "web1, web2"}).intent
    assert intent is not None
    assert intent.hosts == ("web1", "web2")


def test_a_limit_of_the_request_leaves_no_place_for_names_in_the_message() -> None:
    limited = Scope(limit="web2")
    assert read(f"web1에 {SYSCTL} 모듈 {VALUES} 적용해줘", scope=limited).intent is None


def test_what_is_no_host_s_place_is_not_read_as_such() -> None:
    claim = "spec.accessModes=ReadWriteOnce spec.resources.requests.storage=10Gi"
    assert read(f"create PersistentVolumeClaim data on web1 with {claim}").intent is None
    assert read(f"web1에 그리고 web2에 {SYSCTL} 모듈 {VALUES} 적용해줘").intent is None
    assert read(f"use module {SYSCTL} with {VALUES} on friday morning").intent is None
    assert hosted("only this") is None
    everywhere = hosted("on all")
    assert everywhere is not None
    assert everywhere.names == ()
