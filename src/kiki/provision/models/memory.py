"""How much memory a model may take on this machine.

Called by ``kiki model pull`` and before a server is started. Linux only: /proc/meminfo, see
proc(5), and the limits of control groups, which a container sees under /sys/fs/cgroup.
"""

import re
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")
# Version 2's files, then version 1's.
_LIMITS = (
    ("memory.max", "memory.current"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
)
_MB = 1_000_000


def free_mb(meminfo: Path = _MEMINFO, group: Path = _GROUP) -> int:
    """What new processes can have, in MB (10^6 bytes); 0 when that can't be told."""
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB", meminfo.read_text("ascii"), re.M)
    except OSError:
        return 0
    available = int(found[1]) * 1024 // _MB if found else 0
    return min([available, *_left(group)])


def _left(group: Path) -> list[int]:
    """What each limit of the control group leaves. A page cache counts as used there, so this
    errs on the low side."""
    left = []
    for limit, used in _LIMITS:
        try:
            most, now = (group / limit).read_text("ascii"), (group / used).read_text("ascii")
        except OSError:
            continue
        if most.strip().isdecimal():  # "max" is none
            left.append(max(0, int(most) - int(now)) // _MB)
    return left
