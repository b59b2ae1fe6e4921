"""From a request to checked code: understand, render, check, policy.

Called by ``service``. No I/O of its own: it reads no clock, writes nothing and keeps no state, so
the same request and profile give the same result, but for a model's reading.
"""

from msgspec.structs import replace

from kiki.engines.port import Engine
from kiki.model.artifact import Artifact
from kiki.model.catalogue import UNKNOWN, Catalogue
from kiki.model.finding import Finding, has_errors
from kiki.model.intent import Intent, Reading
from kiki.model.inventory import Inventory
from kiki.model.official import Official
from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.model.request import Request
from kiki.targets import registry
from kiki.targets.port import OpenFiles, Taken, Target

Engines = Engine | None
SSH_PORT = 22


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


def read(
    request: Request,
    profile: Profile,
    engine: Engines,
    catalogue: Catalogue = UNKNOWN,
    *,
    generic: bool = False,
) -> Reading:
    """The reading of a message, or of flags when there is no message. *catalogue* is asked only for
    messages that name something that may be there or not. *generic*: a model may also fill in
    official types; whoever names one exactly, in words or flags, needs no model for it."""
    from kiki.understand import reader  # noqa: PLC0415 -- lazy: `kiki --help` never reads

    def types() -> Official:
        return _official(request)

    if request.message:
        official = _official(request) if generic and engine is not None else None
        return reader.read(
            request, registry.vocabulary(), profile, engine, catalogue, official, types
        )
    return reader.read_flags(request, registry.vocabulary(), profile, types)


def _official(request: Request) -> Official:
    from kiki.targets.official import OfficialTypes  # noqa: PLC0415 -- lazy: only for official types

    return OfficialTypes(request.layout)


def take_in(intent: Intent, files: OpenFiles) -> Taken:
    """*intent* with the files of the user's own that it names, read once."""
    return registry.target(intent.target).take_in(intent, files)


def render(intent: Intent, request: Request, profile: Profile) -> Artifact:
    """The code for *intent*, the same bytes every time."""
    return registry.target(intent.target).render(intent, request.layout, profile)


def build(intent: Intent, request: Request, profile: Profile) -> Built:
    """Render, check strictly and ask policy, before any host is known."""
    target = registry.target(intent.target)
    artifact = target.render(intent, request.layout, profile)
    findings = target.check(artifact, checked_for(request.kube_version, profile))
    return _judged(target, intent, artifact, findings, request, profile, None)


def checked_for(kube_version: str, profile: Profile) -> Profile:
    """*profile* with the Kubernetes version that this request names, if it names one."""
    return replace(profile, kube_version=kube_version) if kube_version else profile


def judge_for_hosts(
    intent: Intent,
    artifact: Artifact,
    request: Request,
    profile: Profile,
    inventory: Inventory,
) -> Built:
    """Ask policy again once the hosts are known; the artifact was checked before."""
    target = registry.target(intent.target)
    return _judged(target, intent, artifact, (), request, profile, inventory)


def _judged(
    target: Target,
    intent: Intent,
    artifact: Artifact,
    findings: tuple[Finding, ...],
    request: Request,
    profile: Profile,
    inventory: Inventory | None,
) -> Built:
    from kiki.policy import engine  # noqa: PLC0415 -- lazy: generating code asks no policy

    judged = target.judged(intent)
    verdict = engine.judge(
        judged.intent,
        artifact,
        judged.risks,
        request.scope,
        profile,
        inventory.hosts if inventory else (),
        writes=target.writes(judged.intent),
        connecting=_users(request, inventory),
        ssh_ports=_ports(inventory),
    )
    return Built(
        artifact=artifact,
        findings=findings + verdict.findings,
        refused=verdict.risk == "forbidden" or has_errors(verdict.findings),
        risk=verdict.risk,
    )


def _users(request: Request, inventory: Inventory | None) -> tuple[str, ...]:
    """The users that Ansible connects as, which no change may remove."""
    users = _variables(inventory, "ansible_user") | ({request.scope.user} - {""})
    return tuple(sorted(users))


def _ports(inventory: Inventory | None) -> tuple[int, ...]:
    """The ports that Ansible connects to, which no change may close."""
    said = {int(port) for port in _variables(inventory, "ansible_port") if port.isdigit()}
    return tuple(sorted(said | {SSH_PORT}))


def _variables(inventory: Inventory | None, name: str) -> set[str]:
    hostvars = inventory.hostvars.values() if inventory else ()
    return {str(variables[name]) for variables in hostvars if name in variables}
