"""Every kind of bad server: a clear error in both languages, in time, and without the key."""

import gzip
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from kiki.cli.look import Look
from kiki.cli.views import failure
from kiki.engines.openai.engine import OpenAIEngine
from kiki.engines.port import Prompt
from kiki.model.errors import KikiError, PermanentError, TemporaryError, UsageError
from tests.unit.engines.serving import KEY, Api, raw, serving

PROMPT = Prompt(system="s", user="one word", schema={"enum": ["zq"]}, timeout_s=10.0)
OK = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n"
STREAM = b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
ANSWER = json.dumps({"choices": [{"message": {"content": '"zq"'}, "finish_reason": "stop"}]})
Sends = Callable[[socket.socket, bytes], None]


def failing(url: str, **more: Any) -> KikiError:
    """What asking this server raises; it must say no key."""
    options: dict[str, Any] = {"key": KEY, "model": "small-1", "timeout_s": 2.0} | more
    with pytest.raises(KikiError) as raised:
        OpenAIEngine(url, **options).complete(PROMPT)
    said_by(raised.value)
    return raised.value


def said_by(error: KikiError) -> str:
    """What a person sees of it in both languages: plain, whole and without the key."""
    both = [failure.human(error, Look(lang)) for lang in ("en", "ko")]
    for text in both:
        assert not re.search(r"\{[a-z_]+\}", text), text
        assert not [char for char in text if char < " " and char != "\n"]
        assert KEY not in text
    assert KEY not in str(error) + repr(error.params)
    assert "engine." not in both[0]  # every reason is put in words
    return both[0]


@pytest.fixture
def start() -> Iterator[Callable[..., Api]]:
    with ExitStack() as stack:
        yield lambda **what: stack.enter_context(serving(Api(**what)))


def expect(error: KikiError, kind: type[KikiError], code: str) -> None:
    assert (type(error), error.code) == (kind, code)


# -- no answer ------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def test_nothing_listens() -> None:
    error = failing(f"http://127.0.0.1:{free_port()}/v1")
    expect(error, TemporaryError, "engine.unavailable")
    assert error.params["reason"] == "engine.why_refused"
    assert "start the server" in said_by(error)


def test_a_name_that_nobody_knows() -> None:
    error = failing("http://no-such-host.invalid:8080")
    expect(error, TemporaryError, "engine.unavailable")
    assert error.params["reason"] == "engine.why_name"


def test_a_name_service_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3) or [])
    begun = time.monotonic()
    error = failing("http://somewhere:8080", timeout_s=0.3)
    assert error.params["reason"] == "engine.why_name"
    assert time.monotonic() - begun < 1.5


def test_a_place_that_takes_no_connection_is_given_up_soon() -> None:
    # A listener whose queue is full drops what comes: the kernel answers nothing.
    with socket.socket() as full, ExitStack() as stack:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        time.sleep(0.1)
        begun = time.monotonic()
        error = failing(f"http://127.0.0.1:{full.getsockname()[1]}", timeout_s=30.0)
    assert error.params["reason"] == "engine.why_silent"
    assert time.monotonic() - begun < 4


def _reset(connection: socket.socket, _: bytes) -> None:
    connection.sendall(STREAM + b'data: {"choices": []}\n\n')
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def _close(connection: socket.socket, _: bytes) -> None:
    connection.close()


