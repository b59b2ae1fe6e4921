"""What killed runs left in memory, removed when the next run starts or one is ended.

Called by ``runner``, ``runs`` and ``inventories``. A folder in memory says which processes use it;
when none of them is alive, nobody will come back for it.
"""

import contextlib
import os
import time
from pathlib import Path

import msgspec

from kiki.execution import processes, scratch
from kiki.execution.faults import guarded
from kiki.model.errors import UsageError

TRACE = "process.json"
_OLD = 86_400.0  # seconds; a folder without a trace is being made, or its maker died


def mark(folder: Path, traces: processes.Traces) -> None:
    """Say in a run's folder in memory whose it is."""
    with guarded(folder):
        (folder / TRACE).write_bytes(msgspec.json.encode(traces))


def mark_as_ours(folder: Path) -> None:
    """Say that this process uses the folder. Without /proc nothing is said: it then stays a day."""
    with contextlib.suppress(UsageError):
        process = processes.describe(os.getpid())
        mark(folder, processes.Traces(process=process, run="", sockets="", scratch=""))


def sweep() -> None:
    """Remove the folders whose processes are gone."""
    with contextlib.suppress(OSError):
        for folder in scratch.folders():
            if _is_over(folder):
                scratch.drop(folder)


def _is_over(folder: Path) -> bool:
    try:
        traces = msgspec.json.decode((folder / TRACE).read_bytes(), type=processes.Traces)
    except (OSError, msgspec.MsgspecError):
        return time.time() - folder.stat().st_mtime > _OLD
    return not (processes.leads(traces.process) or processes.working(traces))
