"""``kiki hosts list``, ``facts`` and ``trust``: what the command does with the hosts.

Called by ``commands.hosts``.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kiki.cli import sources
from kiki.cli.context import Context
from kiki.cli.views import hosts as view
from kiki.model.errors import StateError, UsageError
from kiki.model.exits import Exit
from kiki.model.hosts import HostKey, Way
from kiki.model.request import Scope

if TYPE_CHECKING:
    from kiki.execution.hosts.tools import HostTools

_REACH_S = 5
_FACTS_S = 600
_HOUR = 3600


def listed(args: argparse.Namespace, context: Context) -> Exit:
    """The hosts, and with ``--reachable`` whether they answer; FAILED when one does not."""
    tools, scope = _tools(context), _scope(args, context)
    inventory = tools.resolve(scope)
    ways, inside = tools.ways(inventory, scope), tools.children(inventory)
    reached = tools.reach(ways, args.timeout or _REACH_S) if args.reachable else []
    if args.tree:
        context.show(view.tree(inventory, inside, context.look, every=args.every))
    else:
        context.show(view.human(ways, reached, context.look, every=args.every))
    ended = Exit.DONE if all(view.fine(one) for one in reached) else Exit.FAILED
    context.json(view.as_json(ways, reached, inventory, inside, ended))
    return ended


def facts(args: argparse.Namespace, context: Context) -> Exit:
    """What the hosts say of themselves; FAILED when one could not be asked."""
    tools, scope = _tools(context), _scope(args, context)
    inventory = tools.resolve(scope)
    max_age = _HOUR if args.max_age is None else args.max_age
    timeout = args.timeout or _FACTS_S
    found = tools.facts(inventory, scope, max_age_s=max_age, timeout_s=timeout)
    context.show(view.facts(found, context.look, every=args.every))
    ended = Exit.FAILED if any(one.reason for one in found) else Exit.DONE
    context.json(view.facts_as_json(found, context.look, ended))
    return ended


def trusted(args: argparse.Namespace, context: Context) -> Exit:
    """Show the keys of the hosts, ask, and write those down that the person knows to be right."""
    if args.yes and not args.fingerprint:
        raise UsageError("hosts.yes_needs_fingerprint")
    tools, scope = _tools(context), _scope(args, context)
    ways = _named(args, tools, scope)
    keys = tools.keys(ways, args.timeout or _REACH_S)
    context.show(view.keys(ways, keys, context.look, tools.randomart if args.randomart else None))
    path = _file(args, tools)
    _refuse_changed(keys, path)
    _require_keys(ways, keys)
    wanted = _wanted(args, keys)
    written = _agreed(args, context, wanted, path)
    if written:
        tools.trust(wanted, path)
        context.note("hosts.trusted", count=len(wanted), path=path)
    context.json(view.keys_as_json(ways, keys, wanted if written else [], str(path)))
    return Exit.DONE if written or not wanted else Exit.CANCELLED


def _tools(context: Context) -> "HostTools":
    from kiki.wiring import host_tools  # noqa: PLC0415 -- lazy: only for hosts

    return host_tools(context.settings, context.teller)


def _scope(args: argparse.Namespace, context: Context) -> Scope:
    """Where to look: names after ``facts`` or ``list`` are a limit too."""
    inventory = None
    if args.inventory is not None:
        inventory = sources.inventory(args.inventory, remote=False)
    names = args.names if args.what in ("list", "facts") else []
    if names and args.limit:
        raise UsageError("hosts.limit_twice")
    return Scope(
        inventory=inventory,
        limit=args.limit or ",".join(names),
        user=args.user,
        ssh_key=sources.key_path(args.ssh_key, remote=False),
    )


def _named(args: argparse.Namespace, tools: "HostTools", scope: Scope) -> list[Way]:
    """The hosts that ``trust`` names: patterns of the inventory, or addresses without one."""
    if scope.inventory is None:
        return tools.bare(args.names, scope)
    limited = Scope(inventory=scope.inventory, limit=",".join(args.names), user=scope.user)
    return tools.ways(tools.resolve(limited), limited)


def _file(args: argparse.Namespace, tools: "HostTools") -> Path:
    return Path(args.known_hosts).expanduser().absolute() if args.known_hosts else tools.known_hosts


def _refuse_changed(keys: dict[str, tuple[HostKey, ...]], path: Path) -> None:
    """StateError for a host whose key is another one than the one known: that is what the check is
    there for. Nothing is written then, not for other hosts either."""
    for host, found in keys.items():
        for key in found:
            if key.state in ("changed", "revoked"):
                raise StateError(
                    f"hosts.key_{key.state}",
                    host=host,
                    name=key.name,
                    type=key.type,
                    fingerprint=key.fingerprint,
                    place=key.place,
                    file=key.place.rpartition(":")[0],
                )


def _require_keys(ways: list[Way], keys: dict[str, tuple[HostKey, ...]]) -> None:
    for way in ways:
        if way.jump:
            raise UsageError("hosts.behind_bastion", host=way.host, jump=way.jump)
        if not keys[way.host]:
            raise UsageError("hosts.no_keys", host=way.host, address=way.address, port=way.port)


def _wanted(args: argparse.Namespace, keys: dict[str, tuple[HostKey, ...]]) -> list[HostKey]:
    """The keys to write: the new ones, with ``--fingerprint`` those that it names."""
    wanted: dict[tuple[str, str], HostKey] = {}
    for host, found in keys.items():
        named = [key for key in found if key.fingerprint in args.fingerprint]
        if args.fingerprint and not named:
            shown = ", ".join(key.fingerprint for key in found)
            raise StateError("hosts.fingerprint_differs", host=host, shown=shown)
        for key in named if args.fingerprint else found:
            if key.state == "new":
                wanted[key.name, key.blob] = key
    return list(wanted.values())


def _agreed(args: argparse.Namespace, context: Context, wanted: list[HostKey], path: Path) -> bool:
    if not wanted:
        context.note("hosts.all_known")
        return False
    if args.yes:
        return True
    if not context.interactive:
        raise UsageError("hosts.trust_needs_terminal")
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: only on a terminal

    return ask.yes(context, "prompt_trust", count=len(wanted), path=path)
