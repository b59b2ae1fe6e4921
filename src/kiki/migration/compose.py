"""Compose files: each service told as podman would tell of a container of its own.

Called by ``migrate``. What is told goes the way of ``podman inspect`` from there on, so both lose
the same. Source: the Compose specification (compose-spec.io). No variable of this process and no
``.env`` is read: ``${NAME:-default}`` is its default, anything else is empty and said.
"""

import re
import shlex
from typing import Any

from kiki.documents.read import read_yaml
from kiki.migration.losses import Losses
from kiki.migration.secrecy import is_secret
from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.model.inspected import Inspected

_VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::?([-?+])([^}]*))?\}|(\w+))")
_TIME = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 0.000001}
_BYTES = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)
_UNSET = "-"  # stands for a secret's value that is not here; it goes no further than its name
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_FLAGS = {
    "ulimits": "--ulimit", "sysctls": "--sysctl", "init": "--init", "pids_limit": "--pids-limit",
    "memswap_limit": "--memory-swap", "cpuset": "--cpuset-cpus", "oom_score_adj": "--oom-score-adj",
    "logging": "--log-driver", "stop_signal": "--stop-signal", "devices": "--device",
    "gpus": "--gpus",
}  # fmt: skip
_READ = {
    "image", "command", "entrypoint", "environment", "healthcheck", "restart", "deploy",
    "mem_limit", "mem_reservation", "cpus", "cpu_shares", "volumes", "tmpfs", "user",
    "working_dir", "read_only", "privileged", "cap_add", "cap_drop", "tty", "stdin_open",
    "extra_hosts", "dns", "network_mode", "pid", "ipc", "ports", "expose", "labels",
    "stop_grace_period", "group_add", "hostname", "shm_size", "security_opt", "container_name",
    *_FLAGS,
}  # fmt: skip


def inspected(file: File, losses: Losses) -> Inspected:
    """The services of *file*. UsageError ``migrate.unreadable``, ``migrate.no_services``."""
    parsed = read_yaml(file.text, file.path)
    broken = next((one for one in parsed.findings if one.severity == "error"), None)
    if broken is not None:
        raise UsageError("migrate.unreadable", path=file.path, line=broken.line)
    first = parsed.documents[0] if parsed.documents else None
    whole: dict[Any, Any] = first if isinstance(first, dict) else {}
    services = whole.get("services")
    if not isinstance(services, dict) or not services:
        raise UsageError("migrate.no_services", path=file.path)
    made = {str(name): _Service(str(name), said if isinstance(said, dict) else {}, losses).told()
            for name, said in services.items()}  # fmt: skip
    volumes = {str(name): {"Driver": (said or {}).get("driver") or "local",
                           "Options": (said or {}).get("driver_opts")}
               for name, said in (whole.get("volumes") or {}).items()}  # fmt: skip
    return Inspected(alone=tuple(made), containers=made, volumes=volumes)


