"""The ladder: on which rung each kind of server is asked, and how that is found out and kept."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kiki.engines.openai.engine import OpenAIEngine
from kiki.engines.openai.rungs import OPTIONAL, RUNGS
from kiki.engines.port import Completion, Prompt
from kiki.model.agent import Progress
from kiki.model.errors import PermanentError, TemporaryError
from tests.unit.engines.serving import Api, serving

SCHEMA = {
    "type": "object",
    "properties": {"word": {"enum": ["zq", "zr"]}, "more": {"type": "boolean"}},
    "required": ["word"],
    "additionalProperties": False,
}
PROMPT = Prompt(system="s", user="one word", schema=SCHEMA, timeout_s=10.0)
Start = Callable[..., Api]


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:
        yield lambda **what: stack.enter_context(serving(Api(**what)))


def asked(api: Api, folder: Path | None = None, **more: Any) -> Completion:
    return OpenAIEngine(api.url, state_dir=str(folder or ""), **more).complete(PROMPT)


@pytest.mark.parametrize(
    "rung", ["response_format", "json_schema", "structured_outputs", "guided_json"]
)
def test_a_server_is_asked_on_the_first_rung_that_it_keeps_to(start: Start, rung: str) -> None:
    completion = asked(start(keeps=(rung,)))
    assert json.loads(completion.text) == {"word": "zq"}
    assert completion.how == {"seed": "42", "temperature": "0", "rung": rung}
    assert completion.model == "small-1"


@pytest.mark.parametrize("rung", ["json_schema", "structured_outputs", "guided_json"])
@pytest.mark.parametrize("silent", [False, True])
def test_a_server_may_refuse_what_it_does_not_know(start: Start, rung: str, silent: bool) -> None:
    others = tuple(one.name for one in RUNGS if one.name not in (rung, "none"))
    api = start(keeps=(rung,), refuses=others)
    api.silent_refusals = silent
    assert asked(api).how["rung"] == rung


def test_a_grammar_is_what_it_says(start: Start) -> None:
    api = start(refuses=("response_format", "json_schema"))
    api.talk = lambda body: _by_grammar(body.get("grammar", ""))
    completion = asked(api)
    assert (completion.text, completion.how["rung"]) == ('{"word":"zr"}', "grammar")
    assert [sorted(body)[0] for body in api.chats] == ["grammar"]


def test_a_schema_that_no_grammar_can_say_is_left_out(start: Start) -> None:
    api = start(refuses=("response_format", "json_schema"))
    api.talk = lambda body: _by_grammar(body.get("grammar", ""))
    loose = Prompt(system="", user="x", schema={"type": "object"}, timeout_s=10.0)
    assert OpenAIEngine(api.url).complete(loose).how["rung"] == "none"


def _by_grammar(grammar: str) -> str:
    """What each of our two schemas allows, if the grammar names its words."""
    if "heron.wade" in grammar:
        return '{"operations":[{"kind":"otter.dive","fields":{"names":["qz-7"],"count":null}}]}'
    return '{"word":"zr"}' if r'"\"zr\""' in grammar else "nothing of the kind"


def test_plain_json_mode_is_used_when_no_schema_holds(start: Start) -> None:
    api = start(keeps=("json_object",))
    assert json.loads(asked(api).text) == {"some": "object"}  # for understand to refuse
    assert api.chats[-1]["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ('Sure!\n```json\n{"word": "zq"}\n```\nAnything else?', '{"word": "zq"}'),
        ('<think>{"word": "no"}</think>\n{"word": "zr"}', '{"word": "zr"}'),
        ("no JSON at all", "no JSON at all "),
    ],
)
def test_without_any_rung_the_first_object_is_taken_out_of_the_prose(
    start: Start, said: str, text: str
) -> None:
    api = start()
    api.talk = lambda _: said
    completion = asked(api)
    assert completion.text.strip() == text.strip()
    assert completion.how["rung"] == "none"
    assert set(api.chats[-1]) == {
        "model", "messages", "max_tokens", "temperature", "seed", "stream", "stream_options"
    }  # fmt: skip


def test_a_field_that_is_ignored_is_noticed_before_a_real_question_is_asked(start: Start) -> None:
    api = start(keeps=("guided_json",))
    asked(api)
    assert len(api.chats) == 1
    assert "guided_json" in api.chats[0]


def test_a_real_answer_that_breaks_the_schema_makes_kiki_look_again(start: Start) -> None:
    api = start(keeps=("response_format", "guided_json"))
    engine = OpenAIEngine(api.url)
    assert engine.complete(PROMPT).how["rung"] == "response_format"
    api.keeps = ("guided_json",)  # the server was started anew, with less
    completion = engine.complete(PROMPT)
    assert (completion.text.strip(), completion.how["rung"]) == ('{"word": "zq"}', "guided_json")


def test_a_server_that_keeps_to_most_of_a_schema_stays_on_its_rung(start: Start) -> None:
    api = start(keeps=("response_format",))
    api.hold = lambda _: {"word": "something else"}
    completion = asked(api)
    assert json.loads(completion.text) == {"word": "something else"}  # for understand to refuse
    assert completion.how["rung"] == "response_format"


@pytest.mark.parametrize("field", OPTIONAL)
def test_an_optional_field_that_is_refused_is_left_out(start: Start, field: str) -> None:
    api = start(keeps=("response_format",), refuses=(field,))
    api.owner = "llamacpp"
    completion = asked(api)
    assert completion.text.strip() == '{"word": "zq"}'
    assert field not in api.chats[-1]
    assert (field in completion.how) is False
    assert completion.how["rung"] == "response_format"


def test_a_server_that_names_nothing_is_asked_without_anything_optional(start: Start) -> None:
    api = start(keeps=("json_schema",), refuses=("seed", "response_format"))
    api.silent_refusals = True
    completion = asked(api)
    assert completion.how == {"rung": "json_schema"}
    assert set(api.chats[-1]) == {"model", "messages", "max_tokens", "json_schema"}


def test_the_newer_name_of_the_limit_is_used_where_it_is_asked_for(start: Start) -> None:
    api = start(keeps=("response_format",))
    said = b'{"error": {"message": "max_tokens is gone: use max_completion_tokens"}}'
    api.statuses = [(400, {}, said)]
    asked(api)
    assert api.chats[-1]["max_completion_tokens"] == PROMPT.max_tokens
    assert "max_tokens" not in api.chats[-1]


def test_cache_prompt_is_sent_to_llama_alone(start: Start) -> None:
    other, llama = start(keeps=("response_format",)), start(keeps=("response_format",))
    llama.owner = "llamacpp"
    asked(other)
    asked(llama)
    assert "cache_prompt" not in other.chats[-1]
    assert llama.chats[-1]["cache_prompt"] is True


def test_every_request_is_deterministic_and_limited(start: Start) -> None:
    api = start(keeps=("response_format",))
    asked(api)
    body = api.chats[-1]
    assert (body["temperature"], body["seed"], body["max_tokens"]) == (0, 42, 256)
    assert [one["role"] for one in body["messages"]] == ["system", "user"]


def test_an_empty_schema_leaves_the_answer_free_and_as_it_is(start: Start) -> None:
    api = start(keeps=("response_format",))
    api.talk, api.finish = (lambda _: '- name: {"a": 1}'), "length"
    completion = OpenAIEngine(api.url).complete(Prompt(system="", user="YAML", schema={}))
    assert completion.text.strip() == '- name: {"a": 1}'
    assert completion.how["rung"] == "none"
    assert "response_format" not in api.chats[-1]
    assert len(api.chats) == 1


# -- a real request that is refused ---------------------------------------------------------------


def test_a_schema_that_is_too_much_is_left_out_for_that_request_only(start: Start) -> None:
    api = start(keeps=("response_format",))
    engine = OpenAIEngine(api.url)
    engine.complete(PROMPT)
    api.statuses = [(400, {}, b'{"error": {"message": "schema too complex"}}')]
    assert engine.complete(PROMPT).how["rung"] == "none"
    assert engine.complete(PROMPT).how["rung"] == "response_format"


def test_what_is_refused_even_without_a_schema_is_an_error(start: Start) -> None:
    api = start(keeps=("response_format",))
    engine = OpenAIEngine(api.url)
    engine.complete(PROMPT)
    refusal = (400, {}, b'{"error": {"message": "exceeds the context size"}}')
    api.statuses = [refusal, refusal]
    with pytest.raises(PermanentError) as raised:
        engine.complete(PROMPT)
    assert raised.value.code == "engine.refused"
    assert raised.value.params["said"] == "exceeds the context size"
    assert engine.complete(PROMPT).how["rung"] == "response_format"


def test_a_server_that_fails_at_what_it_does_not_know_is_asked_on_a_lower_rung(
    start: Start,
) -> None:
    api = start(keeps=("json_schema",))
    api.statuses = [(500, {}, b"Traceback ...")]
    assert asked(api).how["rung"] == "json_schema"


# -- what is remembered ---------------------------------------------------------------------------


def test_the_way_is_found_out_once_a_process(start: Start) -> None:
    api = start(keeps=("guided_json",))
    engine = OpenAIEngine(api.url)
    engine.complete(PROMPT)
    before = len(api.asked)
    engine.complete(PROMPT)
    assert len(api.asked) == before + 1
    assert api.paths.count("/v1/models") == 1


def test_the_next_process_knows_it_too(start: Start, tmp_path: Path) -> None:
    api = start(keeps=("guided_json",))
    asked(api, tmp_path)
    before = len(api.asked)
    assert asked(api, tmp_path).how["rung"] == "guided_json"
    assert len(api.asked) == before + 1
    [file] = tmp_path.iterdir()
    assert file.name == "engines.json"
    assert file.stat().st_mode & 0o777 == 0o600


def test_another_version_of_the_server_is_looked_at_anew(start: Start, tmp_path: Path) -> None:
    api = start(keeps=("guided_json",))
    api.owner, api.version = "llamacpp", "b1"
    asked(api, tmp_path)
    api.version, api.keeps = "b2", ("response_format",)
    assert asked(api, tmp_path).how["rung"] == "response_format"


def test_what_a_time_limit_cuts_goes_on_from_there(start: Start, tmp_path: Path) -> None:
    api = start(keeps=("guided_json",))
    api.pause_s = 0.05  # a probe that nothing holds takes a quarter of a second
    ended = 0
    for _ in range(10):
        try:
            asked(api, tmp_path, timeout_s=0.6)
            break
        except TemporaryError:
            ended += 1
    assert 0 < ended < 10


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": {"rung": "none"', b'{"x": {"rung": "?"}}'])
def test_a_broken_memory_is_found_out_again(start: Start, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "engines.json").write_bytes(content)
    api = start(keeps=("guided_json",))
    assert asked(api, tmp_path).how["rung"] == "guided_json"


def test_a_folder_that_is_not_there_is_not_made(start: Start, tmp_path: Path) -> None:
    asked(start(keeps=("guided_json",)), tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_a_memory_that_can_not_be_written_changes_nothing(start: Start, tmp_path: Path) -> None:
    (tmp_path / "engines.json").mkdir()
    assert asked(start(keeps=("guided_json",)), tmp_path).how["rung"] == "guided_json"
    assert [path.name for path in tmp_path.iterdir()] == ["engines.json"]


# -- streams --------------------------------------------------------------------------------------


@pytest.mark.parametrize("streams", [True, False])
def test_both_forms_of_an_answer_are_read(start: Start, streams: bool) -> None:
    api = start(keeps=("response_format",))
    api.streams = streams
    assert json.loads(asked(api).text) == {"word": "zq"}


def test_progress_is_told_while_the_answer_comes(start: Start) -> None:
    api = start(keeps=("response_format",))
    api.hold = lambda _: '{"word": "zq"' + " " * 20 + "}"
    heard: list[Progress] = []
    completion = OpenAIEngine(api.url).heard_by(heard.append).complete(PROMPT)
    codes = [progress.code for progress in heard]
    assert codes[:2] == ["progress.model", "progress.model_rung"]
    counted = [int(one.params["tokens"]) for one in heard if one.code == "progress.model"]
    assert counted == sorted(counted)
    assert len(counted) > 3
    assert completion.completion_tokens == 5  # as the server counts
    assert completion.prompt_tokens == 10
