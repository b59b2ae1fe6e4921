"""``kiki secret list|set|rotate|remove``: secrets that people name, and the master key.

A value comes from the terminal without echo or from stdin, never from the command line: everybody
on the machine can read that, and the shell keeps it. Values are never shown.
"""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of
from kiki.cli.views import secrets as view
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

WHAT = ("list", "set", "rotate", "remove")


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.secretive = True
    parser.flag("what", metavar="|".join(WHAT), type=one_of(*WHAT), code="what_secret")
    parser.flag("name", metavar="NAME", nargs="?", default="", code="name_secret")
    parser.flag("--version", metavar="VERSION", default="", code="version_secret")
    parser.switch("--force", code="force_secret")
    parser.switch("--all", code="all_secrets")
    parser.flag("--master-key", metavar="[SOURCE]", nargs="?", const="", code="master_key")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Do what the first word says."""
    _require_sense(args)
    if args.what == "list":
        return _list(args, context)
    if args.master_key is not None:
        return _rotate_master(args, context)
    return _remove(args, context) if args.what == "remove" else _keep(args, context)


def _require_sense(args: argparse.Namespace) -> None:
    """UsageError for flags and names that don't go together."""
    command = f"kiki secret {args.what}"
    given = {"--master-key": args.master_key is not None, "--version": bool(args.version),
             "--force": args.force, "--all": args.all}  # fmt: skip
    fitting = {"list": ("--all",), "rotate": ("--master-key",),
               "remove": ("--version", "--force")}.get(args.what, ())  # fmt: skip
    for flag, is_given in given.items():
        if is_given and flag not in fitting:
            raise UsageError("cli.flag_unknown", flag=flag, command=command)
    if args.master_key is not None and args.name:
        raise UsageError("secret.name_or_master_key")
    if args.what != "list" and args.master_key is None and not args.name:
        raise UsageError("cli.argument_missing", names="NAME", command=command)


def _list(args: argparse.Namespace, context: Context) -> Exit:
    found = tuple(one for one in context.agent.secrets() if args.name in ("", one.name))
    context.show(view.human(found, context.look, every=args.all or bool(args.name)))
    context.json({"secrets": view.as_json(found)})
    return Exit.DONE


def _keep(args: argparse.Namespace, context: Context) -> Exit:
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: not for lists

    value = ask.secret_value(args.name, context)
    made = context.agent.keep_secret(args.name, value, known=args.what == "rotate")
    every = context.agent.secrets()
    context.show(context.look.label("secret_kept", name=made.name, version=made.version))
    waiting = view.waiting(every, made)
    if waiting:
        context.note("secret.plan_again", name=made.name, changes=", ".join(waiting))
    context.json({"secret": view.one_as_json(made, every), "waiting": list(waiting)})
    return Exit.DONE


def _remove(args: argparse.Namespace, context: Context) -> Exit:
    gone = context.agent.remove_secret(args.name, args.version, force=args.force)
    context.show(context.look.label("secret_removed", name=args.name, count=len(gone)))
    context.json({"name": args.name, "removed": [one.version for one in gone]})
    return Exit.DONE


def _rotate_master(args: argparse.Namespace, context: Context) -> Exit:
    made = context.agent.rotate_master_key(args.master_key)
    context.show(view.rotation(made, context.look))
    context.json({"master_key": view.rotation_as_json(made)})
    if args.master_key:
        setting = "" if args.master_key == "default" else args.master_key
        if setting != context.settings.master_key:
            context.note("secret.set_master_key", setting=setting or '""')
    return Exit.DONE
