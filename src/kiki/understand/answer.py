"""Checks what a model answered, and turns it into drafts.

Called by ``model``. Accepts only what the schema of ``schema`` allows and the message says: every
value stands in the message, none of its words is used for two things, and no name or number is
dropped. Whatever else was answered raises, with a reason that is written for the model.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from kiki.model.intent import Source
from kiki.model.vocabulary import FieldSpec, KindSpec
from kiki.understand.belonging import require_belonging
from kiki.understand.draft import Draft, Notes
from kiki.understand.grounding import Said
from kiki.understand.lexer import Word
from kiki.understand.neighbours import Offer
from kiki.understand.schema import MOST_ITEMS, MOST_OPERATIONS, TITLED, likely, needed
from kiki.understand.totals import speaks_of_all
from kiki.understand.whole import UnsaidError, Whole, quoted

LONGEST = 20_000  # characters; no answer of the schema is nearly as long


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
    """The drafts of an answer; none when the model says that nothing fits. *unsaid* are the numbers
    of those that no verb of ours asks for, *strange* of those that may be about something else."""

    drafts: list[Draft]
    uses: list[Use]
    notes: Notes
    model: str
    unsaid: tuple[int, ...] = ()
    strange: tuple[int, ...] = ()


def check(
    text: str,
    said: Said,
    kinds: Sequence[KindSpec],
    model: str,
    places: frozenset[str],
    code: frozenset[str] = frozenset(),
    targets: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> Checked:
    """What the answer *text* of *model* says; BadAnswerError. *places* are the ids of the nouns for
    what the code runs on, *code* those for the code itself ("write a playbook that ..."), *targets*
    the words that name each target ("[K8S] create ...")."""
    operations = _operations(text)
    reader = _Reader(said, {kind.id: kind for kind in kinds}, model)
    drafts = [reader.draft(*one) for one in enumerate(reader.in_order(operations))]
    if not drafts:
        return Checked(drafts, reader.uses, reader.notes, model)
    reader.refuse_mixed(drafts)
    reader.refuse_dropped(places)
    whole = Whole(said, drafts, reader.uses)
    try:
        whole.require(code, places, targets.get(drafts[0].kind.target, frozenset()))
        require_belonging(said, reader.uses)
    except UnsaidError as unsaid:
        raise BadAnswerError(str(unsaid)) from None
    whole.fill_given(model)
    return Checked(drafts, reader.uses, reader.notes, model, whole.unsaid(), whole.strange())


# -- JSON ---------------------------------------------------------------------------------------


def _operations(text: str) -> list[Any]:
    answer = keyed(_parsed(text), {"operations"}, {"operations"}, "the answer")
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


def keyed(value: Any, known: set[str], wanted: set[str], what: str) -> dict[str, Any]:
    """*value*, an object with no other keys than *known* and all that are *wanted*; *what* it is
    called. BadAnswerError."""
    if not isinstance(value, dict):
        raise BadAnswerError(f"{what} must be an object")
    for key in value:
        if key not in known:
            raise BadAnswerError(f"{what} has no key {quoted(key)}")
    for key in sorted(wanted - set(value)):
        raise BadAnswerError(f"{what} needs the key {quoted(key)}")
    return value


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

    def in_order(self, operations: list[Any]) -> list[Any]:
        """The operations, each once, in the order in which their verbs were said, if each has
        one."""
        operations = [one for n, one in enumerate(operations) if one not in operations[:n]]
        places = dict(reversed([*self.said.verb_places()]))

        def place(entry: Any) -> int:
            name = entry.get("kind") if isinstance(entry, dict) else None
            kind = self.kinds.get(name) if isinstance(name, str) else None
            found = [places[use.verb] for use in kind.verbs if use.verb in places] if kind else []
            return min(found, default=-1)

        placed = [place(entry) for entry in operations]
        if -1 in placed or len(set(placed)) < len(placed):
            return operations
        return [entry for _, entry in sorted(zip(placed, operations, strict=True), key=_first)]

    def draft(self, number: int, entry: Any) -> Draft:
        """One operation of the answer."""
        what = f"operation {number + 1}"
        entry = keyed(entry, {"kind", "fields"}, {"kind", "fields"}, what)
        name = entry["kind"]
        kind = self.kinds.get(name) if isinstance(name, str) else None
        if kind is None:
            raise BadAnswerError(f"there is no kind {quoted(name)}")
        wanted = {field.name for field in kind.fields if needed(field)}
        known = {field.name for field in kind.fields}
        fields = keyed(entry["fields"], known, wanted, f"{what} ({kind.id})")
        draft = Draft(kind=kind)
        for field in kind.fields:
            if field.name in fields and not (needed(field) and fields[field.name] is None):
                self._fill(draft, number, field, fields[field.name])
        return draft

    def _fill(self, draft: Draft, number: int, field: FieldSpec, given: Any) -> None:
        if field.type != "list":
            use = self._use(number, draft.kind, field, given)
            if use.offer.start < 0:
                return  # what it would be anyway, and nobody said
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
        """A place where *given* was said that nothing else uses; one that something may share, if
        there is no other: "front on 80, shop on 80" says it twice."""
        offers = self._said(kind, field, given)
        if not offers:
            raise BadAnswerError(f"{quoted(given)} was not said, or can't be {field.name}")
        uses = [Use(number, kind, field, offer) for offer in offers]
        for use in sorted(uses, key=self._taken):
            if not any(_conflict(use, other) for other in self.uses):
                self.uses.append(use)
                if use.offer.note is not None and use.offer.note not in self.notes:
                    self.notes.append(use.offer.note)
                return use
        raise BadAnswerError(f"{quoted(given)} was said once, but is used for two things")

    def _taken(self, use: Use) -> bool:
        start, end = use.offer.start, use.offer.end
        return start >= 0 and any(o.offer.start < end and start < o.offer.end for o in self.uses)

    def _said(self, kind: KindSpec, field: FieldSpec, given: Any) -> list[Offer]:
        if field.shape == "text":
            texts = self.said.texts(given) if isinstance(given, str) and given else ()
            return [offer for offer in texts if likely(self.said, kind, field, offer)]
        key = (kind.id, field.name)
        if key not in self._offers:
            self._offers[key] = self.said.offers(field)
        # True is 1 in Python, and no number.
        same = [o for o in self._offers[key] if type(o.text) is type(given) and o.text == given]
        return [offer for offer in same if likely(self.said, kind, field, offer)]

    # -- the whole answer ------------------------------------------------------------------------

    def refuse_mixed(self, drafts: list[Draft]) -> None:
        """Operations of two targets are two requests."""
        if len({draft.kind.target for draft in drafts}) > 1:
            raise BadAnswerError("all operations must be of one target")

    def refuse_dropped(self, places: frozenset[str]) -> None:
        """A name or a number that no operation has."""
        spans = [(use.offer.start, use.offer.end) for use in self.uses]
        for word in (*self.said.demanded(places), *self.said.called()):
            used = any(start < word.end and word.start < end for start, end in spans)
            if (
                not used
                and not self._named_as(word)
                and not speaks_of_all(self.said, word, self.uses)
            ):
                raise BadAnswerError(f"{quoted(word.text)} was said, but no field has it")
        self._refuse_misplaced()

    def _named_as(self, word: Word) -> list[Use]:
        """The uses of the text of *word* elsewhere in the message: "this **postgresql** has to be
        16, so install postgresql 16" names once more what an operation has."""
        said = word.value.lower()
        return [
            use
            for use in self.uses
            if use.offer.start >= 0
            and said == self.said.message[use.offer.start : use.offer.end].lower()
        ]

    def _refuse_misplaced(self) -> None:
        """A value that a noun introduces ("name cache", "이미지 rocky-9"): it has a field, and one
        of which this noun speaks."""
        for word, nouns in self.said.introduced(_spoken(use.kind for use in self.uses)):
            of = [u for u in self.uses if u.offer.start < word.end and word.start < u.offer.end]
            if not of and speaks_of_all(self.said, word, self.uses):
                continue
            if not of and any(_marks(nouns, use) for use in self._named_as(word)):
                continue
            if not of:
                raise BadAnswerError(f"{quoted(word.text)} was said, but no field has it")
            if not nouns:
                continue  # a further one of a list
            owned = any(nouns & {*use.kind.nouns} for use in self.uses)
            of_owner = [use for use in of if not owned or nouns & {*use.kind.nouns}]
            if not any(_marks(nouns, use) for use in of_owner):
                raise BadAnswerError(f"{quoted(word.text)} can't be {of[0].field.name}")


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


