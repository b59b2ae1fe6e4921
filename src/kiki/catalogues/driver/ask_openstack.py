"""Asks an OpenStack cloud for names, in a process of its own.

Started by ``catalogues.asking`` as a script with the Python that has openstacksdk (Apache-2.0),
which has neither Kiki nor msgspec. Changes nothing in the cloud.

Standard input: one line of JSON with cloud, variables (OS_*), sorts, timeout_s and most (names of
one sort). Standard output: one line of JSON with ``names`` by sort, ``errors`` by sort, or
``error``; an error is the name of its class, never its text, as that may quote a credential.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any

Names = Iterable[Any]


def lists(cloud: Any) -> dict[str, Callable[[], Names]]:
    """How each sort is listed. Images that can't be booted from yet are none."""
    return {
        "images": lambda: cloud.image.images(status="active"),
        "flavors": cloud.compute.flavors,
        "networks": cloud.network.networks,
        "keypairs": cloud.compute.keypairs,
        "security_groups": cloud.network.security_groups,
        "servers": lambda: cloud.compute.servers(details=False),
    }


def names(listed: Callable[[], Names], most: int) -> list[str]:
    """The names of what *listed* gives; OverflowError when there are more than *most*."""
    found = [each.name for each in islice(listed(), most + 1) if each.name]
    if len(found) > most:
        raise OverflowError
    return sorted(set(found))


def connected(order: dict[str, Any]) -> Any:
    """The cloud, authenticated. No request waits longer than the time that there is."""
    import openstack  # type: ignore[import-not-found]  # noqa: PLC0415 -- after the variables

    config = openstack.config.OpenStackConfig()
    chosen = config.get_one(order["cloud"] or None, api_timeout=order["timeout_s"])
    return openstack.connection.Connection(config=chosen)


def told(future: "Future[list[str]]") -> tuple[str, Any]:
    """Under which key a result belongs, and the result."""
    if not future.done():
        return "errors", "timeout"
    error = future.exception()
    if error is None:
        return "names", future.result()
    return "errors", "too_many" if isinstance(error, OverflowError) else reason(error)


def reason(error: BaseException) -> str:
    """What went wrong: the class of the error that is behind it, and an HTTP status."""
    status = getattr(error, "http_status", None) or getattr(error, "status_code", None)
    return f"{type(error).__name__} {status}" if isinstance(status, int) else type(error).__name__


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """All sorts at once: together they take as long as the slowest."""
    cloud = connected(order)
    found: dict[str, dict[str, Any]] = {"names": {}, "errors": {}}
    pool, listed = ThreadPoolExecutor(len(order["sorts"])), lists(cloud)
    until = time.monotonic() + order["timeout_s"]
    token = pool.submit(cloud.session.get_token)
    if not wait([token], timeout=order["timeout_s"]).done:
        return {"error": "timeout"}
    token.result()
    futures = {sort: pool.submit(names, listed[sort], order["most"]) for sort in order["sorts"]}
    wait(futures.values(), timeout=max(0.0, until - time.monotonic()))
    for sort, future in futures.items():
        key, value = told(future)
        found[key][sort] = value
    return found


def main() -> None:
    """One order, one answer; threads that still wait for the cloud end with the process."""
    order = json.loads(sys.stdin.readline())
    os.environ.update(order["variables"])
    try:
        found = answer(order)
    except Exception as error:  # noqa: BLE001 -- whatever a client raises, by its name
        found = {"error": reason(error)}
    print(json.dumps(found), flush=True)  # noqa: T201 -- the answer
    os._exit(0)


if __name__ == "__main__":
    main()
