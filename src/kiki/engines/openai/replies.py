"""What a server answered: one JSON document, or a stream of events.

Called by ``server``. Reads both forms whatever was asked for, as servers ignore ``stream``.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kiki.engines.http import Reply
from kiki.engines.texts import error_text, shown
from kiki.model.errors import KikiError, PermanentError, TemporaryError

Heard = Callable[[int], None]  # called with the number of tokens so far
_SLACK = 16  # chunks beyond the limit, before the server is taken to ignore it


class Answer(NamedTuple):
    """The text of the first choice. *finish* is why it ended (``stop``, ``length`` ...), *model*
    who the server says it is."""

    text: str
    finish: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Reader:
    """Reads the answers of one server, *url*; *key* is taken out of what it says."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._key = key

    def answer(self, reply: Reply, limit: int, heard: Heard) -> Answer:
        """The answer in *reply*, of at most *limit* tokens. PermanentError ``engine.not_api``
        and ``engine.not_utf8``, TemporaryError ``engine.unavailable`` when it breaks off."""
        if reply.streams:
            return self._streamed(reply, limit, heard)
        document = self.document(reply)
        if not isinstance(document, dict) or not isinstance(document.get("choices"), list):
            raise self.not_api(reply.status, json.dumps(document))
        return _Gathered().add(document).answer()

    def document(self, reply: Reply) -> Any:
        """The JSON that is *reply*'s whole body; errors as ``answer``."""
        data = reply.body()
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise PermanentError("engine.not_utf8", engine=self._url) from error
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            if text.lstrip()[:1] in ("{", "["):
                raise self._broken_off() from error
            raise self.not_api(reply.status, text) from error

    def not_api(self, status: int, text: str) -> KikiError:
        """The error for an answer that is none of an OpenAI-compatible API."""
        said = shown(text, self._key)
        return PermanentError("engine.not_api", engine=self._url, status=status, said=said)

    def _broken_off(self) -> KikiError:
        return TemporaryError("engine.unavailable", engine=self._url, reason="engine.why_cut")

    def _streamed(self, reply: Reply, limit: int, heard: Heard) -> Answer:
        gathered = _Gathered()
        for data in _events(reply.lines()):
            if data == b"[DONE]":
                return gathered.answer()
            event = self._event(data)
            gathered.add(event)
            heard(gathered.tokens)
            if gathered.tokens > limit + _SLACK:
                return gathered.answer()._replace(finish="length")
        if not gathered.finish:
            raise self._broken_off()
        return gathered.answer()

    def _event(self, data: bytes) -> dict[str, Any]:
        try:
            event = json.loads(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise PermanentError("engine.not_utf8", engine=self._url) from error
        except (ValueError, RecursionError) as error:
            raise self._broken_off() from error
        if not isinstance(event, dict):
            raise self.not_api(200, data.decode("utf-8"))
        if event.get("error"):
            said = shown(error_text(data), self._key)
            raise TemporaryError("engine.failed", engine=self._url, status=200, said=said)
        return event


class _Gathered:
    """Puts an answer together; the parts may be anything."""

    def __init__(self) -> None:
        self.tokens = 0
        self.finish = ""
        self._texts: list[str] = []
        self._model = ""
        self._usage: dict[str, Any] = {}

    def add(self, part: dict[str, Any]) -> "_Gathered":
        """One document or event more."""
        self._model = self._model or _text(part.get("model"))
        if isinstance(part.get("usage"), dict):
            self._usage = part["usage"]
        choices = part.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], dict):
            self._choice(choices[0])
        return self

    def _choice(self, choice: dict[str, Any]) -> None:
        self.finish = _text(choice.get("finish_reason")) or self.finish
        for name in ("delta", "message"):
            said = choice.get(name)
            if isinstance(said, dict):
                self._texts.append(_text(said.get("content")))
                # A model that thinks aloud first says so under another name.
                thought = _text(said.get("reasoning_content")) or _text(said.get("reasoning"))
                self.tokens += bool(self._texts[-1] or thought)

    def answer(self) -> Answer:
        """What there is."""
        return Answer(
            "".join(self._texts),
            self.finish,
            self._model,
            _number(self._usage.get("prompt_tokens")),
            _number(self._usage.get("completion_tokens")) or self.tokens,
        )


def _events(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The data of each event: https://html.spec.whatwg.org/multipage/server-sent-events.html.
    llama.cpp's errors once had a field ``error`` of their own."""
    data: list[bytes] = []
    for line in lines:
        name, _, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))
        elif name == b"error":
            yield b'{"error": ' + value + b"}"
        elif not line and data:
            yield b"\n".join(data)
            data = []
    if data:
        yield b"\n".join(data)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
