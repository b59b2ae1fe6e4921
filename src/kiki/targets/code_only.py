"""What targets share whose code is made and checked but not yet planned or applied by Kiki.

Called by those targets' ``target`` and ``render`` modules, also on the path of ``gen``. Knows no
target: its name and its codes are handed in.
"""

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any, ClassVar, Literal, Never

import msgspec

from kiki.model.answer import Answer
from kiki.model.artifact import Artifact
from kiki.model.change import Outcome, Ran, Undo
from kiki.model.errors import PermanentError, UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.languages import Lang
from kiki.model.plan import Plan
from kiki.model.request import Scope
from kiki.model.run import RunResult
from kiki.targets.port import Judged, Masked, OpenFiles, Sources, Taken, UndoPlan

Asked = tuple[Any, Any]  # an operation's module and its Fields


class CodeOnly:
    """The part of ``targets.port.Target`` that is the same for all of them.

    Each method that would need a live system raises UsageError ``<name>.apply_not_yet``.
    """

    name: ClassVar[str]
    plans = False
    place: Literal["hosts", "cluster", "cloud"] = "hosts"

    def asked(self, operation: Operation) -> Asked:
        """The module of *operation* and its values, checked."""
        raise NotImplementedError

    def take_in(self, intent: Intent, files: OpenFiles) -> Taken:
        """As it is: no kind is about a file of the user's, unless a target says so."""
        return Taken(intent=intent)

    def judged(self, intent: Intent) -> Judged:
        """As it is."""
        return Judged(intent=intent, risks=self.risks(intent))

    def claims(self, path: str) -> bool:
        """None: their documents say what they are."""
        return False

    def program(self, artifact: Artifact, inventory: Inventory, scope: Scope) -> Artifact:
        """The code itself: nothing runs it."""
        return artifact

    def reach(self, artifact: Artifact) -> frozenset[str]:
        """The entry alone: nothing brings in another file."""
        return frozenset((artifact.entry,))

    def kept(self) -> dict[str, tuple[str, ...]]:
        """Nothing: these targets run nothing."""
        return {}

    def secrets(self, intent: Intent) -> tuple[str, ...]:
        """None: no kind of these targets takes a secret."""
        return ()

    def risks(self, intent: Intent) -> tuple[str, ...]:
        """As each operation's own code says."""
        asked = (self.asked(operation) for operation in intent.operations)
        return tuple(module.risk(fields) for module, fields in asked)

    def writes(self, intent: Intent) -> tuple[tuple[str, ...], ...]:
        """Nothing on hosts."""
        return ((),) * len(intent.operations)

    def probes(self, intent: Intent) -> bool:
        """None: nothing runs."""
        return False

    def variables(
        self, intent: Intent, runs: tuple[Ran, ...], approved: Plan | None = None
    ) -> dict[str, Any]:
        """Nothing: nothing runs."""
        return {}

    def report(
        self, intent: Intent, reports: dict[str, Any], lang: Lang, masked: Masked
    ) -> dict[str, str]:
        """None: nothing runs."""
        return {}

    def moved(self, intent: Intent, runs: tuple[Ran, ...], now: Plan) -> tuple[str, ...]:
        """None: nothing runs."""
        return ()

    def require_tags(self, intent: Intent, tags: tuple[str, ...]) -> None:
        """See the class."""
        self._not_yet(f"{intent.name}.yaml")

    def require_readers(self, intent: Intent) -> None:
        """See ``answer``."""
        raise PermanentError("answers.not_a_reader", kind=intent.operations[0].kind, task="-")

    def answer(self, intent: Intent, sources: Sources, lang: Lang, masked: Masked) -> Answer:
        """No kind of these targets reads, unless they say how."""
        self.require_readers(intent)
        raise NotImplementedError

    def unseen(self, artifact: Artifact, inventory: Inventory) -> RunResult:
        """Nothing: who can't look has nothing to show."""
        return RunResult(status="successful", rc=0)

    def plan(
        self, result: RunResult, intent: Intent, inventory: Inventory, tags: tuple[str, ...] = ()
    ) -> Plan:
        """See the class."""
        self._not_yet(f"{intent.name}.yaml")

    def outcome(self, applied: RunResult, again: RunResult | None, inventory: Inventory) -> Outcome:
        """See the class."""
        self._not_yet("FILE")

    def undo(self, intent: Intent, plan: Plan | None) -> UndoPlan:
        """Impossible for Kiki, which did not apply it; the reason says what a person can do."""
        reason, params = f"{self.name}.undo_by_hand", {"file": f"{intent.name}.yaml"}
        return UndoPlan(undo=Undo(kind="impossible", reason=reason, params=params))

    def take_back(self, intent: Intent, runs: tuple[Ran, ...]) -> UndoPlan:
        """See ``undo``."""
        return self.undo(intent, None)

    def _not_yet(self, file: str) -> Never:
        raise UsageError(f"{self.name}.apply_not_yet", file=file)


def asked(
    operation: Operation, folder: str, invalid: Mapping[str, str], *, silent: Collection[str] = ()
) -> Asked:
    """The module of *operation*, below ``kiki.targets.<folder>``, and its values in its own type.

    UsageError ``<target>.kind_unknown``; the code that the module's ``INVALID``, or *invalid* where
    it has none, has for a field with a value that can't be, which is not repeated of the *silent*
    ones and of those in its ``SILENT``; ``<target>.fields_invalid`` for anything else.
    """
    kind = operation.kind.partition(".")[2]
    try:
        module = import_module(f"kiki.targets.{folder}.operations.{kind}.operation")
    except ModuleNotFoundError:
        raise UsageError(f"{operation.target}.kind_unknown", kind=operation.kind) from None
    try:
        return module, msgspec.convert(operation.fields, module.Fields)
    except msgspec.ValidationError as error:
        found = _invalid(operation, str(error), getattr(module, "INVALID", invalid))
        if found.params.get("path") in (*silent, *getattr(module, "SILENT", ())):
            del found.params["value"]
            raise found from None
        raise found from error


def _invalid(operation: Operation, problem: str, invalid: Mapping[str, str]) -> UsageError:
    """The code that explains the field which msgspec's *problem* ends with, as in
    ``... - at `$.name```."""
    where = problem.rpartition("`$.")[2].rstrip("`") if "`$." in problem else ""
    field = where.partition("[")[0]
    params = {"object": operation.kind, "path": field, "value": str(operation.fields.get(field))}
    if field in invalid:
        return UsageError(invalid[field], **params)
    code = f"{operation.target}.fields_invalid"
    return UsageError(code, object=operation.kind, problem=problem)
