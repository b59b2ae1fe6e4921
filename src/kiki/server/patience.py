"""How long a client may take to send the head of a request, which uvicorn leaves open.

Called by ``main``. The body's time is ``routing``'s; between two requests it is uvicorn's
keep-alive."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0


class PatientProtocol(H11Protocol):
    """uvicorn's protocol, which closes a connection whose head is not there in time."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The time begins."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(HEAD_S, self._too_late)

    def data_received(self, data: bytes) -> None:
        """A whole head ends the time, the first part of the next one begins it again."""
        super().data_received(data)
        if self._idle() and self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_S, self._too_late)
        elif not self._idle():
            self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._forget()
        super().connection_lost(exc)

    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self._idle() and not self.transport.is_closing():
            self.transport.close()
