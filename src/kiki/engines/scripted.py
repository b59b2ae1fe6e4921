"""An engine that answers from a script: the shipped fake.

Called by ``wiring`` (``KIKI_ENGINE=scripted:FILE``), and in tests. A script is a list of answers
given in turn, an object that maps a part of the message to its answer, or an object with ``model``
and ``answers``, each with ``when`` and ``text`` or ``error``: docs/engines.md shows them. It reads
one file, once, and nothing else; its answers depend on the prompt and on how often it was asked.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn

import msgspec

from kiki.engines.port import Completion, Prompt
from kiki.model.errors import PermanentError, TemporaryError, UsageError
from kiki.model.records import Record

Answer = str | dict[str, Any] | list[Any]
Failure = Literal["unavailable", "timeout", "model_unknown"]
Script = Sequence[Answer] | Mapping[str, Answer]


class _Line(NamedTuple):
    """*answer* is for prompts that have *when* in them."""

    when: str
    answer: Answer


class _Entry(Record, frozen=True):
    """A line of a file: *text* is sent, or *error* raised."""

    when: str = ""
    text: Answer | None = None
    error: Failure | None = None

    def __post_init__(self) -> None:
        """ValueError unless there is exactly one of the two."""
        if (self.text is None) == (self.error is None):
            raise ValueError("an answer has a text or an error")


class _File(Record, frozen=True):
    answers: tuple[_Entry, ...]
    model: str = "scripted"


class ScriptedEngine:
    """Answers from *script*; *name* is its model's. ``asked`` keeps the prompts, in order.

    An answer is JSON text, or any JSON value that is sent as JSON text. ``{"error": "timeout"}``
    raises what a real engine raises; so do ``unavailable`` and ``model_unknown``.
    """

    def __init__(self, script: Script, name: str = "scripted") -> None:
        by_message = isinstance(script, Mapping)
        pairs = script.items() if isinstance(script, Mapping) else (("", one) for one in script)
        self._set([_Line(when, answer) for when, answer in pairs], name, repeats=by_message)

    def _set(self, lines: list[_Line], name: str, *, repeats: bool) -> None:
        self.name = name
        self.asked: list[Prompt] = []
        # The longest text that fits is the most exact one.
        self._lines = sorted(lines, key=lambda line: -len(line.when))
        self._repeats = repeats
        self._used: dict[str, int] = {}

    @classmethod
    def from_file(cls, path: str | Path, name: str = "scripted") -> "ScriptedEngine":
        """The engine of a JSON file. UsageError ``engine.script_unreadable``."""
        try:
            script = msgspec.json.decode(Path(path).read_bytes(), type=list[Any] | dict[str, Any])
            if isinstance(script, dict) and "answers" in script:
                return cls._from(msgspec.convert(script, _File))
            return cls(_checked(script), name)
        except (OSError, ValueError, RecursionError) as error:
            params = {"path": str(path), "reason": str(error)}
            raise UsageError("engine.script_unreadable", **params) from error

    @classmethod
    def _from(cls, file: _File) -> "ScriptedEngine":
        engine = cls([], file.model)
        lines = [
            _Line(one.when, {"error": one.error} if one.text is None else one.text)
            for one in file.answers
        ]
        engine._set(lines, file.model, repeats=True)
        return engine

    def complete(self, prompt: Prompt) -> Completion:
        """The answer for this prompt. PermanentError ``engine.script_ended`` when there is none;
        TemporaryError and PermanentError where the script says so."""
        self.asked.append(prompt)
        answer = self._answer(prompt.user)
        if isinstance(answer, dict) and set(answer) == {"error"}:
            self._fail(str(answer["error"]), prompt)
        text = answer if isinstance(answer, str) else msgspec.json.encode(answer).decode()
        return Completion(text=text, model=self.name)

    def _answer(self, message: str) -> Answer:
        """The next answer for the longest text that is in *message*; after the last one that
        one again, but from a list each only once."""
        fitting = [line for line in self._lines if line.when in message]
        same = [line for line in fitting if line.when == fitting[0].when]
        used = self._used.get(same[0].when, 0) if same else 0
        if not same or (used >= len(same) and not self._repeats):
            raise PermanentError("engine.script_ended", engine=self.name)
        self._used[same[0].when] = used + 1
        return same[min(used, len(same) - 1)].answer

    def _fail(self, error: str, prompt: Prompt) -> NoReturn:
        if error == "timeout":
            seconds = f"{prompt.timeout_s:g}"
            raise TemporaryError("engine.timeout", engine=self.name, seconds=seconds)
        if error == "model_unknown":
            raise PermanentError("engine.model_unknown", name=self.name)
        raise TemporaryError("engine.unavailable", engine=self.name, reason="scripted")


def _checked(script: list[Any] | dict[str, Any]) -> Script:
    """*script*, if each of its answers is one."""
    answers = script.values() if isinstance(script, dict) else script
    if not all(isinstance(answer, str | dict | list) for answer in answers):
        raise ValueError("an answer is a text, an object or a list")
    return script
