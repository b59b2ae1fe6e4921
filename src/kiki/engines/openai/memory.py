"""What was found out about servers, kept in a small file between processes.

Called by ``engine``. The file is a cache: it may be deleted at any time, and what can't be read or
written is found out again. It holds addresses, names of models and ways; no key and no text.
"""

from pathlib import Path

import msgspec

from kiki.engines.openai.rungs import Way
from kiki.provision import caches

FILE = "engines.json"
MOST = 64  # servers and models that are kept


class Memory:
    """Ways by server, model and version. *folder* is not made when it is missing; empty: nothing
    is kept. *first* is the way of a server of which nothing is known."""

    def __init__(self, folder: str = "", first: Way | None = None) -> None:
        self._path = Path(folder, FILE) if folder else None
        self._first = first or Way()

    def way(self, url: str, model: str, version: str) -> Way:
        """The way that is known; the first one when none is."""
        return self._all().get(_key(url, model, version), self._first)

    def keep(self, url: str, model: str, version: str, way: Way) -> None:
        """Keep *way* for the next process."""
        if self._path is None or not self._path.parent.is_dir():
            return
        key = _key(url, model, version)
        known = {name: found for name, found in self._all().items() if name != key}
        latest = dict(list(known.items())[-(MOST - 1) :]) | {key: way}
        caches.keep(self._path, msgspec.json.encode(latest))

    def _all(self) -> dict[str, Way]:
        if self._path is None:
            return {}
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Way])
        except (OSError, ValueError):
            return {}


def _key(url: str, model: str, version: str) -> str:
    return " ".join((url, model or "-", version or "-"))
