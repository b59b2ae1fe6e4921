"""``kiki audit export|verify FILE|search``."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiki.model.exits import Exit
from kiki.store import exports
from kiki.store.opening import memory_store


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    store = memory_store(lambda: "2026-03-01T09:00:00.000Z")
    for event in ("request", "plan", "approve"):
        store.ledger.append("kim", event, "0abc", {})
    path = tmp_path / "ledger.json"
    path.write_text(exports.text(store.ledger.export(), "json"))
    return path


def test_a_file_verifies_without_an_agent(kiki: Any, agent: Any, exported: Path) -> None:
    ended = kiki("audit", "verify", str(exported))
    key = json.loads(exported.read_text())["head"]["key"]
    assert ended.code == Exit.DONE and key in ended.out and not agent.calls
    assert kiki("audit", "verify", str(exported), "--key", key).code == Exit.DONE
    shown = json.loads(kiki("audit", "verify", str(exported), "--json").out)
    assert (shown["holds"], shown["count"], shown["key"]) == (True, 3, key)


@pytest.mark.parametrize(("lang", "said"), [("en", "#2"), ("ko", "#2")])
def test_what_was_altered_is_named(kiki: Any, exported: Path, lang: str, said: str) -> None:
    exported.write_text(exported.read_text().replace('"event":"plan"', '"event":"plot"'))
    ended = kiki("audit", "verify", str(exported), "--lang", lang)
    assert ended.code == Exit.RECORD_INVALID and said in ended.out and "ledger." not in ended.out


def test_no_file(kiki: Any, tmp_path: Path) -> None:
    assert kiki("audit", "verify", str(tmp_path / "nothing")).code == Exit.USAGE
    (tmp_path / "x").write_text("hello")
    assert kiki("audit", "verify", str(tmp_path / "x")).code == Exit.RECORD_INVALID


def test_export(kiki: Any) -> None:
    assert json.loads(kiki("audit", "export").out)["format"] == "kiki-ledger"
    assert kiki("audit", "export", "--format", "csv").out.startswith("sequence,at,actor")
    assert json.loads(kiki("audit", "export", "--format", "csv", "--json").out)["version"] == 1
    assert kiki("audit", "export", "--out", "l.json").code == Exit.DONE
    assert kiki("audit", "export", "--out", "l.json").code == Exit.USAGE
    assert kiki("audit", "export", "--out", "l.json", "--force").code == Exit.DONE
    assert kiki("audit", "export", "word").code == Exit.USAGE


def test_search(kiki: Any, agent: Any) -> None:
    ended = kiki("audit", "search", "nginx", "--who", "kim", "--target", "kubernetes", "--object",
                 "web", "--since", "7d", "--until", "2026-12-01", "--limit", "5")  # fmt: skip
    assert ended.code == Exit.DONE and "request" in ended.out
    wanted = agent.calls[-1][1][0]
    assert (wanted.who, wanted.target, wanted.object) == ("kim", "k8s", "web")
    assert (wanted.text, wanted.limit) == ("nginx", 5) and wanted.since and wanted.until


@pytest.mark.parametrize(
    ("words", "lang", "said"),
    [
        (("search", "nginx"), "en", "No records match.\n"),
        (("search", "nginx"), "ko", "조건에 맞는 기록이 없습니다.\n"),
        (("log",), "en", "There are no records to show.\n"),
        (("log",), "ko", "보여줄 기록이 없습니다.\n"),
    ],
)
def test_that_nothing_was_found_is_said(
    kiki: Any, agent: Any, monkeypatch: Any, words: tuple[str, ...], lang: str, said: str
) -> None:
    monkeypatch.setattr(agent, "ledger", lambda limit=100: ())
    ended = kiki("audit", *words, "--lang", lang)
    assert (ended.code, ended.out) == (Exit.DONE, said)
    shown = kiki("audit", *words, "--json")
    assert json.loads(shown.out) == {"records": []} and shown.code == Exit.DONE
