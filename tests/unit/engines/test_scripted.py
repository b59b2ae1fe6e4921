"""The scripted engine's own file: models, answers in turn, errors on demand, bad files."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiki.engines.port import Prompt
from kiki.engines.scripted import ScriptedEngine
from kiki.model.errors import KikiError, PermanentError, TemporaryError, UsageError


def prompt(user: str) -> Prompt:
    return Prompt(system="", user=user, schema={}, timeout_s=7.0)


def engine(folder: Path, script: Any) -> ScriptedEngine:
    path = folder / "script.json"
    path.write_text(json.dumps(script), "utf-8")
    return ScriptedEngine.from_file(str(path))


def test_answers_name_their_model_and_are_found_by_a_part_of_the_message(tmp_path: Path) -> None:
    answers = [{"when": "nginx", "text": "one"}, {"when": "redis", "text": {"two": 2}}]
    made = engine(tmp_path, {"model": "small-1", "answers": answers})
    assert made.name == "small-1"
    assert made.complete(prompt("redis 얹어")).text == '{"two":2}'
    completion = made.complete(prompt("nginx 얹어"))
    assert (completion.text, completion.model) == ("one", "small-1")


def test_several_answers_for_the_same_words_are_given_in_turn(tmp_path: Path) -> None:
    answers = [{"when": "nginx", "text": text} for text in ("first", "second")]
    made = engine(tmp_path, {"answers": answers})
    assert [made.complete(prompt("nginx")).text for _ in range(3)] == ["first", "second", "second"]


def test_an_answer_without_words_is_for_every_other_message(tmp_path: Path) -> None:
    answers = [{"text": "any"}, {"when": "nginx", "text": "nginx"}]
    made = engine(tmp_path, {"answers": answers})
    assert [made.complete(prompt(user)).text for user in ("nginx", "x")] == ["nginx", "any"]


@pytest.mark.parametrize(
    ("error", "kind", "code", "params"),
    [
        (
            "unavailable",
            TemporaryError,
            "engine.unavailable",
            {"engine": "m", "reason": "scripted"},
        ),
        ("timeout", TemporaryError, "engine.timeout", {"engine": "m", "seconds": "7"}),
        ("model_unknown", PermanentError, "engine.model_unknown", {"name": "m"}),
    ],
)
def test_errors_on_demand(
    tmp_path: Path, error: str, kind: type[KikiError], code: str, params: dict[str, str]
) -> None:
    made = engine(tmp_path, {"model": "m", "answers": [{"error": error}]})
    with pytest.raises(kind) as raised:
        made.complete(prompt("nginx"))
    assert (raised.value.code, raised.value.params) == (code, params)


@pytest.mark.parametrize(
    "script",
    [
        {"answers": {}},
        {"answers": [{"when": "x"}]},
        {"answers": [{"text": "a", "error": "timeout"}]},
        {"answers": [{"text": "a", "wen": "typing error"}]},
        {"answers": [], "mode": "typing error"},
        {"answers": [{"error": "tired"}]},
        {"nginx": 3},
        [None],
    ],
)
def test_a_file_that_is_no_script_is_a_usage_error(tmp_path: Path, script: Any) -> None:
    with pytest.raises(UsageError) as raised:
        engine(tmp_path, script)
    assert raised.value.code == "engine.script_unreadable"
    assert raised.value.params["path"] == str(tmp_path / "script.json")


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_bytes_that_are_no_json_are_a_usage_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "script.json"
    path.write_bytes(data)
    with pytest.raises(UsageError):
        ScriptedEngine.from_file(str(path))


@pytest.mark.parametrize("path", ["", "/", "/nowhere/script.json", "\0"])
def test_a_path_that_is_no_file_is_a_usage_error(path: str) -> None:
    with pytest.raises(UsageError):
        ScriptedEngine.from_file(path)
