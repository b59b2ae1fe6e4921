"""Connections that are over in time.

Called by ``engines.http``. A socket's own timeout starts anew with every byte; here the limit is
for everything from the look-up of the name to the last byte of the answer, so a server that
trickles gains nothing. Certificates are checked with the system's authorities, or those of
SSL_CERT_FILE, as Python does it.
"""

import http.client
import io
import socket
import ssl
from threading import Thread
from time import monotonic
from typing import Any

from kiki.engines.address import Address
from kiki.engines.proxying import proxy_key, proxy_place
from kiki.model.errors import PermanentError

CONNECT_S = 2.0
RESOLVE_S = 5.0
MOST_PLACES = 3  # of a name's addresses, how many are tried


class Deadline:
    """When something has to be over. *seconds* is how long it had in all."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left, more than none; TimeoutError when it is over."""
        left = self.remaining()
        if not left:
            raise TimeoutError
        return left

    def remaining(self) -> float:
        """Seconds that are left, none when it is over."""
        return max(0.0, self._end - monotonic())


class Link:
    """What http.client uses of a socket. No wait lasts longer than what is left of the time."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def makefile(self, mode: str) -> io.BufferedReader:
        """A file of what comes."""
        return io.BufferedReader(_Incoming(self._sock, self._deadline))

    def sendall(self, data: bytes) -> None:
        """Send it all."""
        self.finite()
        self._sock.sendall(data)

    def finite(self) -> None:
        """Raise TimeoutError when the time is over."""
        self._sock.settimeout(self._deadline.left())

    def close(self) -> None:
        """Nothing: http.client calls it when the response is still to be read."""

    def end(self) -> None:
        """Close the connection."""
        self._sock.close()


class _Incoming(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)


def linked(address: Address, proxy: str, deadline: Deadline) -> socket.socket:
    """A connected socket, encrypted when the address says so."""
    host, port = proxy_place(proxy) if proxy else (address.host, address.port)
    sock = _connected(host, port, deadline)
    try:
        if not address.secure:
            return sock
        if proxy:
            _tunnel(sock, address, proxy, deadline)
        sock.settimeout(deadline.left())
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        return context.wrap_socket(sock, server_hostname=address.host)
    except BaseException:
        sock.close()
        raise


def _connected(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A socket to the first place of *host* that takes it."""
    failed: OSError | None = None
    for family, kind, protocol, _, place in _places(host, port, deadline)[:MOST_PLACES]:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(min(CONNECT_S, deadline.left()))
            sock.connect(place)
            return sock
        except OSError as error:
            sock.close()
            failed = failed or error
        except BaseException:
            sock.close()
            raise
    raise NoWayError(failed) from failed


class NoWayError(Exception):
    """No place of a name could be connected to; *error* is the first one's."""

    def __init__(self, error: OSError | None) -> None:
        super().__init__()
        self.error = error


def _places(host: str, port: int, deadline: Deadline) -> list[Any]:
    """What the name service says. It can't be given a time limit, nor be stopped by Ctrl-C: so it
    is asked in a thread, which is left behind when it takes too long."""
    found: list[Any] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            failed.append(error if isinstance(error, OSError) else socket.gaierror(str(error)))

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(min(RESOLVE_S, deadline.left()))
    if asking.is_alive():
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")
    if failed:
        raise failed[0]
    return found


def _tunnel(sock: socket.socket, address: Address, proxy: str, deadline: Deadline) -> None:
    """Have the proxy lead this socket on to the server."""
    lines = [f"CONNECT {address.place} HTTP/1.1", f"Host: {address.place}"]
    lines += [f"{name}: {value}" for name, value in proxy_key(proxy).items()]
    link = Link(sock, deadline)
    link.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
    response = http.client.HTTPResponse(link, method="CONNECT")  # type: ignore[arg-type]
    response.begin()
    if response.status != 200:
        raise PermanentError("engine.proxy", engine=address.url, status=response.status)
