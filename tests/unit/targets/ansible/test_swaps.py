"""What counts as swap in fstab and in /proc/swaps, and what comes back of it."""

import re

import pytest

from kiki.targets.ansible.swaps import MARK, turning_off, turning_on
from kiki.targets.ansible.tasks import Found, Task, Was

FSTAB = """\
# /old none swap sw 0 0
UUID=1-a / ext4 errors=remount-ro 0 1
/swapfile none swap sw 0 0
  UUID=2-b\tswap\tswap\tdefaults
LABEL=swap /data xfs defaults
/dev/sdb2 none swap
"""
PROC = """\
Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
/dev/dm-1                               partition\t8388604\t\t0\t\t-2
/swapfile                               file\t\t1048572\t\t0\t\t-3
"""
GONE = f"""\
# /old none swap sw 0 0
UUID=1-a / ext4 errors=remount-ro 0 1
{MARK}/swapfile none swap sw 0 0
{MARK}UUID=2-b\tswap\tswap\tdefaults
LABEL=swap /data xfs defaults
{MARK}/dev/sdb2 none swap
"""


def task(tasks: tuple[Task, ...], module: str) -> Task:
    return next(each for each in tasks if each.module.endswith(module))


def was(each: Task, text: str | None) -> Was:
    assert each.before is not None
    return each.before.read((Found(kept={} if text is None else {"content": text}),))


def replaced(each: Task, text: str) -> str:
    return re.sub(each.args["regexp"], each.args["replace"], text, flags=re.MULTILINE)


def test_what_is_on_and_what_has_an_entry_comes_back() -> None:
    off = turning_off()
    assert was(task(off, ".command"), PROC).values == {"sources": ["/dev/dm-1", "/swapfile"]}
    entries = was(task(off, ".replace"), FSTAB)
    assert entries.values == {"sources": ["/swapfile", "UUID=2-b", "/dev/sdb2"]}


@pytest.mark.parametrize("module", [".command", ".replace"])
def test_what_was_not_seen_does_not_come_back(module: str) -> None:
    assert was(task(turning_off(), module), None).unread == "ansible.before_not_seen"


def test_only_swap_becomes_a_comment_and_only_that_an_entry_again() -> None:
    off = task(turning_off(), ".replace")
    gone = replaced(off, FSTAB)
    assert gone == GONE
    assert replaced(off, gone) == gone, "nothing is left to do"
    sources = ("/swapfile", "UUID=2-b", "/dev/sdb2")
    assert replaced(task(turning_on(sources, True), ".replace"), gone) == FSTAB.replace(
        "  UU", "UU"
    )
    one = replaced(task(turning_on(("/swapfile",), True), ".replace"), gone)
    assert one == gone.replace(f"{MARK}/swapfile", "/swapfile")


def test_entries_come_back_without_turning_anything_on() -> None:
    assert not [each for each in turning_on(("/swapfile",), False) if "command" in each.module]
