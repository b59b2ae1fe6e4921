"""Checks what a model answered, and turns it into drafts.

Called by ``model``. Accepts only what the schema of ``schema`` allows and the message says: every
value stands in the message, none of its words is used for two things, and no name or number is
dropped. Whatever else was answered raises, with a reason that is written for the model.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from kiki.model.intent import Source
from kiki.model.vocabulary import FieldSpec, KindSpec
from kiki.understand.draft import Draft, Notes
from kiki.understand.grounding import Offer, Said
from kiki.understand.parts import WANTED
from kiki.understand.schema import MOST_ITEMS, MOST_OPERATIONS, needed

LONGEST = 20_000  # characters; no answer of the schema is nearly as long
CLIPPED = 80
_WRITING = {"create", "write"}  # what is done with code


class BadAnswerError(Exception):
    """An answer that can't be used; the text says why, in English, to the model. Raised inside
    ``understand`` only."""


class Use(NamedTuple):
    """One value in its place: the number of the operation, the field, and where it was said."""

    operation: int
    kind: KindSpec
    field: FieldSpec
    offer: Offer


class Checked(NamedTuple):
    """The drafts of an answer; none when the model says that nothing fits."""

    drafts: list[Draft]
    uses: list[Use]
    notes: Notes
    model: str


def check(
    text: str,
    said: Said,
    kinds: Sequence[KindSpec],
    model: str,
    places: frozenset[str],
    code: frozenset[str] = frozenset(),
) -> Checked:
    """What the answer *text* of *model* says; BadAnswerError. *places* are the ids of the nouns for
    what the code runs on, *code* those for the code itself ("write a playbook that ...")."""
    operations = _operations(text)
    reader = _Reader(said, {kind.id: kind for kind in kinds}, model)
    drafts = [reader.draft(number, entry) for number, entry in enumerate(operations)]
    if drafts:
        reader.refuse_mixed(drafts)
        reader.refuse_unsaid(drafts)
        reader.refuse_other_verbs(drafts, code)
        reader.refuse_unfounded()
        reader.refuse_dropped(places)
    return Checked(drafts, reader.uses, reader.notes, model)


# -- JSON ---------------------------------------------------------------------------------------


def _operations(text: str) -> list[Any]:
    answer = _object(_parsed(text), {"operations"}, {"operations"}, "the answer")
    operations = answer["operations"]
    if not isinstance(operations, list) or len(operations) > MOST_OPERATIONS:
        raise BadAnswerError(f'"operations" must be a list of at most {MOST_OPERATIONS}')
    return operations


def _parsed(text: str) -> Any:
    if len(text) > LONGEST:
        raise BadAnswerError("the answer is too long")
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise BadAnswerError("the answer is not one JSON object") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise BadAnswerError("a key stands twice in one object")
    return made


def _object(value: Any, known: set[str], wanted: set[str], what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadAnswerError(f"{what} must be an object")
    for key in value:
        if key not in known:
            raise BadAnswerError(f"{what} has no key {_shown(key)}")
    for key in sorted(wanted - set(value)):
        raise BadAnswerError(f"{what} needs the key {_shown(key)}")
    return value


def _shown(value: Any) -> str:
    """*value* as JSON, clipped, without what can't be sent on."""
    return json.dumps(value, ensure_ascii=True)[:CLIPPED]


# -- values -------------------------------------------------------------------------------------


