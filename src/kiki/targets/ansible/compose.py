"""An intent's operations as one list of tasks.

Called by ``render``, and by ``plan`` and ``undo``, which have to know what each task of a run was
for. Pure, and only the operations in use are imported: on the path of ``kiki gen``.
"""

import importlib
from typing import Any, Protocol

import msgspec

from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.plan import Risk
from kiki.targets.ansible.fields import code_of
from kiki.targets.ansible.names import FAMILIES, Family
from kiki.targets.ansible.tasks import CAUSE, Task

TARGETS = ("ansible", "podman")
"""The targets whose operations give tasks, see docs/decisions/0019-podman.md."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A task and the index of the operation that it is part of.

    *tolerant*: an earlier task of the play makes what this one needs, so check mode may fail here
    where a real run would not. *vanishing*: a later one removes what this one acts on, so a second
    run finds nothing, which is as wanted. *hosts*: only on these; none: on all of the play.
    *passing*: later tasks need what it brings, so a check goes on though it could not judge this.
    """

    operation: int
    task: Task
    tolerant: bool = False
    vanishing: bool = False
    passing: bool = False
    hosts: tuple[str, ...] = ()
    look_of: str = ""
    cause: str = ""
    causes: tuple[tuple[str, str], ...] = ()


class OperationModule(Protocol):
    """What ``operations/<kind>/operation.py`` has."""

    RISK: Risk
    Fields: type[Any]

    @staticmethod
    def tasks(fields: Any, ensured: frozenset[str]) -> tuple[Task, ...]:
        """The tasks, given what earlier tasks of the play ensure."""
        ...


def steps_of(intent: Intent) -> tuple[Step, ...]:
    """The steps of *intent* in order, with titles that are unique in the play.

    UsageError ``ansible.kind_unknown``, ``ansible.fields_invalid``, ``ansible.invalid_<what>``,
    ``ansible.family_unknown``.
    """
    steps: list[Step] = []
    facts = _Facts()
    for index, operation in enumerate(intent.operations):
        module = module_of(operation)
        family = _family(operation)
        for task in module.tasks(fields_of(operation, module), facts.ensured(family)):
            if task.family and family and task.family != family:
                continue
            here = msgspec.structs.replace(task, family=task.family or family)
            made = _step(index, here, facts.somewhere, steps, operation.hosts)
            steps += _with_looks(made, steps)
            facts.take(task, operation)
    return _with_causes(_with_passing(_with_vanishing(steps)))


class _Facts:
    """What the tasks so far ensure, on every host of a family, and *somewhere* at least."""

    def __init__(self) -> None:
        self._held: dict[str, frozenset[str]] = dict.fromkeys(FAMILIES, frozenset())
        self.somewhere: frozenset[str] = frozenset()

    def ensured(self, family: Family | None) -> frozenset[str]:
        """The facts of *family*; without one, those of both, and what can only be of one and says
        so (``repository:Debian``)."""
        if family:
            return self._held[family]
        every = [self._held[one] for one in FAMILIES]
        own = (fact for one in FAMILIES for fact in self._held[one] if fact.endswith(f":{one}"))
        return every[0].intersection(*every[1:]).union(own)

    def take(self, task: Task, operation: Operation) -> None:
        """Add what *task*, of *operation*, ensures, and take away what it breaks."""
        whole = not (operation.hosts or operation.family)
        for family in (operation.family,) if operation.family else FAMILIES:
            ensures = frozenset() if operation.hosts else task.ensures
            self._held[family] = (self._held[family] | ensures) - task.breaks
        self.somewhere = (self.somewhere | task.ensures) - (task.breaks if whole else frozenset())


def _family(operation: Operation) -> Family | None:
    """The family that *operation* is for; None: both. UsageError ``ansible.family_unknown``."""
    found = next((family for family in FAMILIES if family == operation.family), None)
    if operation.family and found is None:
        known = ", ".join(FAMILIES)
        raise UsageError("ansible.family_unknown", family=operation.family, known=known)
    return found


def kind_of(name: str) -> str:
    """The id of the kind *name*: of another target than ``ansible`` it has that before it."""
    return name if "." in name else f"ansible.{name}"


def module_of(operation: Operation) -> OperationModule:
    """The module of the operation's kind; UsageError ``ansible.kind_unknown``."""
    target, _, kind = operation.kind.partition(".")
    if target in TARGETS and kind.isidentifier():
        folder = f"kiki.targets.{target}.operations.{kind}"
        try:
            module: OperationModule = importlib.import_module(f"{folder}.operation")  # type: ignore[assignment]
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith(folder):
                raise
        else:
            return module
    raise UsageError("ansible.kind_unknown", kind=operation.kind)


