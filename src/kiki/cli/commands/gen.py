"""``kiki gen -t k8s --name web ...``: flags become code. No record, no database, no model.

Called by the dispatcher. This is the command whose start-up time counts most.
"""

import argparse

from kiki.cli import output
from kiki.cli.context import Context
from kiki.cli.generation import produce
from kiki.cli.parser import Parser, add_code_flags, add_ignored
from kiki.cli.requests import settings_of_fields, target_name
from kiki.model.exits import Exit
from kiki.model.request import Request
from kiki.targets import registry

# Other spellings of flags that the vocabulary has.
_SPELLINGS = {"ns": ("--namespace",)}


def flags(parser: Parser) -> None:
    """What the command takes: its own flags, and one for each flag in the vocabulary."""
    parser.flag("--target", "-t", metavar="TARGET", default="")
    parser.flag("--kind", metavar="KIND", default="")
    parser.flag("--name", metavar="NAME", default="")
    for name in field_flags():
        spellings = (f"--{name}", *_SPELLINGS.get(name, ()))
        parser.flag(*spellings, dest="field_" + name, code=name, metavar=name.upper())
    parser.flag("--set", metavar="FIELD=VALUE", action="append", default=[])
    parser.flag("--from", metavar="FILE", dest="fields_file", default="", code="from_gen")
    add_code_flags(parser)
    add_ignored(parser)


def field_flags() -> list[str]:
    """The flags that fields of any kind declare, without ``name``, which every request has."""
    kinds = registry.vocabulary().every
    found = {field.flag for kind in kinds for field in kind.fields if field.flag}
    return sorted(found - {"name"})


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Write the code to stdout or to ``--out``."""
    deliver = output.delivery(args, context)
    return produce(_request(args, context), context.generator, context, deliver,
                   strict=args.validate or bool(args.kube_version))  # fmt: skip


def _request(args: argparse.Namespace, context: Context) -> Request:
    given = {name: getattr(args, "field_" + name) for name in field_flags()}
    fields = {name: value for name, value in given.items() if value is not None}
    if args.kind:
        fields["kind"] = args.kind
    if args.fields_file:
        from kiki.cli import sources  # noqa: PLC0415 -- lazy: flags name no files

        fields["from"] = sources.fields_file(args.fields_file)
    return Request(
        target=target_name(args.target),
        name=args.name,
        flags=fields | settings_of_fields(args.set),
        layout=args.layout,
        lang=context.lang,
        only_yaml=True,
        kube_version=args.kube_version,
    )
