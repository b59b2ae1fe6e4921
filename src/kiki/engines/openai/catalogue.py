"""Which models a server has, and which of them is asked.

Called by ``engine``. The list is asked for once a process: an answer of a wrong model (another
server on the same port) would be trusted otherwise.
"""

from typing import Any

from kiki.engines.connecting import Deadline
from kiki.engines.openai.server import Server
from kiki.engines.port import SeveralModelsError
from kiki.engines.texts import shown
from kiki.model.errors import PermanentError

_LATEST = ":latest"  # Ollama's tag that goes without saying


class Catalogue:
    """The models of *server*."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._listed: list[dict[str, Any]] | None = None
        self._version: str | None = None

    def chosen(self, wanted: str, deadline: Deadline) -> str:
        """The id of the model *wanted*; without a wish the only one there is. Empty when nothing
        was wished for and the server has no list. PermanentError ``engine.model_missing``,
        ``engine.no_model``; SeveralModelsError."""
        names = self.names(deadline)
        if names is None:
            return wanted
        if wanted:
            return self._found(wanted, names)
        if not names:
            raise PermanentError("engine.no_model", engine=self._server.url)
        if len(names) > 1:
            raise SeveralModelsError(self._server.url, names)
        return names[0]

    def names(self, deadline: Deadline) -> tuple[str, ...] | None:
        """The ids of all models, as the server orders them; None when it has no list."""
        listed = self._entries(deadline)
        if listed is None:
            return None
        ids = (one.get("id") for one in listed)
        # A name that could not be shown as it is can't be chosen either.
        return tuple(dict.fromkeys(i for i in ids if isinstance(i, str) and i and shown(i) == i))

    def owner(self, deadline: Deadline) -> str:
        """Who made the server, as far as its list says: ``llamacpp``, ``vllm`` ..."""
        owners = (one.get("owned_by") for one in self._entries(deadline) or ())
        return next((owner for owner in owners if isinstance(owner, str)), "")

    def version(self, deadline: Deadline) -> str:
        """The server's version, as far as it tells; asked for once."""
        if self._version is None:
            self._version = self._server.version(self.owner(deadline), deadline)
        return self._version

    def _entries(self, deadline: Deadline) -> list[dict[str, Any]] | None:
        if self._listed is None:
            self._listed = self._server.models(deadline)
        return self._listed

    def _found(self, wanted: str, names: tuple[str, ...]) -> str:
        for name in (wanted, wanted + _LATEST):
            if name in names:
                return name
        raise self._server.unknown(wanted, names)
