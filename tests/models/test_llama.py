"""The real llama.cpp with real models: answers, repeatability, kept states, and what is written.

SmolLM2 shows that everything runs; only the larger ones understand anything.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from msgspec.structs import replace

from kiki.engines.port import Prompt
from kiki.model.errors import PermanentError
from kiki.provision.models.catalogue import Model
from kiki.targets import registry
from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon
from kiki.understand.schema import prompt
from tests.conftest import ROOT
from tests.models.conftest import Lab
from tests.models.having import HALF, SMOL

pytestmark = pytest.mark.models

Have = Callable[[str], Model]
MESSAGES = ("redis 데몬을 잠재워줘", "carve out a namespace named shop")


def asked(message: str, timeout_s: float = 300.0) -> Prompt:
    """The prompt that a message of a user's becomes."""
    made = prompt(Said(message, lexicon()), registry.vocabulary().kinds)
    return replace(made, timeout_s=timeout_s)  # a busy machine is no failure


@pytest.mark.parametrize("name", [SMOL, HALF])
def test_an_answer_holds_to_the_schema(lab: Lab, model: Have, name: str) -> None:
    model(name)
    engine = lab.engine(name)
    for message in MESSAGES:
        given = asked(message)
        completion = engine.complete(given)
        jsonschema_rs.validate(given.schema, json.loads(completion.text))
        assert completion.model == name
        assert 5 < completion.completion_tokens < given.max_tokens


def test_the_same_prompt_has_the_same_answer(fresh: Lab, model: Have) -> None:
    model(HALF)
    given, other = map(asked, MESSAGES)
    first = fresh.engine(HALF).complete(given)
    assert fresh.engine(HALF).complete(given) == first
    fresh.engine(HALF).complete(other)
    assert fresh.engine(HALF).complete(given) == first  # whatever was asked in between
    fresh.stop()
    assert fresh.engine(HALF).complete(given) == first  # in another life
    assert fresh.heard.count("engine.event_prefix") == 1


def test_a_state_is_kept_and_one_that_was_damaged_is_made_again(fresh: Lab, model: Have) -> None:
    model(SMOL)
    given = asked(MESSAGES[1])
    first = fresh.engine(SMOL).complete(given)
    [state] = (fresh.state / "models" / "states").glob("*.state")
    assert state.stat().st_mode & 0o077 == 0
    fresh.stop()
    data = bytearray(state.read_bytes())
    data[len(data) // 2] ^= 0xFF
    state.write_bytes(data)
    assert fresh.engine(SMOL).complete(given) == first
    assert fresh.heard.count("engine.event_prefix") == 2
    [again] = (fresh.state / "models" / "states").glob("*.state")
    assert again.read_bytes() != data


def test_a_message_that_is_too_long_is_an_error_of_ours(lab: Lab, model: Have) -> None:
    model(SMOL)
    with pytest.raises(PermanentError) as raised:
        lab.engine(SMOL).complete(asked("포트를 뚫어줘 " * 400))
    assert raised.value.code == "engine.refused"


def test_no_prompt_is_written_down(fresh: Lab, model: Have) -> None:
    model(SMOL)
    engine = fresh.engine(SMOL)
    word = "zyzzyva"
    engine.complete(asked(f"install {word} please"))
    with pytest.raises(PermanentError):
        engine.complete(asked(f"{word} " * 3000))
    broken = replace(asked(word), schema={"type": word})
    engine.complete(broken)  # refused by llama.cpp, then asked without a schema
    fresh.stop()
    kept = [path for path in fresh.state.rglob("*") if path.is_file()]
    assert any(path.name == "server.log" for path in kept)
    assert not [path for path in kept if word.encode() in path.read_bytes()]


def explained(lab: Lab, message: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "kiki", "explain", message, "--json"]
    environ = {**lab.environ(HALF), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, cwd=lab.state)
    assert done.returncode in (0, 3), done.stderr
    reading: dict[str, Any] = json.loads(done.stdout)["reading"]
    return reading


def test_the_whole_command_reads_what_the_rules_refuse(lab: Lab, model: Have) -> None:
    model(HALF)
    lab.engine(HALF).complete(asked(MESSAGES[0]))  # its first minute is not the command's
    reading = explained(lab, MESSAGES[1])
    assert reading["reader"] == "model"
    [operation] = reading["operations"]
    assert (operation["kind"], operation["fields"]["name"]) == ("k8s.namespace_create", "shop")


def test_what_takes_something_away_in_words_that_nobody_knows_is_asked(
    lab: Lab, model: Have
) -> None:
    model(HALF)
    question = explained(lab, MESSAGES[0])["question"]
    assert (question["code"], question["field"]) == ("question.confirm_kind", "0.kind")
    assert [choice["value"] for choice in question["choices"]] == ["ansible.service_stop"]


def test_stopping_the_command_leaves_the_server(fresh: Lab, model: Have) -> None:
    model(SMOL)
    command = [sys.executable, "-m", "kiki", "explain", MESSAGES[0]]
    environ = {**fresh.environ(SMOL), "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(
        command, env=environ, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 60
        while not Path(fresh.state, "models", "server.log").exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(1)
        process.send_signal(2)
        assert process.wait(30) == 11
    assert fresh.engine(SMOL).complete(asked(MESSAGES[1])).model == SMOL
    assert "engine.starting" not in fresh.heard