def fields_of(operation: Operation, module: OperationModule) -> Any:
    """The operation's fields in the kind's own type.

    UsageError ``ansible.invalid_<what>`` with the value, or ``ansible.fields_invalid``.
    """
    try:
        return msgspec.convert(operation.fields, module.Fields)
    except msgspec.ValidationError as error:
        raise _invalid(operation, str(error)) from error


def _invalid(operation: Operation, problem: str) -> UsageError:
    fields = importlib.import_module(f"kiki.targets.{operation.target}.fields")
    code = code_of(problem, getattr(fields, "CODES", None))
    place = problem.rpartition(" - at `$.")[2].rstrip("`")
    if code == "ansible.fields_invalid":
        return UsageError(code, kind=operation.kind, problem=problem)
    field, _, rest = place.partition("[")
    value = operation.fields.get(field)
    if isinstance(value, list | tuple) and rest:
        value = value[int(rest.rstrip("]"))]
    return UsageError(code, kind=operation.kind, field=field, value=str(value))


def _step(
    index: int, task: Task, brought: frozenset[str], before: list[Step], hosts: tuple[str, ...]
) -> Step:
    title = _unique(task.name, {step.task.name for step in before})
    named = task if title == task.name else msgspec.structs.replace(task, name=title)
    tolerant = _meets(task, brought) and not task.probe
    return Step(operation=index, task=named, tolerant=tolerant, hosts=hosts)


def _with_looks(step: Step, earlier: list[Step]) -> list[Step]:
    """*step* after the steps that look at what its task will change, and keep it."""
    before = step.task.before
    if before is None:
        return [step]
    found: list[Step] = []
    for look in (*before.looks, *before.then):
        here = msgspec.structs.replace(look, family=step.task.family)
        made = _step(step.operation, here, frozenset(), [*earlier, *found, step], step.hosts)
        of = step.task.name if look in before.looks else ""
        found.append(msgspec.structs.replace(made, look_of=of))
    return [*found, step]


def _with_causes(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Follow-ups with the steps that cause them, and these with a variable for their result."""
    found = list(steps)
    for place, step in enumerate(steps):
        if not step.task.follows:
            continue
        wanted = frozenset(step.task.follows)
        places = [
            number
            for number, earlier in enumerate(steps[:place])
            if not wanted.isdisjoint(earlier.task.ensures | earlier.task.breaks)
            and earlier.task.family in (None, step.task.family)
        ]
        for number in places:
            cause = f"{CAUSE}{number + 1}"
            found[number] = msgspec.structs.replace(found[number], cause=cause)
        causes = tuple((f"{CAUSE}{number + 1}", steps[number].task.name) for number in places)
        found[place] = msgspec.structs.replace(found[place], causes=causes)
    return tuple(found)


def _with_vanishing(steps: list[Step]) -> tuple[Step, ...]:
    found: list[Step] = []
    for step in reversed(steps):
        broken = frozenset().union(*(later.task.breaks for later in found if _covers(later, step)))
        if step.task.probe and _meets(step.task, broken):
            continue  # a later operation of the same play takes away what it asks for
        vanishing = bool(step.task.gone) and _meets(step.task, broken)
        found.append(msgspec.structs.replace(step, vanishing=True) if vanishing else step)
    return tuple(reversed(found))


def _with_passing(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Doubtful steps whose later ones need what they bring."""
    return tuple(
        msgspec.structs.replace(step, passing=True)
        if step.task.doubtful
        and any(
            _meets(later.task, step.task.ensures) and not later.task.probe
            for later in steps[place + 1 :]
        )
        else step
        for place, step in enumerate(steps)
    )


def _covers(later: Step, step: Step) -> bool:
    """Whether *later* is done wherever *step* is."""
    return not later.hosts or (bool(step.hosts) and set(step.hosts) <= set(later.hosts))


def _meets(task: Task, facts: frozenset[str]) -> bool:
    """Whether any of *facts* is one that *task* needs."""
    sorts = {fact.partition(":")[0] + ":*" for fact in facts}
    return not (facts | sorts).isdisjoint(task.needs)


def _unique(title: str, taken: set[str]) -> str:
    found, count = title, 1
    while found in taken:
        count += 1
        found = f"{title} ({count})"
    return found
