"""What every engine promises: JSON for a prompt, and only Kiki's own errors.

Runs over the shipped fake, over the engine for OpenAI-compatible servers with a server of each
sort, and over the embedded engine with a server that has no model behind it; tests/models has real
ones.
Another engine is added to ENGINES with a way to make one.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from kiki.engines.embedded.driver.completions import Answered, CompletionServer
from kiki.engines.embedded.engine import EmbeddedEngine
from kiki.engines.embedded.host import Address, Host
from kiki.engines.embedded.making import connected
from kiki.engines.openai.engine import OpenAIEngine
from kiki.engines.port import Completion, Engine, Prompt, telling
from kiki.engines.scripted import ScriptedEngine
from kiki.model.agent import Progress
from kiki.model.errors import KikiError, PermanentError, TemporaryError, UsageError
from tests.unit.engines.serving import Api, serving

ANSWER = {"operations": [{"kind": "ansible.ping"}]}
PROMPT = Prompt(system="s", user="ping 해줘", schema={"type": "object"})


def in_turn(*_: object) -> Engine:
    return ScriptedEngine([ANSWER, ANSWER])


def by_message(*_: object) -> Engine:
    return ScriptedEngine({"ping": ANSWER})


def from_file(folder: Path, _: ExitStack) -> Engine:
    path = folder / "script.json"
    path.write_text(json.dumps({"핑": "{}", "ping": ANSWER}), "utf-8")
    return ScriptedEngine.from_file(path)


class Served:
    """A host whose server is in this process."""

    @contextmanager
    def use(self, _: list[dict[str, str]]) -> Iterator[Address]:
        def answer(body: dict[str, Any], gone: Callable[[], bool]) -> Answered:
            return Answered(json.dumps(ANSWER), 5, 5)

        with CompletionServer("key", "tiny", answer) as server:
            yield Address(server.url, "key", server.model)
            server.shutdown()


def embedded(_: Path, __: ExitStack) -> Engine:
    host = cast(Host, Served())
    return EmbeddedEngine("tiny", lambda name, report: host, lambda address: connected(address, 10))


def openai(folder: Path, stack: ExitStack) -> Engine:
    """A server that holds its model to the schema."""
    api = Api(keeps=("response_format",))
    api.hold = lambda _: json.dumps(ANSWER)
    return OpenAIEngine(stack.enter_context(serving(api)).url, state_dir=str(folder))


def openai_talking(_: Path, stack: ExitStack) -> Engine:
    """A server that does not, and neither streams nor says which models it has."""
    api = Api()
    api.talk = lambda _: f"Certainly:\n```json\n{json.dumps(ANSWER)}\n```"
    api.streams, api.models = False, None
    return OpenAIEngine(stack.enter_context(serving(api)).url, model="any")


ENGINES: dict[str, Callable[[Path, ExitStack], Engine]] = {
    "scripted-in-turn": in_turn,
    "scripted-by-message": by_message,
    "scripted-from-file": from_file,
    "openai-held": openai,
    "openai-talking": openai_talking,
    "embedded": embedded,
}


@pytest.fixture(params=ENGINES.values(), ids=ENGINES.keys())
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with ExitStack() as stack:
        yield request.param(tmp_path, stack)


def test_it_has_a_name(engine: Engine) -> None:
    assert engine.name


def test_an_answer_is_json_text_and_says_which_model_gave_it(engine: Engine) -> None:
    completion = engine.complete(PROMPT)
    assert isinstance(completion, Completion)
    assert json.loads(completion.text) == ANSWER
    assert completion.model


def test_the_same_prompt_has_the_same_answer(engine: Engine) -> None:
    assert engine.complete(PROMPT).text == engine.complete(PROMPT).text


def test_a_prompt_is_left_as_it_is(engine: Engine) -> None:
    before = msgspec.json.encode(PROMPT)
    engine.complete(PROMPT)
    assert msgspec.json.encode(PROMPT) == before


def test_what_it_tells_while_it_works_has_a_text(engine: Engine) -> None:
    from kiki.messages import known

    heard: list[Progress] = []
    listened = telling(engine, heard.append)
    assert listened is not None
    assert json.loads(listened.complete(PROMPT).text) == ANSWER
    assert all(known(progress.code, lang) for progress in heard for lang in ("en", "ko"))


def test_how_an_answer_was_made_is_said_in_texts(engine: Engine) -> None:
    how = engine.complete(PROMPT).how
    assert all(isinstance(value, str) and value for value in how.values())


# -- what the scripted engine adds ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code"), [("unavailable", "engine.unavailable"), ("timeout", "engine.timeout")]
)
def test_it_fails_on_demand_as_a_real_engine_fails(error: str, code: str) -> None:
    engine = ScriptedEngine([{"error": error}, ANSWER])
    with pytest.raises(TemporaryError) as raised:
        engine.complete(PROMPT)
    assert raised.value.code == code
    assert json.loads(engine.complete(PROMPT).text) == ANSWER


@pytest.mark.parametrize("script", [[], {"other": ANSWER}])
def test_a_script_that_has_ended_is_an_error_of_ours(script: list[str] | dict[str, str]) -> None:
    with pytest.raises(PermanentError) as raised:
        ScriptedEngine(script).complete(PROMPT)
    assert raised.value.code == "engine.script_ended"


def test_the_longest_key_wins() -> None:
    engine = ScriptedEngine({"ping": {"a": 1}, "ping 해": {"a": 2}})
    assert json.loads(engine.complete(PROMPT).text) == {"a": 2}


def test_text_is_sent_as_it_is_and_prompts_are_kept() -> None:
    engine = ScriptedEngine(["not json"])
    assert engine.complete(PROMPT).text == "not json"
    assert engine.asked == [PROMPT]


@pytest.mark.parametrize("text", ["", "{", "3", '"text"'])
def test_an_unreadable_script_is_a_usage_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "script.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as raised:
        ScriptedEngine.from_file(path)
    assert raised.value.code == "engine.script_unreadable"


def test_a_missing_script_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(KikiError):
        ScriptedEngine.from_file(tmp_path / "none.json")
