"""A message as all targets read it, and what one of them makes of it.

Made by ``rules`` and ``target_reading``.
"""

import msgspec

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Question
from kiki.model.request import Request
from kiki.model.vocabulary import KindSpec, TargetSpec
from kiki.understand.draft import Draft, Notes
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.parts import Roles, Split
from kiki.understand.phrases import Phrases


class Message(msgspec.Struct):
    """What all targets have in common: the words, their clauses and all kinds there are. *wanted*
    is the target that the request names, or empty. *unread*: the clauses (target, verb, words) in
    which no reading was found, whatever they leave."""

    request: Request
    lexicon: Lexicon
    words: tuple[Word, ...]
    split: Split
    kinds: tuple[KindSpec, ...]
    wanted: str
    catalogue: Catalogue
    cut: dict[tuple[int, ...], Phrases] = {}
    unread: set[tuple[str, str, tuple[int, ...]]] = set()

    def phrases(self, args: tuple[int, ...]) -> Phrases:
        """The phrases of a clause's words; cut once for all targets."""
        if args not in self.cut:
            self.cut[args] = Phrases(self.words, list(args), self.split.links, self.lexicon)
        return self.cut[args]


class Read(msgspec.Struct):
    """What one target makes of the message. Without *drafts* it could not be read: *left* are the
    words without a place, *asked* the question that would settle it. *on* are the hosts and groups
    that were named; *hosts* are the words of such that could not be accepted."""

    target: TargetSpec
    drafts: list[Draft] = []
    roles: Roles = {}
    left: list[int] = []
    asked: Question | None = None
    hosts: list[int] = []
    on: tuple[str, ...] = ()
    read_clauses: set[int] = set()
    rank: int = 0  # how far from clear the question is
    notes: Notes = []


def own_role(word: Word) -> str:
    """The role that a word has in every sentence: punctuation and politeness."""
    if word.sort == "output":
        return "output"
    if word.has("sep") or word.has("and", "comma"):
        return "separator"
    return "fill" if word.has("fill") else ""
