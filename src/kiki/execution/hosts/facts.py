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
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kiki.execution import config, environment, orders, reasons
from kiki.execution.faults import guarded
from kiki.execution.folders import open_private
from kiki.execution.homes import Home
from kiki.execution.pipes import Pipe, variables
from kiki.model.errors import CancelledError, TemporaryError
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
_SUBSETS = "!all,min,network,virtual,hardware"
_LINE = re.compile(r"(\S+) \| (UNREACHABLE|FAILED)[!]?:?(?: \(rc=\d+\))? ?(?:=> )?(.*)")


class Asking(NamedTuple):
    """What every question needs: *scratch* is a private folder in memory, *site* variables that
    add the site's known hosts, *sealed* the inventory's passwords by the variable that holds them
    (they go by pipe)."""

    home: Home
    scratch: Path
    site: dict[str, str]
    sealed: dict[str, dict[str, Any]]
    forks: int
    timeout_s: int

    def of(self, inventory: Inventory, scope: Scope, at: str) -> dict[str, HostFacts]:
        """The facts of every host of *inventory* that answers, and why the others don't."""
        self._write(inventory, scope)
        with contextlib.ExitStack() as held:
            words = self._words()
            if self.sealed:
                pipe = Pipe(self.scratch / "passwords", variables({}, self.sealed))
                held.callback(pipe.close)
                words += ["--extra-vars", f"@{pipe.path}"]
            said = _run(words, self._environment(), self.timeout_s)
        return _collected(self.scratch / "tree", said, inventory.hosts, at)

    def _write(self, inventory: Inventory, scope: Scope) -> None:
        texts = {
            "hosts.json": inventory.text,
            "ansible.cfg": config.text(self.forks),
            "limit": "".join(f"{host}\n" for host in inventory.hosts),
            "variables.json": json.dumps(scope.extra_vars | orders.who(scope)),
        }
        with guarded(self.scratch):
            for name, text in texts.items():
                with open_private(self.scratch / name) as file:
                    file.write(text)
            (self.scratch / "home").mkdir()

    def _words(self) -> list[str]:
        folder = self.scratch
        words = [self.home.python, "-m", "ansible", "adhoc", "all", "--one-line"]
        words += ["--inventory", str(folder / "hosts.json"), "--limit", f"@{folder / 'limit'}"]
        words += ["--module-name", "ansible.builtin.setup", "--tree", str(folder / "tree")]
        words += ["--args", f"gather_subset={_SUBSETS} gather_timeout=10"]
        return [*words, "--extra-vars", f"@{folder / 'variables.json'}"]

    def _environment(self) -> dict[str, str]:
        """No connection is shared: one question is all, and none shall outlive it."""
        names = environment.base(self.home, self.scratch / "ansible.cfg", self.scratch)
        names["ANSIBLE_INVENTORY_ENABLED"] = "ansible.builtin.yaml"
        names["ANSIBLE_SSH_ARGS"] = "-o ControlMaster=no -o ControlPath=none"
        return names | self.site


def _run(words: Sequence[str], names: dict[str, str], timeout_s: int) -> str:
    process = subprocess.Popen(
        words, env=names, cwd=names["ANSIBLE_HOME"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        start_new_session=True,
    )  # fmt: skip
    try:
        return process.communicate(timeout=timeout_s)[0]
    except (subprocess.TimeoutExpired, KeyboardInterrupt) as error:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, KeyboardInterrupt):
            raise CancelledError("hosts.cancelled") from None
        raise TemporaryError("hosts.facts_timeout", seconds=timeout_s) from None


def _collected(tree: Path, said: str, hosts: Sequence[str], at: str) -> dict[str, HostFacts]:
    complaints = {found[1]: found for line in said.splitlines() if (found := _LINE.match(line))}
    return {host: _of_host(host, tree / host, complaints.get(host), at) for host in hosts}


def _of_host(host: str, path: Path, complaint: "re.Match[str] | None", at: str) -> HostFacts:
    with contextlib.suppress(OSError, ValueError):
        told = json.loads(path.read_text("utf-8")).get("ansible_facts")
        if isinstance(told, dict):
            return HostFacts(host=host, at=at, facts=chosen(told))
    message = _message(complaint[3]) if complaint else ""
    lost = complaint is None or complaint[2] == "UNREACHABLE"
    reason = reasons.reason(message, unreachable=lost)
    return HostFacts(host=host, reason=reason or "hosts.facts_failed", message=message[:300])


def _message(text: str) -> str:
    with contextlib.suppress(ValueError, AttributeError):
        return str(json.loads(text).get("msg", text))
    return text.strip()


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
