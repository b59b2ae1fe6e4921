"""Write an image to a file of the host, from which it can be loaded elsewhere.

Called by ``understand`` (fields) and ``compose`` (tasks). A file that is there is left as it is.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, check_no_folder
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.fields import Image
from kiki.targets.podman.looks import fact, there

RISK: Risk = "low"


class Fields(Record, frozen=True):
    """*image* by its name, *path* of the file."""

    image: Image
    path: AbsolutePath

    def __post_init__(self) -> None:
        """ValueError for the name of a directory."""
        check_no_folder(self.path)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look, and the file where there is none."""
    image, path = fields.image, fields.path
    save = Task(
        name=f"Save image {image} as {path}",
        module="ansible.builtin.command",
        args={"argv": ["podman", "save", "--output", path, image], "creates": path},
        verb="create",
        needs=(fact("image", image),),
        ensures=frozenset((f"path:{path}",)),
        writes=(path,),
        reverses=(Reverse(kind="exact", operation="file_remove", fields={"path": path}),),
        root=False,
    )
    return (*there("image", image, ensured), save)
