"""Have a host trust an authority no more that was added to its own.

Called by ``understand`` (fields) and ``compose`` (tasks). Authorities that the distribution brings
are elsewhere and stay.
"""

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.authorities import back_again, bringing_back, path_of, refresh
from kiki.targets.ansible.fields import UnitName
from kiki.targets.ansible.files import removal_task
from kiki.targets.ansible.kept import keeping
from kiki.targets.ansible.names import FAMILIES, Family
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*name* of the file without its ending."""

    name: UnitName


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The file goes, and what the host trusts is put together again."""
    return (
        *(_task(fields.name, family) for family in FAMILIES),
        *(refresh(fields.name, family, fresh=True) for family in FAMILIES),
    )


def _task(name: str, family: Family) -> Task:
    path = path_of(name, family)
    made = removal_task(path, f"Remove the certificate of {name}:")
    return replace(
        made,
        name=f"{made.name} ({family})",
        family=family,
        items=((path, name),),
        before=bringing_back(keeping(path), path),
        reverses=(back_again(name),),
    )
