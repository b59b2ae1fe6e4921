"""Definitions from words: what is understood, what is asked, and that no word is dropped."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiki.vdc.wording.draft import Draft
from kiki.vdc.wording.reading import told

SENTENCES = yaml.safe_load((Path(__file__).parent / "sentences.yaml").read_text("utf-8"))
KOREAN, ENGLISH = SENTENCES["ko"], SENTENCES["en"]
PAIRS = list(zip(KOREAN, ENGLISH, strict=True))


def drafted(message: str) -> Draft:
    found = told(message, image="rocky-9", flavor="m1.small")
    assert found.draft is not None, (found.code, found.params)
    return found.draft


def data(message: str) -> dict[str, Any]:
    return drafted(message).definition()


@pytest.mark.parametrize(("korean", "english"), PAIRS)
def test_both_languages_say_the_same(korean: str, english: str) -> None:
    assert data(korean) == data(english)


def test_the_issue_s_sentence() -> None:
    assert data(KOREAN[0]) == {
        "vdc": 1,
        "name": "dev-team",
        "quotas": {"vcpus": 20},
        "networks": {"private": {"cidr": "192.168.100.0/24"}},
        "tiers": {"web": {}, "db": {}},
        "rules": [{"any -> web, db": "ssh, icmp"}],
        "servers": {
            "web": {"tier": "web", "count": 2, "image": "rocky-9", "flavor": "m1.small",
                    "network": "private"},
            "db": {"tier": "db", "image": "rocky-9", "flavor": "m1.small", "network": "private"},
        },
    }  # fmt: skip


def test_what_is_to_be_on_servers() -> None:
    def steps(*names: str) -> list[dict[str, Any]]:
        return [{"kind": "ansible.package_install", "fields": {"names": list(names)}}]

    found = data(KOREAN[3])
    assert found["hosts"] == {"web": steps("nginx"), "db": steps("postgresql")}
    assert found["servers"]["web"]["login"] == "rocky"
    assert data(KOREAN[4])["hosts"] == {"web": steps("nginx", "haproxy")}
    assert data(KOREAN[5])["hosts"] == {"app": steps("redis", "foo-bar")}


def test_everything_that_can_be_said() -> None:
    found = data(KOREAN[2])
    assert found["people"] == {"kim": {"roles": ["member"]}, "lee": {"roles": ["member"]}}
    assert found["quotas"] == {"vcpus": 20, "ram": "40GB", "instances": 10}
    assert found["routers"] == {"r1": {"external": "public"}}
    worker = found["servers"]["worker"]
    assert (worker["count"], worker["key"], worker["floating_ip"]) == (3, "dev-key", "public")
    assert worker["volumes"] == {"data": {"size": "100GB"}}
    assert data(KOREAN[1])["rules"] == [
        {"any -> web": "80/tcp, 443/tcp"},
        {"web -> app": "8080/tcp"},
        {"any -> web, app": "ssh from 10.0.0.0/8"},
    ]


STRAYS = ("fast", "제외", "not", "rdp", "99")


@pytest.mark.parametrize("message", [*KOREAN, *ENGLISH])
@pytest.mark.parametrize("stray", STRAYS)
def test_a_word_more_is_never_dropped(message: str, stray: str) -> None:
    """Anywhere between two words, the message is refused, or the word is in what is made."""
    words, plain = message.split(" "), data(message)
    for place in range(1, len(words) + 1):
        changed = " ".join([*words[:place], stray, *words[place:]])
        found = told(changed, image="rocky-9", flavor="m1.small")
        if found.draft is not None and not found.draft.missing():
            assert found.draft.definition() != plain, changed
            assert stray.rstrip("!") in str(found.draft.definition()), changed


@pytest.mark.parametrize("message", [*KOREAN, *ENGLISH])
def test_a_word_less_changes_what_is_made_or_says_nothing(message: str) -> None:
    words, plain = message.split(" "), data(message)
    for place, word in enumerate(words):
        found = told(
            " ".join([*words[:place], *words[place + 1 :]]), image="rocky-9", flavor="m1.small"
        )
        same = found.draft and not found.draft.missing() and found.draft.definition() == plain
        assert not same or not any(char.isdigit() for char in word), (message, word)


@pytest.mark.parametrize(
    ("message", "code", "words"),
    [
        ("dev VDC 지워줘", "vdc.new_unread", "지워줘"),
        ("delete the dev VDC", "vdc.new_unread", "delete the dev VDC"),
        ("dev VDC: 웹 서버 2대, SSH 허용하지 마", "vdc.new_unread", "SSH 허용하지 마"),
        ("dev VDC with 2 web servers, do not allow SSH", "vdc.new_unread", "do not allow SSH"),
        ("dev VDC: 2 web servers but no floating ips", "vdc.new_unread", "but no floating ips"),
        ("dev VDC: 웹 서버 2대, 방화벽은 알아서", "vdc.new_unread", "방화벽은 알아서"),
        ("dev VDC: 웹 서버 2대, 웹 서버 3대", "vdc.new_twice", "web"),
        ("dev VDC, shop VDC: 웹 서버 2대", "vdc.new_twice", "dev, shop"),
        ("dev VDC: 웹 서버 0대", "vdc.new_count", "웹 서버 0대"),
        ("dev VDC: 웹 서버 2대에 frobnicator", "vdc.new_unread", "웹 서버 2대에 frobnicator"),
        ("dev VDC: 2 web servers with SSH", "vdc.new_unread", "SSH"),
        ("dev VDC: 웹 서버 2대에 nginx, certbot", "vdc.new_unread", "certbot"),
        ("dev VDC: 웹 서버 2대, 쿼터 vCPU 40GB", "vdc.new_quota", "vCPU 40GB"),
        ("dev VDC: 웹 서버 2대, quota 2 ram", "vdc.new_quota", "2 ram"),
    ],
)
def test_what_is_refused(message: str, code: str, words: str) -> None:
    found = told(message)
    assert (found.draft, found.code) == (None, code)
    assert words in found.params.values()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("dev VDC: 웹 서버 2대, 사설망 10.0.0.0/24, 캐시에 SSH 허용", "vdc.new_group"),
        ("dev VDC: 2 web servers, network 10.0.0.0/24, allow SSH from office", "vdc.new_group"),
        ("dev VDC: 웹 서버 2대, 사설망 n1 10.0.0.0/24, 사설망 n2 10.1.0.0/24", "vdc.new_networks"),
    ],
)
def test_what_does_not_go_together(message: str, code: str) -> None:
    assert told(message, image="i", flavor="f").code == code


def test_what_is_missing_is_asked() -> None:
    def missing(message: str, **given: str) -> tuple[str, ...]:
        draft = told(message, **given).draft
        assert draft is not None
        return draft.missing()

    assert missing("웹 서버 2대") == ("name", "network", "image", "flavor")
    assert missing("dev VDC, image x, flavor y") == ("servers", "network")
    full = "dev VDC, 2 web servers, network 10.0.0.0/24, floating ips for web"
    assert missing(full, image="a", flavor="b") == ("external",)


@pytest.mark.parametrize("more", ["웹, ", "a ", "allow 80, ", "users kim, ", "쿼터 vCPU 1개 "])
def test_a_long_message_has_its_answer_soon(more: str) -> None:
    started = time.process_time()
    told("dev VDC: " + more * 200)
    assert time.process_time() - started < 3


def test_no_secret_of_a_refused_message_is_repeated() -> None:
    found = told("dev VDC: 웹 서버 2대, 비밀번호는 Training123! 로")
    assert found.draft is None and "Training123!" not in str(found.params)
