"""Names for secrets, and what may be told of them. Values never appear in any type of this package.

Called by ``understand``, which takes secrets out of messages, by ``store``, and by everything that
handles one. There are three sorts of names: those that people give (``db-root``), kept until they
are removed; those that are counted in each message (``password-1``), whose every value belongs to
one request; and those of values that a change wrote over (``before-`` and digits), kept for its
undo.
"""

import re

from kiki.model.lifecycle import State
from kiki.model.records import Record

SORTS = ("password", "token", "private-key", "api-key", "secret")
"""What a value in a message may be; its name begins with it."""

HELD = "before"
HELD_LENGTH = 20
"""Names of values that a change wrote over begin with the first and end with so many digits."""

_TAKEN = re.compile(rf"(?:{'|'.join(SORTS)})-\d+|{HELD}-[0-9a-f]{{{HELD_LENGTH}}}")
# No underscore: in a playbook a dash becomes one, and two secrets must never be one variable.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,99}")
REFERENCE = r"\{\{secret:[A-Za-z_][A-Za-z0-9_-]{0,99}\}\}"
"""A pattern for the name of a secret where its value belongs."""

_PLACEHOLDER = re.compile(r"\{\{secret:([A-Za-z_][A-Za-z0-9_-]{0,99})\}\}")


class SecretRef(Record, frozen=True):
    """A secret's name. In a message and in an artifact's comments it is written
    ``{{secret:NAME}}``; in a playbook it is the variable ``kiki_secret_NAME``."""

    name: str


class SecretUse(Record, frozen=True):
    """A change that names one version of a secret. *pending*: it has an inventory and is not
    finished, so it may still run with it."""

    change: str
    state: State
    pending: bool = False


class SecretVersion(Record, frozen=True):
    """One value of a secret, without the value. *data_key* is the id of the key that seals it,
    *master* and *master_id* say which master key wraps that one; empty where nothing is sealed."""

    name: str
    version: str
    created: str
    data_key: str = ""
    master: str = ""
    master_id: str = ""
    used_by: tuple[SecretUse, ...] = ()


class MasterRotation(Record, frozen=True):
    """How a record's data keys came under another master key; ids tell keys apart."""

    before: str
    before_id: str
    after: str
    after_id: str
    data_keys: int = 0
    secrets: int = 0


def placeholder(name: str) -> str:
    """The text that stands for the secret in a redacted message."""
    return "{{secret:" + name + "}}"


def named(text: str) -> tuple[str, ...]:
    """The names that placeholders in *text* say, each once, in order."""
    return tuple(dict.fromkeys(match[1] for match in _PLACEHOLDER.finditer(text)))


def variable(name: str) -> str:
    """The Ansible variable that holds the secret's value at run time."""
    return "kiki_secret_" + name.replace("-", "_")


def is_taken(name: str) -> bool:
    """Whether *name* is one that is counted in a message, or of a value that was written over."""
    return _TAKEN.fullmatch(name) is not None


def is_name(name: str) -> bool:
    """Whether a person may give a secret this name."""
    return _NAME.fullmatch(name) is not None and not is_taken(name)
