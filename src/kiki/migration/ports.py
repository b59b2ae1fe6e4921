"""Ports as podman and compose write them.

Called by ``given``, ``podman`` and ``compose``.
"""

from collections.abc import Iterable
from typing import Any, Literal, cast

from kiki.migration.workload import Port

Protocol = Literal["TCP", "UDP", "SCTP"]
_ANY = ("", "0.0.0.0", "::")  # noqa: S104 -- compared, not bound to


def ports(bindings: Any) -> tuple[Port, ...]:
    """What ``PortBindings`` publishes, by port of the host. Two addresses of the host with one
    port are one; it is nobody's alone if one of them is everybody's."""
    found: dict[tuple[int, str, int], Port] = {}
    for key, places in (bindings or {}).items():
        number, protocol = _split(key)
        for place in places or []:
            host, address = int(place.get("HostPort") or 0), str(place.get("HostIp") or "")
            one = Port(container=number, host=host, protocol=protocol,
                       address="" if address in _ANY else address)  # fmt: skip
            before = found.get((host, protocol, number))
            found[host, protocol, number] = one if before is None or not one.address else before
    return tuple(found[key] for key in sorted(found))


def exposed(keys: Iterable[str]) -> tuple[Port, ...]:
    """Ports named as ``8080/tcp``, in order."""
    split = sorted({_split(key) for key in keys})
    return tuple(Port(container=number, protocol=protocol) for number, protocol in split)


def _split(key: str) -> tuple[int, Protocol]:
    number, _, protocol = str(key).partition("/")
    return int(number), cast("Protocol", (protocol or "tcp").upper())
