"""A model's reading from the command line to the record: read once, kept, and never asked again."""

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

MESSAGE = "nginx 패키지 뾰로롱해 봐봐"
READ = {"operations": [{"kind": "ansible.package_install", "fields": {"names": ["nginx"]}}]}


Kiki = Callable[..., Ended]


@pytest.fixture
def kiki(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kiki:
    """Kiki with a state folder of its own and, with *script*, the scripted engine."""
    monkeypatch.chdir(tmp_path)
    environ = {"HOME": str(tmp_path), "KIKI_STATE": str(tmp_path / "state"), "PATH": os.defpath}

    def run(*words: str, script: Any = None) -> Ended:
        out, err = io.StringIO(), io.StringIO()
        engine = {}
        if script is not None:
            Path("script.json").write_text(json.dumps(script), "utf-8")
            engine = {"KIKI_ENGINE": f"scripted:{tmp_path}/script.json"}
        screen = Screen(out, err, io.StringIO(), plain=True)
        code = dispatch(list(words), environ=environ | engine, screen=screen)
        return Ended(code, out.getvalue(), err.getvalue())

    return run


def only_change(kiki: Kiki) -> str:
    return str(changes(kiki)[0]["id"])


def changes(kiki: Kiki) -> list[dict[str, Any]]:
    found = json.loads(kiki("changes", "--json").out)
    listed: list[dict[str, Any]] = found["changes"] if isinstance(found, dict) else found
    return listed


def shown(kiki: Kiki, change: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kiki("show", change, "--json").out)["change"]
    return found


def test_without_an_engine_it_is_refused(kiki: Kiki) -> None:
    assert kiki("--message", MESSAGE).code != Exit.DONE
    assert changes(kiki)[0]["state"] == "refused"


def test_a_models_reading_is_shown_recorded_and_redone_without_the_model(kiki: Kiki) -> None:
    answers = [{"when": "nginx", "text": READ}, {"when": "Which verb", "text": {"verb": "install"}}]
    made = kiki("--message", MESSAGE, script={"model": "small-1", "answers": answers})
    assert made.code == Exit.DONE, made.err
    assert "small-1" in made.out
    assert "ansible.builtin.apt" in made.out
    first = shown(kiki, only_change(kiki))
    assert first["reading"]["reader"] == "model"
    source = first["reading"]["operations"][0]["sources"]["names"]
    assert source == {"origin": "model", "start": 0, "end": 5, "detail": "small-1"}

    down = {"answers": [{"error": "unavailable"}]}
    assert kiki("--message", MESSAGE, script=down).code == Exit.TEMPORARY
    again = kiki("redo", str(first["id"]), script=down)
    assert again.code == Exit.DONE, again.err
    newest = shown(kiki, only_change(kiki))
    assert newest["redoes"] == first["id"]
    assert newest["reading"] == first["reading"]


def test_an_engine_that_is_down_is_temporary_and_says_so(kiki: Kiki) -> None:
    ended = kiki("--message", MESSAGE, "--lang", "en", script={"answers": [{"error": "timeout"}]})
    assert ended.code == Exit.TEMPORARY
    assert "gave no answer within 30 s" in ended.err
    assert changes(kiki)[0]["state"] == "failed"


def test_a_wrong_model_and_a_bad_script_are_no_temporary_failures(kiki: Kiki) -> None:
    assert kiki("--message", MESSAGE, script={"answers": [{"error": "model_unknown"}]}).code == 1
    assert kiki("--message", MESSAGE, script={"answers": 3}).code == Exit.USAGE


def test_a_message_that_rules_read_needs_no_engine_that_answers(kiki: Kiki) -> None:
    ended = kiki("--message", "nginx 설치해줘", script={"answers": [{"error": "unavailable"}]})
    assert ended.code == Exit.DONE, ended.err


def test_a_secret_of_the_message_never_reaches_the_model_or_the_record(
    kiki: Kiki, tmp_path: Path
) -> None:
    message = "kim 계정에 비밀번호 Geheim-4711 붙여서 뾰로롱해 봐봐"
    fields = {"names": ["kim"], "password": "{{secret:password-1}}"}
    text = {"operations": [{"kind": "ansible.user_create", "fields": fields}]}
    # The answer is only for a prompt in which the secret is a name already.
    verb = {"when": "봐봐\n</message>\nWhich verb", "text": {"verb": "create"}}
    script = {"answers": [{"when": "{{secret:password-1}}", "text": text}, verb]}
    ended = kiki("--message", message, script=script)
    assert ended.code == Exit.DONE, ended.err
    assert "Geheim" not in ended.out + ended.err
    for path in (tmp_path / "state").rglob("*"):
        assert not path.is_file() or b"Geheim" not in path.read_bytes()
