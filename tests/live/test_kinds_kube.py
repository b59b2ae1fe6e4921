"""What a host needs before Kubernetes, on a real host: swap, kernel modules, and blocks in files.

The lab's hosts are containers. Their kernel has no modules of its own and doesn't let them turn
swap on or off, so that only what stands in files is applied; the rest is planned.
"""

import base64

import pytest

from tests.live.test_ansible_kinds import Kinds, fresh, intent, kinds, lab
from tests.live.test_kinds_settings import taken_back

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = pytest.mark.hosts

FSTAB = (
    "/dev/vda1 / ext4 defaults 0 1\n# /old none swap sw 0 0\n/swapfile none swap sw 0 0\n"
    "  UUID=0a1b-2c\tswap\tswap\tnoauto\n"
)
MODULES = "/etc/modules-load.d/kiki.conf"


def write(kinds: Kinds, path: str, text: str) -> None:
    data = base64.b64encode(text.encode()).decode()
    kinds.look(f"sh -c 'echo {data} | base64 -d > {path}'")


def test_entries_of_swap_go_and_come_back(kinds: Kinds) -> None:
    fstab = kinds.look("cat /etc/fstab")
    write(kinds, "/etc/fstab", FSTAB)
    try:
        taken_back(kinds, intent(("swap_off", {})))
        assert kinds.look("cat /etc/fstab") == FSTAB.replace("  UUID", "UUID")
        assert kinds.apply(intent(("swap_off", {}))).verified == "passed"
        off = kinds.look("cat /etc/fstab")
        assert "\n#kiki-swap-off /swapfile none swap sw 0 0\n" in off
        assert "\n# /old none swap sw 0 0\n" in off
        plan = kinds.plan(intent(("swap_on", {"sources": ["/swapfile"]})))
        assert [action.verb for action in plan.changes] == ["update", "run", "update"]
    finally:
        write(kinds, "/etc/fstab", fstab)


def test_modules_at_boot(kinds: Kinds) -> None:
    try:
        first = intent(("kernel_module_load", {"names": ["overlay"], "now": False}))
        assert kinds.apply(first).verified == "passed"
        both = {"names": ["overlay", "br_netfilter"], "now": False}
        taken_back(kinds, intent(("kernel_module_load", both)))
        assert kinds.look(f"cat {MODULES}") == "overlay\n", "what was there stays"
        taken_back(kinds, intent(("kernel_module_unload", {"names": ["overlay"], "now": False})))
        assert kinds.look(f"cat {MODULES}") == "overlay\n"
        unknown = kinds.plan(intent(("kernel_module_load", {"names": [fresh()]})))
        assert unknown.errored
    finally:
        kinds.look(f"rm -f {MODULES}")
