"""``kiki hosts [list|facts|trust|import]``: the hosts of an inventory, and what they are.

Nothing on a host is changed. Everything happens in this process: the inventory, the keys and the
file of known hosts are those of the machine that would run Ansible.
"""

import argparse
from collections.abc import Callable

from kiki.cli.context import Context
from kiki.cli.parser import Parser, WrongValue, one_of, positive
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

WHAT = ("list", "facts", "trust", "import")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# Flags that only some of the words take, by their names in ``args``.
_ONLY: dict[str, tuple[str, ...]] = {
    "reachable": ("list",),
    "tree": ("list",),
    "every": ("list", "facts"),
    "max_age": ("facts",),
    "fingerprint": ("trust",),
    "randomart": ("trust",),
    "known_hosts": ("trust",),
    "yes": ("trust", "import"),
    "out": ("import",),
    "sheet": ("import",),
    "keep_columns": ("import",),
    "dry_run": ("import",),
    "force": ("import",),
}


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="|".join(WHAT), type=one_of(*WHAT), nargs="?", default="list",
                code="what_hosts")  # fmt: skip
    parser.flag("names", metavar="HOST|FILE", nargs="*", code="names_hosts")
    parser.flag("--inventory", "-i", metavar="INVENTORY")
    parser.flag("--limit", metavar="PATTERN", default="")
    parser.flag("--user", "-u", metavar="USER", default="")
    parser.flag("--ssh-key", metavar="FILE", default="")
    parser.flag("--timeout", metavar="SECONDS", type=positive, default=0, code="timeout_hosts")
    parser.switch("--reachable", code="reachable")
    parser.switch("--tree", code="tree_hosts")
    parser.flag("--all", dest="every", action="store_true", code="all_hosts")
    parser.flag("--max-age", metavar="AGE", type=age, default=None, code="max_age")
    parser.flag("--fingerprint", metavar="SHA256:...", action="append", default=[])
    parser.switch("--randomart")
    parser.flag("--known-hosts", metavar="FILE", default="", code="known_hosts")
    parser.flag("--out", metavar="FILE", default="", code="out_hosts")
    parser.flag("--sheet", metavar="NAME", default="")
    parser.switch("--keep-columns", code="keep_columns")
    parser.switch("--dry-run", code="dry_run_hosts")
    parser.switch("--force", code="force_hosts")
    parser.switch("--yes", "-y", code="yes_hosts")


def age(value: str) -> int:
    """A type for flags that take an age such as ``90s``, ``30m``, ``2h`` or ``0``; in seconds."""
    if value == "0":
        return 0
    if value[:-1].isdecimal() and value[-1:] in _UNITS:
        return int(value[:-1]) * _UNITS[value[-1]]
    raise WrongValue("cli.age", value=value)


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Do what the first word says."""
    _require_sense(args)
    if context.remote:
        raise UsageError("hosts.local_only", url=context.settings.base_url)
    from kiki.cli import hosting, sheeting  # noqa: PLC0415 -- lazy: only this command needs them

    actions: dict[str, Callable[[argparse.Namespace, Context], Exit]] = {
        "list": hosting.listed,
        "facts": hosting.facts,
        "trust": hosting.trusted,
        "import": sheeting.imported,
    }
    return actions[args.what](args, context)


def _require_sense(args: argparse.Namespace) -> None:
    """UsageError for flags that don't go with the word, and for what is missing."""
    command = f"kiki hosts {args.what}"
    for name, words in _ONLY.items():
        if getattr(args, name) not in (False, "", None, []) and args.what not in words:
            flag = "--all" if name == "every" else "--" + name.replace("_", "-")
            raise UsageError("cli.flag_unknown", flag=flag, command=command)
    if args.what in ("trust", "import") and not args.names:
        raise UsageError("cli.argument_missing", names="HOST" if args.what == "trust" else "FILE",
                         command=command)  # fmt: skip
    if args.what == "import" and len(args.names) > 1:
        raise UsageError("cli.word_unexpected", word=args.names[1], command=command)
    if args.what in ("list", "facts") and args.inventory is None:
        raise UsageError("inventory.missing")
