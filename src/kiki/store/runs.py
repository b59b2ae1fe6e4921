"""Run folders: which there are, how big they are, and deleting those that are too old.

Called by ``wiring`` for retention. Folders are made by the executor under ``<state>/runs`` and
named after the run, whose id begins with the change's: ``<change>-<mode>-<number>``. The ledger
and the rows of changes always stay.
"""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kiki.model.errors import NotFoundError
from kiki.model.lifecycle import FINISHED
from kiki.store.files import file_failures
from kiki.store.port import Changes

_PREFIX = "run_"
_LEAVING = ".leaving-"
_DAY_S = 86400.0


class Kept(Protocol):
    """What retention needs of a store."""

    @property
    def changes(self) -> Changes:
        """The changes."""
        ...

    def now(self) -> str:
        """The time, RFC 3339 UTC."""
        ...


def folders(state_dir: str, change_id: str = "") -> tuple[Path, ...]:
    """All run folders, or those of one change, by name."""
    root = Path(state_dir, "runs")
    with file_failures(root):
        found = sorted(root.iterdir()) if root.is_dir() else []
        ours = (path for path in found if path.is_dir() and not path.is_symlink())
        return tuple(path for path in ours if owner(path) and change_id in ("", owner(path)))


def owner(folder: Path) -> str:
    """The id of the change whose run this is; empty for what is no run folder."""
    if folder.name.startswith("."):
        return ""
    change_id, dash, _ = folder.name.removeprefix(_PREFIX).partition("-")
    return change_id if dash else ""


def size(folder: Path) -> int:
    """Bytes in the folder's files; links are not followed."""
    with file_failures(folder):
        return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def retain(state_dir: str, store: Kept, days: int, runs: int) -> tuple[str, ...]:
    """Delete run folders of finished changes: those last written more than *days* days ago, and
    of the rest all but the newest *runs*. 0 means no such limit. The names that are gone.

    Folders of changes that wait or run, and of changes that the record doesn't know, stay.
    """
    _finish_leaving(state_dir)
    newest_first = sorted(_finished(state_dir, store), key=_written, reverse=True)
    oldest = datetime.fromisoformat(store.now()).timestamp() - days * _DAY_S
    gone = [
        folder
        for place, folder in enumerate(newest_first)
        if (days and _written(folder) < oldest) or (runs and place >= runs)
    ]
    for folder in gone:
        _delete(folder)
    return tuple(folder.name for folder in gone)


def _finished(state_dir: str, store: Kept) -> list[Path]:
    found = folders(state_dir)
    done = {name for name in {owner(folder) for folder in found} if _is_finished(store, name)}
    return [folder for folder in found if owner(folder) in done]


def _is_finished(store: Kept, change_id: str) -> bool:
    try:
        change = store.changes.get(change_id)
    except NotFoundError:
        return False
    return change.id == change_id and change.state in FINISHED


def _written(folder: Path) -> float:
    with file_failures(folder):
        return folder.stat().st_mtime


def _delete(folder: Path) -> None:
    """Rename first: what is cut in the middle of a deletion is then no run folder any more."""
    leaving = folder.with_name(_LEAVING + folder.name)
    with file_failures(folder):
        folder.rename(leaving)
        shutil.rmtree(leaving)


def _finish_leaving(state_dir: str) -> None:
    root = Path(state_dir, "runs")
    with file_failures(root):
        for path in root.glob(f"{_LEAVING}*"):
            shutil.rmtree(path)
