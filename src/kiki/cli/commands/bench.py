"""``kiki bench``: how well requests are understood here, measured. Nothing is recorded.

Called by the dispatcher. Always in this process, whatever ``--base-url`` says.
"""

import argparse

from kiki.cli.context import Context, encoded
from kiki.cli.parser import Parser, one_of, positive
from kiki.model.exits import Exit


def flags(parser: Parser) -> None:
    """What the command takes."""
    parser.flag("--engine", metavar="ENGINE", default="", code="engine_bench")
    parser.flag("--model", metavar="NAME", default="")
    parser.flag("--only", metavar="WHAT", action="append", default=[], code="only_bench")
    parser.flag("--lang-set", metavar="ko|en", type=one_of("ko", "en"))
    parser.flag("--level", metavar="LEVEL", type=one_of(*_LEVELS))
    parser.flag("--repeat", metavar="N", type=positive, default=1)
    parser.flag("--baseline", metavar="yaml", type=one_of("yaml"))
    parser.switch("--generic", code="generic_bench")
    parser.flag("--out", metavar="FILE", default="", code="out_bench")
    parser.switch("--force")


# Those of benchmark.samples, which the completion and --help need not import.
_LEVELS = ("basic", "compound", "hard", "question", "refusal")


def run(args: argparse.Namespace, context: Context) -> Exit:
    """Measure and show. Ends with 1 when the rules accepted something that was not meant."""
    from kiki.benchmark.bench import chosen  # noqa: PLC0415 -- lazy: only this command needs it
    from kiki.cli import output  # noqa: PLC0415 -- lazy: only this command needs it
    from kiki.cli.views import bench as view  # noqa: PLC0415 -- lazy: only this command needs it
    from kiki.wiring import bench  # noqa: PLC0415 -- lazy: only this command needs it

    if args.out and not args.force:
        output.permit([args.out], context)  # before an hour of work
    samples = chosen(args.only, args.lang_set or "", args.level or "", generic=args.generic)
    result = bench(context.settings, generic=args.generic).run(
        samples, context.teller, repeat=args.repeat, free=args.baseline == "yaml"
    )
    ended = Exit.FAILED if result.total.wrong_by_rules else Exit.DONE
    shown = {"exit": int(ended), **view.as_json(result, context.settings.model)}
    if args.out:
        whole = shown | {"results": view.results(result), "free_results": view.free_results(result)}
        output.save(args.out, (encoded(whole) + "\n").encode())
        context.note("cli.written", path=args.out)
    context.show(view.human(result, context.look))
    context.json(shown)
    return ended
