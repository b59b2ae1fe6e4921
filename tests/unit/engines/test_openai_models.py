"""Which model is asked: the wanted one, the only one, or a question."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from kiki.engines.openai.engine import OpenAIEngine
from kiki.engines.port import Prompt, SeveralModelsError
from kiki.model.errors import PermanentError
from tests.unit.engines.serving import Api, serving

PROMPT = Prompt(system="s", user="one word", schema={"enum": ["zq"]}, timeout_s=10.0)
Start = Callable[..., Api]


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:

        def started(models: Any) -> Api:
            api = Api(keeps=("response_format",))
            api.models = models
            return stack.enter_context(serving(api))

        yield started


def test_the_only_model_is_taken(start: Start) -> None:
    api = start(["small-1"])
    assert OpenAIEngine(api.url).complete(PROMPT).model == "small-1"
    assert {body["model"] for body in api.asked} == {"small-1"}


def test_the_wanted_one_is_taken_and_a_prompt_may_name_another(start: Start) -> None:
    api = start(["a", "b", "c"])
    engine = OpenAIEngine(api.url, model="b")
    assert engine.name == "b"
    assert engine.complete(PROMPT).model == "b"
    named = Prompt(system="", user="x", schema=PROMPT.schema, model="c")
    assert engine.complete(named).model == "c"


def test_a_tag_that_goes_without_saying_is_added(start: Start) -> None:
    api = start(["a:latest", "b:1"])
    assert OpenAIEngine(api.url, model="a").complete(PROMPT).model == "a:latest"


def test_a_model_that_is_not_there_is_said_with_those_that_are(start: Start) -> None:
    api = start(["a", "b"])
    with pytest.raises(PermanentError) as raised:
        OpenAIEngine(api.url, model="local-llama").complete(PROMPT)
    assert raised.value.code == "engine.model_missing"
    assert raised.value.params["known"] == "a, b"
    assert not api.asked  # another server's answer is not trusted


def test_several_and_no_wish_is_a_question(start: Start) -> None:
    api = start(["a", "b", "a"])
    with pytest.raises(SeveralModelsError) as raised:
        OpenAIEngine(api.url).complete(PROMPT)
    assert raised.value.names == ("a", "b")
    assert not api.asked


def test_hundreds_of_models_are_not_all_named(start: Start) -> None:
    api = start([f"m{number}" for number in range(300)])
    with pytest.raises(SeveralModelsError) as several:
        OpenAIEngine(api.url).complete(PROMPT)
    assert len(several.value.names) == 24
    with pytest.raises(PermanentError) as missing:
        OpenAIEngine(api.url, model="x").complete(PROMPT)
    assert str(missing.value.params["known"]).endswith("m23, …")
    assert OpenAIEngine(api.url, model="m299").complete(PROMPT).model == "m299"


def test_a_server_without_models_says_so(start: Start) -> None:
    with pytest.raises(PermanentError) as raised:
        OpenAIEngine(start([]).url).complete(PROMPT)
    assert raised.value.code == "engine.no_model"


@pytest.mark.parametrize("wanted", ["", "mine"])
@pytest.mark.parametrize(
    "models",
    [
        (404, b"not found"),
        (405, b""),
        (500, b"broken"),
        (200, b"<html>no list</html>"),
        (200, b'{"data": 3}'),
        (200, b"[]"),
    ],
)
def test_a_server_that_has_no_list_is_asked_for_what_is_wanted(
    start: Start, models: Any, wanted: str
) -> None:
    api = start(models)
    completion = OpenAIEngine(api.url, model=wanted).complete(PROMPT)
    assert api.asked[0].get("model", "") == wanted
    assert completion.model == (wanted or "small-1")  # else what the answer says


def test_a_list_that_wants_a_key_is_not_passed_over(start: Start) -> None:
    api = start((401, b'{"error": {"message": "Invalid API Key"}}'))
    with pytest.raises(PermanentError) as raised:
        OpenAIEngine(api.url).complete(PROMPT)
    assert raised.value.code == "engine.key_missing"


@pytest.mark.parametrize("name", ["a\x1b[2Jb", "a\nb", "x" * 500, "", 3, None])
def test_names_that_can_not_be_shown_are_no_names(start: Start, name: Any) -> None:
    api = start([name, "good"])
    assert OpenAIEngine(api.url).complete(PROMPT).model == "good"


def test_a_look_shows_server_model_and_rung(start: Start) -> None:
    api = start(["small-1"])
    look = OpenAIEngine(api.url).look(10.0)
    assert look == (f"{api.url}/v1", "small-1", "response_format", True)
    api.keeps = ()
    assert OpenAIEngine(api.url).look(10.0)[2:] == ("none", False)
