"""Messages with their right answers, which a model is shown before the one that it is asked about.

Called by ``schema``. The examples are data, checked by a test like any answer. They are the same
for every message, so that a model has to read them only once; a small model needs them to hold to
the form at all. They use words that the rules don't know, as do the messages that reach a model.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from kiki.model.records import Record
from kiki.model.vocabulary import KindSpec

_FILE = __file__.removesuffix("py") + "json"
_VERBS = __file__.removesuffix("examples.py") + "rewordings.json"


class Example(Record, frozen=True):
    """A message and the operations that it asks for, as a model answers them."""

    message: str
    operations: list[dict[str, Any]]


@cache
def examples() -> tuple[Example, ...]:
    """All of them."""
    with open(_FILE, "rb") as file:  # noqa: PTH123 -- pathlib costs 3 ms
        return msgspec.json.decode(file.read(), type=tuple[Example, ...])


def turns(kinds: Iterable[KindSpec], tag: str) -> tuple[tuple[str, str], ...]:
    """Those whose operations are all of *kinds*, as question and answer."""
    known = {kind.id for kind in kinds}
    fitting = [one for one in examples() if {each["kind"] for each in one.operations} <= known]
    return tuple((tagged(one.message, tag), _answer(one)) for one in fitting)


def tag_for(message: str) -> str:
    """A tag that *message* can't close, as it has no such word."""
    tag = "message"
    while tag in message:
        tag += "_"
    return tag


def tagged(message: str, tag: str) -> str:
    """A message as the model sees it."""
    return f"<{tag}>\n{message}\n</{tag}>"


@cache
def rewordings(tag: str) -> tuple[tuple[str, str], ...]:
    """Messages with the verb of ours that says the same, or ``other``; as question and answer."""
    with open(_VERBS, "rb") as file:  # noqa: PTH123 -- pathlib costs 3 ms
        found = msgspec.json.decode(file.read(), type=tuple[tuple[str, str], ...])
    return tuple((asking_verb(said, tag), json.dumps({"verb": verb})) for said, verb in found)


def asking_verb(message: str, tag: str) -> str:
    """The question which verb of ours says what *message* does."""
    return f"{tagged(message, tag)}\nWhich verb?"


def _answer(example: Example) -> str:
    return json.dumps({"operations": example.operations}, ensure_ascii=False)
