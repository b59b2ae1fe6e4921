"""Take a node out of scheduling and evict its pods.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). As
``kubectl drain`` does: disruption budgets are respected, pods of daemon sets and static pods stay,
and a pod that nothing would make again is in the way unless that was said.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import ObjectName, named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.objects import Context, Manifest

ACT = "drain"


class Fields(Record, frozen=True):
    """*name* of the node; *unmanaged*: are pods evicted that no controller makes again?"""

    name: ObjectName
    unmanaged: bool = False


def risk(fields: Fields) -> Risk:
    """Every pod there is stopped, and what is in its emptyDir volumes is gone."""
    return "high"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Which node, and what may go with it."""
    return ({**named("nodes", fields.name, ""), "drain": {"unmanaged": fields.unmanaged}},)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    return kubectl(
        "drain", fields.name, ignore_daemonsets="yes", delete_emptydir_data="yes",
        force="yes" if fields.unmanaged else "",
    )  # fmt: skip
