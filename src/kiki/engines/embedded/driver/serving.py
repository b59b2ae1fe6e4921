"""A model's HTTP server in the foreground, for anybody who may reach it: ``kiki model serve``.

Called by ``__main__``. On SIGTERM and SIGINT it ends, as the first process of a container as well.
It writes no log of what it is asked.

Keys of the order: ``backend``, ``path`` (the model's file), ``model`` (the name that it answers
to), ``sha256``, ``context`` (tokens), ``threads``, ``states`` (a folder for what OpenVINO keeps),
``host``, ``port`` and ``key`` (empty: nobody needs one).
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from kiki.engines.embedded.driver.lifecycle import Backend

_ENDS = (signal.SIGTERM, signal.SIGINT)
_FAREWELL_S = 5.0  # how long the server may take to end


def run(order: dict[str, Any], make: "Callable[[], Backend]") -> int:
    """Serve until a signal; 0, or what the server ended with by itself.

    The server is a child with the usual actions of signals: what ends it may not wait for a library
    that holds Python's lock, and the first process of a container has no usual actions.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, (*_ENDS, signal.SIGCHLD))
    child = os.fork()
    if not child:
        _serve(order, make)
    got = signal.sigwait((*_ENDS, signal.SIGCHLD))
    return _ended(child) if got in _ENDS else _code(os.waitpid(child, 0)[1])


def _serve(order: dict[str, Any], make: "Callable[[], Backend]") -> NoReturn:
    for number in _ENDS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    try:
        Path(order["states"]).mkdir(mode=0o700, parents=True, exist_ok=True)
        backend = make()  # kept: the server ends with it
        url = backend.load(order, order["key"])
    except Exception as error:  # noqa: BLE001 -- a library's errors can be anything
        _say("failed", f"{type(error).__name__}: {error}"[:300])
        os._exit(1)  # the model's own threads have nothing left to do
    _say("listening", url)
    while True:
        signal.pause()


def _ended(child: int) -> int:
    """End *child*, by force when it takes too long."""
    os.kill(child, signal.SIGTERM)
    if signal.sigtimedwait((signal.SIGCHLD,), _FAREWELL_S) is None:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 0


def _code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _say(event: str, detail: str) -> None:
    """One line of JSON on stderr, as the agent server's own."""
    sys.stderr.write(json.dumps({"event": event, "detail": detail}) + "\n")
    sys.stderr.flush()
