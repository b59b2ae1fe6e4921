"""Take the finalizers off a namespace that stays Terminating, so that it goes.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). What
still holds it, and what would stay behind without it, is in the plan, which refuses a namespace
that nobody has deleted. Both its lists of finalizers are emptied: its own, and the one for what is
in it, which only the subresource ``finalize`` changes.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import named
from kiki.targets.kubernetes.fields import Name
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "finalize"
_EMPTIED = ".metadata.finalizers = [] | .spec.finalizers = []"


class Fields(Record, frozen=True):
    """*name* of the namespace."""

    name: Name


def risk(fields: Fields) -> Risk:
    """What its finalizers were to clean up is left behind, and nothing of it comes back."""
    return "high"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Which namespace."""
    return (named("namespaces", fields.name, ""),)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl and jq."""
    path = f"/api/v1/namespaces/{fields.name}/finalize"
    read = f"kubectl get namespaces {fields.name} -o json | jq '{_EMPTIED}'"
    return f"{read} | kubectl replace --raw {path} -f -"
