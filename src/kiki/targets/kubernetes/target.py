"""The target ``k8s``: what the registry hands to pipeline and service.

Called through ``targets.registry``. Manifests are made and checked; they can't be planned or
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
from kiki.targets.kubernetes.render import fields_of, render
from kiki.targets.port import UndoPlan

_MARKS = ("apiVersion", "kind")


class Kubernetes:
    """See ``targets.port.Target``."""

    name = "k8s"
    plans = False

    def render(self, intent: Intent, layout: Layout, profile: Profile) -> Artifact:
        """One file of manifests; *layout* means nothing here."""
        return render(intent, profile)

    def check(self, artifact: Artifact) -> tuple[Finding, ...]:
        """Every document against the official schemas, and the objects against each other."""
        from kiki.targets.kubernetes.check import check  # noqa: PLC0415 -- lazy: gen checks nothing

        return check(artifact)

    def recognises(self, document: Any) -> bool:
        """A mapping that names its API or its kind."""
        return isinstance(document, dict) and not document.keys().isdisjoint(_MARKS)

    def secrets(self, intent: Intent) -> tuple[str, ...]:
        """None: no kind of this target takes a secret."""
        return ()

    def risks(self, intent: Intent) -> tuple[str, ...]:
        """As each operation's own code says."""
        asked = (fields_of(operation) for operation in intent.operations)
        return tuple(module.risk(fields) for module, fields in asked)

    def plan(self, result: RunResult, intent: Intent, inventory: Inventory) -> Plan:
        """UsageError ``k8s.apply_not_yet``."""
        return _not_yet(intent)

    def outcome(self, applied: RunResult, again: RunResult | None, scope: Scope) -> Outcome:
        """UsageError ``k8s.apply_not_yet``."""
        return _not_yet(None)

    def undo(self, intent: Intent, plan: Plan | None, outcome: Outcome | None) -> UndoPlan:
        """Impossible for Kiki, which did not apply it; the reason says what a person can do."""
        params = {"file": f"{intent.name}.yaml"}
        return UndoPlan(undo=Undo(kind="impossible", reason="k8s.undo_by_hand", params=params))


def _not_yet(intent: Intent | None) -> Never:
    raise UsageError("k8s.apply_not_yet", file=f"{intent.name}.yaml" if intent else "FILE")


TARGET = Kubernetes()
