"""Copy an image from one place to another: registries, folders, archives, podman's own storage.

Called by ``understand`` (fields) and ``compose`` (tasks). It is done every time: an image may have
another digest where it is kept in another form, so nothing tells beforehand that it is there.
"""

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.files import asking, stopping
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import skopeo
from kiki.targets.podman.fields import Location, path_of
from kiki.targets.podman.looks import THERE, rootless

# Others take what is there under this name.
RISK: Risk = "high"
_PACKAGE = "package:skopeo"


class Fields(Record, frozen=True):
    """*source* and *to* are places as skopeo writes them: ``docker://...``, ``oci:/...``."""

    source: Location
    to: Location

    def __post_init__(self) -> None:
        """ValueError for a copy to where it comes from."""
        if self.source == self.to:
            raise ValueError(f"{self.to} is where the image comes from")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look for skopeo, and the copy."""
    path = path_of(fields.to)
    copied = skopeo(
        f"Copy image {fields.source} to {fields.to}",
        ["copy", fields.source, fields.to],
        "run",
        needs=(_PACKAGE,),
        reverses=(Reverse(kind="impossible", reason="podman.undo_copied"),),
        acts=True,
        network=True,
        writes=(path,) if path else (),
    )
    return (*_program(ensured), copied)


def _program(ensured: frozenset[str]) -> tuple[Task, ...]:
    """The play stops on a host without skopeo, unless it brings it itself."""
    if _PACKAGE in ensured:
        return ()
    look = asking("Look for skopeo", {"argv": ["skopeo", "--version"]})
    fail = "There is no skopeo here; install the package skopeo first"
    return replace(look, root=False), rootless(stopping("Check that skopeo is there", THERE, fail))
