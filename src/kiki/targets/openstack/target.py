"""The target ``openstack``: what the registry hands to pipeline and service.

Called through ``targets.registry``. Templates are made and checked; they can't be planned or
applied by Kiki yet, and every method that would have to says so.
"""

from typing import Any, Never

from kiki.model.artifact import Artifact
from kiki.model.change import Outcome, Undo
from kiki.model.errors import UsageError
from kiki.model.finding import Finding
from kiki.model.intent import Intent
from kiki.model.inventory import Inventory
from kiki.model.plan import Plan
from kiki.model.profile import Profile
from kiki.model.request import Layout, Scope
from kiki.model.run import RunResult
from kiki.targets.openstack.render import fields_of, render
from kiki.targets.port import UndoPlan

# Keys that only templates (HOT, CloudFormation's) and environment files have.
_MARKS = (
    "heat_template_version",
    "HeatTemplateFormatVersion",
    "AWSTemplateFormatVersion",
    "resource_registry",
    "parameter_defaults",
)


class OpenStack:
    """See ``targets.port.Target``."""

    name = "openstack"
    plans = False

    def render(self, intent: Intent, layout: Layout, profile: Profile) -> Artifact:
        """One file, a HOT template; *layout* means nothing here."""
        return render(intent, profile)

    def check(self, artifact: Artifact) -> tuple[Finding, ...]:
        """The template against the properties of all resource types and its own references."""
        from kiki.targets.openstack.check import check  # noqa: PLC0415 -- lazy: gen checks nothing

        return check(artifact)

    def recognises(self, document: Any) -> bool:
        """A mapping with the marks of a Heat template or of its environment."""
        return isinstance(document, dict) and not document.keys().isdisjoint(_MARKS)

    def secrets(self, intent: Intent) -> tuple[str, ...]:
        """None: no kind of this target takes a secret."""
        return ()

    def risks(self, intent: Intent) -> tuple[str, ...]:
        """As each operation's own code says."""
        asked = (fields_of(operation) for operation in intent.operations)
        return tuple(module.risk(fields) for module, fields in asked)

    def plan(self, result: RunResult, intent: Intent, inventory: Inventory) -> Plan:
        """UsageError ``openstack.apply_not_yet``."""
        return _not_yet(intent)

    def outcome(self, applied: RunResult, again: RunResult | None, scope: Scope) -> Outcome:
        """UsageError ``openstack.apply_not_yet``."""
        return _not_yet(None)

    def undo(self, intent: Intent, plan: Plan | None, outcome: Outcome | None) -> UndoPlan:
        """Impossible for Kiki, which did not apply it; the reason says what a person can do."""
        params = {"file": f"{intent.name}.yaml"}
        return UndoPlan(
            undo=Undo(kind="impossible", reason="openstack.undo_by_hand", params=params)
        )


def _not_yet(intent: Intent | None) -> Never:
    raise UsageError("openstack.apply_not_yet", file=f"{intent.name}.yaml" if intent else "FILE")


TARGET = OpenStack()
