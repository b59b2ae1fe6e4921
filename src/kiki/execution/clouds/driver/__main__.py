"""Asks one question of one cloud, in a process of its own, and changes nothing there.

Started by ``clouds.client`` as a script with the Python of openstacksdk's environment, which has
neither Kiki nor msgspec: the modules of this folder import the standard library, each other,
``talking`` and openstacksdk (Apache-2.0).

The order has ask (the name of a module of this folder), file, cloud, region, timeout_s (of one
request), and what the module itself says. An error is a code with parameters: credentials are never
in it.
"""

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import connection, faults
    from kiki.execution.talking import lines
else:
    sys.path.append(str(Path(__file__).resolve().parents[2] / "talking"))
    import connection
    import faults
    import lines


def answered(order: dict[str, Any]) -> dict[str, Any]:
    """The last line, whatever openstacksdk raises."""
    about = {"cloud": order["cloud"], "path": order["file"], "region": order["region"] or "-"}
    try:
        module = importlib.import_module(order["ask"])
        return {"answer": module.answer(connection.connected(order), order, lines.say)}
    except faults.Fault as fault:
        return {"error": {"code": fault.code, "params": about | fault.params}}
    except connection.Refused as refused:
        told = faults.refused(refused.status, refused.where, str(refused))
        return {"error": {"code": told["code"], "params": about | told["params"]}}
    except Exception as error:  # noqa: BLE001 -- a client raises what it likes
        told = faults.told(error)
        return {"error": {"code": told["code"], "params": about | told["params"]}}


if __name__ == "__main__":
    lines.serve(answered)
