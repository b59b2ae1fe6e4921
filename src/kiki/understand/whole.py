"""Whether the operations of a model's answer are what the message's words say, all of them.

Called by ``answer`` when every value has its place. Values can be right and the request another:
"open" for "close", one operation for two, a switch that nobody asked for. So every verb and noun
of ours needs an operation, every operation a word that may ask for it, and every switch and choice
a word that says it.
"""

import json
from collections.abc import Sequence

from kiki.model.intent import Source
from kiki.model.vocabulary import KindSpec, VerbUse
from kiki.understand.draft import Draft
from kiki.understand.grounding import Said
from kiki.understand.neighbours import Use
from kiki.understand.parts import UNSAID
from kiki.understand.wording import AT_BOOT

# Verbs that take something away; what they do is hard to take back.
_TAKING = frozenset((
    "block", "blow", "close", "disable", "lock", "lockout", "mask", "pull", "release", "remove",
    "revoke", "rm", "rmmod", "rmr", "shut_out", "shutout", "stop", "suspend", "takeout",
    "uninstall", "unload", "unmount", "unsudo", "untrust",
))  # fmt: skip
CLIPPED = 80  # characters of a value that are said back to a model
_SETTING = "set"
_MAKING = "create"  # what a noun alone asks for: "three servers, please"


class UnsaidError(Exception):
    """The answer is not what was said; the text says why, in English, to the model."""


class Whole:
    """The operations *drafts* of one answer, with the places *uses* of their values."""

    def __init__(self, said: Said, drafts: Sequence[Draft], uses: Sequence[Use]) -> None:
        self._said = said
        self._drafts = drafts
        self._uses = uses
        self._places = [(use.offer.start, use.offer.end) for use in uses if use.offer.start >= 0]
        acts = said.acts()
        self._verbs = [verbs_of(said, draft.kind, acts) for draft in drafts]
        self._free = said.unexplained(self._places)

    def require(
        self, code: frozenset[str], places: frozenset[str], target: frozenset[str] = frozenset()
    ) -> None:
        """UnsaidError for the first thing that does not agree. *code* are the nouns for code,
        *places* those for what it runs on, *target* the words that name the answer's target."""
        self._require_words()
        self._require_verbs(code)
        self._require_unknown_verbs()
        self._require_little_else()
        self._require_heads()
        self._require_nouns(code | places | target)
        self._require_choices()
        self._require_moment()

    def unsaid(self) -> tuple[int, ...]:
        """The numbers of the operations that no verb of ours asks for, and no noun by itself."""
        return tuple(
            number
            for number, draft in enumerate(self._drafts)
            if not self._verbs[number] and (self._free or not noun_alone(self._said, draft.kind))
        )

    def strange(self) -> tuple[int, ...]:
        """The numbers of the operations that make a thing whose noun nobody said, out of a name
        before a thing that nobody knows: "mysql 백업 떠줘" may make no deployment."""
        return tuple(
            dict.fromkeys(
                use.operation
                for use in self._uses
                if use.offer.start >= 0
                and self._unnamed(use, self._drafts[use.operation].kind)
                and self._said.head(use.offer, self._places)
            )
        )

    def _unnamed(self, use: Use, kind: KindSpec) -> bool:
        about = use.field.name in (kind.object, kind.product)
        return makes(kind) and about and not self._said.names_any(frozenset(kind.nouns))

    def fill_given(self, model: str) -> None:
        """What a verb says by itself: to upgrade is to have the latest."""
        sure = self._said.verbs()
        for draft, verbs in zip(self._drafts, self._verbs, strict=True):
            given = [use for use in verbs if use.gives and use.verb in sure]
            if len(given) == len(verbs) == 1:
                for name, value in given[0].gives.items():
                    if name not in draft.values:
                        draft.fill(name, value, Source(origin="model", detail=model))

    # -- what is required ------------------------------------------------------------------------

    def _require_words(self) -> None:
        """Every operation was asked for: by a verb of its kind, by a word that nobody knows, by its
        noun alone if it makes that thing, or by a choice ("curl up to the **latest**")."""
        for number, draft in enumerate(self._drafts):
            valued = any(u.operation == number and u.offer.start >= 0 for u in self._uses)
            if not valued and not self._said.names_kind(draft.kind):
                raise UnsaidError(f"nothing in the request asks for {draft.kind.id}")
            if self._verbs[number] or self._free or self._chosen(number):
                continue
            if not noun_alone(self._said, draft.kind):
                raise UnsaidError(f"no word in the request asks for {draft.kind.id}")

    def _chosen(self, number: int) -> bool:
        return any(
            use.operation == number and use.field.shape == "choice" and use.offer.start >= 0
            for use in self._uses
        )

    def _require_verbs(self, code: frozenset[str]) -> None:
        """A verb that was said and that no operation has: whoever says "delete" wants nothing
        created, and "install and start" is more than an installation."""
        used = {use.verb for verbs in self._verbs for use in verbs}
        said = self._said.verbs(code)
        for verb, word in said.items():
            if verb not in used:
                raise UnsaidError(f"{quoted(word)} was said, but no operation does that")
        if len(said) > len(self._drafts):
            raise UnsaidError(f"{len(said)} things are to be done")
        self._require_either(used)

    def _require_either(self, used: set[str]) -> None:
        """A word that is a verb or a noun ("**block** port 23", "the **block** in /etc/hosts") and
        that no operation has as either."""
        about = set().union(*(words_of(draft.kind) for draft in self._drafts))
        for word, verbs, nouns in self._said.verbs_or_nouns():
            if not verbs & used and not nouns & about:
                raise UnsaidError(f"{quoted(word)} was said, but no operation does that")

    def _require_unknown_verbs(self) -> None:
        """A verb that nobody knows beside one that is known asks for something of its own."""
        unknown = list(self._said.unknown_verbs(self._places))
        if all(self._verbs):
            unknown += self._said.told(self._places)
        if unknown and all(self._verbs):
            word = quoted(unknown[0].text)
            raise UnsaidError(f"{word} was said, but no operation does that")

    def _require_little_else(self) -> None:
        """Where several things are done, words that nobody knows may turn their order around, or
        say which is to stay: in no more places than there are operations that only they ask for."""
        free = [word for word in self._free if word.text.isalpha()]
        following = dict(zip(self._said.words, self._said.words[1:], strict=False))
        ends = [word for word in free if following.get(word) not in free]
        verbless = len(self._drafts) - len(self._said.verbs())
        if len(self._drafts) > 1 and len(ends) > max(verbless, 0):
            raise UnsaidError(f"{quoted(ends[-1].text)} was said, but no operation is about that")

    def _require_heads(self) -> None:
        """A name before a thing that nobody knows is not that thing: "nginx 인증서 삭제", "remove
        the nginx cache"."""
        for use in self._uses:
            if use.offer.start < 0 or makes(self._drafts[use.operation].kind):
                continue  # what is made may be called anything
            head = self._said.head(use.offer, self._places)
            if head is not None:
                raise UnsaidError(f"{quoted(head.text)} was said, but no operation is about that")

    def _require_nouns(self, known: frozenset[str]) -> None:
        """A thing that was named and that no operation is about; what announces a field ("the
        monitoring **namespace**") is about an operation that has this field."""
        about = known.union(*(words_of(draft.kind, {*draft.values}) for draft in self._drafts))
        for word, ids in self._said.nouns(self._places):
            if not ids & about:
                raise UnsaidError(f"{quoted(word)} was said, but no operation is about that")

    def _require_choices(self) -> None:
        """A word that says a choice ("NodePort", "latest") which no operation has."""
        for field in (field for draft in self._drafts for field in draft.kind.fields):
            for word, value in field.says.items():
                if self._said.says(word) and not self._has(field.name, value):
                    raise UnsaidError(f"{field.name} {quoted(value)} was said")

    def _has(self, name: str, value: object) -> bool:
        implied = any(
            field.implies.get(name) == value and field.name in draft.values
            for draft in self._drafts
            for field in draft.kind.fields
        )
        return implied or any(draft.values.get(name) == value for draft in self._drafts)

    def _require_moment(self) -> None:
        """What is to be so when the machine starts, is no matter of now."""
        if self._said.boots() and not any(AT_BOOT in draft.kind.adverbs for draft in self._drafts):
            raise UnsaidError("the request is about what happens at boot")