class _Reader:
    """Reads the operations of one answer; *uses* grows with every value."""

    def __init__(self, said: Said, kinds: dict[str, KindSpec], model: str) -> None:
        self.said = said
        self.kinds = kinds
        self.model = model
        self.uses: list[Use] = []
        self.notes: Notes = []
        self._offers: dict[tuple[str, str], tuple[Offer, ...]] = {}

    def draft(self, number: int, entry: Any) -> Draft:
        """One operation of the answer."""
        what = f"operation {number + 1}"
        entry = _object(entry, {"kind", "fields"}, {"kind", "fields"}, what)
        name = entry["kind"]
        kind = self.kinds.get(name) if isinstance(name, str) else None
        if kind is None:
            raise BadAnswerError(f"there is no kind {_shown(name)}")
        wanted = {field.name for field in kind.fields if needed(field)}
        known = {field.name for field in kind.fields}
        fields = _object(entry["fields"], known, wanted, f"{what} ({kind.id})")
        draft = Draft(kind=kind)
        for field in kind.fields:
            if field.name in fields and not (needed(field) and fields[field.name] is None):
                self._fill(draft, number, field, fields[field.name])
        return draft

    def _fill(self, draft: Draft, number: int, field: FieldSpec, given: Any) -> None:
        if field.type != "list":
            use = self._use(number, draft.kind, field, given)
            draft.fill(field.name, use.offer.value, self._source([use]))
            return
        if not isinstance(given, list) or not 0 < len(given) <= MOST_ITEMS:
            raise BadAnswerError(f"{field.name} must be a list of 1 to {MOST_ITEMS}")
        uses = [self._use(number, draft.kind, field, item) for item in given]
        values = list(dict.fromkeys(use.offer.value for use in uses))
        draft.fill(field.name, values, self._source(uses))

    def _source(self, uses: list[Use]) -> Source:
        """Where the values were said, from the first to the last."""
        start = min(use.offer.start for use in uses)
        end = max(use.offer.end for use in uses)
        return Source(origin="model", start=start, end=end, detail=self.model)

    def _use(self, number: int, kind: KindSpec, field: FieldSpec, given: Any) -> Use:
        """A place where *given* was said that nothing else uses."""
        offers = self._said(kind, field, given)
        if not offers:
            raise BadAnswerError(f"{_shown(given)} was not said, or can't be {field.name}")
        uses = [Use(number, kind, field, offer) for offer in offers]
        for use in uses:
            if not any(_conflict(use, other) for other in self.uses):
                self.uses.append(use)
                if use.offer.note is not None and use.offer.note not in self.notes:
                    self.notes.append(use.offer.note)
                return use
        raise BadAnswerError(f"{_shown(given)} was said once, but is used for two things")

    def _said(self, kind: KindSpec, field: FieldSpec, given: Any) -> list[Offer]:
        if field.shape == "text":
            return list(self.said.texts(given)) if isinstance(given, str) and given else []
        key = (kind.id, field.name)
        if key not in self._offers:
            self._offers[key] = self.said.offers(field)
        # True is 1 in Python, and no number.
        return [o for o in self._offers[key] if type(o.text) is type(given) and o.text == given]

    # -- the whole answer ------------------------------------------------------------------------

    def refuse_mixed(self, drafts: list[Draft]) -> None:
        """Operations of two targets are two requests."""
        if len({draft.kind.target for draft in drafts}) > 1:
            raise BadAnswerError("all operations must be of one target")

    def refuse_unsaid(self, drafts: list[Draft]) -> None:
        """An operation that no word of the message stands for."""
        for number, draft in enumerate(drafts):
            grounded = any(use.operation == number and use.offer.start >= 0 for use in self.uses)
            if not grounded and not self.said.names_kind(draft.kind):
                raise BadAnswerError(f"nothing in the request asks for {draft.kind.id}")

    def refuse_other_verbs(self, drafts: list[Draft], code: frozenset[str]) -> None:
        """A verb that was said and that no operation has: whoever says "delete" wants nothing
        created, and "install and start" is more than an installation."""
        used = {use.verb for draft in drafts for use in draft.kind.verbs}
        used |= _WRITING if self.said.names_any(code) else set()
        used.add(WANTED)  # "i need nginx restarted"
        if "disable" in used and self.said.negates():
            used.add("enable")  # "must never come back after a reboot"
        for verb, word in self.said.verbs().items():
            if verb not in used:
                raise BadAnswerError(f"{_shown(word)} was said, but no operation does that")

    def refuse_unfounded(self) -> None:
        """A choice that nothing says, when every word has another meaning already."""
        words = [(use.offer.start, use.offer.end) for use in self.uses]
        if self.said.unexplained(words):
            return
        for use in self.uses:
            default = use.field.default if use.field.shape == "choice" else False
            if use.offer.start < 0 and use.offer.value != default:
                raise BadAnswerError(f"nothing in the request says {_shown(use.offer.text)}")

    def refuse_dropped(self, places: frozenset[str]) -> None:
        """A name or a number that no operation has."""
        spans = [(use.offer.start, use.offer.end) for use in self.uses]
        for word in self.said.demanded(places):
            if not any(start < word.end and word.start < end for start, end in spans):
                raise BadAnswerError(f"{_shown(word.text)} was said, but no field has it")


# -- one place, two uses ------------------------------------------------------------------------


def _conflict(one: Use, other: Use) -> bool:
    """Whether both use the same words and may not."""
    if one.offer.start < 0 or other.offer.start < 0:
        return False
    overlap = one.offer.start < other.offer.end and other.offer.start < one.offer.end
    return overlap and not _may_share(one, other)


def _may_share(one: Use, other: Use) -> bool:
    """Whether the vocabulary says that two fields have one value: what is installed is what is
    started, and the image gives the name."""
    if _takes(one, other) or _takes(other, one):
        return True
    if one.operation == other.operation:
        return False
    if one.kind.id == other.kind.id and one.field.name == other.field.name != one.kind.object:
        return True  # two deployments may have one image
    if one.field.name == other.field.name and one.field.spread and other.field.spread:
        return True
    objects = one.field.name == one.kind.object and other.field.name == other.kind.object
    shared = bool(one.kind.shares) and one.kind.shares == other.kind.shares
    return objects and shared and one.kind.id != other.kind.id


def _takes(one: Use, other: Use) -> bool:
    """Whether the field of *one* can take its value from that of *other*."""
    same = one.operation == other.operation
    return any(
        origin.field == other.field.name
        and (same if not origin.kind else origin.kind == other.kind.id and not same)
        for origin in one.field.sources
    )
