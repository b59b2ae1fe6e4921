"""The life of a model's server: one at a time, asked through a socket, ended when it is idle.

Called by ``__main__``; runs in the model's own process and imports the standard library only. Every
Kiki of this user finds it through the socket in its private folder, and is told there how to reach
the HTTP server. Whoever asks keeps the connection open while it uses the model: one at a time has
the model, and one that dies lets go of it. Nothing that is asked is ever written down here.

Keys of the order: ``backend``, ``path`` (the model's file), ``model`` (its name), ``context``
(tokens), ``threads``, ``idle_s`` (0: never), ``build`` (what tells this server from another),
``socket``, ``lock``, ``log`` and ``states`` (a folder for what may be kept between lives).

What can be asked is one line of JSON: ``{"do": "use", "prefix": [messages]}``, ``{"do": "status"}``
or ``{"do": "stop", "wait_s": ...}``. Answers are lines too: events, then one with the answer or
``error``.
"""

import contextlib
import faulthandler
import fcntl
import json
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

LOG_LIMIT = 256 * 1024  # bytes
LINE_LIMIT = 1 << 20  # bytes of one question
LEASE_S = 300.0  # how long one question may have the model
ASK_S = 10.0  # how long a connection may take to say what it wants
_TICK_S = 0.5
_NOTICE_S = 0.5  # how long it may take to notice that the one before has ended
_FAREWELL_S = 3.0  # how long a server that could not load says so

Tell = Callable[[str], None]
Order = dict[str, Any]


class Backend(Protocol):
    """What runs the model behind an HTTP server on the loopback address."""

    def load(self, order: Order, key: str) -> str:
        """Load the model and start the HTTP server; its URL. Whatever is raised ends the server."""
        ...

    def prepare(self, prefix: list[dict[str, str]], tell: Tell) -> None:
        """Make the model ready for questions that begin with *prefix*; *tell* names what takes
        long."""
        ...


def let_go() -> None:
    """Go on as nobody's child and in a session of our own: a Ctrl-C on the terminal of whoever
    started this does not come here, and nobody has to wait for it."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.umask(0o077)


def run(order: Order, make: Callable[[], Backend]) -> None:
    """Serve until idle or stopped; return at once when another server is there already."""
    with Path(order["lock"]).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        os.chdir("/")
        log = _log(order["log"])
        server = Server(order, _listener(order["socket"]), log)
        server.load(make)
        server.serve()
        os._exit(0)  # the model's own threads have nothing left to do


def _log(path: str) -> int:
    """Send what the model's library says to the log, which begins anew with every life."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDWR)
    for number, target in ((0, null), (1, log), (2, log)):
        os.dup2(target, number)
    faulthandler.enable(sys.stderr)
    return log


def _listener(path: str) -> socket.socket:
    Path(path).unlink(missing_ok=True)  # the lock says that nobody listens there
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    return listener


class Server:
    """One server's life. *listener* takes questions; *log* is the log's descriptor."""

    def __init__(self, order: Order, listener: socket.socket, log: int) -> None:
        self._order = order
        self._listener = listener
        self._socket = Path(order["socket"])
        self._inode = self._socket.stat().st_ino
        self._log = log
        self._key = secrets.token_urlsafe(32)
        self._url = ""
        self._failure = ""
        self._backend: Backend | None = None
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._started = self._used = time.monotonic()
        self._uses = 0

    def load(self, make: Callable[[], Backend]) -> None:
        """Load the model; what goes wrong is what everybody who asks is told."""
        try:
            self._backend = make()
            self._url = self._backend.load(self._order, self._key)
        except Exception as error:  # noqa: BLE001 -- a library's errors can be anything
            self._failure = f"{type(error).__name__}: {error}"[:300]
        self._used = time.monotonic()

    def serve(self) -> None:
        """Answer until it is time to end."""
        threading.Thread(target=self._accept, daemon=True).start()
        while not self._ended.wait(_TICK_S) and not self._over():
            if os.fstat(self._log).st_size > LOG_LIMIT:
                os.ftruncate(self._log, 0)
        if self._is_ours():
            self._socket.unlink()

    def _over(self) -> bool:
        quiet = time.monotonic() - self._used
        if self._failure:
            return quiet > _FAREWELL_S
        idle = self._order["idle_s"]
        return not self._is_ours() or (0 < idle < quiet and not self._turn.locked())

    def _is_ours(self) -> bool:
        """Whether the socket's path still leads here; without it nobody finds this server."""
        with contextlib.suppress(OSError):
            return self._socket.stat().st_ino == self._inode
        return False

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, ValueError):
            connection.settimeout(ASK_S)
            asked = json.loads(_line(connection))
            if self._failure:
                _send(connection, {"error": self._failure})
            elif asked["do"] == "use":
                self._use(connection, asked["prefix"])
            elif asked["do"] == "stop":
                self._stop(connection, float(asked.get("wait_s", 0)))
            else:
                _send(connection, self._status())

    def _use(self, connection: socket.socket, prefix: list[dict[str, str]]) -> None:
        """Let whoever asked have the model until the connection ends."""
        if not self._turn.acquire(timeout=_NOTICE_S):
            _send(connection, {"event": "waiting"})
            self._turn.acquire()
        try:
            self._prepare(connection, prefix)
            _send(connection, self._status() | {"url": self._url, "key": self._key})
            self._uses += 1
            connection.settimeout(LEASE_S)
            connection.recv(1)
        finally:
            self._used = time.monotonic()
            self._turn.release()

    def _prepare(self, connection: socket.socket, prefix: list[dict[str, str]]) -> None:
        """Also when whoever asked has gone: the next one will need it too."""

        def tell(event: str) -> None:
            with contextlib.suppress(OSError):
                _send(connection, {"event": event})

        assert self._backend is not None
        try:
            self._backend.prepare(prefix, tell)
        except Exception as error:
            # Its type only: the text may have some of the prompt in it.
            _send(connection, {"error": type(error).__name__})
            raise ValueError from error

    def _status(self) -> dict[str, Any]:
        now = time.monotonic()
        return {
            "model": self._order["model"],
            "build": self._order["build"],
            "backend": self._order["backend"],
            "pid": os.getpid(),
            "uses": self._uses,
            "busy": self._turn.locked(),
            "up_s": round(now - self._started, 1),
            "idle_s": 0.0 if self._turn.locked() else round(now - self._used, 1),
        }

    def _stop(self, connection: socket.socket, wait_s: float) -> None:
        """End, after the question that is under way if it ends within *wait_s*."""
        self._turn.acquire(timeout=max(wait_s, 0.0))
        self._socket.unlink(missing_ok=True)  # from now on nobody finds this one
        _send(connection, {"stopping": os.getpid()})
        self._ended.set()


def _line(connection: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        chunk = connection.recv(1 << 16)
        if not chunk or len(line) > LINE_LIMIT:
            raise ValueError("no question")
        line += chunk
    return line


def _send(connection: socket.socket, message: dict[str, Any]) -> None:
    connection.sendall((json.dumps(message) + "\n").encode())
