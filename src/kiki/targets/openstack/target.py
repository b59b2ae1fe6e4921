"""The target ``openstack``: what the registry hands to pipeline and service.

Called through ``targets.registry``. Templates are made and checked; they can't be planned or
applied by Kiki yet, and every method that would have to says so.
"""

from typing import Any

from kiki.model.artifact import Artifact
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation
from kiki.model.profile import NO_PROFILE, Profile
from kiki.model.request import Layout
from kiki.targets.code_only import Asked, CodeOnly
from kiki.targets.openstack.render import asked, render

# Keys that only templates (HOT, CloudFormation's) and environment files have.
_MARKS = (
    "heat_template_version",
    "HeatTemplateFormatVersion",
    "AWSTemplateFormatVersion",
    "resource_registry",
    "parameter_defaults",
)


class OpenStack(CodeOnly):
    """See ``targets.port.Target``."""

    name = "openstack"

    def render(self, intent: Intent, layout: Layout, profile: Profile) -> Artifact:
        """One file, a HOT template; *layout* means nothing here."""
        return render(intent, profile)

    def check(self, artifact: Artifact, profile: Profile = NO_PROFILE) -> tuple[Finding, ...]:
        """The template against the properties of all resource types and its own references."""
        from kiki.targets.openstack.check import check  # noqa: PLC0415 -- lazy: gen checks nothing

        return check(artifact)

    def recognises(self, document: Any) -> bool:
        """A mapping with the marks of a Heat template or of its environment."""
        return isinstance(document, dict) and not document.keys().isdisjoint(_MARKS)

    def secrets(self, intent: Intent) -> tuple[str, ...]:
        """What hidden parameters take; see ``render.hidden``."""
        pairs = (self.asked(operation) for operation in intent.operations)
        named = (module.secrets(fields) for module, fields in pairs if hasattr(module, "secrets"))
        return tuple(dict.fromkeys(name for names in named for name in names))

    def asked(self, operation: Operation) -> Asked:
        """The module of *operation* and its values, checked."""
        return asked(operation)


TARGET = OpenStack()