class _Service:
    """One service. *said* is its mapping, with variables put in."""

    def __init__(self, name: str, said: dict[str, Any], losses: Losses) -> None:
        self.name = name
        self.losses = losses
        self.said: dict[str, Any] = self._filled(said)
        for key in sorted(self.said.keys() - _READ):
            if not key.startswith("x-"):
                losses.say("migrate.field_dropped", name=name, field=key)

    def told(self) -> dict[str, Any]:
        """As ``podman container inspect`` would tell it."""
        said = self.said
        entry, command = _words(said.get("entrypoint")), _words(said.get("command"))
        whole = [*entry, *command]
        return {
            "Id": f"compose-{self.name}",
            "Name": self.name,
            "Path": whole[0] if whole else "",
            "Args": whole[1:],
            "ImageName": said.get("image"),
            "Mounts": self._mounts(),
            "Config": self._config(command),
            "HostConfig": self._host(),
        }

    def _filled(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {str(key): self._filled(one, str(key)) for key, one in value.items()}
        if isinstance(value, list):
            return [self._filled(one, name) for one in value]
        if isinstance(value, str):
            return _VARIABLE.sub(lambda found: self._variable(found, name), value)
        return value

    def _variable(self, found: "re.Match[str]", name: str) -> str:
        if found[1]:
            return "$"
        if found[3] == "-":
            return str(found[4])
        variable = found[2] or found[5]
        if is_secret(name or variable, _UNSET):
            return _UNSET
        self.losses.say("migrate.compose_variable", name=self.name, variable=variable)
        return ""

    def _config(self, command: list[str]) -> dict[str, Any]:
        said = self.said
        flags = [flag for key, flag in _FLAGS.items() if said.get(key)]
        return {
            "Image": said.get("image"),
            "Env": self._environment(),
            "Cmd": command,
            "User": str(said.get("user") or ""),
            "WorkingDir": said.get("working_dir") or "/",
            "Hostname": said.get("hostname") or "",
            "Tty": said.get("tty"),
            "OpenStdin": said.get("stdin_open"),
            "Labels": _pairs(said.get("labels")),
            "Healthcheck": _health(said.get("healthcheck")),
            "StopTimeout": int(_seconds(said.get("stop_grace_period"), 10)),
            "CreateCommand": flags,
        }

    def _environment(self) -> list[str]:
        found = []
        for name, value in _pairs(self.said.get("environment")).items():
            if value is None and is_secret(name, _UNSET):
                value = _UNSET
            elif value is None:
                self.losses.say("migrate.compose_variable", name=self.name, variable=name)
            found.append(f"{name}={'' if value is None else _plain(value)}")
        return found

    def _host(self) -> dict[str, Any]:
        said = self.said
        most, asked = (((said.get("deploy") or {}).get("resources") or {}).get(key) or {}
                       for key in ("limits", "reservations"))  # fmt: skip
        if ((said.get("deploy") or {}).get("replicas") or 1) != 1:
            self.losses.say("migrate.field_dropped", name=self.name, field="deploy.replicas")
        policy, _, count = str(said.get("restart") or "no").partition(":")
        return {
            "RestartPolicy": {"Name": policy, "MaximumRetryCount": int(count or 0)},
            "Memory": _bytes(most.get("memory") or said.get("mem_limit")),
            "MemoryReservation": _bytes(asked.get("memory") or said.get("mem_reservation")),
            "NanoCpus": int(float(most.get("cpus") or said.get("cpus") or 0) * 1_000_000_000),
            "CpuShares": int(said.get("cpu_shares") or 0),
            "ReadonlyRootfs": said.get("read_only"),
            "Privileged": said.get("privileged"),
            "CapAdd": said.get("cap_add"),
            "CapDrop": said.get("cap_drop"),
            "GroupAdd": said.get("group_add"),
            "SecurityOpt": said.get("security_opt"),
            "ExtraHosts": _entries(said.get("extra_hosts")),
            "Dns": _listed(said.get("dns")),
            "NetworkMode": said.get("network_mode") or "bridge",
            "PidMode": said.get("pid"),
            "IpcMode": said.get("ipc"),
            "ShmSize": _bytes(said.get("shm_size")),
            "Tmpfs": dict(_tmpfs(one) for one in _listed(said.get("tmpfs"))),
            "PortBindings": self._ports(),
        }

    def _ports(self) -> dict[str, list[dict[str, str]]]:
        """Other services reach this one by its name and its own port: that is the service's port.
        Where it was published on the host is said."""
        found: dict[str, list[dict[str, str]]] = {}
        for one in self.said.get("ports") or []:
            for host, number, protocol, address in _port(one, self.name):
                if host != number:
                    params = {"host": host, "port": number}
                    self.losses.say("migrate.compose_port", "info", name=self.name, **params)
                binding = {"HostPort": number, "HostIp": address}
                found.setdefault(f"{number}/{protocol}", []).append(binding)
        for one in self.said.get("expose") or []:
            number, _, protocol = str(one).partition("/")
            found.setdefault(f"{number}/{protocol or 'tcp'}", [{"HostPort": number}])
        if not found:
            self.losses.say("migrate.compose_no_port", "info", name=self.name)
        return found

    def _mounts(self) -> list[dict[str, Any]]:
        said = self.said.get("volumes") or []
        if not isinstance(said, list):
            raise TypeError("volumes")
        return [_mount(one) for one in said]


def _words(said: Any) -> list[str]:
    return shlex.split(said) if isinstance(said, str) else [str(word) for word in said or []]


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _pairs(said: Any) -> dict[str, Any]:
    """A mapping, or a list of ``NAME=value``; None where no value is said."""
    if isinstance(said, dict):
        return dict(said)
    split = [str(one).partition("=") for one in said or []]
    return {name: value if sign else None for name, sign, value in split}


def _listed(said: Any) -> list[str]:
    return [said] if isinstance(said, str) else [str(one) for one in said or []]


def _entries(said: Any) -> list[str]:
    """``extra_hosts``: a mapping, or a list with ``=`` or ``:``."""
    if isinstance(said, dict):
        return [f"{name}:{address}" for name, address in said.items()]
    return [str(one).replace("=", ":", 1) for one in said or []]


def _tmpfs(said: str) -> tuple[str, str]:
    target, _, options = said.partition(":")
    return target, options


def _seconds(said: Any, default: float) -> float:
    if isinstance(said, int | float):
        return float(said)
    found = _TIME.findall(said or "")
    return sum(float(number) * _SECONDS[unit] for number, unit in found) if found else default


def _bytes(said: Any) -> int:
    found = _BYTES.fullmatch(str(said or 0).strip())
    return int(float(found[1]) * 1024 ** _POWERS[found[2].lower()]) if found else 0


def _health(said: Any) -> dict[str, Any]:
    if not said or said.get("disable"):
        return {}
    test = said.get("test")
    nano = 1_000_000_000
    return {
        "Test": ["CMD-SHELL", test] if isinstance(test, str) else test,
        "Interval": int(_seconds(said.get("interval"), 30) * nano),
        "Timeout": int(_seconds(said.get("timeout"), 30) * nano),
        "StartPeriod": int(_seconds(said.get("start_period"), 0) * nano),
        "Retries": said.get("retries") or 3,
    }


def _port(said: Any, name: str) -> list[tuple[str, str, str, str]]:
    """Port of the host, port, protocol and address of each port of one entry; ranges are many.
    UsageError ``migrate.compose_port_invalid``."""
    if isinstance(said, dict):
        target, protocol = str(said.get("target")), str(said.get("protocol") or "tcp")
        published, address = str(said.get("published") or target), str(said.get("host_ip") or "")
    else:
        rest, _, protocol = str(said).partition("/")
        before, _, target = rest.rpartition(":")
        address, _, published = before.rpartition(":")
        published, protocol = published or target, protocol or "tcp"
    ours, theirs = _range(target), _range(published)
    if not ours or len(ours) != len(theirs):
        raise UsageError("migrate.compose_port_invalid", name=name, port=str(said))
    pairs = zip(theirs, ours, strict=True)
    return [(str(host), str(number), protocol, address.strip("[]")) for host, number in pairs]


def _range(text: str) -> list[int]:
    first, _, last = text.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal():
        return []
    return list(range(int(first), int(last or first) + 1))


def _mount(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        source, _, rest = str(said).partition(":")
        target, _, mode = rest.partition(":")
        said = {"source": source if target else "", "target": target or source,
                "read_only": "ro" in mode.split(",")}  # fmt: skip
    source, target = str(said.get("source") or ""), str(said.get("target"))
    host = source.startswith((".", "/", "~"))
    sort = said.get("type") or ("bind" if host else "volume")
    return {
        "Type": sort,
        "Name": source or "0" * 64,  # as podman names what nobody named
        "Source": source,
        "Destination": target,
        "RW": not said.get("read_only"),
        "Options": [],
    }
