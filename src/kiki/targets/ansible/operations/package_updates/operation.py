"""Show for which packages a host knows an update.

Called by ``understand`` (fields) and ``compose`` (tasks). Nothing on a host changes: no index is
renewed, so that it is what the host has known since it last was (apt(8) ``list``, dnf(8)
``check-update --cacheonly``). A host has one of the two.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.collecting import answer_task, lines_of, program_asked
from kiki.targets.ansible.tasks import Task

RISK: Risk = "low"
NAME = "package_updates"


class Fields(Record, frozen=True):
    """Of all packages that are installed."""


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The tasks that ask both families' programs, and the one that hands on what they say."""
    apt = ["apt", "-qq", "list", "--upgradable"]
    dnf = ["dnf", "--quiet", "--cacheonly", "check-update"]
    found = {"apt": lines_of("apt"), "dnf": lines_of("dnf")}
    return (
        program_asked("the updates that apt knows", "apt", apt),
        program_asked("the updates that dnf knows", "dnf", dnf),
        answer_task("Answer with the updates", f"ansible.{NAME}", fields, found),
    )
