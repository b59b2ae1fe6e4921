"""A generic reading from the command line to the record, and the setting."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiki.cli.dispatch import dispatch
from kiki.cli.screen import Screen
from kiki.model.exits import Exit
from tests.unit.cli.whole import Ended
from tests.unit.understand.generic.asking import NOTHING

SAY = "오픈스택 볼륨 타입 fast 만들어줘"
SORT = {"type": "OS::Cinder::VolumeType", "body": {"name": "fast"}}
SCRIPT = [json.dumps(NOTHING), json.dumps({"operations": [SORT]})]


Kiki = Callable[..., Ended]


@pytest.fixture
def kiki(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kiki:
    """Kiki with a state folder of its own, and an engine that answers the two prompts."""
    monkeypatch.chdir(tmp_path)
    Path("script.json").write_text(json.dumps(SCRIPT), "utf-8")
    base = {
        "HOME": str(tmp_path),
        "KIKI_STATE": str(tmp_path / "state"),
        "PATH": os.defpath,
        "KIKI_ENGINE": f"scripted:{tmp_path}/script.json",
    }

    def run(*words: str, **environ: str) -> Ended:
        out, err = io.StringIO(), io.StringIO()
        screen = Screen(out, err, io.StringIO(), plain=True)
        code = dispatch(list(words), environ=base | environ, screen=screen)
        return Ended(code, out.getvalue(), err.getvalue())

    return run


def shown(kiki: Kiki) -> dict[str, Any]:
    change = json.loads(kiki("changes", "--json").out)["changes"][0]["id"]
    found: dict[str, Any] = json.loads(kiki("show", change, "--json").out)["change"]
    return found


def test_each_value_is_kept_and_shown_with_its_place(kiki: Kiki) -> None:
    assert kiki("--message", SAY).code == Exit.DONE
    (operation,) = shown(kiki)["reading"]["operations"]
    assert operation["fields"]["body"] == {"name": "fast"}
    name = operation["sources"]["body.name"]
    assert SAY[name["start"] : name["end"]] == "fast"
    text = kiki("show", json.loads(kiki("changes", "--json").out)["changes"][0]["id"]).out
    assert "body.name" in text
    assert "fast" in text


def test_it_is_checked_code_and_high(kiki: Kiki) -> None:
    kiki("--message", SAY)
    (stage,) = shown(kiki)["stages"]
    assert {found["code"] for found in stage["findings"]} >= {"policy.generic_operation"}
    assert "OS::Cinder::VolumeType" in stage["artifact"]["files"][0]["text"]


def test_it_can_be_switched_off(kiki: Kiki) -> None:
    assert kiki("--message", SAY, KIKI_GENERIC="off").code == Exit.REFUSED
    assert "generic" in kiki("config", "show", KIKI_GENERIC="off").out


def test_code_only(kiki: Kiki) -> None:
    said = kiki("--message", SAY + ". YAML만 출력.")
    assert "type: OS::Cinder::VolumeType" in said.out
