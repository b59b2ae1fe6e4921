"""Finds out on which rung a server holds a model to a schema, and remembers it.

Made by ``session``, one for each model, and used by ``asking``. A small question is asked whose
right answer no model would give by itself: only a server that keeps to the schema gives it. So a
server that takes a field and ignores it is told from one that knows it, at the cost of some tokens,
once.
"""

import json
from typing import Any

from msgspec.structs import replace

from kiki.engines.conforming import conforms
from kiki.engines.connecting import Deadline
from kiki.engines.openai.memory import Memory
from kiki.engines.openai.replies import Answer
from kiki.engines.openai.rungs import RUNGS, Way, body
from kiki.engines.openai.server import RejectedError, Server
from kiki.engines.port import Prompt
from kiki.engines.texts import first_object
from kiki.model.agent import Listener, Progress
from kiki.model.errors import TemporaryError


def _operation(kind: str) -> dict[str, Any]:
    """As ``understand.schema`` makes them: each part of JSON Schema that it uses occurs once."""
    fields = {
        "type": "object",
        "properties": {
            "names": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"enum": ["qz-7"]}},
            "count": {"anyOf": [{"enum": [7341]}, {"type": "null"}]},
            "note": {"type": "string", "minLength": 1, "maxLength": 4},
            "fresh": {"type": "boolean"},
        },
        "required": ["names", "count"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"kind": {"const": kind}, "fields": fields},
        "required": ["kind", "fields"],
        "additionalProperties": False,
    }


_SCHEMA = {
    "type": "object",
    "properties": {
        "operations": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {"anyOf": [_operation("heron.wade"), _operation("otter.dive")]},
        }
    },
    "required": ["operations"],
    "additionalProperties": False,
}
# "JSON" has to be said where plain JSON mode is asked for.
PROBE = Prompt(system="", user="Say hello in JSON.", schema=_SCHEMA, max_tokens=128)


class Ladder:
    """The way to ask *model* of *server*. *llama* is whether the server is llama.cpp."""

    def __init__(
        self, server: Server, model: str, version: str, memory: Memory, *, llama: bool
    ) -> None:
        self._server = server
        self._model = model
        self._version = version
        self._memory = memory
        self._llama = llama
        self._way = memory.way(server.url, model, version)

    @property
    def way(self) -> Way:
        """What is known now."""
        return self._way

    def body(self, prompt: Prompt, way: Way) -> dict[str, Any]:
        """The request for *prompt*."""
        return body(prompt, self._model, way, llama=self._llama)

    def settled(self, deadline: Deadline, listener: Listener) -> Way:
        """The way, found out now if it is not known. Each step is kept at once: what a time limit
        cuts goes on from there the next time."""
        while not self._way.sure:
            listener(Progress(code="progress.model_rung", params={"rung": self._way.rung}))
            self._keep(self._next(deadline))
        return self._way

    def broken(self, way: Way, deadline: Deadline, listener: Listener) -> Way:
        """The way after an answer that broke what *way* promises. *way* itself when the server
        still keeps to a schema: then it does not keep to all of it, and no other rung is better."""
        self._keep(replace(way, sure=False))
        return self.settled(deadline, listener)

    def refused(self, way: Way, error: RejectedError, sent: dict[str, Any]) -> Way:
        """The way after a refusal of a real request: without the field that it names; else, for
        this request, without a schema. Without that too, what the server says is raised."""
        without = way.without(error.said, sent)
        if without is not None:
            self._keep(replace(self._way, dropped=without.dropped))
            return without
        if way.step.promise == "nothing":
            raise self._server.error(error.status, error.said, self._model)
        return way.lowest()

    def _keep(self, way: Way) -> None:
        self._way = way
        self._memory.keep(self._server.url, self._model, self._version, way)

    def _next(self, deadline: Deadline) -> Way:
        """What one small question shows."""
        way = self._way
        sent = self.body(PROBE, way)
        try:
            answer = self._server.chat(sent, PROBE.max_tokens, deadline, lambda _: None)
        except RejectedError as error:
            return way.without(error.said, sent) or self._below(error)
        except TemporaryError as error:
            # Some servers fail at what they don't know.
            if error.code != "engine.failed" or way.step is RUNGS[-1]:
                raise
            return way.lower()
        return replace(way, sure=True) if holds(answer, PROBE, way) else way.lower()

    def _below(self, error: RejectedError) -> Way:
        """After a refusal that names nothing: the next rung, and after the last all of them again
        without what is optional."""
        if self._way.step is not RUNGS[-1]:
            return self._way.lower()
        bare = self._way.bare()
        if bare is None:
            raise self._server.error(error.status, error.said, self._model)
        return bare


def holds(answer: Answer, prompt: Prompt, way: Way) -> bool:
    """Whether *answer* is what the rung promises."""
    promise = way.step.promise
    if promise == "nothing":
        return True
    try:
        value = json.loads(first_object(answer.text) if promise == "schema" else answer.text)
    except (ValueError, RecursionError):
        return False
    return conforms(value, prompt.schema) if promise == "schema" else isinstance(value, dict)
