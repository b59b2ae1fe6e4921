"""What ssh itself would do for a host, and the keys that hosts show to anybody.

Called by ``hosts.tools``. ``ssh -G`` prints its configuration for one host and connects nowhere;
``ssh-keyscan`` asks for keys and logs in nowhere.
"""

import concurrent.futures
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from kiki.execution import environment
from kiki.execution.hosts.knownhosts import fingerprint, name_of
from kiki.model.errors import TemporaryError, UsageError
from kiki.model.hosts import HostKey, Way

KNOWN_HOSTS = "known_hosts"  # in the state folder: the site's own file
TYPES = "ed25519,ecdsa,rsa"
_NONE = ("none", "/dev/null")
_BATCH = 100  # addresses of one ssh-keyscan, which takes three connections for each
_SCANS = 4  # of them at once
_ROUNDS = 6  # of its limit for one answer, before the whole is given up
_SITE = ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")


class Plan(NamedTuple):
    """Where ssh would connect: *name* as files of known hosts have it, and those files."""

    address: str
    port: int
    name: str
    jump: str
    files: tuple[Path, ...]


def options(site: Path) -> str:
    """Words for ssh that add the site's own file of known hosts to the machine's."""
    quoted = str(site).replace("\\", "\\\\").replace('"', '\\"')
    return f"""-o 'GlobalKnownHostsFile={" ".join(_SITE)} "{quoted}"'"""


def trusting(site: Path) -> dict[str, str]:
    """Variables for Ansible that have ssh look into the site's file too, once there is one. Words
    of an inventory for the same come before, and win."""
    if not site.exists():
        return {}
    names = ("ANSIBLE_SSH_EXTRA_ARGS", "ANSIBLE_SFTP_EXTRA_ARGS", "ANSIBLE_SCP_EXTRA_ARGS")
    return dict.fromkeys(names, options(site))


class Asked(NamedTuple):
    """What ``ssh -G`` printed: its settings by their names, and its log."""

    said: dict[str, str]
    log: str


def settings(way: Way, *, telling: bool = False) -> Asked:
    """What ``ssh -G`` says; *telling*: with the files that it read. UsageError
    ``hosts.ssh_missing``, ``hosts.ssh_refuses``."""
    if way.address.startswith("-"):
        raise UsageError("inventory.host_invalid", host=way.address)
    words = ["ssh", "-G", *(["-v"] if telling else []), *way.arguments, "-p", str(way.port)]
    words += ["-l", way.user] if way.user else []
    done = _run([*words, "--", way.address], "", 10)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise UsageError("hosts.ssh_refuses", host=way.host, why=said[-1] if said else "?")
    lines = (line.partition(" ") for line in done.stdout.splitlines())
    return Asked({name: value for name, _, value in lines}, done.stderr)


def planned(way: Way, found: dict[str, str], site: Path) -> Plan:
    """The plan for *way* by ssh's settings for it, *found*."""
    address = found.get("hostname", way.address)
    port = int(found.get("port", way.port))
    named = [found.get(key, "") for key in ("userknownhostsfile", "globalknownhostsfile")]
    files = [Path(word).expanduser() for word in " ".join(named).split() if word not in _NONE]
    alias = found.get("hostkeyalias", "none")
    jump = found.get("proxyjump", "") or found.get("proxycommand", "")
    own_global = "globalknownhostsfile" in " ".join(way.arguments).lower()
    return Plan(
        address=address,
        port=port,
        name=name_of(address, port) if alias in ("", "none") else alias,
        jump="" if jump == "none" else way.jump or jump,
        files=tuple(dict.fromkeys([*files, *([] if own_global else [site])])),
    )


def scan(
    plans: Sequence[Plan], timeout_s: int, told: Callable[[int, int], None]
) -> dict[tuple[str, int], tuple[HostKey, ...]]:
    """The keys of each ``(address, port)`` that shows any, under the plan's name; *told* hears how
    many of how many were asked."""
    found: dict[tuple[str, int], list[HostKey]] = {}
    names = {(plan.address, plan.port): plan.name for plan in plans}
    batches, asked = _batches(names), 0
    with concurrent.futures.ThreadPoolExecutor(_SCANS) as pool:
        turns = pool.map(lambda batch: _scanned(batch[0], batch[1], timeout_s), batches)
        for (port, addresses), lines in zip(batches, turns, strict=True):
            for line in lines:
                address, key = _key(line, port, names)
                if key is not None:
                    found.setdefault((address, port), []).append(key)
            asked += len(addresses)
            told(asked, len(names))
    return {place: tuple(sorted(keys, key=lambda key: key.type)) for place, keys in found.items()}


def _batches(places: Iterable[tuple[str, int]]) -> list[tuple[int, list[str]]]:
    """Addresses with the port that they share, at most ``_BATCH`` at a time."""
    by_port: dict[int, list[str]] = {}
    for address, port in sorted(places):
        by_port.setdefault(port, []).append(address)
    return [
        (port, addresses[start : start + _BATCH])
        for port, addresses in sorted(by_port.items())
        for start in range(0, len(addresses), _BATCH)
    ]


def _scanned(port: int, addresses: Sequence[str], timeout_s: int) -> list[str]:
    words = ["ssh-keyscan", "-T", str(timeout_s), "-t", TYPES, "-p", str(port), "-f", "-"]
    text = "".join(f"{address}\n" for address in addresses)
    # It asks for every type of every address at once, as far as there are descriptors.
    return _run(words, text, timeout_s * _ROUNDS + 30).stdout.splitlines()


def _key(line: str, port: int, names: dict[tuple[str, int], str]) -> tuple[str, HostKey | None]:
    words = line.split()
    if len(words) != 3 or line.startswith("#"):
        return "", None
    address = words[0].removeprefix("[").partition("]")[0]
    name = names.get((address, port), words[0])
    try:
        print_ = fingerprint(words[2])
    except ValueError:
        return "", None
    return address, HostKey(name=name, type=words[1], blob=words[2], fingerprint=print_)


def randomart(key: HostKey) -> str:
    """The picture that ``ssh-keygen -lv`` draws of a key."""
    done = _run(["ssh-keygen", "-lv", "-f", "/dev/stdin"], f"{key.type} {key.blob}\n", 10)
    return "\n".join(done.stdout.splitlines()[1:])


def _run(words: Sequence[str], text: str, timeout_s: float) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            words,
            input=text,
            env=environment.passed(),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except FileNotFoundError as error:
        raise UsageError("hosts.ssh_missing", program=words[0]) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TemporaryError("hosts.ssh_failed", program=words[0], why=str(error)) from error
