"""Create a pod disruption budget: how many pods of a workload a drain may take away at a time.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest, metadata, selector
from kiki.targets.kubernetes.pods import Label, pairs

Amount = Annotated[str, Meta(pattern=r"^(?:|[0-9]{1,5}|(?:[0-9]|[1-9][0-9]|100)%)$(?!\n)")]


class Fields(Record, frozen=True):
    """Of the pods of *workload* (empty: those with *labels*) at least *min_available* stay, or at
    most *max_unavailable* go: a number, or a share as ``50%``."""

    name: Name
    workload: OptionalName
    min_available: Amount
    max_unavailable: Amount = ""
    labels: tuple[Label, ...] = ()
    namespace: OptionalName = ""

    def __post_init__(self) -> None:
        """ValueError where the API server would refuse it, or it would be for all or no pods."""
        if bool(self.min_available) == bool(self.max_unavailable):
            raise ValueError("a budget says either the least or the most - at `$.min_available`")
        if bool(self.workload) == bool(self.labels):
            raise ValueError("a budget is for a workload or for labels - at `$.labels`")


def risk(fields: Fields) -> Risk:
    """It holds drains up, for ever where nothing may go away."""
    never = fields.max_unavailable in ("0", "0%") or fields.min_available == "100%"
    return "medium" if never else "low"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The PodDisruptionBudget."""
    said = {"minAvailable": fields.min_available, "maxUnavailable": fields.max_unavailable}
    spec: Manifest = {name: _amount(text) for name, text in said.items() if text}
    chosen = pairs(fields.labels) if fields.labels else selector(fields.workload)
    spec["selector"] = {"matchLabels": chosen}
    about = metadata(fields.name, fields.namespace, fields.workload or fields.name)
    kind = "PodDisruptionBudget"
    return ({"apiVersion": "policy/v1", "kind": kind, "metadata": about, "spec": spec},)


def _amount(text: str) -> int | str:
    return text if text.endswith("%") else int(text)
