"""What is written of a change into the site's Git repository, and what came of it.

Made by ``service.committing``; called by ``store.repositories``. Pure data.
"""

from kiki.model.records import Record


class Wanted(Record, frozen=True):
    """One commit. *put* are folders with all of their files, each replacing what is there; *drop*
    are folders that go; *back* maps folders to the commit before which they are wanted again.
    *trailers* stand at the end of the message in their order. *at* is RFC 3339."""

    project: str
    author: str
    at: str
    subject: str
    trailers: tuple[tuple[str, str], ...]
    put: dict[str, dict[str, str]] = {}
    drop: tuple[str, ...] = ()
    back: dict[str, str] = {}


class Committed(Record, frozen=True):
    """A commit that was made: its id, and the folders that it wrote or took away."""

    commit: str
    folders: tuple[str, ...] = ()
