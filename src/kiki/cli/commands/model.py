"""``kiki model list|pull|use|verify|remove|stop|serve``: the models that Kiki runs itself."""

import argparse
from collections.abc import Callable

from kiki.cli.commands.agent import port
from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of
from kiki.model.exits import Exit
from kiki.provision.models import catalogue

ACTIONS = ("list", "pull", "use", "verify", "remove", "stop", "serve")
ENGINES = ("embedded", "openvino")


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="|".join(ACTIONS), type=one_of(*ACTIONS), code="what_model")
    parser.flag("which", metavar="MODEL", nargs="?", type=one_of(*catalogue.ids()))
    parser.flag("--from", metavar="WHERE", default="", dest="source", code="model_from")
    parser.flag("--with", metavar="|".join(ENGINES), dest="engine",
                type=one_of(*ENGINES), code="model_with")  # fmt: skip
    parser.switch("--yes", "-y", code="model_yes")
    parser.flag("--host", metavar="ADDRESS", default="127.0.0.1", code="host_agent")
    parser.flag("--port", metavar="PORT", type=port, default=8080, code="port_agent")
    parser.flag("--alias", metavar="NAME", default="", code="model_alias")
    parser.switch("--wait", code="model_wait")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Do it."""
    from kiki.cli import models  # noqa: PLC0415 -- lazy: only this command needs it

    actions: dict[str, Callable[[], Exit]] = {
        "list": lambda: models.listed(context),
        "pull": lambda: models.pulled(context, args.which or "", args.source, agreed=args.yes),
        "use": lambda: models.used(context, args.which or "", args.engine or ""),
        "verify": lambda: models.verified(context, args.which or ""),
        "remove": lambda: models.removed(context, args.which or "", agreed=args.yes),
        "stop": lambda: models.stopped(context),
        "serve": lambda: _served(args, context),
    }
    return actions[args.what]()


def _served(args: argparse.Namespace, context: Context) -> Exit:
    from kiki.cli import serving  # noqa: PLC0415 -- lazy: only here

    at = (args.host, args.port, args.alias)
    return serving.served(context, args.which or "", args.engine, at, wait=args.wait)