CUTS: dict[str, Sends] = {
    "reset in the middle": _reset,
    "closed without a word": _close,
    "less than announced": lambda c, _: c.sendall(OK + b"Content-Length: 500\r\n\r\n{"),
    "half a JSON": lambda c, _: c.sendall(OK + b"\r\n" + ANSWER[:30].encode()),
    "a stream without its end": lambda c, _: c.sendall(
        STREAM + b'data: {"choices": [{"delta": {"content": "z"}}]}\n\n'
    ),
    "half an event": lambda c, _: c.sendall(STREAM + b'data: {"choices": [{"del\n\n'),
    "half a chunk": lambda c, _: c.sendall(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{"
    ),
}


@pytest.mark.parametrize("talk", CUTS.values(), ids=CUTS.keys())
def test_an_answer_that_breaks_off(talk: Sends) -> None:
    with raw(talk) as url:
        error = failing(url)
    expect(error, TemporaryError, "engine.unavailable")
    assert error.params["reason"] == "engine.why_cut"


def _trickle(head: bytes, drop: bytes) -> Sends:
    def talk(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        for _ in range(200):
            connection.sendall(drop)
            time.sleep(0.05)

    return talk


SLOW: dict[str, Sends] = {
    "nothing": lambda c, _: time.sleep(5),
    "headers": _trickle(b"HTTP/1.0 200 OK\r\nX-Long: ", b"x"),
    "interim answers": _trickle(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": _trickle(OK + b"\r\n", b" "),
    "comments": _trickle(STREAM, b": still here\n"),
    "tokens": _trickle(STREAM, b'data: {"choices": [{"delta": {"content": "z"}}]}\n\n'),
}


@pytest.mark.parametrize("talk", SLOW.values(), ids=SLOW.keys())
def test_a_slow_server_gets_no_more_than_its_time(talk: Sends) -> None:
    begun = time.monotonic()
    with raw(talk) as url:
        error = failing(url, timeout_s=0.6)
        took = time.monotonic() - begun
    expect(error, TemporaryError, "engine.timeout")
    assert error.params["seconds"] == "0.6"
    assert took < 1.5


# -- no API ---------------------------------------------------------------------------------------

PAGE = (
    b"<!DOCTYPE html><html><head><style>p {color: red}</style><title>Log in</title></head>"
    b"<body>\x1b[31mWelcome\x07 to the\x00 portal<script>alert(1)</script></body></html>"
)


@pytest.mark.parametrize("status", [200, 400, 405, 501])
def test_a_page_is_no_api_and_its_first_words_are_shown_harmless(status: int) -> None:
    reply = b"HTTP/1.0 %d X\r\nContent-Type: text/html\r\n\r\n" % status
    with raw(lambda c, _: c.sendall(reply + PAGE)) as url:
        error = failing(url)
    expect(error, PermanentError, "engine.not_api")
    assert error.params["said"] == "Log in [31mWelcome to the portal"
    assert error.params["status"] == status
    assert f"status {status}, it says: Log in" in said_by(error)


NO_API: dict[str, tuple[bytes, str]] = {
    "plain text": (OK + b"\r\nhello", "engine.not_api"),
    "nothing": (OK + b"\r\n", "engine.not_api"),
    "another document": (OK + b'\r\n{"hello": "world"}', "engine.not_api"),
    "a list": (OK + b"\r\n[1, 2]", "engine.not_api"),
    "a number": (OK + b"\r\n1", "engine.not_api"),
    "too deep": (OK + b"\r\n7" + b"[" * 100_000, "engine.not_api"),
    "no event": (STREAM + b"data: 3\n\n", "engine.not_api"),
    "not UTF-8": (OK + b'\r\n{"choices": "\xff\xfe"}', "engine.not_utf8"),
    "an event that is not UTF-8": (STREAM + b'data: {"choices": "\xff"}\n\n', "engine.not_utf8"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", "engine.not_http"),
    "an endless header": (b"HTTP/1.0 200 OK\r\nX: " + b"x" * 100_000, "engine.not_http"),
    "very many headers": (b"HTTP/1.0 200 OK\r\n" + b"X: y\r\n" * 500, "engine.not_http"),
    "a bad chunk": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{", "engine.unavailable"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "code"), NO_API.values(), ids=NO_API.keys())
def test_what_is_no_answer_of_such_an_api(reply: bytes, code: str) -> None:
    with raw(lambda c, _: c.sendall(reply)) as url:
        assert failing(url).code == code


def test_compression_that_nobody_asked_for() -> None:
    reply = OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(ANSWER.encode())
    with raw(lambda c, _: c.sendall(reply)) as url:
        error = failing(url)
    expect(error, PermanentError, "engine.encoded")
    assert error.params["encoding"] == "gzip"


@pytest.mark.parametrize("head", [OK + b"\r\n", OK + b"Content-Length: 104857600\r\n\r\n", STREAM])
def test_a_hundred_megabytes_are_not_read(head: bytes) -> None:
    sent = 0

    def talk(connection: socket.socket, _: bytes) -> None:
        nonlocal sent
        connection.sendall(head)
        for _ in range(100):
            connection.sendall(b"x" * 1_000_000)
            sent += 1

    with raw(talk) as url:
        error = failing(url, timeout_s=20.0)
    expect(error, PermanentError, "engine.too_much")
    assert sent < 20


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(start: Callable[..., Api], status: int) -> None:
    other = start(keeps=("response_format",))
    place = f"{other.url}/v1?token={KEY}"
    reply = f"HTTP/1.0 {status} Moved\r\nLocation: {place}\r\n\r\n"
    with raw(lambda c, _: c.sendall(reply.encode())) as url:
        error = failing(url)
    expect(error, PermanentError, "engine.redirected")
    assert error.params["to"] == f"{other.url}/v1"
    assert not other.paths


# -- statuses -------------------------------------------------------------------------------------

STATUSES: list[tuple[int, bytes, type[KikiError], str]] = [
    (401, b'{"error": {"message": "Invalid API Key"}}', PermanentError, "engine.key_refused"),
    (403, b"forbidden", PermanentError, "engine.key_refused"),
    (404, b'{"detail": "Not Found"}', PermanentError, "engine.no_path"),
    (404, b'{"error": {"message": "model small-1 not found"}}', PermanentError,
     "engine.model_missing"),
    (413, b"too large", PermanentError, "engine.refused"),
    (418, b"", PermanentError, "engine.refused"),
    (502, b"<html>Bad Gateway</html>", TemporaryError, "engine.failed"),
    (504, b"", TemporaryError, "engine.failed"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "code"), STATUSES)
def test_each_status_has_its_error(
    start: Callable[..., Api], status: int, body: bytes, kind: type[KikiError], code: str
) -> None:
    api = start()
    api.statuses = [(status, {}, body)] * 20
    error = failing(api.url)
    expect(error, kind, code)


def test_a_server_that_fails_at_everything_is_said_to_fail(start: Callable[..., Api]) -> None:
    api = start()
    api.statuses = [(500, {}, b'{"error": {"message": "CUDA \\u001b[2J out of memory"}}')] * 20
    error = failing(api.url)
    expect(error, TemporaryError, "engine.failed")
    assert error.params["said"] == "CUDA [2J out of memory"


def test_a_server_that_echoes_the_key_does_not_have_it_shown(start: Callable[..., Api]) -> None:
    api = start()
    api.statuses = [(401, {}, f"Incorrect API key provided: {KEY}.".encode())]
    assert failing(api.url).params["said"] == "Incorrect API key provided: ***."


def test_a_missing_key_is_asked_for(start: Callable[..., Api]) -> None:
    api = start()
    api.key = KEY
    error = failing(api.url, key="")
    expect(error, PermanentError, "engine.key_missing")
    assert "Set API_KEY" in said_by(error)


def test_a_wrong_path_says_which_one_servers_want(start: Callable[..., Api]) -> None:
    api = start()
    api.statuses = [(404, {}, b"File Not Found")]
    assert "/v1" in said_by(failing(api.url + "/other"))


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_once(start: Callable[..., Api], status: int) -> None:
    api = start(keeps=("response_format",))
    engine = OpenAIEngine(api.url)
    engine.complete(PROMPT)
    api.statuses = [(status, {"Retry_After": "0"}, b"Loading model")]
    assert engine.complete(PROMPT).text.strip() == '"zq"'
    api.statuses = [(status, {"Retry_After": "0"}, b"Loading model")] * 2
    with pytest.raises(TemporaryError) as raised:
        engine.complete(PROMPT)
    assert raised.value.code == "engine.busy"
    assert "Loading model" in said_by(raised.value)


@pytest.mark.parametrize("after", ["3600", "Wed, 21 Oct 2099 07:28:00 GMT", "999999999999"])
def test_a_wait_that_is_too_long_is_not_begun(start: Callable[..., Api], after: str) -> None:
    api = start()
    api.statuses = [(429, {"Retry_After": after}, b"slow down")]
    begun = time.monotonic()
    expect(failing(api.url), TemporaryError, "engine.busy")
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("after", ["1", "soon", ""])
def test_the_wait_is_as_long_as_the_server_says(start: Callable[..., Api], after: str) -> None:
    api = start(keeps=("response_format",))
    api.statuses = [(503, {"Retry_After": after} if after else {}, b"")]
    begun = time.monotonic()
    OpenAIEngine(api.url).complete(PROMPT)
    assert 1.0 <= time.monotonic() - begun < 5


# -- empty and cut answers ------------------------------------------------------------------------

EMPTY: dict[str, Any] = {
    "no choices": {"choices": []},
    "null": {"choices": [{"message": {"content": None}, "finish_reason": "stop"}]},
    "no message": {"choices": [{"finish_reason": "stop"}]},
    "nothing but space": {"choices": [{"message": {"content": " \n"}}]},
    "a choice that is none": {"choices": ["x"]},
    "a content that is no text": {"choices": [{"message": {"content": {"a": 1}}}]},
}


@pytest.mark.parametrize("document", EMPTY.values(), ids=EMPTY.keys())
def test_an_answer_without_text(document: Any) -> None:
    reply = OK + b"\r\n" + json.dumps(document).encode()
    with raw(lambda c, _: c.sendall(reply)) as url:
        error = failing(url)
    expect(error, PermanentError, "engine.no_text")
    assert error.params["name"] == "small-1"


def test_an_answer_that_was_cut_is_asked_for_once_more_with_more_room(
    start: Callable[..., Api],
) -> None:
    api = start(keeps=("response_format",))
    engine = OpenAIEngine(api.url)
    engine.complete(PROMPT)
    api.hold, api.finish = (lambda _: '{"zq'), "length"
    with pytest.raises(PermanentError) as raised:
        engine.complete(PROMPT)
    assert (raised.value.code, raised.value.params["tokens"]) == ("engine.cut_short", "512")
    assert [body["max_tokens"] for body in api.chats] == [256, 256, 512]


def test_a_cut_answer_that_is_whole_all_the_same_is_taken(start: Callable[..., Api]) -> None:
    api = start()
    api.talk, api.finish = (lambda _: '{"a": 1} and as I was saying'), "length"
    assert OpenAIEngine(api.url).complete(PROMPT).text == '{"a": 1}'


def test_a_stream_that_does_not_end_is_ended() -> None:
    def talk(connection: socket.socket, _: bytes) -> None:
        connection.sendall(STREAM)
        while True:
            connection.sendall(b'data: {"choices": [{"delta": {"content": "z "}}]}\n\n')

    with raw(talk) as url:
        error = failing(url, timeout_s=20.0)
    expect(error, PermanentError, "engine.cut_short")


@pytest.mark.parametrize("field", [b"data: ", b"error: "])
def test_an_error_in_a_stream(field: bytes) -> None:
    inside = b'{"code": 500, "message": "slot\\u0007 lost"}'
    line = b'data: {"error": ' + inside + b"}" if field == b"data: " else field + inside
    with raw(lambda c, _: c.sendall(STREAM + line + b"\n\n")) as url:
        error = failing(url)
    expect(error, TemporaryError, "engine.failed")
    assert error.params["said"] == "slot lost"


# -- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["two words", "line\nend", "키", "\x7f"])
def test_a_key_that_no_header_holds_is_refused_unseen(key: str) -> None:
    with pytest.raises(UsageError) as raised:
        OpenAIEngine("http://127.0.0.1:1", key).complete(PROMPT)
    assert raised.value.code == "engine.bad_key"
    assert not raised.value.params


def test_space_around_a_key_is_no_part_of_it(start: Callable[..., Api]) -> None:
    api = start(keeps=("response_format",))
    api.key = KEY
    assert OpenAIEngine(api.url, f" {KEY}\n").complete(PROMPT).text.strip() == '"zq"'


def test_the_key_goes_into_one_header_and_nowhere_else(start: Callable[..., Api]) -> None:
    api = start(keeps=("response_format",))
    engine = OpenAIEngine(api.url, KEY)
    engine.complete(PROMPT)
    assert all(headers["Authorization"] == f"Bearer {KEY}" for headers in api.headers)
    assert KEY not in json.dumps(api.asked) + "".join(api.paths) + repr(engine)


def test_without_an_address_it_says_so() -> None:
    with pytest.raises(UsageError) as raised:
        OpenAIEngine(" ").complete(PROMPT)
    assert raised.value.code == "engine.url_missing"
