"""Pack files and directories of a host into an archive there.

Called by ``understand`` (fields) and ``compose`` (tasks). What is packed stays where it is. The
archive is made anew only if what it holds has changed.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import AbsolutePath, Mode, four_digits, without_slash
from kiki.targets.ansible.files import above, bringers, folder_checks, looking
from kiki.targets.ansible.tasks import BEFORE, Before, Found, Reverse, Task, Was

RISK: Risk = "low"

# What the module packs, by the end of the archive's name
_FORMATS = {
    ".tar.gz": "gz", ".tgz": "gz", ".tar.bz2": "bz2", ".tar.xz": "xz", ".tar": "tar", ".zip": "zip",
}  # fmt: skip


class Fields(Record, frozen=True):
    """*sources* go into the archive at *path*, whose name says which sort it is."""

    path: AbsolutePath
    sources: Annotated[tuple[AbsolutePath, ...], Meta(min_length=1, max_length=50)]
    mode: Mode = "0640"

    def __post_init__(self) -> None:
        """ValueError for a name that says no sort of archive, and for one inside what it holds."""
        if not self.path.endswith(tuple(_FORMATS)):
            raise ValueError(f"the name of an archive ends with {', '.join(_FORMATS)}")
        if any(self.path.startswith(f"{without_slash(source)}/") for source in self.sources):
            raise ValueError("an archive can't stand inside what it holds: it would hold itself")


def _was(found: tuple[Found, ...]) -> Was:
    """Whether there is one: check mode does not look into it, and can't say that it would stay."""
    there = found[0].kept.get("stat.exists")
    return Was(verb="create" if there is False else "unknown")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """See that the directory is there, and pack."""
    path, sources = fields.path, [without_slash(source) for source in fields.sources]
    sort = next(sort for ending, sort in _FORMATS.items() if path.endswith(ending))
    back = Reverse(
        kind="exact",
        operation="file_remove",
        fields={"path": path},
        only=("create",),
        otherwise="ansible.undo_content_unknown",
    )
    needs = [fact for source in sources for fact in bringers(source)]
    return (
        *folder_checks(path, ensured),
        Task(
            name=f"Pack {path}",
            module="community.general.archive",
            args={
                "path": sources,
                "dest": path,
                "format": sort,
                "force_archive": True,
                "mode": four_digits(fields.mode),
            },
            verb="update",
            items=((path, path),),
            ensures=frozenset((f"path:{path}",)),
            needs=(*above(path), *needs),
            beside=tuple(needs),
            before=Before(looks=(looking(path, into=BEFORE),), read=_was),
            reverses=(back,),
        ),
    )
