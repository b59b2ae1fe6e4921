"""Whole outputs, in both languages, as files in tests/golden/cli/."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kiki.model.ledger import LedgerFault

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "cli"
ID = "0abcdefgh12345"
HOSTS = ("--inventory", "node1,node2")


class Case(NamedTuple):
    """*before* are command lines that make what *words* show."""

    words: tuple[str, ...]
    typed: tuple[str, ...] | None = None
    before: tuple[tuple[str, ...], ...] = ()
    colours: bool = False


ASKED = ("--message", "node1에 Nginx 설치", *HOSTS)
CASES = {
    "checked": Case(("--message", "node1에 Nginx 설치")),
    "waiting": Case(ASKED),
    "run": Case((*ASKED, "--yes")),
    "run-terminal": Case(ASKED, typed=("y",), colours=True),
    "high-risk": Case(("--message", "high Nginx", *HOSTS), typed=("n",)),
    "question": Case(("--message", "asking 설치")),
    "question-terminal": Case(("--message", "asking 설치"), typed=("1",)),
    "invalid": Case(("--message", "invalid nginx")),
    "only-yaml": Case(("--message", "Nginx 설치. YAML만 출력.")),
    "show": Case(("show", ID), before=((*ASKED, "--yes"),)),
    "show-terminal": Case(("show", ID), typed=(), before=((*ASKED, "--yes"),), colours=True),
    "changes": Case(("changes",), before=(ASKED,)),
    "no-changes": Case(("changes",)),
    "diff": Case(("diff", ID), before=(ASKED,)),
    "approve": Case(("approve", ID), before=(ASKED,)),
    "reject": Case(("reject", ID), before=(ASKED,)),
    "audit-log": Case(("audit", "log")),
    "audit-verify": Case(("audit", "verify")),
    "explain": Case(("explain", "node1에 Nginx 설치", "--target", "ansible")),
    "unknown-flag": Case(("--mesage", "nginx")),
    "unknown-command": Case(("chagnes",)),
    "retired": Case(("chat", "hello")),
    "no-inventory-file": Case(("--message", "nginx", "--inventory", "hosts.ini")),
    "wrong-choice": Case(("--message", "nginx", "--verify", "al")),
    "missing-value": Case(("--message",)),
    "missing-id": Case(("show",)),
    "unknown-id": Case(("show", "zzz")),
}


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", CASES)
def test_output(kiki: Any, agent: Any, golden: Any, monkeypatch: Any, name: str, lang: str) -> None:
    monkeypatch.setattr("kiki.cli.context.Context.generator", agent)
    case = CASES[name]
    for words in case.before:
        kiki(*words, "--lang", lang)
    ended = kiki(*case.words, "--lang", lang, typed=case.typed, plain=not case.colours)
    text = f"exit {ended.code}\n--- stdout\n{ended.out}--- stderr\n{ended.err}"
    golden.check(GOLDEN / f"{name}.{lang}.txt", text.replace("\x1b", "<ESC>").replace("\r", "<CR>"))


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_broken_record(kiki: Any, agent: Any, golden: Any, lang: str) -> None:
    agent.faults = (LedgerFault(code="ledger.row_altered", sequence=3, params={"id": ID}),)
    ended = kiki("audit", "verify", "--lang", lang)
    golden.check(GOLDEN / f"audit-broken.{lang}.txt", f"exit {ended.code}\n{ended.out}")


def test_both_languages_say_everything() -> None:
    """No golden file may show a bare code: that is what a missing text looks like."""
    for path in GOLDEN.glob("*.txt"):
        found = re.findall(r"\b(?:cli|label|progress|state|exit)\.[a-z_]+", path.read_text("utf-8"))
        assert not found, f"{path}: {found}"
