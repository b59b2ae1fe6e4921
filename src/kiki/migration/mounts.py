"""Volumes, paths of the host, memory and secrets that a container sees as files.

Called by ``podman``.
"""

import re
from collections.abc import Iterator
from typing import Any

from kiki.migration.given import Given
from kiki.migration.losses import Losses
from kiki.migration.workload import Mount

_ANONYMOUS = re.compile(r"[0-9a-f]{64}")
_SIZE = re.compile(r"(?:^|,)size=(\d+)([kmgKMG]?)")
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SHM = 65_536_000  # podman's own size of /dev/shm


def mounts(given: Given, volumes: dict[str, Any], losses: Losses) -> tuple[Mount, ...]:
    """All of them, by where they are."""
    found = [_mount(one, given, volumes, losses) for one in given.raw.get("Mounts") or []]
    found += [Mount(sort="memory", target=target, size=_size(str(options)))
              for target, options in (given.host.get("Tmpfs") or {}).items()]  # fmt: skip
    shared = int(given.host.get("ShmSize") or _SHM)
    if shared != _SHM and given.host.get("IpcMode") != "host":
        found.append(Mount(sort="memory", target="/dev/shm", size=shared))  # noqa: S108 -- a path in a container
    found += _secrets(given, losses)
    kept = {one.target: one for one in found if one is not None}
    return tuple(kept[target] for target in sorted(kept))


def _mount(
    said: dict[str, Any], given: Given, volumes: dict[str, Any], losses: Losses
) -> Mount | None:
    target, read_only = str(said["Destination"]), not said.get("RW", True)
    if target.startswith("/run/secrets/") and said.get("Type") == "bind":
        return None
    match said.get("Type"):
        case "volume":
            return _volume(str(said["Name"]), target, read_only, given, volumes, losses)
        case "bind":
            source = str(said["Source"])
            losses.say("migrate.host_path", container=given.name, path=source, target=target)
            return Mount(sort="host", target=target, source=source, read_only=read_only)
        case "tmpfs":
            return Mount(sort="memory", target=target, size=_size(",".join(said["Options"] or [])))
    sort = str(said.get("Type"))
    losses.say("migrate.mount_dropped", container=given.name, target=target, sort=sort)
    return None


def _volume(
    name: str,
    target: str,
    read_only: bool,
    given: Given,
    volumes: dict[str, Any],
    losses: Losses,
) -> Mount:
    if _ANONYMOUS.fullmatch(name):
        losses.say("migrate.volume_anonymous", container=given.name, target=target)
        return Mount(sort="empty", target=target)
    known = volumes.get(name) or {}
    if known.get("Options") or known.get("Driver") not in (None, "local"):
        losses.say("migrate.volume_driver", volume=name, driver=str(known.get("Driver")))
    losses.say("migrate.volume_data", volume=name)
    return Mount(sort="volume", target=target, source=name, read_only=read_only)


def _secrets(given: Given, losses: Losses) -> Iterator[Mount]:
    """Secrets of podman's that are files; inspect lists those that are variables with them."""
    listed = [{"name": str(one["Name"])} for one in given.config.get("Secrets") or []]
    for one in given.secrets or listed:
        if one.get("type") == "env":
            continue
        place = one.get("target") or one["name"]
        target = place if place.startswith("/") else f"/run/secrets/{place}"
        params = {"secret": one["name"], "target": target}
        losses.say("migrate.secret_file", container=given.name, **params)
        yield Mount(sort="secret", target=target, source=one["name"], read_only=True)


def _size(options: str) -> int:
    """The bytes that options of a tmpfs say; 0 where they say none."""
    found = _SIZE.search(options)
    return int(found[1]) * _UNITS[found[2].lower()] if found else 0
