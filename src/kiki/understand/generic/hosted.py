"""Where an exact message wants its module to run: "web 그룹에 ...", "... on db1 and db2".

Called by ``exact`` for targets that run on hosts. As in all other messages, a name without a word
that says what it is counts only if the inventory has it; else it is asked.
"""

import re
from typing import NamedTuple

from kiki.model.catalogue import Catalogue
from kiki.model.request import Request
from kiki.understand import hosts
from kiki.understand.draft import AskError

_HOST = r"[A-Za-z0-9_][A-Za-z0-9_.-]*[A-Za-z0-9_]|[A-Za-z0-9]"
_ENGLISH = re.compile(
    rf"(?<![A-Za-z])on\s+(?P<the>the\s+)?(?:(?P<all>all|every|each)(?:\s+the)?\s+"
    rf"|(?P<names>(?:{_HOST})(?:(?:\s*,\s*and\s+|\s*,\s*|\s+and\s+)(?:{_HOST}))*))"
    r"\s*(?P<noun>(?<=\s)(?:hosts?|servers?|nodes?|machines?|groups?))?(?![A-Za-z0-9=_])"
)
_KOREAN = re.compile(
    r"(?<![A-Za-z0-9._-])(?:(?P<all>모든|전체)\s*"
    rf"|(?P<names>(?:{_HOST})(?:(?:\s*,\s*|\s*(?:와|과|랑|하고)\s+|\s+및\s+)(?:{_HOST}))*))"
    r"\s*(?P<noun>서버|호스트|노드|머신|장비|그룹)?(?:들)?(?:에서만|에서|에다가|에다|에만|에)(?![가-힣])"
)
_BETWEEN = re.compile(r"\s*,\s*and\s+|\s*,\s*|\s+and\s+|\s*(?:와|과|랑|하고)\s+|\s+및\s+")


class Hosted(NamedTuple):
    """The hosts and groups that are named; none for all. *sure*: a noun says that they are such.
    *whole* is the place of the words."""

    names: tuple[str, ...]
    sure: bool
    whole: tuple[int, int]


def hosted(text: str) -> Hosted | None:
    """What *text* says of hosts; None when it says nothing, or more than once."""
    found = [*_ENGLISH.finditer(text), *_KOREAN.finditer(text)]
    return _hosted(found[0]) if len(found) == 1 else None


def _hosted(match: re.Match[str]) -> Hosted | None:
    if match["all"]:
        return Hosted((), True, match.span()) if match["noun"] else None
    names = tuple(dict.fromkeys(_BETWEEN.split(match["names"])))
    if names == ("all",):  # Ansible's own name for every host
        return Hosted((), True, match.span())
    return Hosted(names, bool(match["noun"]), match.span())


def known(found: Hosted, request: Request, catalogue: Catalogue) -> tuple[str, ...]:
    """The hosts of *found*, or those that the answer names; AskError where neither a noun nor the
    inventory says that they are hosts."""
    names, asked = hosts.known(found.names, request, catalogue, sure=found.sure)
    if asked is not None:
        raise AskError(asked)
    return names
