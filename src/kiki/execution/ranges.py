"""Ranges in names of hosts: ``web[1:50]``, ``db-[a:f]``, ``n[01:20:2]``.

Called by ``examining`` and ``sources``. Ansible expands them; this says beforehand, with the place,
what Ansible would refuse without one, read as no host at all, or never finish.
"""

import ipaddress
import string

LARGEST = 100_000  # hosts in one range


def complaint(name: str) -> str:
    """The code ``label.range_<what>`` of what is wrong with the ranges in *name*; empty if
    nothing is."""
    if "[" not in name and "]" not in name:
        return ""
    if _is_address(name):
        return ""
    count = 1
    rest = name
    while "[" in rest or "]" in rest:
        before, opened, after = rest.partition("[")
        inside, closed, rest = after.partition("]")
        if not opened or not closed or "]" in before or "[" in inside:
            return "label.range_open"
        wrong, size = _judged(inside.split(":"))
        if wrong:
            return wrong
        count *= size
        if count > LARGEST:
            return "label.range_large"
    return ""


def _is_address(name: str) -> bool:
    """Whether *name* is an IPv6 address in brackets, with a port or without."""
    try:
        ipaddress.IPv6Address(name.partition("]")[0].removeprefix("["))
    except ValueError:
        return False
    return name.startswith("[")


def _judged(bounds: list[str]) -> tuple[str, int]:
    """What is wrong with one range, or how many names it stands for."""
    if len(bounds) not in (2, 3):
        return "label.range_parts", 0
    start, end, step = [*bounds, "1"][:3]
    if not end:
        return "label.range_end", 0
    if not step.isdecimal() or not int(step):
        return "label.range_step", 0
    start = start or "0"
    letters = string.ascii_letters
    if len(start) == len(end) == 1 and start in letters and end in letters:
        return _spread(letters.index(start), letters.index(end), int(step))
    if not (start.isdecimal() and end.isdecimal()):
        return "label.range_mixed", 0
    if start[0] == "0" and len(start) > 1 and len(start) != len(end):
        return "label.range_width", 0
    return _spread(int(start), int(end), int(step))


def _spread(start: int, end: int, step: int) -> tuple[str, int]:
    return ("", (end - start) // step + 1) if start <= end else ("label.range_order", 0)
