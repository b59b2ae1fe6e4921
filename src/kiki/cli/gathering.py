"""The files that ``kiki check`` sends: what is named, and what lies around it.

Called by ``commands.check``. A folder means all YAML in it. Beside a playbook lie roles, variables
and an inventory; only Ansible's own places are looked into, and whatever a file that was read
names by a path. Hidden folders, environments and installed collections are left out.
"""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from kiki.documents.read import MAX_SIZE as MAX_ONE
from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.model.finding import Finding

_YAML = (".yml", ".yaml")
_LISTS = (".ini", "hosts", "inventory")  # inventories that are not YAML
_PLACES = (
    "roles", "group_vars", "host_vars", "vars", "tasks", "handlers", "defaults", "meta",
    "playbooks", "inventory", "inventories", "environments",
)  # fmt: skip
_LEFT_OUT = frozenset(("node_modules", "ansible_collections", "__pycache__", "venv", "molecule"))
_NAMED = re.compile(r"(?<![\w./-])[\w./-]+\.ya?ml\b")
_ROLES_PATH = re.compile(r"^\s*roles_path\s*=\s*(.+)$", re.MULTILINE)
MAX_FILES = 5000
MAX_SIZE = 20_000_000  # bytes of all files together
_BYTES = 4  # of a character, at most


class Project(NamedTuple):
    """The *files* of a folder, and *unread*: why others that are to be YAML are none of them."""

    files: tuple[File, ...]
    unread: tuple[Finding, ...]


class _Gathered:
    """What was read so far, by path. What can't be read, is no text, or is larger than what is
    read at all, is no part of it; why is kept."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self.unread: dict[str, Finding] = {}
        self._size = 0

    def read(self, path: str) -> None:
        """Take the file at *path*; UsageError ``check.too_much`` beyond the limits."""
        path = os.path.normpath(path)
        if path in self.files or path in self.unread:
            return
        try:
            if (size := os.path.getsize(path)) > MAX_ONE * _BYTES:  # noqa: PTH202 -- start-up time
                self._leave(path, "documents.too_large", size=str(size), limit=str(MAX_ONE))
                return
            with open(path, encoding="utf-8-sig") as file:  # noqa: PTH123 -- as elsewhere in the CLI
                text = file.read()
        except UnicodeDecodeError as error:
            self._leave(path, "documents.binary", offset=str(error.start))
            return
        except OSError as error:
            why = error.strerror or type(error).__name__
            self._leave(path, "cli.file_unreadable", why=why)
            return
        if len(text) > MAX_ONE:
            self._leave(path, "documents.too_large", size=str(len(text)), limit=str(MAX_ONE))
            return
        self._size += len(text)
        if len(self.files) >= MAX_FILES or self._size > MAX_SIZE:
            raise UsageError("check.too_much", path=path, files=MAX_FILES)
        self.files[path] = File(path=path, text=text)

    def _leave(self, path: str, code: str, **params: str) -> None:
        told = {"file": path, "path": path, **params}
        self.unread[path] = Finding(code=code, severity="error", file=path, params=told)

    def walk(self, folder: str) -> None:
        """Take the YAML files and inventories in *folder*, at any depth."""
        for path in _walk(folder):
            self.read(path)


def project(folder: str) -> Project:
    """All files of the project in *folder*. UsageError ``check.no_files``, ``check.too_much``."""
    found = _Gathered()
    found.walk(folder)
    unread = tuple(one for path, one in found.unread.items() if path.endswith(_YAML))
    if not unread and not any(path.endswith(_YAML) for path in found.files):
        raise UsageError("check.no_files", path=folder)
    return Project(tuple(found.files.values()), unread)


def around(entry: File) -> tuple[File, ...]:
    """The file *entry* with what lies around it, as far as that can be read: nothing else is asked
    about it. UsageError ``check.too_much``."""
    if not entry.path.endswith(_YAML) or len(entry.text) > MAX_ONE:
        return (entry,)
    path = os.path.normpath(entry.path)
    found = _Gathered()
    found.files[path] = File(path=path, text=entry.text)
    for base in _bases(path):
        _read_places(base, found)
    _follow(found)
    return (entry, *(file for each, file in found.files.items() if each != path))


def _bases(path: str) -> list[str]:
    """The folder of a playbook and, where that is inside a project, the project's own."""
    folder = path.rpartition("/")[0]
    above = os.path.normpath(os.path.join(folder, ".."))  # noqa: PTH118 -- start-up time
    if _has(folder, "roles", "ansible.cfg", "group_vars"):
        return [folder]
    if os.path.basename(os.path.abspath(folder)) in ("tasks", "handlers"):  # noqa: PTH100, PTH119
        return [folder, above]
    return [folder, above] if _has(above, "roles", "ansible.cfg") else [folder]


def _has(folder: str, *names: str) -> bool:
    return any(os.path.exists(os.path.join(folder, name)) for name in names)  # noqa: PTH110, PTH118


def _read_places(base: str, found: _Gathered) -> None:
    for name in (*_PLACES, *_role_folders(base)):
        found.walk(os.path.join(base, name))  # noqa: PTH118 -- start-up time
    for name in _names(base or "."):
        if _is_wanted(name):
            found.read(os.path.join(base, name))  # noqa: PTH118 -- start-up time


def _role_folders(base: str) -> list[str]:
    """Where ``ansible.cfg`` says that roles are, below *base*."""
    try:
        with open(os.path.join(base, "ansible.cfg"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
            told = _ROLES_PATH.search(file.read())
    except (OSError, UnicodeDecodeError):
        return []
    paths = told[1].strip().split(":") if told else []
    return [path for path in paths if path and not path.startswith(("/", "~", "$"))]


def _follow(found: _Gathered) -> None:
    """Take what a file that was read names by a path and is there."""
    waiting = list(found.files.values())
    while waiting:
        file = waiting.pop()
        folder = file.path.rpartition("/")[0]
        for name in set(_NAMED.findall(file.text)):
            path = os.path.normpath(os.path.join(folder, name))  # noqa: PTH118 -- start-up time
            if path not in found.files and os.path.isfile(path):  # noqa: PTH113 -- start-up time
                found.read(path)
                waiting += [found.files[path]] if path in found.files else []


def _walk(folder: str) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if _is_open(where, name))
        yield from (os.path.join(where, name) for name in sorted(names) if _is_wanted(name))  # noqa: PTH118


def _is_open(where: str, name: str) -> bool:
    if name.startswith(".") or name in _LEFT_OUT:
        return False
    return not os.path.exists(os.path.join(where, name, "pyvenv.cfg"))  # noqa: PTH110, PTH118


def _is_wanted(name: str) -> bool:
    return not name.startswith(".") and name.endswith((*_YAML, *_LISTS))


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 -- start-up time
    except OSError:
        return []
