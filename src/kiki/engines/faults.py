"""What sockets, OpenSSL and http.client raise, as errors that a person understands.

Called by ``engines.http``. No error holds anything that was sent.
"""

import http.client
import socket
import ssl

from kiki.engines.address import Address
from kiki.engines.connecting import Deadline, NoWayError
from kiki.model.errors import KikiError, PermanentError, TemporaryError


class Faults:
    """Turns what sockets and http.client raise into KikiErrors."""

    def __init__(self, address: Address, deadline: Deadline) -> None:
        self._url = address.url
        self._deadline = deadline

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        if error is not None and not isinstance(error, KikiError):
            made = self._made(error)
            if made is not None:
                raise made from error

    def _made(self, error: BaseException) -> KikiError | None:
        if isinstance(error, NoWayError):
            return self._unavailable(_why_unconnected(error.error), error.error)
        if isinstance(error, TimeoutError):
            seconds = f"{self._deadline.seconds:g}"
            return TemporaryError("engine.timeout", engine=self._url, seconds=seconds)
        if isinstance(error, ssl.SSLEOFError):
            return self._unavailable("engine.why_cut", error)
        if isinstance(error, ssl.SSLError):
            return PermanentError("engine.tls", engine=self._url, problem=_problem(error))
        if isinstance(error, socket.gaierror):
            return self._unavailable("engine.why_name", error)
        if isinstance(error, ConnectionError | http.client.IncompleteRead):
            return self._unavailable("engine.why_cut", error)
        if isinstance(error, http.client.HTTPException | ValueError):
            return PermanentError("engine.not_http", engine=self._url)
        known = isinstance(error, OSError)
        return self._unavailable("engine.why_network", error) if known else None

    def _unavailable(self, reason: str, error: BaseException | None) -> KikiError:
        problem = _problem(error)
        return TemporaryError(
            "engine.unavailable", engine=self._url, reason=reason, problem=problem
        )


def _why_unconnected(error: OSError | None) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "engine.why_refused"
    return "engine.why_silent" if isinstance(error, TimeoutError) else "engine.why_network"


def _problem(error: BaseException | None) -> str:
    """What the operating system or OpenSSL says, in a few words."""
    said = getattr(error, "verify_message", "") or getattr(error, "reason", "")
    return str(said or getattr(error, "strerror", "") or type(error).__name__)[:200]
