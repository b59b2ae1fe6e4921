"""Asks one question of one cluster, in a process of its own.

Started by ``clusters.client`` as a script with the Python of the Kubernetes client's environment,
which has neither Kiki nor msgspec: the modules of this folder import the standard library, each
other and that client (Apache-2.0).

Standard input: one line of JSON with ask (the name of a module of this folder), kubeconfig,
context, timeout_s (of one request), and what the module itself says. Standard output: lines of
JSON, each with ``said`` (something on the way), and at last one with ``answer`` or ``error``. An
error is a code with parameters: credentials are never in it. When Kiki dies its end of standard
input closes, and this process ends.
"""

import importlib
import json
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver import connection, expiry, faults
else:
    import connection
    import expiry
    import faults

_LOCK = threading.Lock()
_DENIED = "cluster.denied"


def put(line: dict[str, Any]) -> None:
    """Write one line; nobody who reads any more ends the process."""
    with _LOCK:
        try:
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
        except OSError:
            os._exit(1)


def answered(order: dict[str, Any]) -> dict[str, Any]:
    """The last line, whatever the client raises."""
    api = None
    try:
        module = importlib.import_module(order["ask"])
        api = connection.connected(order)
        return {"answer": module.answer(api, order, lambda said: put({"said": said}))}
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


def watch() -> None:
    """End once Kiki is gone."""
    while os.read(0, 1):
        pass
    os._exit(1)


def main() -> None:
    """One order, one answer; threads that still wait for the cluster end with the process."""
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(0, 1 << 16)
        if not chunk:
            return
        line += chunk
    threading.Thread(target=watch, daemon=True).start()
    put(answered(json.loads(line)))
    os._exit(0)


if __name__ == "__main__":
    main()
