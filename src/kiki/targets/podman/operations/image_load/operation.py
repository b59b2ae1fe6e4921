"""Load an image from a file of the host that ``image_save`` or ``podman save`` wrote.

Called by ``understand`` (fields) and ``compose`` (tasks).
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, check_no_folder
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Image
from kiki.targets.podman.looks import MISSING, fact, state_of

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*path* of the file, and the *image* in it: it is loaded where that is missing."""

    path: AbsolutePath
    image: Image

    def __post_init__(self) -> None:
        """ValueError for the name of a directory."""
        check_no_folder(self.path)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look, and the loading."""
    load = podman(
        f"Load image {fields.image} from {fields.path}",
        ["load", "--input", fields.path],
        "create",
        when=(MISSING,),
        needs=(f"path:{fields.path}",),
        ensures=frozenset((fact("image", fields.image),)),
        reverses=(
            Reverse(
                kind="exact", operation="podman.image_remove", fields={"images": [fields.image]}
            ),
        ),
    )
    return state_of("image", fields.image), load
