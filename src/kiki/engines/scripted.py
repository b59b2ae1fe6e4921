"""An engine that answers from a script: the shipped fake.

Called by ``understand.model`` through the port, in tests, demonstrations and air-gapped trials. A
script is a list of answers given in turn, or an object that maps a part of the message to its answer.
An answer is JSON text, or any JSON value that is sent as JSON text; ``{"error": "unavailable"}`` and
``{"error": "timeout"}`` raise what a real engine raises. It reads one file, once, and nothing else.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kiki.engines.port import Completion, Prompt
from kiki.model.errors import PermanentError, TemporaryError, UsageError

Answer = str | dict[str, Any] | list[Any]
Script = Sequence[Answer] | Mapping[str, Answer]
_ERRORS = ("unavailable", "timeout")


class ScriptedEngine:
    """Answers from *script*; ``asked`` keeps the prompts, in order."""

    def __init__(self, script: Script, name: str = "scripted") -> None:
        self.name = name
        self.asked: list[Prompt] = []
        self._by_message = dict(script) if isinstance(script, Mapping) else None
        self._in_turn = [] if isinstance(script, Mapping) else list(script)

    @classmethod
    def from_file(cls, path: str | Path, name: str = "scripted") -> "ScriptedEngine":
        """The engine of a JSON file. UsageError ``engine.script_unreadable``."""
        try:
            script = msgspec.json.decode(Path(path).read_bytes(), type=list[Any] | dict[str, Any])
        except (OSError, msgspec.MsgspecError) as error:
            params = {"path": str(path), "reason": str(error)}
            raise UsageError("engine.script_unreadable", **params) from error
        return cls(script, name)

    def complete(self, prompt: Prompt) -> Completion:
        """The next answer, or the one for this message. PermanentError ``engine.script_ended``
        when there is none, TemporaryError where the script says so."""
        self.asked.append(prompt)
        answer = self._next() if self._by_message is None else self._found(prompt.user)
        self._fail(answer, prompt)
        text = answer if isinstance(answer, str) else msgspec.json.encode(answer).decode()
        return Completion(text=text, model=self.name)

    def _next(self) -> Answer:
        if not self._in_turn:
            raise PermanentError("engine.script_ended", engine=self.name)
        return self._in_turn.pop(0)

    def _found(self, message: str) -> Answer:
        """The answer for the longest key that is in *message*."""
        keys = [key for key in self._by_message or {} if key in message]
        if not keys:
            raise PermanentError("engine.script_ended", engine=self.name)
        return (self._by_message or {})[max(keys, key=len)]

    def _fail(self, answer: Answer, prompt: Prompt) -> None:
        error = answer.get("error") if isinstance(answer, dict) else None
        if error == "timeout":
            seconds = str(prompt.timeout_s)
            raise TemporaryError("engine.timeout", engine=self.name, seconds=seconds)
        if error in _ERRORS:
            raise TemporaryError("engine.unavailable", engine=self.name, reason="scripted")
