"""What rules don't cover goes to a language model, which fills in JSON and nothing else.

Called by ``messages`` when the rules refuse and an engine is there. The answer's schema has one branch
for each kind; its strings are limited to spans of the message and its numbers to those said. What
comes back is believed only if it validates and is grounded: each value stands in the message, each
place in it has one role, and no value that was said is left out. Otherwise the refusal of the rules
stands.
"""

from typing import Any

import msgspec

from kiki.engines.port import Engine, Prompt
from kiki.model.intent import Source
from kiki.model.vocabulary import FieldSpec, KindSpec, Vocabulary
from kiki.understand.candidates import Candidate, candidates, fitting
from kiki.understand.draft import Draft
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.shapes import UnfitError, item_of

ROUNDS = 3  # the first answer and two repairs
_SYSTEM = """You turn one request of an operator into operations of infrastructure code.
Answer with JSON only, as the schema says. Copy every value from the request, letter by letter.
Leave out a field that the request does not mention. Use each word of the request once.
If no kind fits the request, answer {"operations": []}.
Kinds:
"""


class UngroundedError(ValueError):
    """An answer that can't be believed; its text tells the model why."""


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    operations: list[dict[str, Any]]


class ModelReader:
    """Asks *engine* about one message."""

    def __init__(
        self, engine: Engine, vocabulary: Vocabulary, lexicon: Lexicon, target: str = ""
    ) -> None:
        self.engine = engine
        self.lexicon = lexicon
        self.kinds = [k for k in vocabulary.kinds if not target or k.target == target]

    def read(self, message: str, words: tuple[Word, ...]) -> list[Draft] | None:
        """The operations of *message*, or None if no answer could be believed.

        TemporaryError and PermanentError of the engine pass through.
        """
        said = candidates(words, self.lexicon)
        user = message
        for _ in range(ROUNDS):
            prompt = Prompt(system=self._system(), user=user, schema=self.schema(said))
            try:
                return self._believed(self.engine.complete(prompt).text, said) or None
            except UngroundedError as why:
                user = f"{message}\n\nYour last answer was wrong: {why}"
        return None

    # -- the question --------------------------------------------------------------------------

    def _system(self) -> str:
        lines = []
        for kind in self.kinds:
            fields = ", ".join(f.name + ("" if f.required else "?") for f in kind.fields)
            lines.append(f"- {kind.id}: {fields}")
        return _SYSTEM + "\n".join(lines)

    def schema(self, said: tuple[Candidate, ...]) -> dict[str, Any]:
        """The JSON Schema of an answer about a message with these values in it."""
        branches = [self._branch(kind, said) for kind in self.kinds]
        items = {"type": "array", "items": {"anyOf": branches}}
        return {
            "type": "object",
            "properties": {"operations": items},
            "required": ["operations"],
            "additionalProperties": False,
        }

    def _branch(self, kind: KindSpec, said: tuple[Candidate, ...]) -> dict[str, Any]:
        properties: dict[str, Any] = {"kind": {"const": kind.id}}
        for field in kind.fields:
            values = list(dict.fromkeys(one.value for one in fitting(field, said)))
            if values:
                one_of = {"enum": values}
                several = {"type": "array", "items": one_of, "minItems": 1}
                properties[field.name] = several if field.type == "list" else one_of
        return {
            "type": "object",
            "properties": properties,
            "required": ["kind"],
            "additionalProperties": False,
        }

    # -- the answer ----------------------------------------------------------------------------

    def _believed(self, text: str, said: tuple[Candidate, ...]) -> list[Draft]:
        try:
            answer = msgspec.json.decode(text.encode(), type=_Answer)
        except msgspec.MsgspecError as error:
            raise UngroundedError(f"not as the schema says ({error})") from error
        free = list(said)
        drafts = [self._draft(operation, free) for operation in answer.operations]
        unused = [one for one in free if one.must and not _used(one, said, free)]
        if drafts and unused:
            raise UngroundedError(f"left out: {unused[0].text!r}")
        return drafts

    def _draft(self, operation: dict[str, Any], free: list[Candidate]) -> Draft:
        kind = next((kind for kind in self.kinds if kind.id == operation.get("kind")), None)
        if kind is None:
            raise UngroundedError(f"there is no kind {operation.get('kind')!r}")
        draft = Draft(kind=kind)
        known = {field.name: field for field in kind.fields}
        for name, value in operation.items():
            if name == "kind":
                continue
            if name not in known:
                raise UngroundedError(f"{kind.id} has no field {name!r}")
            self._fill(draft, known[name], value, free)
        return draft

    def _fill(self, draft: Draft, field: FieldSpec, value: Any, free: list[Candidate]) -> None:
        values = value if isinstance(value, list) else [value]
        if isinstance(value, list) != (field.type == "list") or not values:
            raise UngroundedError(f"{field.name} has the wrong type")
        taken = [self._taken(field, one, free) for one in values]
        made = [self._made(field, one) for one in taken]
        start, end = min(one.start for one in taken), max(one.end for one in taken)
        source = Source(origin="model", start=start, end=end, detail=self.engine.name)
        draft.fill(field.name, made if field.type == "list" else made[0], source)

    def _taken(self, field: FieldSpec, value: Any, free: list[Candidate]) -> Candidate:
        """The place in the message that *value* stands for; from then on it is used."""
        for one in fitting(field, tuple(free)):
            if one.value == value and type(one.value) is type(value):
                taken = [other for other in free if other.start < one.end and one.start < other.end]
                for other in taken:
                    free.remove(other)
                return one
        raise UngroundedError(f"{value!r} of {field.name} is not in the request, or used twice")

    def _made(self, field: FieldSpec, one: Candidate) -> Any:
        if isinstance(one.value, bool):
            return one.value
        try:
            return item_of(field, str(one.value))
        except UnfitError as error:
            raise UngroundedError(f"{one.value!r} can't be {field.name}") from error


def _used(one: Candidate, said: tuple[Candidate, ...], free: list[Candidate]) -> bool:
    """Whether another reading of the same place was used."""
    same = [other for other in said if other.start < one.end and one.start < other.end]
    return any(other not in free for other in same)
