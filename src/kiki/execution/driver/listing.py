"""What ``ansible-inventory --list`` says, with less work for each host.

Started by ``execution.inventories`` as a script with Ansible's own Python, with the arguments of
``ansible-inventory``. It is that command: Ansible reads, merges and matches, in a process of its
own. Only what it does again for every host is done once for all hosts with the same groups, and
three of its inner functions answer plain input at once (``hastened``): ten thousand hosts take a
third of the time. Another release than the one that has these functions is left as it is.

Standard output: two lines of JSON. The first is the listing, and with ``--limit`` in ``_limited``
the names of the hosts that the limit leaves; the second has the variables of hosts with plain
values only. Complaints go to standard error as Ansible writes them. The live tests compare what
comes out with the stock command.
"""

import ast
import functools
import gc
import json
import os
import re
import sys
import types
from typing import Any

from ansible import context  # type: ignore[import-not-found]
from ansible.cli.inventory import InventoryCLI  # type: ignore[import-not-found]
from ansible.inventory import data  # type: ignore[import-not-found]
from ansible.inventory.host import Host  # type: ignore[import-not-found]
from ansible.plugins.loader import inventory_loader  # type: ignore[import-not-found]
from ansible.vars.plugins import (  # type: ignore[import-not-found]
    get_vars_from_inventory_sources,
)

try:
    from ansible._internal._datatag._tags import (  # type: ignore[import-not-found]
        SourceWasEncrypted,
        TrustedAsTemplate,
    )
    from ansible.cli.inventory import _inventory_legacy
    from ansible.parsing.dataloader import DataLoader  # type: ignore[import-not-found]
    from ansible.parsing.vault import EncryptedString  # type: ignore[import-not-found]

    TEXTS: tuple[Any, ...] = (str, type(TrustedAsTemplate().tag("")))
except ImportError:  # 2.18 and before have no such marks, and who knows what comes
    _inventory_legacy = None
    TEXTS = ()

VAULT_VALUE, VAULT_FILE = "__kiki_vault", "__kiki_vault_file"  # see execution.vaults
encrypted: set[str] = set()  # the variables of files that are encrypted as a whole
STAND_IN = "kiki-stands-in-for-hosts"  # a host of the groups that are asked about, and no more
# Words that no quote, escape or comment changes: shlex then splits at blanks.
UNQUOTED = re.compile(r"[ \t!$%&(-\[\]-~]*")
# Texts that Python can't read as a value: names, and four numbers with dots between.
NO_LITERAL = re.compile(
    r"(?!(?:True|False|None)$)[A-Za-z_][A-Za-z0-9_]*|\d+\.\d+\.\d+\.\d+", re.ASCII
)
NUMBER = re.compile(r"[1-9]\d{0,14}|0", re.ASCII)


class Listing(InventoryCLI):  # type: ignore[misc]
    """``ansible-inventory``, with less work for each host."""

    def _play_prereqs(self) -> Any:
        hastened()  # now that its plugins can be found
        return super()._play_prereqs()

    def json_inventory(self, top: Any) -> dict[str, Any]:
        """The whole inventory, and who is within the limit."""
        self._shared: dict[tuple[str, ...], dict[str, Any]] = {}
        self._host_files = self._has_host_files()
        within = {}
        if context.CLIARGS["subset"]:
            within = {"_limited": [host.name for host in self.inventory.get_hosts()]}
            self.inventory.subset(None)
        listed: dict[str, Any] = super().json_inventory(top)
        return listed | within

    def _get_host_variables(self, host: Any) -> dict[str, Any]:
        """As Ansible merges them: groups, then the host's own, then its files."""
        found = self._of_groups(host) | host.vars
        if self._host_files:
            sources = self.inventory._sources
            found |= get_vars_from_inventory_sources(self.loader, sources, [host], "all")
        return self._remove_internal(found)  # type: ignore[no-any-return]

    def _of_groups(self, host: Any) -> dict[str, Any]:
        groups = host.get_groups()
        key = tuple(sorted(group.name for group in groups))
        if key not in self._shared:
            alike = Host(STAND_IN)
            alike.groups = groups
            found = self.vm.get_vars(host=alike, include_hostvars=False, stage="all")
            self._shared[key] = self._remove_internal(found)
        return self._shared[key]

    def _has_host_files(self) -> bool:
        folders = [path if os.path.isdir(path) else os.path.dirname(path)  # noqa: PTH112, PTH120
                   for path in self.inventory._sources if path]  # fmt: skip
        return any(os.path.exists(os.path.join(folder, "host_vars"))  # noqa: PTH110, PTH118
                   for folder in folders)  # fmt: skip

    @staticmethod
    def dump(stuff: dict[str, Any]) -> str:
        """Plain values as Python writes them in C, others as Ansible marks them."""
        if _inventory_legacy is None:
            return json.dumps(json.loads(InventoryCLI.dump(stuff))) + "\n{}"
        named = stuff["_meta"]["hostvars"] = opened(stuff["_meta"]["hostvars"])
        marked = {host: found for host, found in named.items() if not plain(found)}
        rest = {host: found for host, found in named.items() if host not in marked}
        first = stuff | {"_meta": {"hostvars": marked}}
        return json.dumps(first, cls=_inventory_legacy.Encoder) + "\n" + json.dumps(rest)


