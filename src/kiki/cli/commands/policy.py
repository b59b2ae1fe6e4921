"""``kiki policy list|show|test|check|explain|init|schema``: the site's own rules in files.

``explain`` asks the agent what they say of a change; everything else reads files here, offline.
"""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

WHAT = ("list", "show", "test", "check", "explain", "init", "schema")
_MOST = {"list": 0, "show": 1, "check": 0, "explain": 1, "init": 1, "schema": 0}
_NEEDED = {"show": "RULE", "explain": "CHANGE"}
_ONLY = {"zone": ("init",), "out": ("schema",), "force": ("init", "schema")}


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="|".join(WHAT), type=one_of(*WHAT), code="what_policy")
    parser.flag("names", metavar="RULE|FILE|CHANGE", nargs="*", code="names_policy")
    parser.flag("--dir", metavar="FOLDER", default="", code="dir_policy")
    parser.flag("--zone", metavar="AREA/CITY", default="", code="zone_policy")
    parser.flag("--out", metavar="FILE", default="", code="out_policy")
    parser.switch("--force")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Do what the first word says."""
    command = f"kiki policy {args.what}"
    for name, words in _ONLY.items():
        if getattr(args, name) and args.what not in words:
            raise UsageError("cli.flag_unknown", flag=f"--{name}", command=command)
    most = _MOST.get(args.what)
    if most is not None and len(args.names) > most:
        raise UsageError("cli.word_unexpected", word=args.names[most], command=command)
    if args.what in _NEEDED and not args.names:
        raise UsageError("cli.argument_missing", names=_NEEDED[args.what], command=command)
    from kiki.cli import policing  # noqa: PLC0415 -- lazy: only this command needs it

    return policing.ACTIONS[args.what](args, context)
