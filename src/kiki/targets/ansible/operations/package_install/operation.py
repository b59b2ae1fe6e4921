"""Install packages, in a version if one is asked for, or bring them to the newest version.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages
from kiki.targets.ansible.fields import PackageNames, Version
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*names* as in either family, with ``=`` and a version or its beginning; *version* is that of
    the only one. *state* ``latest`` upgrades what is installed already."""

    names: PackageNames
    state: Literal["present", "latest"] = "present"
    version: Version = ""

    def __post_init__(self) -> None:
        """ValueError for a version of several packages, or beside the latest one."""
        pinned = [name for name in self.names if packages.pin_of(name)]
        if self.version and (len(self.names) > 1 or pinned):
            raise ValueError("say the version of each package: name=version")
        if self.state == "latest" and (self.version or pinned):
            raise ValueError("a version and the latest one exclude each other")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Install what is missing; for ``latest``, upgrade in a task of its own."""
    wanted = fields.names
    if fields.version:
        wanted = (f"{wanted[0]}={fields.version}",)
    found = packages.install(wanted, ensured)
    if fields.state == "present":
        return found
    known = ensured.union(*(task.ensures for task in found))
    return (*found, *packages.upgrade(fields.names, known))
