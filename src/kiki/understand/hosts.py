"""Reads the hosts and groups that a message names: "node1에", "web 서버들에", "on db[1:3]".

Called by ``target_reading`` with the phrases that say where, and by ``generic.hosted``. The form of
a name is judged here, and what the inventory has is asked; whether it is right, the plan says.
"""

import re

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Choice, Question
from kiki.model.request import Request
from kiki.understand.phrases import Item
from kiki.understand.values import Value, shape_of

MOST = 24
MOST_CHOICES = 30  # of an inventory's hosts and groups
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.*?\[\]:-]{0,252}")
"""A host, a group or a pattern of them, as Ansible takes it in ``--limit`` and ``hosts:``."""


def named(items: tuple[Item, ...], *, korean: bool) -> tuple[str, ...]:
    """The names in *items*, in order; none when one of them can't be a host's.

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
    return tuple(dict.fromkeys(value.text for value, _ in values))


def may_be(value: Value, *, known: bool = False) -> bool:
    """Whether *value* has the form of a host's name; *known* allows an ordinary English word."""
    if value.product or value.secret or value.number is not None or shape_of(value):
        return False
    return bool(_NAME.fullmatch(value.text)) and (known or value.quoted or not value.ordinary)


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
    said = ",".join(names)
    choices = tuple(Choice(value=name) for name in (there[:MOST_CHOICES] or (said,)))
    code = "question.hosts_unknown" if there else "question.hosts"
    return names, Question(code=code, field="hosts", params={"value": said}, choices=choices)
