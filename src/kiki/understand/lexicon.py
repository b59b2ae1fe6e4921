"""The compiled lexicon: how everything is written in Korean and English.

Made by ``tools/compile_vocabulary.py`` from ``words/*.yaml`` and every ``words.yaml``; called by
the lexer and the rules. Loaded once, when the first message is read.
"""

from functools import cache
from typing import NamedTuple

import msgspec

from kiki.model.errors import PermanentError
from kiki.model.records import Record

LEXICON = __file__.removesuffix("lexicon.py") + "_lexicon.json"


class Entry(NamedTuple):
    """One meaning of a word: its class, the id within it, and its form.

    Classes: ``verb`` (English), ``vnoun`` and ``vform`` (Korean), ``ha``, ``aux``, ``req``,
    ``wish``, ``duty``, ``light``, ``after``, ``purpose``, ``thing``, ``done`` (what ends a Korean
    verb), ``part``, ``prep``, ``noun``, ``num``, ``cnt``, ``fill``, ``first``, ``last``, ``det``,
    ``all``, ``and``, ``pronoun``, ``there``, ``that``, ``number_of``, ``neg``, ``proto``,
    ``product``, ``piece``, ``both`` (how many things there are), ``form`` (what only frames a
    form); and of English states ``state``, ``ensure``, ``states``, ``prevent``, ``unwished``,
    ``be``, ``must``, ``needed``, ``deed`` (a restart) and ``apart`` (turn ... off), ``around``
    (take ... out of autostart).
    """

    cls: str
    id: str = ""
    form: str = ""


class Lexicon(Record, frozen=True):
    """*words* by their lower-case surface; *phrases* (several words) by their first two
    characters, longest first, as JSON: ``beginning`` reads those that a message may have;
    *products* maps what a product is called to its name, *kept* are
    those that are kept as written where a name is wanted; *images* maps a product to its image;
    *packages* are other real package names; *ports* named ports; *common* English words that are
    no names, *functional* those that are none even in a Korean sentence, *labels* those that name
    things; *groups* groups that many systems have; *about* the verbs that only describe what
    another verb makes; *commands* programs whose calls are read (``commands/``)."""

    words: dict[str, list[Entry]]
    phrases: dict[str, msgspec.Raw]
    products: dict[str, str]
    kept: frozenset[str]
    images: dict[str, str]
    packages: frozenset[str]
    ports: dict[str, str]
    common: frozenset[str]
    functional: frozenset[str]
    labels: frozenset[str]
    groups: frozenset[str]
    about: frozenset[str]
    commands: frozenset[str] = frozenset()

    def beginning(self, start: str) -> list[tuple[str, Entry]]:
        """The phrases that begin with the two characters *start*, longest first."""
        found = self.phrases.get(start)
        return _phrases(bytes(found)) if found is not None else []


@cache
def _phrases(found: bytes) -> list[tuple[str, Entry]]:
    return msgspec.json.decode(found, type=list[tuple[str, Entry]])


@cache
def lexicon() -> Lexicon:
    """The lexicon. PermanentError ``understand.index_broken`` when it can't be read."""
    try:
        with open(LEXICON, "rb") as file:  # noqa: PTH123 -- pathlib costs 3 ms
            return msgspec.json.decode(file.read(), type=Lexicon)
    except (OSError, msgspec.MsgspecError) as error:
        raise PermanentError("understand.index_broken", path=LEXICON) from error
