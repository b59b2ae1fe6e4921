"""The engine whose model Kiki runs itself.

Called by ``wiring`` for ``engine = "embedded"`` and ``"openvino"``. It has the model's server found
or started, makes sure that it is the right one, and asks it through another engine, which *connect*
makes from the server's address. Cheap to import and to make: nothing happens before the first
question.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiki.engines.port import Completion, Engine, Prompt, prefix
from kiki.model.errors import TemporaryError

if TYPE_CHECKING:
    from kiki.engines.embedded.host import Address, Host


class EmbeddedEngine:
    """An ``engines.port.Engine``. *host* gives the server's host, when the first question comes."""

    def __init__(
        self, name: str, host: Callable[[], Host], connect: Callable[[Address], Engine]
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
        from kiki.engines.embedded.loopback import require_model  # noqa: PLC0415 -- lazy: http.client

        with self._host().use(prefix(prompt)) as address:
            try:
                require_model(address)
                return self._connect(address).complete(prompt)
            except TemporaryError as error:
                if error.code == "engine.unavailable":
                    raise _LostError(error.code, **error.params) from error
                raise


class _LostError(TemporaryError):
    """The server gave no answer to a question that it had taken."""
