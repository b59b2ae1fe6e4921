"""Messages that can not be read: each has its answer, its exit code and its place in the record."""

import json
from pathlib import Path

import pytest

from kiki.model.exits import Exit
from tests.unit.cli.whole import Kiki


@pytest.fixture
def kiki(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kiki:
    monkeypatch.chdir(tmp_path)
    return Kiki(tmp_path)


@pytest.mark.parametrize(
    ("message", "code", "exits"),
    [
        ("", "understand.empty", Exit.USAGE),
        (" \n\t", "understand.empty", Exit.USAGE),
        ("nginx \udcff\udcfe 설치", "understand.not_text", Exit.USAGE),
        ("install nginx\udcff", "understand.not_text", Exit.USAGE),
        ("install nginx\ufffd", "understand.not_text", Exit.USAGE),
        ("a" * 100_000, "understand.too_long", Exit.REFUSED),
        ("install nginx\x07", "understand.characters", Exit.REFUSED),
        ("请安装 nginx", "understand.language", Exit.REFUSED),
        ("قم بتثبيت nginx", "understand.language", Exit.REFUSED),
        ("установи nginx", "understand.characters", Exit.REFUSED),
        ("\N{ROCKET}\N{ROCKET}", "understand.language", Exit.REFUSED),
        ("install \u202enginx", "understand.characters", Exit.REFUSED),
        ("install ng\u0456nx", "understand.characters", Exit.REFUSED),
        ("nginx 디플로이먼트 3개로 만들고 레플리카는 5개로 해줘", "question.", Exit.QUESTION),
        ("create an nginx deployment with 3 replicas and 5 replicas", "question.", Exit.QUESTION),
        ("70000 포트 열어줘", "question.", Exit.QUESTION),
        ("create an nginx deployment with -1 replicas", "question.", Exit.QUESTION),
    ],
)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_can_not_be_read_is_answered_and_recorded(
    kiki: Kiki, message: str, code: str, exits: Exit, lang: str
) -> None:
    ended = kiki("--lang", lang, "--json", "--message", message)
    assert ended.code == exits
    assert len(ended.err) < 2000
    change = json.loads(ended.out)["change"]
    reading = change["reading"]
    said = reading["question"] or reading["refusal"]
    assert said["code"].startswith(code)
    assert said["text"]
    log = json.loads(kiki("audit", "log", "--json").out)["records"]
    assert [(one["event"], one["subject"]) for one in log] == [
        ("request", change["id"]),
        ("ask" if exits == Exit.QUESTION else "refuse", change["id"]),
    ]
    assert kiki("audit", "verify").code == Exit.DONE


def test_a_long_message_is_not_shown_whole(kiki: Kiki) -> None:
    ended = kiki("--lang", "en", "--message", "install nginx " * 1000)
    assert "install nginx" in ended.out
    assert len(ended.out) < 1000
