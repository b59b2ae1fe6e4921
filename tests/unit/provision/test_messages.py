"""Every code that the launcher and ``provision`` name has its text in both languages."""

import json
import re

from tests.conftest import ROOT

SOURCES = [*(ROOT / "src" / "kiki" / "provision").glob("*.py")]


def named() -> set[str]:
    text = "".join(path.read_text("utf-8") for path in SOURCES)
    codes = set(re.findall(r'"provision\.([a-z_]+)"', text))
    checks = set(re.findall(r'"(check_[a-z]+)"', text))
    launcher = re.findall(
        r'(?:stop\(\w+, |texts\()"([a-z_]+)"', (ROOT / "kiki.py").read_text("utf-8")
    )
    return codes | checks | {f"{check}_bad" for check in checks} | set(launcher)


def test_codes_and_texts_are_the_same_set() -> None:
    for lang in ("en", "ko"):
        path = ROOT / "src" / "kiki" / "messages" / lang / "provision.json"
        assert set(json.loads(path.read_text("utf-8"))) == named()


def test_errors_say_what_to_do_next() -> None:
    text = "".join(path.read_text("utf-8") for path in SOURCES)
    errors = re.findall(r'Error\("provision\.([a-z_]+)"', text)
    assert len(set(errors)) > 5
    for lang in ("en", "ko"):
        path = ROOT / "src" / "kiki" / "messages" / lang / "provision.json"
        entries = json.loads(path.read_text("utf-8"))
        assert [code for code in errors if not entries[code].get("help")] == []
