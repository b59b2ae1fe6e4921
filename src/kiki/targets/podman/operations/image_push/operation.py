"""Send images to the registry that their names begin with.

Called by ``understand`` (fields) and ``compose`` (tasks). It is done every time: nothing here knows
what the registry has.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Images
from kiki.targets.podman.looks import fact, there

# Others take what is there under this name.
RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*images* by their names, with the registry."""

    images: Images


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each a look, and the sending."""
    return tuple(
        task for one in fields.images for task in (*there("image", one, ensured), _push(one))
    )


def _push(image: str) -> Task:
    return podman(
        f"Push image {image}",
        ["push", image],
        "run",
        needs=(fact("image", image),),
        reverses=(Reverse(kind="impossible", reason="podman.undo_pushed"),),
        acts=True,
        network=True,
    )
