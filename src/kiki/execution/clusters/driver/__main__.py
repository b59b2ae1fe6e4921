"""Asks one question of one cluster, in a process of its own.

Started by ``clusters.client`` as a script with the Python of the Kubernetes client's environment,
which has neither Kiki nor msgspec: the modules of this folder import the standard library, each
other, ``talking`` and that client (Apache-2.0).

The order has ask (the name of a module of this folder), kubeconfig, context, timeout_s (of one
request), and what the module itself says. An error is a code with parameters: credentials are never
in it.
"""

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver import connection, expiry, faults
    from kiki.execution.talking import lines
else:
    sys.path.append(str(Path(__file__).resolve().parents[2] / "talking"))
    import connection
    import expiry
    import faults
    import lines

_DENIED = "cluster.denied"


def answered(order: dict[str, Any]) -> dict[str, Any]:
    """The last line, whatever the client raises."""
    api = None
    try:
        module = importlib.import_module(order["ask"])
        api = connection.connected(order)
        return {"answer": module.answer(api, order, lines.say)}
    except faults.Fault as fault:
        until = expiry.ended(api.certificate) if api and fault.code == _DENIED else ""
        if until:
            return {"error": {"code": "cluster.login_expired", "params": {"until": until}}}
        return {"error": {"code": fault.code, "params": fault.params}}
    except connection.Refused as refused:
        params = {"message": str(refused)}
        return {"error": {"code": "cluster.refused", "params": params}}
    except Exception as error:  # noqa: BLE001 -- a client raises what it likes
        return {"error": faults.told(error, api.server if api else "")}


if __name__ == "__main__":
    lines.serve(answered)
