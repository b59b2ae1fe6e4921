"""The target ``openstack``: what the registry hands to pipeline and service.

Called through ``targets.registry``. It hands each call to the module for it, imported when first
called: rendering is on the path of ``kiki gen``, where planning and checking are not wanted.
"""

from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from kiki.model.artifact import Artifact
from kiki.model.change import Ran
from kiki.model.errors import PermanentError, UsageError
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.plan import Plan
from kiki.model.profile import NO_PROFILE, Profile
from kiki.model.request import Layout, Scope
from kiki.model.run import RunResult
from kiki.model.secret import variable
from kiki.targets.code_only import Asked
from kiki.targets.live import Live
from kiki.targets.openstack.render import SCRIPT, asked, hidden, render
from kiki.targets.port import Judged, OpenFiles, Taken

# Keys that only templates (HOT, CloudFormation's) and environment files have.
_MARKS = (
    "heat_template_version",
    "HeatTemplateFormatVersion",
    "AWSTemplateFormatVersion",
    "resource_registry",
    "parameter_defaults",
)
_BACK = "openstack.back"
_STACKS = ("openstack.stacks", "openstack.template_apply")
_OWN = "openstack.template_apply"


class OpenStack(Live):
    """See ``targets.port.Target``."""

    name = "openstack"
    package = "kiki.targets.openstack"
    place: Literal["hosts", "cluster", "cloud"] = "cloud"

    def take_in(self, intent: Intent, files: OpenFiles) -> Taken:
        """See ``own.take_in``."""
        if not any(operation.kind == _OWN for operation in intent.operations):
            return Taken(intent=intent)
        from kiki.targets.openstack import own  # noqa: PLC0415 -- lazy: few have files

        return own.take_in(intent, files())

    def judged(self, intent: Intent) -> Judged:
        """See ``meaning``."""
        risks = self.risks(intent)
        if _is_back(intent) or not _is_stacks(intent):
            return Judged(intent=intent, risks=risks)
        from kiki.targets.openstack import meaning  # noqa: PLC0415 -- lazy: not for gen

        found, classes = meaning.judged(intent, risks)
        return Judged(intent=found, risks=classes)

    def render(self, intent: Intent, layout: Layout, profile: Profile) -> Artifact:
        """One file, a HOT template, or the program of an undo; *layout* means nothing here."""
        if _is_back(intent):
            from kiki.targets.openstack import back  # noqa: PLC0415 -- lazy: only for an undo

            return back.render(intent, tuple(self.asked(one)[1] for one in intent.operations))
        if _is_stacks(intent):
            from kiki.targets.openstack import stacks  # noqa: PLC0415 -- lazy: not for gen

            return stacks.render(intent)
        return render(intent, profile)

    def program(self, artifact: Artifact, inventory: Inventory, scope: Scope) -> Artifact:
        """See ``program.program``."""
        from kiki.targets.openstack.program import program  # noqa: PLC0415 -- lazy: not for gen

        return program(artifact, inventory, scope)

    def unseen(self, artifact: Artifact, inventory: Inventory) -> RunResult:
        """What templates of several stacks would make, see ``stacks.unseen``."""
        from kiki.targets.openstack import stacks  # noqa: PLC0415 -- lazy: not for gen

        objects = stacks.unseen(artifact) if stacks.is_page(artifact) else []
        reports = {host: {"objects": objects} for host in inventory.hosts}
        return RunResult(status="successful", rc=0, reports=reports)

    def secrets(self, intent: Intent) -> tuple[str, ...]:
        """Names of the secrets that hidden parameters of the template take, sorted."""
        return tuple(sorted(set(_hidden(intent).values())))

    def variables(
        self, intent: Intent, runs: tuple[Ran, ...], approved: Plan | None = None
    ) -> dict[str, Any]:
        """The stacks that the plan was made of, which variable each hidden parameter takes, and
        what stacks are to be made of that could not be previewed."""
        from kiki.targets.openstack import planned  # noqa: PLC0415 -- lazy: as below

        named = {name: variable(secret) for name, secret in _hidden(intent).items()}
        known: dict[str, Any] = {"kiki_planned": planned.planned(approved), "kiki_hidden": named}
        foreseen, things = planned.foreseen(approved), planned.things(approved)
        return {**known, "kiki_foreseen": foreseen, "kiki_things": things}

    def check(self, artifact: Artifact, profile: Profile = NO_PROFILE) -> tuple[Finding, ...]:
        """The template against the properties of all resource types and its own references. The
        program of an undo has what Heat itself had: it judges that."""
        from kiki.targets.openstack.check import check  # noqa: PLC0415 -- lazy: gen checks nothing
        from kiki.targets.openstack.program import PLAYBOOK  # noqa: PLC0415 -- lazy: as above

        if artifact.intent_digest and artifact.entry == PLAYBOOK:
            return ()
        from kiki.targets.openstack import acting, stacks  # noqa: PLC0415 -- lazy: as above

        if acting.is_page(artifact):
            return ()  # whether there is such a thing only a cloud knows
        if stacks.is_page(artifact):
            found = (each for one in stacks.templates(artifact) for each in check(one))
            return tuple(replace(one, file=one.file.removeprefix("given/")) for one in found)
        if artifact.intent_digest and artifact.entry.endswith((PLAYBOOK, SCRIPT)):
            return ()  # the commands of what only reads are our own
        return check(artifact)

    def require_readers(self, intent: Intent) -> None:
        """What has no question has no answer; what asks does so with the driver's reading alone."""
        for operation in intent.operations:
            module, _ = self.asked(operation)
            if not hasattr(module, "ask") or hasattr(module, "part"):
                raise PermanentError("answers.not_a_reader", kind=operation.kind, task="-")

    def recognises(self, document: Any) -> bool:
        """A mapping with the marks of a Heat template or of its environment."""
        return isinstance(document, dict) and not document.keys().isdisjoint(_MARKS)

    def asked(self, operation: Operation) -> Asked:
        """The module of *operation* and its values, checked."""
        if operation.kind == _STACKS[0]:
            from kiki.targets.openstack import stacks  # noqa: PLC0415 -- lazy: not for gen

            return stacks, stacks.fields_of(operation)
        if operation.kind != _BACK:
            return asked(operation)
        from kiki.targets.openstack import back  # noqa: PLC0415 -- lazy: only for an undo

        return back, msgspec.convert(operation.fields, back.Fields)

    def require_tags(self, intent: Intent, tags: tuple[str, ...]) -> None:
        """UsageError ``openstack.live_tags``: a stack is made as a whole."""
        if tags:
            raise UsageError("openstack.live_tags", tags=", ".join(tags))


def _is_back(intent: Intent) -> bool:
    return any(operation.kind == _BACK for operation in intent.operations)


def _is_stacks(intent: Intent) -> bool:
    return any(operation.kind in _STACKS for operation in intent.operations)


def _hidden(intent: Intent) -> dict[str, str]:
    """The hidden parameters that take secrets, with the name of each."""
    if _is_back(intent):
        return {}
    if not _is_stacks(intent):
        return hidden(intent, NO_PROFILE)
    from kiki.targets.openstack import stacks  # noqa: PLC0415 -- lazy: not for gen

    return stacks.secrets(intent)


TARGET = OpenStack()
