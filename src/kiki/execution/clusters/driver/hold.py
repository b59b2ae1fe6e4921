"""The values of Secrets that are about to be written over or deleted: for their undo.

Asked as ``hold``, right before an apply. Order: secrets, each with apiVersion, kind, name,
namespace, uid and ``held``, names by keys of its data. Answer: ``values``, by those names, encoded
as the API has them. This alone of the driver tells values; whoever asks seals them at once.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver.connection import Api, Refused
    from kiki.execution.clusters.driver.faults import Fault
    from kiki.execution.clusters.driver.kinds import Kinds
else:
    from connection import Api, Refused
    from faults import Fault
    from kinds import Kinds


def answer(api: Api, order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, Any]:
    """See the module. Fault ``cluster.held_moved`` for a Secret that is another one by now, or has
    lost a key: its undo could not be what was promised."""
    kinds = Kinds(api, "")
    values: dict[str, str] = {}
    for one in order["secrets"]:
        data = _data(api, kinds, one)
        for key, name in one["held"].items():
            if key not in data:
                raise _moved(one)
            values[name] = data[key]
    return {"values": values}


def _data(api: Api, kinds: Kinds, one: dict[str, Any]) -> dict[str, str]:
    about = {"name": one["name"], "namespace": one["namespace"]}
    body = {"apiVersion": one["apiVersion"], "kind": one["kind"], "metadata": about}
    try:
        live = api.get(kinds.path(body))
    except Refused as refused:
        if refused.reason == "NotFound":
            raise _moved(one) from refused
        raise
    if live["metadata"]["uid"] != one["uid"]:
        raise _moved(one)
    return dict(live.get("data") or {})


def _moved(one: dict[str, Any]) -> Fault:
    where = f"{one['namespace']}/" if one["namespace"] else ""
    return Fault("cluster.held_moved", object=f"{one['kind']} {where}{one['name']}")
