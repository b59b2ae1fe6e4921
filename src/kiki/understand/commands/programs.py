"""What the commands that can be read mean: compiled from ``programs/*.yaml``.

Made by ``tools/compile_commands.py``; called by ``reading`` when a message has a command, so that
other messages never load it. Sources: the commands' own manuals.
"""

from functools import cache
from typing import Any

import msgspec

from kiki.model.errors import PermanentError
from kiki.model.records import Record

FORMS = __file__.removesuffix("programs.py") + "_forms.json"


class Option(Record, frozen=True):
    """What an option means; one without anything means nothing to Kiki (``-y``).

    Its value fills *field*, of the operation *kind* if that is not the command's own; *values* are
    the only texts that it may have and what they stand for, *only* those with which it means
    nothing. *value*: it takes one that means nothing. *spelling* names how the value is written
    (``spelling.py``), *gives* fields that the option itself fills, *also* a second operation,
    *beside* another option without which it is not clear, *asks* the question that comes first.
    """

    field: str = ""
    kind: str = ""
    also: str = ""
    gives: dict[str, Any] = {}
    only: tuple[str, ...] = ()
    values: dict[str, str] = {}
    spelling: str = ""
    value: bool = False
    beside: str = ""
    asks: str = ""

    @property
    def takes(self) -> bool:
        """Whether a value follows."""
        return bool(self.field or self.value or self.only)


class Form(Record, frozen=True):
    """One form of a command. *words* follow the program's name: ``create``, ``ns|namespace``,
    ``{name}`` for the value of a field (``{name/}``: one with a slash) and, at the end,
    ``{names+}`` for all that follow (``{keys+-}``: each with a dash at its end), or
    ``{command*}`` for what may follow, as one text. *closed*: what follows the first value is no
    option of this command.

    *needs*: one of these options must be there. *beside*: it is no operation, only something that
    Kiki does itself beside operations whose kind begins so. *amends*: it says more about a path
    that an earlier command makes, and is an operation of *kind* only where none does. *same* are
    fields that are what another one is, if nothing is said; *assumes* what has to be said unless
    one of these options is there, *asks* the question that comes first. *creates*: it refuses where
    there is one already. Without *sure* the words
    may be no command: nothing is refused for them.
    """

    words: tuple[str, ...] = ()
    kind: str = ""
    beside: str = ""
    amends: bool = False
    spelling: str = ""
    options: dict[str, Option] = {}
    needs: tuple[str, ...] = ()
    gives: dict[str, Any] = {}
    same: dict[str, str] = {}
    assumes: dict[str, tuple[str, ...]] = {}
    asks: str = ""
    sure: bool = True
    creates: bool = False
    closed: bool = False


@cache
def forms() -> dict[str, tuple[Form, ...]]:
    """The forms of every program, by its name. PermanentError ``understand.index_broken``."""
    try:
        with open(FORMS, "rb") as file:  # noqa: PTH123 -- pathlib costs 3 ms
            return msgspec.json.decode(file.read(), type=dict[str, tuple[Form, ...]])
    except (OSError, msgspec.MsgspecError) as error:
        raise PermanentError("understand.index_broken", path=FORMS) from error
