"""Add a repository of packages: for apt on Debian, for dnf on RedHat.

Called by ``understand`` (fields) and ``compose`` (tasks). What its packages are signed with is
checked unless it is said not to be. On hosts of the other family the play stops.
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import repositories
from kiki.targets.ansible.fields import Source, UnitName, Url
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*format* is what the packages are. *key*: where the public key is, an address or a path on
    the hosts; without one, what the hosts trust already counts. *suite* and *components* are apt's:
    the suite of a flat repository is ``/``, and it has no components."""

    name: UnitName
    url: Url
    format: Literal["deb", "rpm"]
    suite: str = "/"
    components: tuple[str, ...] = ()
    key: Source = ""
    signed: bool = True

    def __post_init__(self) -> None:
        """ValueError for a suite that can't be one with these components."""
        repositories.check_suite(self.suite, self.components)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The family's repository, after what its module needs."""
    if fields.format == "rpm":
        return repositories.rpm(fields.name, fields.url, fields.key, signed=fields.signed)
    return repositories.deb(
        fields.name,
        fields.url,
        (fields.suite, *fields.components),
        fields.key,
        ensured,
        signed=fields.signed,
    )
