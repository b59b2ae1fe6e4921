"""The engine with the real llama.cpp and a small model. What it reads is not judged here: the model
is too small for that. Whether it is held to the schema is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.engines.conforming import conforms
from kiki.engines.openai.engine import OpenAIEngine
from kiki.engines.openai.memory import Memory
from kiki.engines.openai.rungs import Way
from kiki.engines.port import Prompt
from kiki.model.errors import PermanentError
from kiki.model.exits import Exit
from kiki.targets import registry
from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon
from kiki.understand.retrieval import relevant
from kiki.understand.schema import prompt
from tests.live.kiki_cli import Kiki
from tests.live.llama import KEY, Llama, provided, running

pytestmark = pytest.mark.slow

NAME = "local-llama"
MESSAGES = (
    "nginx 패키지 뾰로롱해 봐봐",
    "demo 공간에 nginx를 3벌 뾰로롱해 봐봐",
    "/tmp/x 파일에 \"back\\slash & 'quote' {{x}}\" 뾰로롱해 봐봐",
    "squeeze 2 pods of cache somewhere in demo",
)


@pytest.fixture(scope="module")
def llama() -> Llama:
    return provided()


@pytest.fixture(scope="module")
def address(llama: Llama) -> Iterator[str]:
    with running(llama, NAME) as found:
        yield found


def asked(message: str) -> Prompt:
    said, vocabulary = Said(message, lexicon()), registry.vocabulary()
    return prompt(said, vocabulary.kinds, relevant(said, vocabulary.kinds, vocabulary))


def engine(address: str, folder: Path | None = None, **more: Any) -> OpenAIEngine:
    options: dict[str, Any] = {"key": KEY, "model": NAME, "timeout_s": 300.0} | more
    return OpenAIEngine(address, state_dir=str(folder or ""), **options)


def on(rung: str, address: str, folder: Path) -> OpenAIEngine:
    """An engine that has found out before that this rung is the right one."""
    made = engine(address, folder)
    catalogue = made._session.catalogue
    from kiki.engines.connecting import Deadline

    version = catalogue.version(Deadline(10))
    Memory(str(folder)).keep(made._session.server.url, NAME, version, Way(rung=rung, sure=True))
    return engine(address, folder)


@pytest.mark.parametrize("message", MESSAGES)
def test_it_is_held_to_the_schema_by_response_format(
    address: str, tmp_path: Path, message: str
) -> None:
    completion = engine(address, tmp_path).complete(asked(message))
    assert completion.how == {"seed": "42", "temperature": "0", "rung": "response_format"}
    assert conforms(json.loads(completion.text), asked(message).schema)
    assert completion.model == NAME


@pytest.mark.parametrize("rung", ["json_schema", "grammar"])
@pytest.mark.parametrize("message", MESSAGES)
def test_it_is_held_to_the_schema_by_llamas_own_fields(
    address: str, tmp_path: Path, message: str, rung: str
) -> None:
    completion = on(rung, address, tmp_path).complete(asked(message))
    assert completion.how["rung"] == rung
    assert conforms(json.loads(completion.text), asked(message).schema)
    assert rung != "grammar" or "\n" not in completion.text


def test_the_ladder_finds_the_grammar_where_the_higher_rungs_are_missing(
    address: str, tmp_path: Path
) -> None:
    made = engine(address, tmp_path)
    from kiki.engines.connecting import Deadline
    from kiki.model.agent import silent

    ladder = made._session.ladder(NAME, Deadline(60))
    ladder._way = Way(rung="grammar")  # not sure yet: it is asked the small question
    assert ladder.settled(Deadline(60), silent) == Way(rung="grammar", sure=True)
    ladder._way = Way(rung="structured_outputs")  # llama.cpp ignores both of vLLM's fields
    assert ladder.settled(Deadline(200), silent).rung in ("json_object", "none")


def test_the_same_prompt_has_the_same_answer(address: str, tmp_path: Path) -> None:
    """Once the prompt's beginning is in the server's cache. The first answer is computed in other
    batches, and where two words are nearly as likely it may be another one: a reading is recorded
    with its change, never made again."""
    made = engine(address, tmp_path)
    made.complete(asked(MESSAGES[1]))
    texts = {made.complete(asked(MESSAGES[1])).text for _ in range(3)}
    assert len(texts) == 1


def test_without_a_schema_it_talks_and_the_answer_is_still_text(
    address: str, tmp_path: Path
) -> None:
    try:
        completion = on("none", address, tmp_path).complete(asked(MESSAGES[0]))
    except PermanentError as error:
        assert error.code == "engine.cut_short"  # it went on and on
    else:
        assert completion.text
        assert completion.how["rung"] == "none"


def test_its_refusals_are_understood(address: str) -> None:
    with pytest.raises(PermanentError) as raised:
        engine(address, key="another").complete(asked(MESSAGES[0]))
    assert raised.value.code == "engine.key_refused"
    with pytest.raises(PermanentError) as raised:
        engine(address, model="gpt-4").complete(asked(MESSAGES[0]))
    assert (raised.value.code, raised.value.params["known"]) == ("engine.model_missing", NAME)
    with pytest.raises(PermanentError) as raised:
        engine(address).complete(Prompt(system="", user="word " * 5000, schema={"enum": ["x"]}))
    assert raised.value.code == "engine.refused"
    assert "context" in str(raised.value.params["said"])
    with pytest.raises(PermanentError) as raised:
        engine(address + "/wrong").complete(asked(MESSAGES[0]))
    assert raised.value.code == "engine.no_path"


def test_the_whole_way_from_the_command_line(address: str, tmp_path: Path) -> None:
    kiki = Kiki(tmp_path, MODEL_URL=address, API_KEY=KEY, KIKI_LANG="en")
    doctor = kiki("doctor")
    assert f"The model {NAME} at {address}/v1 answers, held to the schema" in doctor.out
    ended = kiki("--message", MESSAGES[0])
    # Whatever so small a model says: it is read and checked, asked about, or refused.
    assert ended.code in (Exit.DONE, Exit.QUESTION, Exit.REFUSED), ended.told
    assert KEY not in ended.told
    if ended.code == Exit.DONE:
        assert NAME in ended.out
