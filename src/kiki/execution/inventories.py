"""Inventories: from what the user gave to a frozen one, by Ansible's own code.

Called by ``runner``. Ansible is asked once (``driver/listing.py``, half a second); what it said is
kept for the next time (``listings``). It is written down as one JSON file that Ansible's YAML
plugin reads: every later run of the change gets exactly that.

Variables of groups are merged into each host, as Ansible merges them. Inventory plugins are left
out on purpose, and scripts unless they are allowed: they would be asked again at every run.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

from kiki.execution import config, environment, leftovers, safety, sources
from kiki.execution.faults import guarded
from kiki.execution.folders import open_private
from kiki.execution.freezing import frozen_text, members
from kiki.execution.homes import Home
from kiki.execution.listings import Listing, Listings
from kiki.execution.scratch import drop
from kiki.execution.scratch import folder as scratch_folder
from kiki.execution.vaults import Vaults, open_all
from kiki.model.errors import TemporaryError, UsageError
from kiki.model.inventory import Inventory
from kiki.model.request import Scope

SEALED = "kiki_inventory_passwords"  # the variable that holds an inventory's passwords at run time
SCRIPT = Path(__file__).with_name("driver") / "listing.py"
_ARGUMENT = 100_000  # characters
_PATIENCE = 120  # seconds


class Resolved:
    """A frozen inventory, and the passwords that were taken out of it: host, variable, value."""

    def __init__(self, inventory: Inventory, passwords: dict[str, dict[str, Any]]) -> None:
        self.inventory = inventory
        self.passwords = passwords


def resolve(
    scope: Scope,
    home: Home,
    listings: Listings,
    *,
    vaults: Vaults | None = None,
    local_connections: bool = False,
    scripts: bool = False,
) -> Resolved:
    """The scope's inventory. UsageError ``inventory.<what>`` when it is wrong."""
    if scope.inventory is None:
        raise UsageError("inventory.missing")
    vaults = vaults or Vaults()
    scratch = scratch_folder("inventory")
    try:
        leftovers.mark_as_ours(scratch)
        source = sources.prepare(scope.inventory, scratch, scripts=scripts)
        key = listings.key(source, scope.limit, home)
        listing = listings.get(key)
        if listing is None:
            listing = _ask(source, scope.limit, home, scratch, vaults)
            if listings.key(source, scope.limit, home) == key:  # nobody wrote meanwhile
                listings.put(key, listing)
        return _frozen(listing, source, scope, local_connections, vaults)
    except RecursionError:  # TOML and group_vars may be deep too
        shown = scope.inventory.origin or scope.inventory.text
        raise UsageError("inventory.invalid", path=shown, why="nested too deeply") from None
    finally:
        drop(scratch)


def _ask(source: sources.Source, limit: str, home: Home, scratch: Path, vaults: Vaults) -> Listing:
    """What Ansible lists, whole and within the limit."""
    config_file = scratch / "ansible.cfg"
    with guarded(scratch), open_private(config_file) as file:
        file.write(config.TEXT)
        (scratch / "home").mkdir()
    names = environment.base(home, config_file, scratch)
    names["ANSIBLE_INVENTORY_ENABLED"] = source.plugins
    command = [home.python, str(SCRIPT), f"--inventory={source.argument}", "--list"]
    if limit:
        command.append(_limit(limit, scratch))
    with vaults.options(source, scratch) as words:
        whole = _list([*command, *words], names, source, vaults.named)
    within = whole.pop("_limited", None)
    return whole, whole if within is None else {"all": {"hosts": within}}


def _limit(limit: str, scratch: Path) -> str:
    """The option; thousands of names in a file, as Linux takes 128 KiB in one argument. Ansible
    does not divide the lines of such a file any further."""
    if len(limit) <= _ARGUMENT:
        return f"--limit={limit}"
    path = scratch / "limit"
    with guarded(path), open_private(path) as file:
        file.write("".join(f"{name.strip()}\n" for name in limit.split(",")))
    return f"--limit=@{path}"


def _list(
    command: list[str], names: dict[str, str], source: sources.Source, secrets: str
) -> dict[str, Any]:
    try:
        done = subprocess.run(
            command,
            env=names,
            cwd=names["ANSIBLE_HOME"],  # where no group_vars lie, which would count
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TemporaryError("inventory.timeout", path=source.shown, seconds=_PATIENCE) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise TemporaryError("execution.ansible_unusable", path=command[0], why=why) from error
    sources.refuse(done.stderr, done.returncode, source, secrets)
    return _parsed(done.stdout, source)


def _parsed(text: str, source: sources.Source) -> dict[str, Any]:
    """The two lines of ``driver/listing.py`` as one listing."""
    first, _, second = text.partition("\n")
    try:
        listed, plain = json.loads(first), json.loads(second)
        listed["_meta"]["hostvars"] |= plain
    except (ValueError, KeyError, TypeError):
        said = first.strip()
        raise UsageError("inventory.invalid", path=source.shown, why=said) from None
    return listed if isinstance(listed, dict) else {}


def _frozen(
    listing: Listing,
    source: sources.Source,
    scope: Scope,
    local_connections: bool,
    vaults: Vaults,
) -> Resolved:
    whole, limited = listing
    groups = members(whole)
    hosts = tuple(sorted(members(limited).get("all", ())))
    if not hosts:
        raise UsageError("inventory.no_hosts", path=source.shown, limit=scope.limit or "-")
    named = whole["_meta"]["hostvars"]
    variables = {host: source.rooted(named.get(host, {})) for host in groups["all"]}
    encrypted = open_all(variables)
    _guard(variables, source, scope, local_connections, vaults.named)
    passwords = _take_passwords(variables, source, encrypted)
    inventory = Inventory(
        text=frozen_text(whole, variables), hosts=hosts, groups=groups, hostvars=variables
    )
    return Resolved(inventory, passwords)


def _guard(
    variables: dict[str, dict[str, Any]],
    source: sources.Source,
    scope: Scope,
    local_connections: bool,
    secrets: str,
) -> None:
    guard = safety.Guard(trusted=source.trusted, local_connections=local_connections)
    guard.check_extra_vars(scope.extra_vars)
    try:
        for host, named in variables.items():
            guard.check_host(host, named)
    except UsageError as error:
        if error.code != "inventory.vault":
            raise
        sources.refuse_vault(source, secrets, str(error.params["path"]))


def _take_passwords(
    variables: dict[str, dict[str, Any]],
    source: sources.Source,
    encrypted: dict[str, dict[str, Any]],
) -> dict[str, dict[str, Any]]:
    """Replace passwords, and what was *encrypted*, by references, in place. Only passwords of a
    file that stays where it is can be had again at run time; others would have to be stored, and
    are refused."""
    taken: dict[str, dict[str, Any]] = {}
    for host, named in variables.items():
        secret = encrypted.get(host, {})
        for name, value in named.items():
            if name not in secret and not safety.is_password(name, value):
                continue
            if name not in secret and not source.lasting:
                raise UsageError("inventory.password", path=source.shown, host=host, variable=name)
            taken.setdefault(host, {})[name] = secret.get(name, str(value))
            named[name] = "{{ " + f"{SEALED}[{key_of(host, name)!r}]" + " }}"
    return taken


def key_of(host: str, variable: str) -> str:
    """The key of one password in ``kiki_inventory_passwords``."""
    return f"{host} {variable}"
