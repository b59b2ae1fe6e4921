"""What an operation gives: tasks as values, and how each is taken back.

Called by operations, which make them, ``compose``, which puts those of an intent together, and
``render``, ``plan`` and ``undo``, which read them. Pure; on the path of ``kiki gen``.
"""

from typing import Any

import msgspec

from kiki.documents.write import Tagged
from kiki.model.plan import Reversibility, Verb
from kiki.targets.ansible.names import Family

ACTION_TAG = "kiki_action"
"""The tag of tasks that act every time, such as a restart: a verifying run skips them."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One task of a play.

    *verb* is what it does to a host when it changes it. *family*: only there. *each* are argument
    sets, one run of the module for each; *var* and *about* name and describe the variable that
    holds them in a role. *items* pairs what each thing is called on the host with what the
    reversing operation calls it. *register*: the result is kept in ``FOUND``.
    *ensures* and *breaks* are facts such as ``package:httpd`` that hold, or hold no more, after
    it. *needs* are facts without which the module may fail in check mode (``package:*``: any).
    *gone* is what the module says when there is nothing to stop or close.
    *secrets* are the names of those in its arguments. *acts*: it does something every time.
    *root*: it needs to be root. *network*: it may need the site's proxy. *foreign*: it is of a
    module that may not support check mode, so what check mode skips is unknown.
    """

    name: str
    module: str
    args: dict[str, Any]
    verb: Verb
    family: Family | None = None
    each: tuple[dict[str, Any], ...] = ()
    var: str = ""
    about: str = ""
    items: tuple[tuple[str, str], ...] = ()
    register: bool = False
    ensures: frozenset[str] = frozenset()
    breaks: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    gone: str = ""
    secrets: tuple[str, ...] = ()
    acts: bool = False
    root: bool = True
    network: bool = False
    foreign: bool = False
    reverses: tuple["Reverse", ...] = ()


class Variable(msgspec.Struct, frozen=True, kw_only=True):
    """An argument that a role offers as a variable; a playbook has the value in its place."""

    name: str
    value: Any
    about: str


class Reverse(msgspec.Struct, frozen=True, kw_only=True):
    """How a task that changed a host is taken back.

    *kind* holds when the task's verb is one of *only* (any, when empty); otherwise it is
    impossible, for *otherwise*. *operation* and *fields* are the operation that does it; *items*
    names the field that lists what was changed, to be narrowed to that. Without an *operation*
    it simply stays. *reason* is a code.
    """

    kind: Reversibility
    reason: str = ""
    operation: str = ""
    fields: dict[str, Any] = {}
    items: str = ""
    only: tuple[Verb, ...] = ()
    otherwise: str = ""


FOUND = "kiki_found"
"""The variable that holds the result of a task with ``register``, until the next such task."""


def literal(text: str) -> str | Tagged:
    """*text* such that Ansible writes exactly it: what Jinja might read is tagged ``!unsafe``."""
    if "{{" in text or "{%" in text or "{#" in text:
        return Tagged(tag="!unsafe", value=text)
    return text


def listing(names: tuple[str, ...], most: int = 4) -> str:
    """``a, b and 3 more``: names for a task's title, not too long."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
