"""``kiki kinds [WHAT]``: what can be asked for. Nothing is read, made or recorded."""

import argparse

from kiki.benchmark import examples
from kiki.cli.context import Context
from kiki.cli.parser import Parser
from kiki.cli.suggest import nearest
from kiki.cli.views import kinds as view
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.model.vocabulary import KindSpec
from kiki.targets import registry


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("what", metavar="WHAT", nargs="?", default="", code="what_kinds")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """List the kinds that *what* names: all, a target's, one, or those about a word."""
    every = registry.vocabulary().every
    one = _one(args.what, every)
    if one is not None:
        said = examples.of(one.id, context.lang)
        context.show(view.detail(one, said, context.look))
        context.json({"kinds": [view.as_json(one, context.look) | {"examples": list(said)}]})
        return Exit.DONE
    found = _found(args.what, every, context)
    context.show(view.listing(found, context.look))
    context.json({"kinds": [view.as_json(kind, context.look) for kind in found]})
    return Exit.DONE


def _one(what: str, every: tuple[KindSpec, ...]) -> KindSpec | None:
    """The kind called *what*, with or without its target."""
    named = [kind for kind in every if what in (kind.id, kind.name)]
    return named[0] if len(named) == 1 else None


def _found(what: str, every: tuple[KindSpec, ...], context: Context) -> tuple[KindSpec, ...]:
    """The kinds of the target *what*, or those whose name or description has it."""
    of_target = tuple(kind for kind in every if what in ("", kind.target))
    if of_target:
        return of_target
    word = what.casefold()
    found = tuple(
        kind
        for kind in every
        if word in kind.id or any(word in about.casefold() for about in view.abouts(kind))
    )
    if not found:
        near = nearest(what, (kind.name for kind in every))
        code = "cli.kind_unknown_near" if near else "cli.kind_unknown"
        raise UsageError(code, what=what, nearest=near)
    return found
