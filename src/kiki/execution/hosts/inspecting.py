"""What podman says of its pods and containers, here or on a host: ``podman inspect``.

Called by ``hosts.tools`` and ``wiring``. Reads only. Environments of containers hold secrets: what
is read stays in memory, or in a private folder in memory that is dropped at once.
"""

import errno
import json
import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from kiki.execution import environment
from kiki.execution.hosts import adhoc
from kiki.execution.hosts.adhoc import Asking
from kiki.model.errors import NotFoundError, TemporaryError, UsageError
from kiki.model.inspected import Inspected
from kiki.model.inventory import Inventory
from kiki.model.request import Scope

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")  # podman's own pattern, libpod/define/config.go
_MISSING = re.compile(r"no such (?:pod|container|object|image|volume)|no container with", re.I)
_PATIENCE_S = 60


class Said(NamedTuple):
    """How one command ended: *rc*, what it printed, and what it complained of."""

    rc: int
    out: str
    complaint: str = ""


class Podman(Protocol):
    """Where podman is asked; *where* names it for messages."""

    where: str

    def ask(self, words: Sequence[str]) -> Said:
        """Run ``podman`` with *words*, which change nothing."""
        ...


class Near:
    """The podman of the person on this machine, with its own settings."""

    where = "localhost"

    def ask(self, words: Sequence[str]) -> Said:
        """See ``Podman``."""
        own = {name: value for name, value in os.environ.items() if name.startswith("CONTAINER")}
        try:
            done = subprocess.run(
                ["podman", *words], env=environment.passed() | own, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, errors="replace", timeout=_PATIENCE_S, check=False,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise UsageError("migrate.no_podman", host=self.where) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise TemporaryError(
                "migrate.podman_failed", host=self.where, why=str(error)
            ) from error
        return Said(done.returncode, done.stdout, done.stderr)


class Far:
    """The podman of the account that Ansible connects as, on the one host of *inventory*."""

    def __init__(self, asking: Asking, inventory: Inventory, scope: Scope) -> None:
        self.where = inventory.hosts[0]
        self._asking = asking
        self._inventory = inventory
        self._scope = scope

    def ask(self, words: Sequence[str]) -> Said:
        """See ``Podman``. Only names that podman itself would take are in *words*."""
        args = json.dumps({"argv": ["podman", *words]})
        said = self._asking.ask(self._inventory, self._scope, "ansible.builtin.command", args)
        told = self._told()
        if told.get("rc") == errno.ENOENT and not told.get("stdout") and not told.get("stderr"):
            raise UsageError("migrate.no_podman", host=self.where)  # the module's own errno
        if "rc" in told and "cmd" in told and told.get("stdout") is not None:
            complaint = f"{told.get('stderr') or ''} {told.get('msg') or ''}"
            return Said(int(told["rc"]), str(told["stdout"]), complaint)
        reason, message = adhoc.why(adhoc.complaints(said).get(self.where))
        why = message or str(told.get("msg") or "") or reason
        raise TemporaryError("migrate.host_silent", host=self.where, why=why)

    def _told(self) -> dict[str, Any]:
        path = self._asking.tree / self.where
        try:
            told = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        path.unlink()
        return told if isinstance(told, dict) else {}


def inspected(podman: Podman, pods: Sequence[str], containers: Sequence[str]) -> Inspected:
    """All that *podman* says of *pods* and *containers*, of their images and their volumes.

    UsageError ``migrate.name_invalid``, ``migrate.no_podman``; NotFoundError
    ``migrate.not_found``; TemporaryError ``migrate.podman_failed``, ``migrate.host_silent``.
    """
    for name in (*pods, *containers):
        if not _NAME.fullmatch(name):
            raise UsageError("migrate.name_invalid", name=name)
    found_pods = tuple(one for name in pods for one in _inspect(podman, "pod", [name]))
    inside = [str(one["Id"]) for pod in found_pods for one in pod.get("Containers") or []]
    alone = [one for name in containers for one in _inspect(podman, "container", [name])]
    found = [*(_inspect(podman, "container", inside) if inside else []), *alone]
    images = sorted({str(one["Image"]) for one in found if one.get("Image")})
    return Inspected(
        pods=found_pods,
        alone=tuple(str(one["Id"]) for one in alone),
        containers={str(one["Id"]): one for one in found},
        images={str(one["Id"]): one for one in _there(podman, "image", images)},
        volumes={str(one["Name"]): one for one in _there(podman, "volume", _volumes(found))},
    )


def _volumes(containers: Iterable[dict[str, Any]]) -> list[str]:
    mounts = [mount for one in containers for mount in one.get("Mounts") or []]
    return sorted({str(mount["Name"]) for mount in mounts if mount.get("Type") == "volume"})


def _there(podman: Podman, noun: str, names: list[str]) -> list[dict[str, Any]]:
    """What there is of *names*: an image may be gone that a container still runs."""
    try:
        return _inspect(podman, noun, names) if names else []
    except NotFoundError:
        return [one for name in names for one in _there(podman, noun, [name])] if names[1:] else []


def _inspect(podman: Podman, noun: str, names: list[str]) -> list[dict[str, Any]]:
    said = podman.ask([noun, "inspect", *names])
    if said.rc != 0:
        if _MISSING.search(said.complaint):
            what = ", ".join(names)
            raise NotFoundError("migrate.not_found", noun=noun, name=what, host=podman.where)
        why = (said.complaint.strip().splitlines() or ["?"])[-1]
        raise TemporaryError("migrate.podman_failed", host=podman.where, why=why)
    return _parsed(said.out, podman)


def _parsed(text: str, podman: Podman) -> list[dict[str, Any]]:
    """A list of objects; podman 4 prints a pod alone, podman 5 as a list."""
    try:
        told = json.loads(text)
    except ValueError as error:
        why = f"no JSON: {error}"
        raise TemporaryError("migrate.podman_failed", host=podman.where, why=why) from error
    return told if isinstance(told, list) else [told]
