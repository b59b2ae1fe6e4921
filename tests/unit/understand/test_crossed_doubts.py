"""Hosts, places and orders that could be crossed are refused; what is clear beside them is read.

Sentences without hosts stand in ``tests/golden/understand/crossed_*.yaml``.
"""

import pytest

from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.reader import read

HOSTS = ("all", "web1", "web2", "web3", "db1")


class Known:
    """An inventory with a few hosts."""

    def names(self, kind: str) -> tuple[str, ...] | None:
        return HOSTS if kind == "hosts" else None

    def place(self, kind: str) -> str:
        return "hosts.ini" if kind == "hosts" else ""


def reading(message: str) -> Reading:
    return read(Request(message=message), registry.vocabulary(), Profile(), catalogue=Known())


@pytest.mark.parametrize(
    "message",
    [
        "web1과 web2에 각각 80, 443 포트 열어줘",
        "web1, web2에서 nginx, redis를 각각 삭제해줘",
        "remove nginx on web1 and on web2 redis",
        "open port 80 on web1 and on web2 443",
        "stop nginx on web1 and remove redis on all hosts",
        "reboot web1 and stop nginx everywhere",
        "web1 재부팅하고 모든 서버에 htop 설치해줘",
        "reboot web1 and then web2",
        "restart nginx on web1, then on web2",
    ],
)
def test_what_may_be_crossed_is_refused(message: str) -> None:
    found = reading(message)
    assert found.intent is None
    assert found.refusal is not None
    assert found.refusal.code == "doubt.crossed"
    said = found.refusal
    assert message[said.start : said.end] == said.params["word"]


@pytest.mark.parametrize(
    ("message", "hosts"),
    [
        ("stop nginx on web1 and web2", ("web1", "web2")),
        ("on web1 install htop and restart nginx", ("web1",)),
        ("web1과 web2에 80, 443 포트 열어줘", ("web1", "web2")),
        ("web1에서 nginx 재시작하고 redis 중지해줘", ("web1",)),
        ("restart nginx on all hosts", ()),
    ],
)
def test_what_is_clear_is_read(message: str, hosts: tuple[str, ...]) -> None:
    found = reading(message)
    assert found.intent is not None, found.refusal
    assert found.intent.hosts == hosts