def verbs_of(said: Said, kind: KindSpec, acts: frozenset[str]) -> tuple[VerbUse, ...]:
    """The verbs of *kind* that are among *acts*, with the adverb that they need."""
    boot = said.boots()
    return tuple(use for use in kind.verbs if use.verb in acts and (use.needs != AT_BOOT or boot))


def noun_alone(said: Said, kind: KindSpec) -> bool:
    """Whether the noun of a thing that can be made is said, or of one that is set: "three servers,
    please", "time zone UTC"."""
    return (makes(kind) or sets(kind)) and said.names_any(frozenset(kind.nouns))


def makes(kind: KindSpec) -> bool:
    """Whether *kind* makes a thing that was not there."""
    return any(use.verb == _MAKING for use in kind.verbs)


def sets(kind: KindSpec) -> bool:
    """Whether *kind* sets what is always there, and its noun and value alone ask for that."""
    verbs = {use.verb for use in kind.verbs}
    return _SETTING in verbs and UNSAID in verbs


def takes_away(kind: KindSpec) -> bool:
    """Whether all that *kind* can be asked for with takes something away."""
    return bool(kind.verbs) and all(use.verb in _TAKING for use in kind.verbs)


def words_of(kind: KindSpec, filled: set[str] | None = None) -> set[str]:
    """The nouns that speak of *kind* and of its fields; with *filled*, of those in it and of those
    that would be asked for."""
    found = {*kind.nouns, *kind.adverbs, *kind.titles}
    for field in kind.fields:
        if filled is None or field.name in filled or (field.required and not field.sources):
            found |= {*field.markers, *field.says, *field.beside}
    return found


def quoted(value: object) -> str:
    """*value* as JSON, clipped, without what can't be sent on."""
    return json.dumps(value, ensure_ascii=True)[:CLIPPED]
