"""Which pods leave a node that is drained, and which stay.

Called by ``check`` and ``verify``; ``budgets`` has what disruption budgets say of them. The same
pods as those of the module ``k8s_drain``, in the same order of questions: static ones stay,
finished ones go, those with an emptyDir volume go, those of a daemon set stay, and those of no
controller only go if that was said.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver.connection import Api
else:
    from connection import Api

_MIRROR = "kubernetes.io/config.mirror"
Pod = dict[str, Any]


class Pods(NamedTuple):
    """The pods of a node: those *going*, of which *scratch* have emptyDir volumes and *bare* no
    controller, and those that stay, as they are called."""

    going: list[Pod]
    scratch: list[str]
    bare: list[str]
    staying: list[str]


def pods_of(api: Api, node: str) -> Pods:
    """The pods on *node*, whether bare ones may go or not."""
    found = api.get("/api/v1/pods", fieldSelector=f"spec.nodeName={node}").get("items", [])
    pods = Pods([], [], [], [])
    for pod in found:
        about = pod["metadata"]
        owners = about.get("ownerReferences") or []
        ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        scratch = any("emptyDir" in one for one in pod["spec"].get("volumes") or [])
        daemon = any(one["kind"] == "DaemonSet" for one in owners) and not (ended or scratch)
        if daemon or _MIRROR in (about.get("annotations") or {}):
            pods.staying.append(called(pod))
        else:
            pods.going.append(pod)
            pods.scratch.extend([called(pod)] if scratch and not ended else [])
            pods.bare.extend([called(pod)] if not (owners or ended) else [])
    return pods


def called(pod: Pod) -> str:
    """``namespace/name``."""
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
