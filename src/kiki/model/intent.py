"""What Kiki understood: typed operations, and for every value where it came from.

Called by ``understand``, which makes it, targets, which render it, and views. From here on
everything is deterministic: two intents with one digest give the same bytes.
"""

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from kiki.model.artifact import File
from kiki.model.records import Record, digest
from kiki.model.request import Scope

Origin = Literal["span", "flag", "profile", "default", "catalogue", "model", "undo", "recipe"]
Reader = Literal["flags", "rules", "model", "undo"]


class Source(Record, frozen=True):
    """Where one value came from.

    For ``span`` and ``model``, *start* and *end* are code points of the NFC, redacted message
    (end exclusive). *detail* names the flag, profile key or rule. For ``recipe`` it is the recipe's
    name, and *start* and *end* are those of what was said that the value depends on.
    """

    origin: Origin
    start: int = -1
    end: int = -1
    detail: str = ""


class Operation(Record, frozen=True):
    """One thing asked for. *kind* is ``<target>.<name>``; *fields* are JSON values that the
    kind's own ``Fields`` type accepts; *sources* has an entry for every key of *fields*, and of a
    tree also for every leaf that was said, by its path (``body.spec.rules[0].host``). *hosts*: only
    on these, by their names in the inventory; none: on all that the intent is for. *family*: only
    on hosts of it, which hosts say of themselves when they are met; empty: on every one. *given*
    are the user's own files that it is about, as they were when they were read, once: nothing looks
    at the disk again."""

    kind: str
    fields: dict[str, Any]
    sources: dict[str, Source] = {}
    hosts: tuple[str, ...] = ()
    family: str = ""
    given: tuple[File, ...] = ()

    @property
    def target(self) -> str:
        """The part of the kind before the dot."""
        return self.kind.partition(".")[0]


class Assumption(Record, frozen=True):
    """Something that was not said: a code with parameters, shown to the user."""

    code: str
    params: dict[str, str] = {}


class Intent(Record, frozen=True):
    """The operations of one request on one target, in the order they are to happen. *hosts* are
    the hosts and groups that the message names, where the target has such; none: all. *batch* is
    how many hosts the message wants changed at a time, as a rollout has it, and *create_only* that
    what it makes must not be there yet; both are the scope's. *watch* says of what only looks that
    it looks again and again, which is the request's."""

    target: str
    name: str
    operations: tuple[Operation, ...]
    reader: Reader
    assumptions: tuple[Assumption, ...] = ()
    hosts: tuple[str, ...] = ()
    batch: str = ""
    create_only: bool = False
    watch: bool = False

    def digest(self) -> str:
        """Digest over what decides the bytes: target, name, kinds, fields, hosts and families, not
        provenance."""
        meaning = [_meaning(operation) for operation in self.operations]
        decisive = {"target": self.target, "name": self.name, "operations": meaning}
        return digest(decisive | ({"hosts": list(self.hosts)} if self.hosts else {}))


def _meaning(operation: Operation) -> list[Any]:
    """What of *operation* decides the bytes. Hosts, a family and files only where there are any:
    intents from before operations had them keep their digests."""
    decisive: list[Any] = [operation.kind, operation.fields]
    decisive += [list(operation.hosts)] if operation.hosts else []
    decisive += [operation.family] if operation.family else []
    given = {file.path: file.digest() for file in operation.given}
    return decisive + ([given] if given else [])


class Choice(Record, frozen=True):
    """One possible answer: *value* is what is sent back, *code* an optional text for it."""

    value: str
    label: str = ""


class Question(Record, frozen=True):
    """What is missing or ambiguous. *field* is ``<operation index>.<field>`` or ``target``;
    *start*/*end* point into the message where that helps (else -1)."""

    code: str
    field: str
    params: dict[str, str] = {}
    choices: tuple[Choice, ...] = ()
    start: int = -1
    end: int = -1


class Token(Record, frozen=True):
    """One piece of the message as the reader saw it; offsets as in ``Source``.

    *role* is what it was used for (``verb:install``, ``field:names``, ``particle`` ...), empty
    when nothing accounted for it.
    """

    text: str
    start: int
    end: int
    role: str = ""


class Later(Record, frozen=True):
    """What is to be done after the intent of a reading, by another target or elsewhere: a stage of
    the change. In *scope* a server's address may stand as ``{{server:NAME}}``; *servers* are all
    that do, in the *project* of *domain*. *undoes* is the change that it takes back."""

    name: str
    intent: Intent
    scope: Scope
    servers: tuple[str, ...] = ()
    project: str = ""
    domain: str = ""
    undoes: str = ""


class Reading(Record, frozen=True):
    """How a message was read: exactly one of *intent*, *question* and *refusal* is set. *notes* are
    what has to be said whatever came of it: a live system that could not be asked. *later* is what
    comes after the intent; not there for what has one stage."""

    reader: Reader
    tokens: tuple[Token, ...] = ()
    intent: Intent | None = None
    question: Question | None = None
    refusal: Question | None = None
    notes: tuple[Assumption, ...] = ()
    later: tuple[Later, ...] | UnsetType = UNSET

    @property
    def leftover(self) -> tuple[Token, ...]:
        """The content words that nothing accounted for."""
        return tuple(token for token in self.tokens if not token.role)
