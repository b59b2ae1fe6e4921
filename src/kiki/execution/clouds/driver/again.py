"""Whether a stack that could not be previewed comes out as it was planned, now that it can be.

Run by the program of ``targets/openstack/program.py`` as a script, in the middle of an apply, once
its project is there. The order is one JSON object on standard input: folder, entry, file, cloud,
region, timeout_s, stack (its name) and foreseen (the titles of its resources). Ends with 0 when
Heat's preview makes just these, and says on standard output what differs otherwise. Changes
nothing.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import check, connection, faults
    from kiki.execution.clouds.driver.program import steps
else:
    sys.path.append(str(Path(__file__).resolve().parents[2] / "talking"))
    import check
    import connection
    import faults
    from program import steps

_MOST = 20


def differences(order: dict[str, Any]) -> list[str]:
    """What a preview says otherwise than the plan did; empty when nothing."""
    (step,) = steps({**order, "only": order["stack"]})
    home = connection.connected(order).within(step.project, step.domain)
    if home is None:
        return [f"no project {step.project}"]
    head, *members = check.Checker(home).check(step)
    if head["verb"] != "create":
        said = [_said(one) for one in head["problems"]]
        return said or [f"{head['title']}: {head['verb']}"]
    now, foreseen = {str(one["title"]) for one in members}, set(order["foreseen"])
    return [f"+{one}" for one in sorted(now - foreseen)] + [
        f"-{one}" for one in sorted(foreseen - now)
    ]


def _said(problem: dict[str, Any]) -> str:
    params = ", ".join(f"{key}: {one}" for key, one in problem["params"].items())
    return f"{problem['code']} ({params})"


def main() -> int:
    """Read the order, say what differs."""
    try:
        found = differences(json.loads(sys.stdin.read()))
    except faults.Fault as fault:
        found = [fault.code]
    except connection.Refused as refused:
        found = [str(refused)]
    except Exception as error:  # noqa: BLE001 -- a client raises what it likes
        found = [str(faults.told(error)["code"])]
    sys.stdout.write("\n".join(found[:_MOST]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
