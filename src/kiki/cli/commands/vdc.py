"""``kiki vdc check|render|plan|run|inventory|graph|diff|import|new|init|schema``: a tenant's data
centre as one definition.

``plan`` and ``run`` make a change of it, which goes the usual way. ``inventory``, ``import`` and
``diff --cloud`` only ask a cloud; everything else asks none.
"""

import argparse
from collections.abc import Callable

from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of, positive
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

WHAT = (
    "check", "render", "plan", "run", "inventory", "graph", "diff", "import", "new", "init",
    "schema",
)  # fmt: skip
FORMS = ("svg", "mermaid")
PRESETS = ("lab", "starter")
# How many files each word takes, and the flags that only some of them have, by their names in
# ``args``, with what they are without.
_FILES = {"check": 1, "render": 1, "plan": 1, "run": 1, "inventory": 1, "graph": 1, "diff": 2,
          "import": 0, "new": 1, "init": 0, "schema": 0}  # fmt: skip
_CHANGING = ("plan", "run")
_LIVE = (*_CHANGING, "inventory", "diff", "import")
_WRITING = ("render", "inventory", "graph", "import", "new", "init", "schema")
_NEEDED = {"new": "MESSAGE", "diff": "OLD NEW"}
_ONLY: dict[str, tuple[str, ...]] = {
    "out": _WRITING,
    "force": _WRITING,
    "format": ("graph",),
    "preset": ("init",),
    "image": ("new",),
    "flavor": ("new",),
    "sarif": ("check",),
    "cloud": _LIVE,
    "tenant_cloud": _CHANGING,
    "clouds_file": _LIVE,
    "region": _LIVE,
    "take_over": _CHANGING,
    "timeout": _CHANGING,
    "ticket": _CHANGING,
    "user": _CHANGING,
    "ssh_key": _CHANGING,
    "ask_become_pass": _CHANGING,
    "yes": ("run",),
    "no_follow": _CHANGING,
}


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="|".join(WHAT), type=one_of(*WHAT), code="what_vdc")
    parser.flag("files", metavar="FILE|MESSAGE", nargs="*", code="files_vdc")
    parser.flag("--out", metavar="PLACE", default="", code="out_vdc")
    parser.switch("--force")
    parser.flag("--format", metavar="|".join(FORMS), type=one_of(*FORMS), code="format_vdc")
    parser.flag("--preset", metavar="|".join(PRESETS), type=one_of(*PRESETS), code="preset_vdc")
    parser.flag("--image", metavar="IMAGE", default="", code="image_vdc")
    parser.flag("--flavor", metavar="FLAVOR", default="", code="flavor_vdc")
    parser.switch("--sarif", code="sarif_check")
    parser.flag("--cloud", metavar="NAME", default="")
    parser.flag("--tenant-cloud", metavar="NAME", default="", code="tenant_cloud_vdc")
    parser.flag("--clouds-file", metavar="FILE", default="")
    parser.flag("--region", metavar="NAME", default="")
    parser.switch("--take-over")
    parser.flag("--timeout", metavar="SECONDS", type=positive, default=0)
    parser.flag("--ticket", metavar="TICKET", default="")
    parser.flag("--user", "-u", metavar="USER", default="")
    parser.flag("--ssh-key", metavar="FILE", default="")
    parser.switch("--ask-become-pass", "-K")
    parser.switch("--yes", "-y")
    parser.switch("--no-follow")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Do what the first word says."""
    _require_sense(args)
    if args.what in _LIVE and not _is_offline(args):
        from kiki.cli import centres  # noqa: PLC0415 -- lazy: as below

        return centres.live(args, context)
    from kiki.cli import centring  # noqa: PLC0415 -- lazy: only this command needs it

    actions: dict[str, Callable[[argparse.Namespace, Context], Exit]] = {
        "check": centring.check,
        "render": centring.render,
        "graph": centring.graph,
        "diff": centring.diff,
        "new": centring.new,
        "init": centring.init,
        "schema": centring.schema,
    }
    return actions[args.what](args, context)


def _is_offline(args: argparse.Namespace) -> bool:
    """Whether two definitions are compared, and not one with its cloud."""
    return args.what == "diff" and len(args.files) > 1


def _require_sense(args: argparse.Namespace) -> None:
    """UsageError for flags that don't go with the word, and for files missing or too many."""
    command = f"kiki vdc {args.what}"
    for name, words in _ONLY.items():
        if getattr(args, name) not in (False, "", None, 0) and args.what not in words:
            raise UsageError(
                "cli.flag_unknown", flag=f"--{name.replace('_', '-')}", command=command
            )
    wanted = 1 if args.what == "diff" and args.cloud else _FILES[args.what]
    if len(args.files) < wanted:
        names = _NEEDED.get(args.what, "FILE")
        raise UsageError("cli.argument_missing", names=names, command=command)
    if len(args.files) > wanted:
        raise UsageError("cli.word_unexpected", word=args.files[wanted], command=command)
