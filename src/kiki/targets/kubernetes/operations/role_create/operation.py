"""Create a role, which nobody has yet.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes import rights
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest
from kiki.targets.kubernetes.rights import Access, Right, Verb


class Fields(Record, frozen=True):
    """What may be done (*access*, or *verbs* one by one) with which *resources*; *cluster_wide*:
    in every namespace."""

    name: Name
    resources: tuple[Right, ...]
    access: Access
    verbs: tuple[Verb, ...] = ()
    namespace: OptionalName = ""
    cluster_wide: bool = False

    def __post_init__(self) -> None:
        """ValueError for rights of nothing or on nothing."""
        rights.check(self.access, self.verbs, self.resources)


def risk(fields: Fields) -> Risk:
    """Whoever has it may do more; policy judges what."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Role or ClusterRole."""
    made = rights.rules(fields.access, fields.verbs, fields.resources)
    return (rights.role(fields.name, fields.namespace, made, wide=fields.cluster_wide),)