def opened(named: dict[str, Any]) -> dict[str, Any]:
    """The variables of hosts, with what was encrypted in the clear and marked as such; as they are
    without a password."""
    if not context.CLIARGS["vault_ids"]:
        return named
    return {host: {name: marked(name, value) for name, value in found.items()}
            for host, found in named.items()}  # fmt: skip


def marked(name: str, value: Any) -> Any:
    """A variable as it is, or in the clear under a mark."""
    found = in_the_clear(value)
    return {VAULT_FILE: found} if name in encrypted else found


def in_the_clear(value: Any) -> Any:
    """*value* with the encrypted texts in it decrypted and marked."""
    if isinstance(value, EncryptedString):
        return {VAULT_VALUE: str(value)}
    if isinstance(value, dict) and not plain(value):
        return {key: in_the_clear(inner) for key, inner in value.items()}
    return [in_the_clear(inner) for inner in value] if isinstance(value, list) else value


def watch_files() -> None:
    """Note the variables of files that are encrypted as a whole."""
    load = DataLoader.load_from_file

    def load_from_file(self: Any, *args: Any, **named: Any) -> Any:
        found = load(self, *args, **named)
        if isinstance(found, dict) and SourceWasEncrypted.is_tagged_on(found):
            encrypted.update(map(str, found))
        return found

    DataLoader.load_from_file = load_from_file


def without_vault(words: list[str]) -> list[str]:
    """The arguments without passwords: a release that can't tell what was encrypted gets none."""
    return [word for word in words if not word.startswith("--vault-id=")]


def plain(variables: dict[str, Any]) -> bool:
    """Whether Ansible would write all of these values as they are: numbers, and texts that may be
    templates. Others it marks, as unsafe or as a vault's."""
    return all(
        isinstance(value, int | float | None)
        or (type(value) in TEXTS and value.isascii() and TrustedAsTemplate.is_tagged_on(value))
        for value in variables.values()
    )


def hastened() -> None:
    """Have Ansible's INI reader answer plain input at once: splitting a line without quotes,
    reading a value that is a name, an address or a number, finding the folder of a source."""
    plugin = inventory_loader.get("ansible.builtin.ini")
    ini: Any = sys.modules[type(plugin).__module__]
    if not (hasattr(ini, "shlex_split") and hasattr(ini, "ast") and hasattr(data, "basedir")):
        return
    data.basedir = functools.lru_cache(data.basedir)
    split = ini.shlex_split

    def shlex_split(line: str, comments: bool = False, posix: bool = True) -> list[str]:
        if UNQUOTED.fullmatch(line):
            return line.split()
        return split(line, comments, posix)  # type: ignore[no-any-return]

    ini.shlex_split = shlex_split
    ini.ast = types.SimpleNamespace(literal_eval=literal)


def literal(text: str) -> Any:
    """``ast.literal_eval``."""
    if NO_LITERAL.fullmatch(text):
        raise ValueError(text)
    return int(text) if NUMBER.fullmatch(text) else ast.literal_eval(text)


if __name__ == "__main__":
    gc.disable()  # it ends soon, and nothing that it makes is garbage
    arguments = sys.argv[1:]
    if _inventory_legacy is None:
        arguments = without_vault(arguments)
    else:
        watch_files()
    Listing.cli_executor(["ansible-inventory", *arguments])
