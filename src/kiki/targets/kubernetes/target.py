"""The target ``k8s``: what the registry hands to pipeline and service.

Called through ``targets.registry``. Manifests are made and checked; they can't be planned or
applied by Kiki yet, and every method that would have to says so.
"""

from typing import Any, Literal

from kiki.model.answer import Answer
from kiki.model.artifact import Artifact
from kiki.model.errors import PermanentError
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation
from kiki.model.languages import Lang
from kiki.model.profile import Profile
from kiki.model.request import Layout
from kiki.targets.code_only import Asked, CodeOnly
from kiki.targets.kubernetes.render import SCRIPT, asked, render
from kiki.targets.port import Masked, Sources

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
        if artifact.intent_digest and artifact.entry.endswith(SCRIPT):
            return ()  # our own commands that read: there is no manifest
        from kiki.targets.kubernetes.check import check  # noqa: PLC0415 -- lazy: gen checks nothing

        return check(artifact)

    def require_readers(self, intent: Intent) -> None:
        """What has no question has no answer; what asks does so with GET alone, as the driver
        has nothing else."""
        for operation in intent.operations:
            module, _ = self.asked(operation)
            if not hasattr(module, "ask") or hasattr(module, "manifests"):
                raise PermanentError("answers.not_a_reader", kind=operation.kind, task="-")

    def answer(self, intent: Intent, sources: Sources, lang: Lang, masked: Masked) -> Answer:
        """See ``answers.answer``."""
        from kiki.targets.kubernetes.answers import answer  # noqa: PLC0415 -- lazy: not for gen

        return answer(intent, sources, lang, masked)

    def recognises(self, document: Any) -> bool:
        """A mapping that names its API or its kind."""
        return isinstance(document, dict) and not document.keys().isdisjoint(_MARKS)

    def asked(self, operation: Operation) -> Asked:
        """The module of *operation* and its values, checked."""
        return asked(operation)


TARGET = Kubernetes()
