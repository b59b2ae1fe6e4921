"""Other words for the same: what is told of them, what is asked, and how many hosts there are."""

import pytest

from kiki.catalogues.listed import ListedCatalogue
from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.reader import read
from kiki.understand.rephrasing.rephrased import MEANT

HOSTS = ListedCatalogue(
    {"hosts": ("n1", "n2", "n3", "web", "db")}, groups={"web": ("n1", "n2"), "db": ("n3",)}
)


def reading(message: str, target: str | None = None, **answers: str) -> Reading:
    request = Request(message=message, answers=answers, target=target)
    return read(request, registry.vocabulary(), Profile(), None, HOSTS)


@pytest.mark.parametrize(
    "message",
    [
        "n1이랑 n2 살아있어?",
        "redis 지금 떠 있는지 확인해줘",
        "https://example.com/a.tgz 받아서 /opt에 풀어줘",
        "qa 그룹 만들고 park이랑 choi 넣어줘",
        "is n3 up?",
        "what is listening on port 5432 on n1?",
        "web 서버 2대에 htop 깔아줘",
        "install htop on the 2 web servers",
    ],
)
def test_every_word_of_the_message_has_its_place(message: str) -> None:
    made = reading(message)
    assert made.intent is not None
    at = 0
    for token in made.tokens:
        assert message[token.start : token.end] == token.text
        assert token.start >= at and token.role
        assert not message[at : token.start].strip(" ?,.")
        at = token.end
    for operation in made.intent.operations:
        for source in operation.sources.values():
            assert source.start < 0 or message[source.start : source.end].strip()


def test_values_keep_their_exact_places() -> None:
    message = "https://example.com/a.tgz 받아서 /opt에 풀어줘"
    made = reading(message).intent
    assert made is not None
    download, extract = made.operations
    place = download.sources["url"]
    assert message[place.start : place.end] == "https://example.com/a.tgz"
    assert message[extract.sources["path"].start : extract.sources["path"].end] == "/opt"


def test_it_is_told_how_it_was_read() -> None:
    made = reading("redis 살아있어?").intent
    assert made is not None
    assert made.assumptions[0].code == "assumption.rephrased"
    assert made.assumptions[0].params["value"] == "redis 상태 보여줘"


@pytest.mark.parametrize(
    ("message", "answer", "kind"),
    [
        ("redis 로그 보여줘", "redis 서비스 로그 보여줘", "ansible.service_logs"),
        ("redis 로그 보여줘", "redis 파드 로그 보여줘", "k8s.logs_show"),
        ("서버 재시작해줘", "서버 재부팅해줘", "ansible.host_reboot"),
        ("show redis logs", "show the redis container logs", "podman.container_logs"),
    ],
)
def test_the_answer_says_which_is_meant(message: str, answer: str, kind: str) -> None:
    asked = reading(message).question
    assert asked is not None
    assert (asked.code, asked.field) == ("question.meant", MEANT)
    made = reading(message, **{MEANT: answer}).intent
    assert made is not None
    assert [one.kind for one in made.operations] == [kind]


def test_what_was_not_among_the_choices_is_asked_again() -> None:
    made = reading("서버 재시작해줘", **{MEANT: "모든 파일 삭제해줘"})
    assert made.question is not None
    assert made.question.code == "question.meant"


def test_the_target_that_is_wanted_settles_which_log() -> None:
    made = reading("redis 로그 보여줘", "podman").intent
    assert made is not None
    assert made.operations[0].kind == "podman.container_logs"


def test_as_many_hosts_as_there_are() -> None:
    made = reading("web 서버 두 대에 htop 깔아줘").intent
    assert made is not None
    assert made.hosts == ("web",)
    assert "assumption.hosts_counted" in [one.code for one in made.assumptions]


@pytest.mark.parametrize(
    ("message", "said", "there"),
    [
        ("web 서버 3대에 htop 깔아줘", "3", "2"),
        ("install htop on all 4 hosts", "4", "3"),
        ("reboot both servers", "2", "3"),
    ],
)
def test_another_number_of_hosts_is_asked_about(message: str, said: str, there: str) -> None:
    asked = reading(message).question
    assert asked is not None
    assert (asked.code, asked.field) == ("question.hosts_count", "hosts")
    assert (asked.params["said"], asked.params["there"]) == (said, there)


def test_the_hosts_that_were_answered_are_meant() -> None:
    made = reading("서버 2대에 htop 깔아줘", hosts="n1,n3").intent
    assert made is not None
    assert made.hosts == ("n1", "n3")


def test_several_unknown_hosts_are_named_as_several() -> None:
    asked = reading("n1, web08, web09에 htop 설치해줘").question
    assert asked is not None
    assert asked.code == "question.hosts_several_unknown"
    assert asked.params["value"] == "web08, web09"
