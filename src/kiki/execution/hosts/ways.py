"""How each host of a frozen inventory is reached, from its variables.

Called by ``hosts.tools``. Read as Ansible's ssh plugin reads them; what a user's ssh configuration
adds is seen by ``hosts.ssh`` only.
"""

import re
import shlex
from collections.abc import Sequence
from typing import Any

from kiki.execution import addresses
from kiki.model.hosts import Way
from kiki.model.inventory import Inventory
from kiki.model.request import Scope

_USER = ("ansible_user", "ansible_ssh_user")
_KEY = ("ansible_private_key_file", "ansible_ssh_private_key_file")
_ARGUMENTS = ("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args")
_JUMP = re.compile(r"proxyjump[= ]+[\"']?(?!none\b)([^\s\"']+)", re.IGNORECASE)
_PROXY = re.compile(r"proxycommand[= ]+[\"']?(.*)", re.IGNORECASE)
_OWN = frozenset({"all", "ungrouped"})


def ways(inventory: Inventory, scope: Scope) -> list[Way]:
    """A way for each host that the limit leaves, in the order of their names."""
    groups = _groups(inventory)
    return [
        _way(host, inventory.hostvars.get(host, {}), groups.get(host, ()), scope)
        for host in inventory.hosts
    ]


def bare(name: str, scope: Scope) -> Way:
    """The way to ``HOST``, ``HOST:PORT`` or ``[IPv6]:PORT`` that no inventory names."""
    found = re.fullmatch(r"\[([^\]]+)\](?::(\d+))?|([^:]+):(\d+)|(.+)", name)
    host = (found[1] or found[3] or found[5]) if found else name
    port = (found[2] or found[4] or "22") if found else "22"
    return Way(host=name, address=host, port=int(port), user=scope.user, key_file=scope.ssh_key)


def _groups(inventory: Inventory) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for group, hosts in inventory.groups.items():
        if group not in _OWN:
            for host in hosts:
                found.setdefault(host, []).append(group)
    return {host: tuple(sorted(groups)) for host, groups in found.items()}


def _way(host: str, variables: dict[str, Any], groups: tuple[str, ...], scope: Scope) -> Way:
    words = _words(variables)
    port = addresses.port(host, variables)
    return Way(
        host=host,
        address=addresses.address(host, variables),
        port=int(port) if port.isdecimal() else 22,
        user=scope.user or addresses.value(host, variables, *_USER),
        connection=(str(variables.get("ansible_connection", "ssh")).rpartition(".")[2]),
        jump=_jump(words),
        key_file=scope.ssh_key or addresses.value(host, variables, *_KEY),
        groups=groups,
        arguments=tuple(words),
    )


def _words(variables: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for name in _ARGUMENTS:
        try:
            found += shlex.split(str(variables.get(name, "")))
        except ValueError:
            continue
    return found


def _jump(words: Sequence[str]) -> str:
    """The bastion that the words name: ``-J``, ``ProxyJump``, or the last word of ``ssh -W``."""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == "-J" or (word.startswith("-J") and word[2:]):
            return word[2:] or following
        if found := _JUMP.search(word):
            return found[1]
        if proxy := _PROXY.search(word):
            return _last_host(proxy[1])
    return ""


def _last_host(command: str) -> str:
    words = [word for word in command.split() if word[:1] != "-" and "%h" not in word]
    return words[-1].strip("\"'") if len(words) > 1 else command
