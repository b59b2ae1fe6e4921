"""OpenStack clouds, by openstacksdk (Apache-2.0).

Loaded by ``__main__``. The order has cloud (a name of ``clouds.yaml``, or empty) and variables
(OS_*, which may hold a password): they are put into this process's own environment, where
openstacksdk looks for them.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any


def connected(order: dict[str, Any]) -> Any:
    """The cloud; no request to it waits longer than ``timeout_s``."""
    os.environ.update(order["variables"])
    import openstack  # type: ignore[import-not-found]  # noqa: PLC0415 -- it reads the variables

    config = openstack.config.OpenStackConfig()
    chosen = config.get_one(order["cloud"] or None, api_timeout=order["timeout_s"])
    return openstack.connection.Connection(config=chosen)


def begin(client: Any) -> None:
    """One token for all requests."""
    client.session.get_token()


def lists(client: Any, order: dict[str, Any]) -> dict[str, Callable[[], Iterator[str | None]]]:
    """How each sort is listed. Images that can't be booted from yet are none."""
    return {
        "images": lambda: named(client.image.images(status="active")),
        "flavors": lambda: named(client.compute.flavors()),
        "networks": lambda: named(client.network.networks()),
        "keypairs": lambda: named(client.compute.keypairs()),
        "security_groups": lambda: named(client.network.security_groups()),
        "servers": lambda: named(client.compute.servers(details=False)),
    }


def named(found: Iterable[Any]) -> Iterator[str | None]:
    """The name of each."""
    return (each.name for each in found)
