"""What files refer to: roles, other files, handlers; and whether those are there.

Called by ``files``.
"""

import posixpath
from collections.abc import Iterable, Mapping

from kiki.targets.ansible.check.report import Report
from kiki.targets.ansible.check.tasks import Used

Both = tuple[Report, Used]


def check_references(files: Mapping[str, Both], playbooks: set[str]) -> None:
    """Report every role, file and handler that is nowhere among *files*."""
    installed = set().union(*(used.installed for _, used in files.values()))
    handlers = set().union(*(used.handlers for _, used in files.values()))
    unseen = any(used.open for _, used in files.values())
    for path, (report, used) in files.items():
        for name, place in used.roles:
            if not role_files(name, files):
                unseen = True
                if "." not in name and name not in installed:
                    report.error("role_missing", place, role=name)
        for name, place in used.files:
            if not found(name, path, files):
                unseen = True
                report.error("file_missing", place, path=name)
    if not unseen and playbooks:
        for report, used in files.values():
            _check_handlers(report, used, handlers)


def _check_handlers(report: Report, used: Used, handlers: set[str]) -> None:
    for name, place in used.notified:
        if name not in handlers and name.rpartition(" : ")[2] not in handlers:
            report.error("handler_missing", place, handler=name)


def found(name: str, path: str, files: Iterable[str]) -> str:
    """The file that *name*, written in the file at *path*, means; empty when it is not there."""
    folder = posixpath.dirname(path)
    role = posixpath.dirname(folder)
    tries = [posixpath.join(folder, name), name, *(f"{role}/{each}/{name}" for each in _PARTS)]
    there = set(files)
    exact = (one for one in map(posixpath.normpath, tries) if one in there)
    tail = "/" + posixpath.normpath(name).lstrip("./")
    return next(exact, next((one for one in sorted(there) if f"/{one}".endswith(tail)), ""))


_PARTS = ("tasks", "vars", "handlers")


def role_files(role: str, files: Iterable[str]) -> list[str]:
    """The files of the role called *role*, or at that path."""
    short = posixpath.normpath(role).rpartition("/")[2]
    inside = tuple(
        f"/{short}/{part}/" for part in ("tasks", "meta", "handlers", "defaults", "vars")
    )
    return [path for path in files if any(part in f"/{path}" for part in inside)]


def brought_by(path: str, used: Used, variables: list[str], files: Iterable[str]) -> set[str]:
    """The files that the file at *path* brings in itself."""
    paths = list(files)
    direct = {found(name, path, paths) for name in (*(name for name, _ in used.files), *variables)}
    for name, _ in used.roles:
        direct.update(role_files(name, paths))
    return direct - {""}
