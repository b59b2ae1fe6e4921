"""The engine whose model Kiki runs itself.

Called by ``wiring`` for ``engine = "embedded"`` and ``"openvino"``. It has the model's server found
or started, and hands prompts on to another engine, which *connect* makes from the server's address
and which makes sure that the server has the right model. Cheap to import and to make: nothing
happens before the first question.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiki.engines.port import Completion, Engine, Prompt, prefix, telling
from kiki.model.agent import Listener, Progress, silent
from kiki.model.errors import TemporaryError

if TYPE_CHECKING:
    from kiki.engines.embedded.host import Address, Host
    from kiki.provision.installers import Report

    MakeHost = Callable[[str, Report], Host]


class EmbeddedEngine:
    """An ``engines.port.Engine``. *host* gives the host of the server for a model's name, empty for
    the configured one, and whom it tells what takes long."""

    def __init__(
        self,
        name: str,
        host: MakeHost,
        connect: Callable[[Address], Engine],
        listener: Listener = silent,
    ) -> None:
        self.name = name
        self._host = host
        self._connect = connect
        self._listener = listener

    def heard_by(self, listener: Listener) -> Engine:
        """The same engine; *listener* hears of the server's start and of every few tokens."""
        return EmbeddedEngine(self.name, self._host, self._connect, listener)

    def complete(self, prompt: Prompt) -> Completion:
        """See ``engines.port.Engine``; also what a start needs may be missing: UsageError
        ``model.*`` and ``provision.*``."""
        host = self._host(prompt.model, self._report)
        try:
            return self._once(host, prompt)
        except _LostError:  # it crashed under the question: another one is started, once
            return self._once(host, prompt)

    def _once(self, host: Host, prompt: Prompt) -> Completion:
        with host.use(prefix(prompt)) as address:
            engine = telling(self._connect(address), self._listener)
            assert engine is not None
            try:
                return engine.complete(prompt)
            except TemporaryError as error:
                if error.code == "engine.unavailable":
                    raise _LostError(error.code, engine=address.model, reason=host.log()) from error
                raise

    def _report(self, code: str, params: dict[str, str]) -> None:
        self._listener(Progress(code=code, params=params))


class _LostError(TemporaryError):
    """The server gave no answer to a question that it had taken."""
