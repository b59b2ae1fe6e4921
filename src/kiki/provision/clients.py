"""The clients of live systems, for a reading that can go on without them.

Called by ``wiring``. Installed when first asked, as everything is; but where that failed it is not
tried again at once, or every message would wait for a registry that is out of reach.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kiki.model.errors import TemporaryError
from kiki.provision import caches, places, runtimes
from kiki.provision.installers import Report
from kiki.provision.runtimes import Runtime

AGAIN_S = 3600.0


def ensure(
    name: Runtime, folder: Path, report: Report, now: Callable[[], float] = time.time
) -> Path:
    """The client's Python. *folder* remembers a try that failed. TemporaryError
    ``provision.failed_lately`` within an hour after it; else what ``runtimes.ensure`` raises."""
    found = runtimes.find(name)
    if found:
        return found
    failed = folder / f"{name}.failed"
    if 0 <= now() - _when(failed) < AGAIN_S:
        command = f"{places.command()} setup {name}"
        what = runtimes.TITLES[name]
        raise TemporaryError("provision.failed_lately", what=what, command=command)
    try:
        return runtimes.ensure(name, report)
    except TemporaryError:
        caches.keep(failed, str(now()).encode())
        raise


def _when(failed: Path) -> float:
    """When the last try failed, in seconds since the epoch; long ago when none is known."""
    with suppress(OSError, ValueError):
        return float(failed.read_text("ascii"))
    return float("-inf")
