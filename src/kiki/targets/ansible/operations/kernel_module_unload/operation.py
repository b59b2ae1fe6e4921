"""Unload kernel modules, now and at every boot.

Called by ``understand`` (fields) and ``compose`` (tasks). See ``kernel_modules``.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import KernelModules
from kiki.targets.ansible.kernel_modules import unloading
from kiki.targets.ansible.tasks import Task

# A driver that is unloaded takes its disk or its network with it.
RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*names* such as ``br_netfilter``; whether *now* and at *boot*."""

    names: KernelModules
    now: bool = True
    boot: bool = True

    def __post_init__(self) -> None:
        """ValueError when nothing would be done."""
        if not (self.now or self.boot):
            raise ValueError("modules are unloaded now, at boot, or both")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A task for now and one for every boot."""
    return unloading(tuple(dict.fromkeys(fields.names)), fields.now, fields.boot)
