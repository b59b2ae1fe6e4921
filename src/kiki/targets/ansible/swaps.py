"""Tasks that turn swap off and on, and leave its entries in fstab for the way back.

Called by ``swap_off`` and ``swap_on``. An entry that is turned off becomes a comment that begins
with ``MARK``, so that it is known again: what other people commented out stays as it is. What the
kernel has on is read from /proc/swaps, which needs no right. zram and swap that systemd finds by
the type of a partition have no entry, and are on again after a boot.
"""

import re

from kiki.targets.ansible.files import looking, reading, units_read
from kiki.targets.ansible.tasks import FOUND, Before, Found, Reverse, Task, Was

FSTAB = "/etc/fstab"
MARK = "#kiki-swap-off "
_ENTRY = r"[^#\s]\S*[ \t]+\S+[ \t]+swap(?:[ \t].*)?"
_ACTIVE = "/proc/swaps"
_IN_USE = f"{FOUND}.content | default('') | b64decode"


def turning_off() -> tuple[Task, ...]:
    """Out of use now, then out of fstab; the second look is for what an undo turns on again."""
    off = Task(
        name="Turn all swap off",
        module="ansible.builtin.command",
        args={"cmd": "swapoff -a", "removes": _ACTIVE},
        verb="update",
        when=(f"({_IN_USE}).splitlines() | length > 1",),
        before=Before(looks=(reading(_ACTIVE, before=True),), read=_active),
        reverses=(Reverse(kind="exact", operation="swap_on", before=("sources",)),),
    )
    entries = Task(
        name=f"Comment out swap in {FSTAB}",
        module="ansible.builtin.replace",
        args={"path": FSTAB, "regexp": rf"(?m)^[ \t]*({_ENTRY})$", "replace": rf"{MARK}\1"},
        verb="update",
        ensures=frozenset((f"path:{FSTAB}",)),
        before=Before(looks=(reading(FSTAB, before=True),), read=_entries),
        reverses=(
            Reverse(kind="exact", operation="swap_on", fields={"now": False}, before=("sources",)),
        ),
    )
    return (reading(_ACTIVE, register=True), off, entries, units_read(FSTAB))


def turning_on(sources: tuple[str, ...], now: bool) -> tuple[Task, ...]:
    """The entries that ``turning_off`` commented out, and what is not in use yet."""
    names = "|".join(re.escape(source) for source in sources)
    entries = Task(
        name=f"Have the entries of swap in {FSTAB} again",
        module="ansible.builtin.replace",
        args={
            "path": FSTAB,
            "regexp": rf"(?m)^{MARK}((?:{names})[ \t].*)$",
            "replace": r"\1",
        },
        verb="update",
        ensures=frozenset((f"path:{FSTAB}",)),
        reverses=(Reverse(kind="impossible", reason="ansible.undo_swap_on"),),
    )
    each = tuple(task for source in sources for task in _on(source)) if now else ()
    return (entries, units_read(FSTAB), *each)


def _on(source: str) -> tuple[Task, ...]:
    """/proc/swaps has the path that a link leads to in the end."""
    name, tag, value = source.partition("=")
    path = f"/dev/disk/by-{name.lower()}/{value}" if tag else source
    there, active = f"{FOUND}_swap", f"{_IN_USE} | split"
    leads = f"{there}.stat.lnk_source | default('{path}')"
    return (
        looking(path, into=there),
        reading(_ACTIVE, register=True),
        Task(
            name=f"Turn on swap on {source}",
            module="ansible.builtin.command",
            args={"argv": ["swapon", source], "removes": _ACTIVE},
            verb="update",
            when=(f"{leads} not in ({active})",),
            reverses=(Reverse(kind="impossible", reason="ansible.undo_swap_on"),),
        ),
    )


def _active(found: tuple[Found, ...]) -> Was:
    """The first line of /proc/swaps is a heading."""
    text = found[0].kept.get("content")
    if not isinstance(text, str):
        return Was(unread="ansible.before_not_seen")
    return Was(values={"sources": [line.split()[0] for line in text.splitlines()[1:] if line]})


def _entries(found: tuple[Found, ...]) -> Was:
    text = found[0].kept.get("content")
    if not isinstance(text, str):
        return Was(unread="ansible.before_not_seen")
    entries = (re.fullmatch(rf"[ \t]*({_ENTRY})", line) for line in text.splitlines())
    return Was(values={"sources": [entry[1].split()[0] for entry in entries if entry]})