# -- what nouns speak of --------------------------------------------------------------------------


def _spoken(kinds: Iterable[KindSpec]) -> frozenset[str]:
    """The nouns that announce a field of *kinds*, and those of the kinds themselves."""
    found: set[str] = set()
    for kind in kinds:
        found |= {marker for field in kind.fields for marker in field.markers} | {*kind.nouns}
    return frozenset(found)


def _marks(nouns: frozenset[str], use: Use) -> bool:
    """Whether one of *nouns* may speak of the field in which a value is. A kind's own noun speaks
    of its object; of anything else, too, that has another shape and needs no noun of its own
    ("server m1.small", and not the group of "user kim")."""
    if nouns & {*use.field.markers}:
        return True
    shape = next((f.shape for f in use.kind.fields if f.name == use.kind.object), "")
    other = use.field.shape != shape and use.field.shape not in TITLED
    own = use.field.name in (use.kind.object, use.kind.product) or other
    return bool(nouns & {*use.kind.nouns}) and own


# -- one place, two uses ------------------------------------------------------------------------


def _conflict(one: Use, other: Use) -> bool:
    """Whether both use the same words and may not."""
    if one.offer.start < 0 or other.offer.start < 0:
        return False
    overlap = one.offer.start < other.offer.end and other.offer.start < one.offer.end
    return overlap and not (_may_share(one, other) or _protocols(one, other))


def _protocols(one: Use, other: Use) -> bool:
    """Whether both are one port, each with a protocol that was said: "53 tcp and udp"."""
    same = one.operation == other.operation and one.field.name == other.field.name
    ports = one.field.shape == "portspec" and one.offer.value != other.offer.value
    return same and ports and one.offer.note is None and other.offer.note is None


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
