"""Create a network of containers.

Called by ``understand`` (fields) and ``compose`` (tasks). One that is there is left as it is, with
the containers on it.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.fields import Name, Subnet
from kiki.targets.podman.made import created

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*subnet* as in ``10.90.0.0/24`` (podman's choice when empty); *internal*: no way out."""

    name: Name
    subnet: Subnet = ""
    internal: bool = False


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look, and the network where there is none."""
    options = ["--subnet", fields.subnet] if fields.subnet else []
    options += ["--internal"] if fields.internal else []
    return created("network", fields.name, tuple(options))
