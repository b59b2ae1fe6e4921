"""The user's own files where the service is not the user's process: none.

The default of ``parts`` and ``generating``: a path that a client names must not become a look at
the disk of a server.
"""

from typing import Literal, Never

from kiki.model.errors import UsageError


class Elsewhere:
    """Implements ``targets.port.Files``: UsageError ``files.elsewhere``, whatever is asked."""

    def sort(self, path: str) -> Literal["file", "folder"]:
        """See the class."""
        return _elsewhere(path)

    def names(self, folder: str) -> tuple[str, ...]:
        """See the class."""
        return _elsewhere(folder)

    def read(self, path: str, within: str = "") -> str:
        """See the class."""
        return _elsewhere(path)

    def built(self, folder: str) -> str:
        """See the class."""
        return _elsewhere(folder)


def _elsewhere(path: str) -> Never:
    raise UsageError("files.elsewhere", path=path)
