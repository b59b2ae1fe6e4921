"""The engine whose model Kiki runs itself.

Called by ``wiring`` for ``engine = "embedded"`` and ``"openvino"``. It has the model's server found
or started, and asks it over HTTP through another engine, which *connect* makes. Cheap to import and
to make: nothing happens before the first question.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from kiki.engines.port import Completion, Engine, Prompt, prefix
from kiki.model.errors import TemporaryError

if TYPE_CHECKING:
    from kiki.engines.embedded.host import Address, Host


class Connected(Engine, Protocol):
    """An engine that can say whether it speaks with the right model."""

    def check(self) -> None:
        """TemporaryError ``engine.unavailable`` unless the server has the model."""
        ...


class EmbeddedEngine:
    """An ``engines.port.Engine``. *host* gives the server's host; *connect* makes an engine from
    a server's URL, key and model."""

    def __init__(
        self, name: str, host: Callable[[], Host], connect: Callable[[Address], Connected]
    ) -> None:
        self.name = name
        self._host = host
        self._connect = connect

    def complete(self, prompt: Prompt) -> Completion:
        """See ``engines.port.Engine``; also what a start needs may be missing: UsageError
        ``model.*`` and ``provision.*``."""
        try:
            return self._once(prompt)
        except _LostError:  # it crashed under the question: another one is started, once
            return self._once(prompt)

    def _once(self, prompt: Prompt) -> Completion:
        with self._host().use(prefix(prompt)) as address:
            try:
                engine = self._connect(address)
                engine.check()
                return engine.complete(prompt)
            except TemporaryError as error:
                if error.code == "engine.unavailable":
                    raise _LostError(error.code, **error.params) from error
                raise


class _LostError(TemporaryError):
    """The server gave no answer to a question that it had taken."""
