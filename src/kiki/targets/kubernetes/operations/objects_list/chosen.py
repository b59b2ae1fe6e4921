"""The rows of a table of objects that are in some state.

Called by ``answer``. What an object's state is, is what the API server's own table says of it: its
columns Status ("CrashLoopBackOff", "Init:Error", "NotReady") and Ready ("0/1"). A table with
neither has no row in any state.
"""

from typing import Any

from kiki.targets.kubernetes.answers import Told

_WELL = frozenset(("running", "completed", "succeeded", "ready", "active", "bound", "available"))
_DONE = frozenset(("completed", "succeeded"))


def chosen_of(table: Told, state: str) -> Told:
    """*table* with only the rows that are in *state*; all of them without one."""
    if not state:
        return table
    names = [str(column["name"]).lower() for column in table["columns"]]
    shown = ((row, dict(zip(names, row["cells"], strict=False))) for row in table["rows"])
    return {**table, "rows": [row for row, cells in shown if _is(cells, state)]}


def _is(cells: dict[str, Any], state: str) -> bool:
    status = str(cells.get("status") or "").lower()
    if state == "failing":
        return _fails(status, str(cells.get("ready") or ""))
    return state.lower() in status


def _fails(status: str, ready: str) -> bool:
    """Whether something is not as it should be; a node that takes no pods is well."""
    if status and not _WELL & set(status.split(",")):
        return True
    have, slash, want = ready.partition("/")
    return bool(slash) and have != want and status not in _DONE
