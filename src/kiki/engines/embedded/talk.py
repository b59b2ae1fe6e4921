"""Speaking with a model's server through its socket: a line out, lines in.

Called by ``host``. The socket is in a folder that only this user can enter; who listens there is
checked once more with what the kernel says of it.
"""

import json
import os
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kiki.model.errors import TemporaryError

QUICK_S = 15.0
LONG_S = 1800.0  # the first reading of a prompt's beginning, and others that come before us
_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid; see unix(7)

Hear = Callable[[str], None]


class Gone(Exception):  # noqa: N818 -- no mistake of anybody
    """Nobody listens there, or whoever did has ended."""


@contextmanager
def line(path: str) -> Iterator["Line"]:
    """A connection to the server at *path*; Gone when there is none."""
    connection = socket.socket(socket.AF_UNIX)
    with connection:
        connection.settimeout(QUICK_S)
        try:
            connection.connect(path)
        except OSError as error:
            raise Gone from error
        yield Line(connection, path)


class Line:
    """An open connection."""

    def __init__(self, connection: socket.socket, path: str) -> None:
        found = connection.getsockopt(
            socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size
        )  # fmt: skip
        self.pid, user, _ = _CREDENTIALS.unpack(found)
        if user != os.geteuid():
            raise TemporaryError("engine.foreign_server", user=str(user), path=path)
        self._connection = connection
        self._rest = b""

    def ask(self, question: dict[str, Any], timeout_s: float, hear: Hear) -> dict[str, Any]:
        """The answer; *hear* gets the events before it. Gone when the server ends, TimeoutError
        when it says nothing for *timeout_s*."""
        self._connection.settimeout(timeout_s)
        try:
            self._connection.sendall((json.dumps(question) + "\n").encode())
            while True:
                answer: dict[str, Any] = json.loads(self._next())
                if "event" not in answer:
                    return answer
                hear(answer["event"])
        except TimeoutError:
            raise
        except (OSError, ValueError) as error:
            raise Gone from error

    def _next(self) -> bytes:
        while b"\n" not in self._rest:
            chunk = self._connection.recv(1 << 16)
            if not chunk:
                raise Gone
            self._rest += chunk
        found, _, self._rest = self._rest.partition(b"\n")
        return found
