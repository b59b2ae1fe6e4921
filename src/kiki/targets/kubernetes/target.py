"""The target ``k8s``: what the registry hands to pipeline and service.

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
from kiki.model.secret import named
from kiki.targets.code_only import Asked
from kiki.targets.kubernetes.render import SCRIPT, asked, render
from kiki.targets.live import Live
from kiki.targets.port import Judged, OpenFiles, Taken

_MARKS = ("apiVersion", "kind")
_BACK = "k8s.back"
_OF_FILES = ("k8s.manifests_apply", "k8s.manifests_delete")


def _of_files(intent: Intent) -> bool:
    """Whether *intent* is about files of the user's own."""
    return any(operation.kind in _OF_FILES for operation in intent.operations)


class Kubernetes(Live):
    """See ``targets.port.Target``."""

    name = "k8s"
    package = "kiki.targets.kubernetes"
    place: Literal["hosts", "cluster", "cloud"] = "cluster"

    def take_in(self, intent: Intent, files: OpenFiles) -> Taken:
        """See ``given.taking``."""
        if not _of_files(intent):
            return Taken(intent=intent)
        from kiki.targets.kubernetes.given import taking  # noqa: PLC0415 -- lazy: few have files

        return taking.take_in(intent, files())

    def judged(self, intent: Intent) -> Judged:
        """See ``given.meaning``."""
        risks = self.risks(intent)
        if not _of_files(intent):
            return Judged(intent=intent, risks=risks)
        from kiki.targets.kubernetes.given import meaning  # noqa: PLC0415 -- lazy: as above

        found, classes = meaning.judged(intent, risks)
        return Judged(intent=found, risks=classes)

    def render(self, intent: Intent, layout: Layout, profile: Profile) -> Artifact:
        """One file of manifests, or the program of an undo; *layout* means nothing here."""
        if not any(operation.kind == _BACK for operation in intent.operations):
            return render(intent, profile)
        from kiki.targets.kubernetes import back  # noqa: PLC0415 -- lazy: only for an undo

        return back.render(intent, tuple(self.asked(each)[1] for each in intent.operations))

    def program(self, artifact: Artifact, inventory: Inventory, scope: Scope) -> Artifact:
        """See ``program.program``."""
        from kiki.targets.kubernetes.program import program  # noqa: PLC0415 -- lazy: not for gen

        return program(artifact, inventory, scope)

    def secrets(self, intent: Intent) -> tuple[str, ...]:
        """Names of the secrets that fill the Secrets of *intent*, sorted."""
        wanted = (self.asked(operation) for operation in intent.operations)
        kept = [module.secrets(fields) for module, fields in wanted if hasattr(module, "secrets")]
        kept += [named(file.text) for one in intent.operations for file in one.given]
        return tuple(sorted({name for names in kept for name in names}))

    def kept(self) -> dict[str, tuple[str, ...]]:
        """The uid of each object that was made or changed."""
        from kiki.targets.kubernetes.outcome import UID  # noqa: PLC0415 -- lazy: not for gen

        return {"k8s": (UID,)}

    def check(self, artifact: Artifact, profile: Profile = NO_PROFILE) -> tuple[Finding, ...]:
        """Every document against the official schemas, and the objects against each other. The
        program of an undo, and the files of what acts on objects that are there, hold parts of
        objects only: the cluster judges them. UsageError ``k8s.version_unknown``."""
        if artifact.intent_digest and artifact.entry.endswith(SCRIPT):
            return ()  # our own commands that read: there is no manifest
        from kiki.targets.kubernetes.check import check  # noqa: PLC0415 -- lazy: gen checks nothing
        from kiki.targets.kubernetes.program import PLAYBOOK  # noqa: PLC0415 -- lazy: as above

        if artifact.entry == PLAYBOOK and len(artifact.files) > 1:
            return ()
        from kiki.targets.kubernetes.acting import act_of  # noqa: PLC0415 -- lazy: as above

        if not artifact.intent_digest:
            return check(artifact, profile.kube_version)
        whole = tuple(file for file in artifact.files if act_of(file.path) == "apply")
        if not whole:
            return ()
        from kiki.targets.kubernetes.given.laying import places  # noqa: PLC0415 -- lazy: as above

        known, found = places(artifact), check(replace(artifact, files=whole), profile.kube_version)
        return tuple(
            replace(one, file=known[one.file].said) if one.file in known else one for one in found
        )

    def require_readers(self, intent: Intent) -> None:
        """What has no question has no answer; what asks does so with GET alone, as the driver
        has nothing else."""
        for operation in intent.operations:
            module, _ = self.asked(operation)
            if not hasattr(module, "ask") or hasattr(module, "manifests"):
                raise PermanentError("answers.not_a_reader", kind=operation.kind, task="-")

    def recognises(self, document: Any) -> bool:
        """A mapping that names its API or its kind."""
        return isinstance(document, dict) and not document.keys().isdisjoint(_MARKS)

    def asked(self, operation: Operation) -> Asked:
        """The module of *operation* and its values, checked."""
        if operation.kind != _BACK:
            return asked(operation)
        from kiki.targets.kubernetes import back  # noqa: PLC0415 -- lazy: only for an undo

        return back, msgspec.convert(operation.fields, back.Fields)

    def require_tags(self, intent: Intent, tags: tuple[str, ...]) -> None:
        """UsageError ``k8s.live_tags``: objects have none."""
        if tags:
            raise UsageError("k8s.live_tags", tags=", ".join(tags))

    def variables(
        self, intent: Intent, runs: tuple[Ran, ...], approved: Plan | None = None
    ) -> dict[str, Any]:
        """Which values of Secrets are to be kept for the undo."""
        from kiki.targets.kubernetes.held import wanted  # noqa: PLC0415 -- lazy: not for gen

        return wanted(approved)


TARGET = Kubernetes()
