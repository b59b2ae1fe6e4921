"""The small HTTP server for a model without one: asked by Kiki's own engine, and by strangers."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from kiki.engines.embedded.driver.completions import Answered, CompletionServer, TooLong
from kiki.engines.embedded.host import Address
from kiki.engines.embedded.making import connected
from kiki.model.errors import KikiError, PermanentError, TemporaryError
from tests.unit.engines.embedded.conftest import PROMPT

Answer = Callable[[dict[str, Any], Callable[[], bool]], Answered]
KEY = "k"


@contextmanager
def serving(answer: Answer) -> Iterator[CompletionServer]:
    server = CompletionServer(KEY, "tiny", answer)
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def fixed(text: str = "{}") -> Answer:
    return lambda body, gone: Answered(text, 5, 2)


def failure(call: Callable[[], object]) -> KikiError:
    with pytest.raises(KikiError) as raised:
        call()
    return raised.value


def test_what_is_asked_and_what_comes_back() -> None:
    bodies: list[dict[str, Any]] = []

    def answer(body: dict[str, Any], gone: Callable[[], bool]) -> Answered:
        bodies.append(body)
        return Answered('{"a": 1}', 5, 2)

    with serving(answer) as server:
        engine = connected(Address(server.url, KEY, "tiny"), 10)
        completion = engine.complete(replace(PROMPT, examples=(("q", "a"),)))
    assert (completion.text, completion.model) == ('{"a": 1}', "tiny")
    assert (completion.prompt_tokens, completion.completion_tokens) == (5, 2)
    assert completion.how["rung"] == "response_format"
    [body] = bodies
    assert [turn["content"] for turn in body["messages"]] == ["s", "q", "a", "u"]
    assert (body["temperature"], body["max_tokens"]) == (0, 256)
    assert body["response_format"]["json_schema"]["schema"] == PROMPT.schema


def test_an_answer_that_takes_too_long_ends_when_nobody_waits() -> None:
    heard: list[bool] = []

    def slow(body: dict[str, Any], gone: Callable[[], bool]) -> Answered:
        deadline = time.monotonic() + 5
        while not gone() and time.monotonic() < deadline:
            time.sleep(0.01)
        heard.append(gone())
        return Answered("", 0, 0)

    with serving(slow) as server:
        engine = connected(Address(server.url, KEY, "tiny"), 0.3)
        error = failure(lambda: engine.complete(PROMPT))
        assert isinstance(error, TemporaryError)
        assert error.code == "engine.timeout"
        while not heard:
            time.sleep(0.01)
    assert heard == [True]


def test_a_prompt_that_is_too_long() -> None:
    def long(body: dict[str, Any], gone: Callable[[], bool]) -> Answered:
        raise TooLong

    with serving(long) as server:
        error = failure(lambda: connected(Address(server.url, KEY, "tiny"), 10).complete(PROMPT))
    assert isinstance(error, PermanentError)
    assert error.code == "engine.refused"


@pytest.mark.parametrize("raised", [ValueError("x"), RuntimeError("x"), KeyError("x")])
def test_a_model_that_fails_says_no_more_than_that(raised: Exception) -> None:
    def failing(body: dict[str, Any], gone: Callable[[], bool]) -> Answered:
        raise raised

    with serving(failing) as server:
        error = failure(lambda: connected(Address(server.url, KEY, "tiny"), 10).complete(PROMPT))
    assert error.code in ("engine.refused", "engine.failed")


def asked(
    server: CompletionServer, method: str, path: str, body: bytes = b"", **headers: str
) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
    try:
        connection.request(method, path, body, {"Authorization": f"Bearer {KEY}"} | headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_what_it_refuses() -> None:
    with serving(fixed()) as server:
        assert asked(server, "GET", "/v1/models") == 200
        assert asked(server, "GET", "/") == 404
        assert asked(server, "GET", "/v1/models", Authorization="Bearer ") == 401
        assert asked(server, "POST", "/v1/completions", b"{}") == 404
        assert asked(server, "POST", "/v1/chat/completions", b"{", Authorization="x") == 401
        assert asked(server, "POST", "/v1/chat/completions", b"{") == 400
        large = {"Content-Length": str(1 << 30)}
        assert asked(server, "POST", "/v1/chat/completions", b"{}", **large) == 413


def test_it_says_what_it_made() -> None:
    with serving(fixed("x")) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
        headers = {"Authorization": f"Bearer {KEY}"}
        connection.request("POST", "/v1/chat/completions", b'{"messages": []}', headers)
        found = json.loads(connection.getresponse().read())
        connection.close()
    assert found["choices"][0]["message"] == {"role": "assistant", "content": "x"}
    assert found["usage"] == {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
