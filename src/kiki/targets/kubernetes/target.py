"""The target ``k8s``: what the registry hands to pipeline and service.

Called through ``targets.registry``. Manifests are made and checked; they can't be planned or
applied by Kiki yet, and every method that would have to says so.
"""

from typing import Any, Literal

from kiki.model.artifact import Artifact
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.model.request import Layout
from kiki.targets.code_only import Asked, CodeOnly
from kiki.targets.kubernetes.render import asked, render

_MARKS = ("apiVersion", "kind")


class Kubernetes(CodeOnly):
    """See ``targets.port.Target``."""

    name = "k8s"
    place: Literal["hosts", "cluster"] = "cluster"

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

    def asked(self, operation: Operation) -> Asked:
        """The module of *operation* and its values, checked."""
        return asked(operation)


TARGET = Kubernetes()
