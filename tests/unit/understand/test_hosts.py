"""Hosts that a message names: read only where the inventory, a noun or an answer says so."""

import pytest

from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request, Scope
from kiki.targets import registry
from kiki.understand.reader import read

VOCABULARY = registry.vocabulary()


class There:
    """An inventory with these names; counts how often it is asked."""

    def __init__(self, *names: str) -> None:
        self.asked = 0
        self._names = names

    def names(self, sort: str) -> tuple[str, ...]:
        assert sort == "hosts"
        self.asked += 1
        return self._names


def reading(message: str, there: There, **more: object) -> Reading:
    request = Request(message=message, **more)  # type: ignore[arg-type]
    return read(request, VOCABULARY, Profile(), None, there)


@pytest.mark.parametrize(
    ("message", "hosts"),
    [
        ("node1에 htop 설치", ("node1",)),
        ("node1과 node2에 nginx 설치하고 시작해줘", ("node1", "node2")),
        ("node1, web에 nginx 설치", ("node1", "web")),
        ("web 서버들에 nginx 설치해줘", ("web",)),
        ("모든 web 서버에 nginx 설치해줘", ("web",)),
        ("install nginx on node1 and node2", ("node1", "node2")),
        ("on web, restart nginx", ("web",)),
        ("install nginx on the web servers and start it", ("web",)),
        ("production에 nginx 설치", ("production",)),
        ("node1에 핑 보내줘", ("node1",)),
    ],
)
def test_what_the_inventory_has_is_meant(message: str, hosts: tuple[str, ...]) -> None:
    made = reading(message, There("node1", "node2", "web", "production"))
    assert made.intent is not None, made
    assert made.intent.hosts == hosts
    assert made.leftover == ()


@pytest.mark.parametrize(
    ("message", "hosts"),
    [
        ("n1~n3에 nginx 설치해줘", ("n1", "n2", "n3")),
        ("n1~3에 nginx 설치해줘", ("n1", "n2", "n3")),
        ("n1부터 n3까지 재부팅해줘", ("n1", "n2", "n3")),
        ("install nginx on n1 to n3", ("n1", "n2", "n3")),
        ("add user kim to n1 and n3", ("n1", "n3")),
        ("n1, n3도 재부팅해줘", ("n1", "n3")),
        ("n1~n2, n3에 nginx 설치해줘", ("n1", "n2", "n3")),
        ("n09~n11에 nginx 설치해줘", ("n09", "n10", "n11")),
        ("n1~n3을 쿠버네티스 1.32 워커로 준비해줘", ("n1", "n2", "n3")),
        ("prepare n1 for kubernetes 1.32 as a worker", ("n1",)),
    ],
)
def test_a_range_is_every_host_of_it(message: str, hosts: tuple[str, ...]) -> None:
    made = reading(message, There("n1", "n2", "n3", "n09", "n10", "n11"))
    assert made.intent is not None, made
    assert made.intent.hosts == hosts


@pytest.mark.parametrize(
    "message",
    [
        "n3까지 재부팅해줘",
        "n3~n1에 nginx 설치해줘",
        "n1부터 web까지 재부팅해줘",
        "install nginx on n1 to web",
        "n1~n40에 nginx 설치해줘",
        "n09~n7에 nginx 설치해줘",
    ],
)
def test_what_is_no_range_is_no_two_hosts(message: str) -> None:
    made = reading(message, There("n1", "n2", "n3", "web"))
    assert made.refusal is not None, made


def test_a_name_that_it_does_not_have_is_asked_about_with_what_there_is() -> None:
    made = reading("open port 80 on eth0", There("node1", "web"))
    assert made.question is not None
    assert made.question.code == "question.hosts_unknown"
    assert [choice.value for choice in made.question.choices] == ["node1", "web"]


def test_the_answer_says_which_hosts() -> None:
    made = reading("node7에 nginx 설치", There("node1", "web"), answers={"hosts": "node1, web"})
    assert made.intent is not None
    assert made.intent.hosts == ("node1", "web")


def test_nothing_is_looked_up_for_a_message_without_hosts() -> None:
    there = There("nginx")
    assert reading("nginx 설치하고 시작해줘", there).intent is not None
    assert there.asked == 0


@pytest.mark.parametrize(
    "message",
    [
        "install nginx on node1 and redis on node2",
        "node1에서 nginx 재시작하고 node2에서 redis 재시작해줘",
        "nginx 설치하고 node2에서 redis 재시작해줘",
        "install nginx in docker",
        "install nginx in parallel",
    ],
)
def test_two_places_or_no_place_at_all_are_refused(message: str) -> None:
    made = reading(message, There("node1", "node2", "docker", "parallel"))
    assert made.refusal is not None, made


def test_a_request_that_is_limited_already_names_no_hosts() -> None:
    made = reading("node1에 nginx 설치", There("node1"), scope=Scope(limit="node2"))
    assert made.refusal is not None
    assert made.refusal.code == "understand.hosts"


def test_hosts_are_part_of_what_decides_the_bytes() -> None:
    one = reading("node1에 nginx 설치", There("node1", "node2")).intent
    other = reading("node2에 nginx 설치", There("node1", "node2")).intent
    assert one is not None
    assert other is not None
    assert one.digest() != other.digest()
    target = registry.target("ansible")
    text = target.render(one, "playbook", Profile()).files[0].text
    assert "hosts: node1\n" in text
    assert target.check(target.render(one, "playbook", Profile())) == ()
