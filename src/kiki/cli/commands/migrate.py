"""``kiki migrate FROM TO``: running containers to manifests, and manifests back.

Podman is only read, nothing is applied and nothing is recorded: it makes code, which goes the usual
way. It runs in this process, as ``kiki hosts`` does.
"""

import argparse

from kiki.cli.context import Context
from kiki.cli.parser import Parser, one_of
from kiki.model.errors import UsageError
from kiki.model.exits import Exit

FROM = ("podman", "k8s", "compose")
TO = ("k8s", "podman")
WAYS = (("podman", "k8s"), ("k8s", "podman"), ("compose", "k8s"))
FORMS = ("deployment", "pod")
SERVICES = ("ClusterIP", "NodePort", "LoadBalancer")
# Flags that only some of the ways take, by their names in ``args``, with what they are without.
_READING = ("pod", "container", "inventory", "limit", "user", "ssh_key")
_MAKING = ("form", "service", "size", "ns")


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("source", metavar="|".join(FROM), type=one_of(*FROM), code="source_migrate")
    parser.flag("to", metavar="|".join(TO), type=one_of(*TO), code="to_migrate")
    parser.flag("file", metavar="FILE", nargs="?", default="", code="file_migrate")
    parser.flag("--pod", metavar="NAME", action="append", default=[], code="pod_migrate")
    parser.flag("--container", metavar="NAME", action="append", default=[],
                code="container_migrate")  # fmt: skip
    parser.flag("--inventory", "-i", metavar="INVENTORY", code="inventory_migrate")
    parser.flag("--limit", metavar="PATTERN", default="", code="limit_migrate")
    parser.flag("--user", "-u", metavar="USER", default="")
    parser.flag("--ssh-key", metavar="FILE", default="")
    parser.flag("--ns", "--namespace", metavar="NAMESPACE", default="", code="ns_migrate")
    parser.flag("--as", dest="form", metavar="|".join(FORMS), type=one_of(*FORMS),
                code="as_migrate")  # fmt: skip
    parser.flag("--service", metavar="|".join(SERVICES), type=one_of(*SERVICES),
                code="service_migrate")  # fmt: skip
    parser.flag("--size", metavar="SIZE", default="", code="size_migrate")
    parser.flag("--out", metavar="FILE", default="")
    parser.switch("--force")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Make the code, check it, say what is lost, and write it."""
    _require_sense(args)
    from kiki.cli import migrating  # noqa: PLC0415 -- lazy: only this command needs it

    return migrating.migrate(args, context)


def _require_sense(args: argparse.Namespace) -> None:
    """UsageError for a way that there is not, for flags that don't go with it, and for what is
    missing."""
    if (args.source, args.to) not in WAYS:
        shown = ", ".join(" ".join(way) for way in WAYS)
        raise UsageError("migrate.no_way", source=args.source, to=args.to, ways=shown)
    command = f"kiki migrate {args.source} {args.to}"
    refused = (*(_READING if args.source != "podman" else ()),
               *(_MAKING if args.to == "podman" else ()))  # fmt: skip
    for name in refused:
        if getattr(args, name) not in ("", None, []):
            flag = "--as" if name == "form" else "--" + name.replace("_", "-")
            raise UsageError("cli.flag_unknown", flag=flag, command=command)
    if args.source == "podman":
        if args.file:
            raise UsageError("cli.word_unexpected", word=args.file, command=command)
        if not args.pod and not args.container:
            raise UsageError("migrate.nothing_named")
    elif not args.file:
        raise UsageError("cli.argument_missing", names="FILE", command=command)
