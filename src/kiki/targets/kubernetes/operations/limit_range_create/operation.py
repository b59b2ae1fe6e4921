"""Create a limit range: what each container of a namespace gets unsaid, and may have.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from decimal import Decimal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.claims import Bytes
from kiki.targets.kubernetes.fields import OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest, metadata
from kiki.targets.kubernetes.pods import Quantity
from kiki.targets.kubernetes.rules.pods import amount

# In the order in which amounts may not go down; kubernetes.io/docs, "Limit Ranges"
_RANGES = {"min": "min", "default_request": "defaultRequest", "default": "default", "max": "max"}


class Fields(Record, frozen=True):
    """For each container: the least and the most it may ask for, and its request and limit
    (*default_*) where it says none. An empty *name* is ``limits``."""

    default_memory: Bytes
    name: OptionalName = ""
    namespace: OptionalName = ""
    default_cpu: Quantity = ""
    default_request_cpu: Quantity = ""
    default_request_memory: Bytes = ""
    min_cpu: Quantity = ""
    min_memory: Bytes = ""
    max_cpu: Quantity = ""
    max_memory: Bytes = ""

    def __post_init__(self) -> None:
        """ValueError for limits of nothing, and for amounts that contradict each other."""
        if not _ranges(self):
            raise ValueError("limits limit something - at `$.limits`")
        for what in ("cpu", "memory"):
            names = [f"{way}_{what}" for way in _RANGES if getattr(self, f"{way}_{what}")]
            amounts = [amount(getattr(self, name)) or Decimal(0) for name in names]
            if amounts != sorted(amounts):
                raise ValueError(f"{', '.join(names)} go down - at `$.limits`")


def _ranges(fields: Fields) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    for way, key in _RANGES.items():
        said = {what: getattr(fields, f"{way}_{what}") for what in ("cpu", "memory")}
        if given := {what: value for what, value in said.items() if value}:
            made[key] = given
    return made


def risk(fields: Fields) -> Risk:
    """New pods outside of it are refused from now on."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The LimitRange."""
    name = fields.name or "limits"
    about = metadata(name, fields.namespace, name)
    spec = {"limits": [{"type": "Container", **_ranges(fields)}]}
    return ({"apiVersion": "v1", "kind": "LimitRange", "metadata": about, "spec": spec},)
