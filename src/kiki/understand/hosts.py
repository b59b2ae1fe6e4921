"""Reads the hosts and groups that a message names: "node1에", "web 서버들에", "on db[1:3]".

Called by ``target_reading`` with the phrases that say where, and by ``generic.hosted``. The form of
a name is judged here, and what the inventory has is asked; whether it is right, the plan says.
"""

import re

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Choice, Question
from kiki.model.request import Request
from kiki.understand.lexer import Word
from kiki.understand.phrases import Item
from kiki.understand.values import Value, shape_of

MOST = 24
MOST_CHOICES = 30  # of an inventory's hosts and groups
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.*?\[\]:-]{0,252}")
"""A host, a group or a pattern of them, as Ansible takes it in ``--limit`` and ``hosts:``."""
_RANGE = re.compile(r"([A-Za-z_](?:[A-Za-z0-9_.-]*[A-Za-z_.-])?)([0-9]{1,4})~(?:\1)?([0-9]{1,4})")
_FROM_TO = frozenset(("부터", "까지", "까지의", "to"))
"""Words that make two names the ends of a range."""


def named(items: tuple[Item, ...], words: tuple[Word, ...], *, korean: bool) -> tuple[str, ...]:
    """The names in *items*, which are of *words*, in order; none when one of them can't be a
    host's. A range ("n1~n3", "n1부터 n3까지", "n1 to n3") is each of its names.

    An ordinary English word ("in parallel", "on friday") is a host's name only beside a noun
    ("on the production servers"), or in a Korean message.
    """
    values = [(value, item) for item in items for value in item.values]
    sure = all(
        may_be(value, known=korean or (bool(item.ids) and item.before)) for value, item in values
    )
    valued = all(item.values for item in items)
    if not sure or not valued or not values or len(values) > MOST:
        return ()
    texts = [value.text for value, _ in values]
    if _are_ends(items, words):
        return _between("~".join(texts))
    parts = [_between(text) if "~" in text else (text,) for text in texts]
    return tuple(dict.fromkeys(name for part in parts for name in part)) if all(parts) else ()


def _are_ends(items: tuple[Item, ...], words: tuple[Word, ...]) -> bool:
    """Whether *items* are the first and the last of a range: "n1부터 n3까지", "on n1 to n3"; not
    of "to n1 and n2"."""
    says = [any(words[index].text.lower() in _FROM_TO for index in item.words) for item in items]
    last = [word.text.lower() for index in items[-1].words for word in (words[index],)]
    return (says[-1] and not (says[0] and "to" in last)) if len(says) > 1 else "까지" in last


def _between(text: str) -> tuple[str, ...]:
    """The names of the range *text* (``n1~n3``, ``web08~11``); none when it is no range."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return ()
    stem, first, last = match[1], int(match[2]), int(match[3])
    width = len(match[2])
    if not 0 < last - first < MOST or (match[2][0] == "0" and len(match[3]) != width):
        return ()
    return tuple(f"{stem}{number:0{width}}" for number in range(first, last + 1))


def may_be(value: Value, *, known: bool = False) -> bool:
    """Whether *value* has the form of a host's name; *known* allows an ordinary English word."""
    if value.product or value.secret or value.number is not None or shape_of(value):
        return False
    return bool(_NAME.fullmatch(value.text) or _between(value.text)) and (
        known or value.quoted or not value.ordinary
    )


def known(
    names: tuple[str, ...], request: Request, catalogue: Catalogue, *, sure: bool
) -> tuple[tuple[str, ...], Question | None]:
    """*names*, if a noun makes them *sure* or the inventory has them; else what the answer to the
    question says, and while there is none that question."""
    answer = request.answers.get("hosts", "")
    if answer:
        return tuple(name.strip() for name in answer.split(",") if name.strip()), None
    if sure:
        return names, None
    there = catalogue.names("hosts") or ()
    if there and set(names) <= set(there):
        return names, None
    choices = tuple(Choice(value=name) for name in (there[:MOST_CHOICES] or (",".join(names),)))
    unknown = [name for name in names if name not in there]
    params = {"value": ", ".join(unknown)}
    several = "question.hosts_several_unknown" if len(names) > 1 else "question.hosts_unknown"
    code = several if there else "question.hosts"
    return names, Question(code=code, field="hosts", params=params, choices=choices)
