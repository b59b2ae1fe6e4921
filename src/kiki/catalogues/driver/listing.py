"""Listing all sorts of names of one system at once, within one time limit.

Called by ``__main__``. Knows no client. Standard library only.
"""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any, Protocol

Names = Callable[[], Iterable[str | None]]


class System(Protocol):
    """A module of this folder."""

    def connected(self, order: dict[str, Any]) -> Any:
        """A client for what *order* names; asks nothing yet."""
        ...

    def begin(self, client: Any) -> None:
        """What has to be asked once, before anything else."""
        ...

    def lists(self, client: Any, order: dict[str, Any]) -> dict[str, Names]:
        """How each sort is listed."""
        ...


def answer(system: System, order: dict[str, Any]) -> dict[str, Any]:
    """All sorts at once: together they take as long as the slowest, and no longer than
    ``timeout_s``."""
    client = system.connected(order)
    until = time.monotonic() + order["timeout_s"]
    pool = ThreadPoolExecutor(len(order["sorts"]))
    begun = pool.submit(system.begin, client)
    if not wait([begun], timeout=order["timeout_s"]).done:
        return {"error": "timeout"}
    begun.result()
    listed = system.lists(client, order)
    futures = {sort: pool.submit(few, listed[sort], order["most"]) for sort in order["sorts"]}
    wait(futures.values(), timeout=max(0.0, until - time.monotonic()))
    return told(futures)


def few(listed: Names, most: int) -> list[str]:
    """The names that *listed* gives; OverflowError when there are more than *most*."""
    found = [name for name in islice(listed(), most + 1) if name]
    if len(found) > most:
        raise OverflowError
    return sorted(set(found))


def told(futures: "dict[str, Future[list[str]]]") -> dict[str, Any]:
    """``names`` of the sorts that were listed, and ``errors`` of the others."""
    names: dict[str, list[str]] = {}
    errors: dict[str, str] = {}
    for sort, future in futures.items():
        error = future.exception() if future.done() else TimeoutError()
        if error is None:
            names[sort] = future.result()
        else:
            errors[sort] = reason(error)
    return {"names": names, "errors": errors}


def reason(error: BaseException) -> str:
    """``timeout``, ``too_many``, or the class of *error* and an HTTP status that it has."""
    name = type(error).__name__
    if "Timeout" in name:
        return "timeout"
    if isinstance(error, OverflowError):
        return "too_many"
    found = (getattr(error, key, None) for key in ("http_status", "status_code", "status"))
    status = next((value for value in found if isinstance(value, int)), None)
    return name if status is None else f"{name} {status}"
