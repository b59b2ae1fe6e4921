"""What ansible-inventory listed, kept for the next time that the very same is asked.

Called by ``inventories``. Inventories are static files here (programs and plugins are refused), so
what Ansible makes of them depends on their bytes, on where they are, on the limit and on Ansible
alone; all of that is in the key. Asking Ansible takes half a second, and a change asks for its
inventory several times. A listing with a password or a vault value is not kept, and judging
(``safety``) is done anew each time.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiki.execution import config
from kiki.execution.folders import open_private
from kiki.execution.homes import Home
from kiki.execution.safety import is_password
from kiki.execution.sources import Source

Listing = tuple[dict[str, Any], dict[str, Any]]  # whole, and within the limit

_BESIDE = ("group_vars", "host_vars")
_FILES = 2_000  # more than this, or more bytes, and reading costs more than asking
_BYTES = 20_000_000
_KEPT = 50
_FORM = "2"  # of what is kept: another one is asked for anew


class Listings:
    """Listings in a folder, by everything that they depend on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self, source: Source, limit: str, home: Home) -> str:
        """The key, or an empty text for what is too large or changes under our hands."""
        if limit.startswith("@") or source.runs:  # names a file of its own; answers anew
            return ""
        try:
            program = os.stat(home.inventory)  # noqa: PTH116 -- follows links, as starting it does
            parts = [config.TEXT, source.plugins, limit, home.inventory, home.collections]
            parts += [str(program.st_mtime_ns), str(program.st_size), _FORM]
            return _digest(parts, source)
        except (OSError, OverflowError):
            return ""

    def get(self, key: str) -> Listing | None:
        """What was listed, if that is still there and whole."""
        if not key:
            return None
        try:
            whole, limited = json.loads((self._folder / f"{key}.json").read_text("utf-8"))
        except (OSError, ValueError, TypeError):
            return None
        return whole, limited

    def put(self, key: str, listing: Listing) -> None:
        """Keep it; a folder that can't be written keeps nothing."""
        if not key or _secret(listing[0]):
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside = self._folder / f".{key}.{os.getpid()}"
            with open_private(aside) as file:
                file.write(json.dumps(listing))  # dump to a file is not written in C
            aside.rename(self._folder / f"{key}.json")
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        kept = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-_KEPT]:
            path.unlink(missing_ok=True)


def _digest(parts: list[str], source: Source) -> str:
    """Over *parts* and the path and bytes of each file; OverflowError when they are too many."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part.encode() + b"\0")
    inside = source.argument.startswith("/")
    if source.lasting or not inside:  # what was sent lies at another place each time
        found.update(source.argument.encode() + b"\0")
    if not inside:  # a comma list
        return found.hexdigest()
    size = 0
    for number, path in enumerate(_files(source)):
        data = path.read_bytes()
        size += len(data)
        if number > _FILES or size > _BYTES:
            raise OverflowError
        found.update(f"{path if source.lasting else path.name}\0{len(data)}\0".encode() + data)
    return found.hexdigest()


def _files(source: Source) -> Iterator[Path]:
    """Every file that Ansible reads for this source."""
    path = Path(source.argument)
    folders = [path] if path.is_dir() else [path.parent / name for name in _BESIDE]
    if not path.is_dir():
        yield path
    for folder in folders:
        for place, inside, names in os.walk(folder, followlinks=True):
            inside.sort()
            found = (Path(place) / name for name in sorted(names))
            yield from (file for file in found if file.is_file())


def _secret(listed: dict[str, Any]) -> bool:
    named = listed.get("_meta", {}).get("hostvars", {})
    text = json.dumps(named)
    vaulted = "__ansible_vault" in text or "__kiki_vault" in text
    return vaulted or any(
        is_password(name, value)
        for variables in named.values()
        for name, value in variables.items()
    )
