"""Code without a record: ``gen``, "print only the YAML", and checks of anybody's files.

Called by the CLI (through ``wiring``) on its hot path, and by ``local``, which adds everything
else. Imports no store, no executor and no clock.
"""

from msgspec.structs import replace

from kiki import pipeline
from kiki.engines.port import telling
from kiki.model.agent import Generated, Listener, silent
from kiki.model.artifact import File
from kiki.model.finding import Finding
from kiki.model.intent import Intent
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.service.elsewhere import Elsewhere
from kiki.targets import registry
from kiki.targets.port import OpenFiles


class LocalGenerator:
    """The part of ``model.agent.Agent`` that keeps nothing. *report* hears of a model that is
    asked; *generic*: it may fill in official types; *files* reads the user's own files, where this
    is the user's process."""

    def __init__(
        self,
        profile: Profile,
        engine: pipeline.Engines,
        report: Listener = silent,
        *,
        generic: bool = False,
        files: OpenFiles = Elsewhere,
    ) -> None:
        self._files = files
        self._profile = profile
        self._generic = generic
        self._engine = telling(engine, report)

    def generate(self, raw: Request, *, strict: bool) -> Generated:
        """Read and render; *strict* runs the full check and policy, which official types always
        get: nothing else knows what belongs into them. Nothing is stored."""
        request = _redacted(raw) if raw.message else raw
        reading = pipeline.read(request, self._profile, self._engine, generic=self._generic)
        if reading.intent is None:
            return Generated(reading=reading)
        taken = pipeline.take_in(reading.intent, self._files)
        reading = replace(reading, intent=taken.intent)
        if taken.findings:
            artifact = pipeline.render(taken.intent, request, self._profile)
            return Generated(reading=reading, artifact=artifact, findings=taken.findings)
        if not strict and not _is_generic(taken.intent):
            artifact = pipeline.render(taken.intent, request, self._profile)
            return Generated(reading=reading, artifact=artifact)
        built = pipeline.build(taken.intent, request, self._profile)
        return Generated(reading=reading, artifact=built.artifact, findings=built.findings)

    def check(
        self, target: str, files: tuple[File, ...], entry: str = "", kube_version: str = ""
    ) -> tuple[Finding, ...]:
        """Check anybody's files, see ``model.agent.Agent``."""
        from kiki.service import projects  # noqa: PLC0415 -- lazy: gen reads no YAML

        profile = pipeline.checked_for(kube_version, self._profile)
        if entry or len(files) == 1:
            return projects.check_entry(target, files, entry or files[0].path, profile)
        return projects.check_project(target, files, profile)

    def asks_for_code_only(self, raw: Request) -> bool:
        """Whether the message says "print only the YAML"."""
        from kiki.understand.reader import wants_only_yaml  # noqa: PLC0415 -- lazy: gen has no words

        return wants_only_yaml(raw.message)


def _is_generic(intent: Intent) -> bool:
    known = {kind.id for kind in registry.vocabulary().generic}
    return any(operation.kind in known for operation in intent.operations)


def _redacted(raw: Request) -> Request:
    """The request without its secrets' values, which nothing here needs."""
    from kiki.understand.secrets import redact  # noqa: PLC0415 -- lazy: gen has no words

    return replace(raw, message=redact(raw.message).message)
