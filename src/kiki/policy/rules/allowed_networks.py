"""Networks must be ones that the site allows.

The site profile's ``allowed_networks`` are shell patterns; without any, every network is allowed.
"""

from kiki.model.finding import Finding
from kiki.policy.case import Case, Opinion
from kiki.policy.fields import matches, texts

_NAMES = ("network", "networks", "floating_network", "external_network")


def judge(case: Case) -> tuple[Opinion, ...]:
    """A refusal for every network that isn't allowed."""
    if not case.profile.allowed_networks:
        return ()
    return tuple(
        _refused(operation.kind, network)
        for operation in case.intent.operations
        for network in texts(operation, *_NAMES)
        if not matches(network, case.profile.allowed_networks)
    )


def _refused(kind: str, network: str) -> Finding:
    params = {"kind": kind, "network": network}
    return Finding(code="policy.network_not_allowed", severity="error", params=params)
