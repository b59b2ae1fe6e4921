"""From a request to checked code: understand, render, check, policy.

Called by ``service``. No I/O of its own: it reads no clock, writes nothing and keeps no state, so
the same request and profile give the same result, but for a model's reading.
"""

from kiki.engines.port import Engine
from kiki.model.artifact import Artifact
from kiki.model.finding import Finding, has_errors
from kiki.model.intent import Intent, Reading
from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.model.request import Request
from kiki.targets import registry
from kiki.targets.port import Target

Engines = Engine | None


class Built(Record, frozen=True):
    """Rendered and judged code. *refused* is whether policy forbids it, *findings* of the check
    come first and those of policy after them."""

    artifact: Artifact
    findings: tuple[Finding, ...] = ()
    refused: bool = False
    risk: Risk = "low"

    @property
    def valid(self) -> bool:
        """Whether the check found no error and policy does not forbid it."""
        return not self.refused and not has_errors(self.findings)


def read(request: Request, profile: Profile, engine: Engines) -> Reading:
    """The reading of a message, or of flags when there is no message."""
    from kiki.understand import reader  # noqa: PLC0415 -- lazy: `kiki --help` never reads

    if request.message:
        return reader.read(request, registry.vocabulary(), profile, engine)
    return reader.read_flags(request, registry.vocabulary(), profile)


def render(intent: Intent, request: Request, profile: Profile) -> Artifact:
    """The code for *intent*, the same bytes every time."""
    return registry.target(intent.target).render(intent, request.layout, profile)


def build(intent: Intent, request: Request, profile: Profile) -> Built:
    """Render, check strictly and ask policy, before any host is known."""
    target = registry.target(intent.target)
    artifact = target.render(intent, request.layout, profile)
    findings = target.check(artifact)
    return _judged(target, intent, artifact, findings, request, profile, ())


def judge_for_hosts(
    intent: Intent,
    artifact: Artifact,
    request: Request,
    profile: Profile,
    hosts: tuple[str, ...],
) -> Built:
    """Ask policy again once the hosts are known; the artifact was checked before."""
    target = registry.target(intent.target)
    return _judged(target, intent, artifact, (), request, profile, hosts)


def _judged(
    target: Target,
    intent: Intent,
    artifact: Artifact,
    findings: tuple[Finding, ...],
    request: Request,
    profile: Profile,
    hosts: tuple[str, ...],
) -> Built:
    from kiki.policy import engine  # noqa: PLC0415 -- lazy: generating code asks no policy

    verdict = engine.judge(intent, artifact, target.risks(intent), request.scope, profile, hosts)
    return Built(
        artifact=artifact,
        findings=findings + verdict.findings,
        refused=verdict.risk == "forbidden" or has_errors(verdict.findings),
        risk=verdict.risk,
    )
