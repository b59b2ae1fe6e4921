"""What a message is split into: clauses, their verbs, and what holds them together.

Made by ``clauses`` and read by ``rules`` and ``target_reading``.
"""

from typing import Literal

import msgspec

from kiki.understand.lexer import Word
from kiki.understand.tails import Role

Roles = dict[int, str]
WANTED = "want"  # the verb of "i need"
STATED = ("contain", "linked", "owned")  # those of what says how a path is to be (valued.py)
UNSAID = "unsaid"  # the verb of a clause that has none: "a redis deployment with 2 replicas"


class Verb(msgspec.Struct, frozen=True):
    """A verb's id and the range of its words."""

    id: str
    first: int
    last: int


class Clause(msgspec.Struct):
    """*verbs* share *args*, the indices of the words that belong to them. *role* is how a Korean
    clause ends; ``declined``, in both languages: it says what not to do. *inside* says that it is
    the content of the code that the next one (ko) or the one before (en) asks for ("... 하는
    플레이북", "a playbook that ...")."""

    verbs: list[Verb]
    args: list[int]
    role: Role = "final"
    inside: bool = False


class Split(msgspec.Struct):
    """The clauses, the roles of the words outside them, what links a word to the one before it
    (``이미지를 사용하는``), and the words that make the message unreadable. *created*: a clause
    asks for what it names with no verb, and more follows."""

    order: Literal["final", "initial"]
    clauses: list[Clause] = []
    rest: list[int] = []
    roles: Roles = {}
    links: dict[int, str] = {}
    broken: list[int] = []
    created: bool = False


def announces(word: Word) -> bool:
    """A colon or dash after a verb: "디플로이먼트 생성: 이름 web, 이미지 nginx:1.27"."""
    return word.text in (":", "：") or (word.text == "-" and not word.glued)


def is_output(words: tuple[Word, ...], index: int) -> bool:
    """As in "print only the YAML", and a colon after it."""
    if words[index].sort == "output":
        return True
    return index > 0 and words[index].text == ":" and words[index - 1].sort == "output"


def separates(word: Word) -> bool:
    """Whether *word* only separates clauses."""
    return any(
        sense.entry.cls in ("and", "sep", "after") for sense in word.senses if sense.length == 1
    )


def past(words: tuple[Word, ...], index: int, cls: str) -> int:
    """The index after the longest sense of *cls* at *index*, or *index*."""
    return index + words[index].length(cls)


def names_code(word: Word, code: frozenset[str]) -> bool:
    """Whether *word* says what code is called."""
    return any(sense.entry.cls == "noun" and sense.entry.id in code for sense in word.senses)


def longest(word: Word, cls: str, form: str = "") -> tuple[str, int] | None:
    """The id and length of the longest sense of a class (and form)."""
    found = [
        (sense.length, sense.entry.id)
        for sense in word.senses
        if sense.entry.cls == cls and form in ("", sense.entry.form)
    ]
    return (max(found)[1], max(found)[0]) if found else None
