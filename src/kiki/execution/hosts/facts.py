"""What hosts say of themselves, through Ansible's ``setup``; kept for a while.

Called by ``hosts.tools``. Reads only: no become, nothing is installed. Of all that ``setup``
gathers only ``WANTED`` is kept, as environments and the like may hold secrets. Kept facts are for
people: no plan is ever made from them.
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kiki.execution.folders import open_private
from kiki.execution.hosts import adhoc
from kiki.execution.hosts.adhoc import Asking
from kiki.model.hosts import HostFacts, Way
from kiki.model.inventory import Inventory
from kiki.model.request import Scope

# The names under ``ansible_facts`` that are kept, and where they are in what setup prints.
WANTED = {
    "distribution": "ansible_distribution",
    "version": "ansible_distribution_version",
    "family": "ansible_os_family",
    "kernel": "ansible_kernel",
    "architecture": "ansible_architecture",
    "hostname": "ansible_hostname",
    "fqdn": "ansible_fqdn",
    "cpus": "ansible_processor_vcpus",
    "memory_mb": "ansible_memtotal_mb",
    "memory_free_mb": "ansible_memfree_mb",
    "swap_mb": "ansible_swaptotal_mb",
    "uptime_s": "ansible_uptime_seconds",
    "packages": "ansible_pkg_mgr",
    "services": "ansible_service_mgr",
    "python": "ansible_python_version",
    "virtualization": "ansible_virtualization_type",
    "role": "ansible_virtualization_role",
    "addresses": "ansible_all_ipv4_addresses",
}
_GATHERED = "gather_subset=!all,min,network,virtual,hardware gather_timeout=10"


def of(asking: Asking, inventory: Inventory, scope: Scope, at: str) -> dict[str, HostFacts]:
    """The facts of every host of *inventory* that answers, and why the others don't."""
    said = asking.ask(inventory, scope, "ansible.builtin.setup", _GATHERED)
    return _collected(asking.tree, said, inventory.hosts, at)


def _collected(tree: Path, said: str, hosts: Sequence[str], at: str) -> dict[str, HostFacts]:
    complaints = adhoc.complaints(said)
    return {host: _of_host(host, tree / host, complaints.get(host), at) for host in hosts}


def _of_host(host: str, path: Path, complaint: "re.Match[str] | None", at: str) -> HostFacts:
    with contextlib.suppress(OSError, ValueError):
        told = json.loads(path.read_text("utf-8")).get("ansible_facts")
        if isinstance(told, dict):
            return HostFacts(host=host, at=at, facts=chosen(told))
    reason, message = adhoc.why(complaint)
    return HostFacts(host=host, reason=reason or "hosts.facts_failed", message=message)


def chosen(told: dict[str, Any]) -> dict[str, Any]:
    """The facts that are kept, by their short names; of disks only the root's."""
    found = {name: told[key] for name, key in WANTED.items() if told.get(key) not in (None, "")}
    for mount in told.get("ansible_mounts") or []:
        if isinstance(mount, dict) and mount.get("mount") == "/":
            found["disk_bytes"] = mount.get("size_total", 0)
            found["disk_free_bytes"] = mount.get("size_available", 0)
    return found


class Kept:
    """Facts in a folder, one file a host. *address* and *port* are in the name: another machine
    under the same name has facts of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, way: Way) -> HostFacts | None:
        """What was kept; None when nothing can be read."""
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            return msgspec.json.decode(self._path(way).read_bytes(), type=HostFacts)
        return None

    def put(self, found: Iterator[tuple[Way, HostFacts]]) -> None:
        """Keep those; a folder that can't be written keeps nothing."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for way, facts in found:
                path = self._path(way)
                aside = path.with_suffix(f".{os.getpid()}")
                with open_private(aside) as file:
                    file.write(msgspec.json.encode(facts).decode())
                aside.replace(path)

    def _path(self, way: Way) -> Path:
        named = f"{way.host}\0{way.address}\0{way.port}\0{way.jump}"
        return self._folder / f"{hashlib.sha256(named.encode()).hexdigest()[:32]}.json"
