"""What ssh itself would do for a host, and the keys that hosts show to anybody.

Called by ``hosts.tools``. ``ssh -G`` prints its configuration for one host and connects nowhere;
``ssh-keyscan`` asks for keys and logs in nowhere.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kiki.execution import environment
from kiki.execution.hosts.knownhosts import fingerprint, name_of
from kiki.model.errors import TemporaryError, UsageError
from kiki.model.hosts import HostKey, Way

KNOWN_HOSTS = "known_hosts"  # in the state folder: the site's own file
TYPES = "ed25519,ecdsa,rsa"
_NONE = ("none", "/dev/null")
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


def plan(way: Way, site: Path) -> Plan:
    """What ``ssh -G`` says. UsageError ``hosts.ssh_missing``, ``hosts.ssh_refuses``."""
    if way.address.startswith("-"):
        raise UsageError("inventory.host_invalid", host=way.address)
    words = ["ssh", "-G", *way.arguments, "-p", str(way.port)]
    words += ["-l", way.user] if way.user else []
    done = _run([*words, "--", way.address], "", 10)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise UsageError("hosts.ssh_refuses", host=way.host, why=said[-1] if said else "?")
    found = _settings(done.stdout)
    return _planned(way, found, site)


def _settings(text: str) -> dict[str, str]:
    return {name: value for name, _, value in (line.partition(" ") for line in text.splitlines())}


def _planned(way: Way, found: dict[str, str], site: Path) -> Plan:
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


def scan(plans: Sequence[Plan], timeout_s: int) -> dict[tuple[str, int], tuple[HostKey, ...]]:
    """The keys of each ``(address, port)`` that shows any, under the plan's name."""
    found: dict[tuple[str, int], list[HostKey]] = {}
    names = {(plan.address, plan.port): plan.name for plan in plans}
    for port in sorted({plan.port for plan in plans}):
        wanted = sorted({plan.address for plan in plans if plan.port == port})
        words = ["ssh-keyscan", "-T", str(timeout_s), "-t", TYPES, "-p", str(port), "-f", "-"]
        text = "".join(f"{address}\n" for address in wanted)
        done = _run(words, text, timeout_s * 3 * len(wanted) + 30)
        for line in done.stdout.splitlines():
            address, key = _key(line, port, names)
            if key is not None:
                found.setdefault((address, port), []).append(key)
    return {place: tuple(sorted(keys, key=lambda key: key.type)) for place, keys in found.items()}


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
