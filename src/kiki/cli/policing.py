"""What ``kiki policy`` does: show the site's rules, run their tests, say what is odd about them.

Called by ``commands.policy``. Files are read where the command runs, also with a server.
"""

import argparse
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kiki.cli import output
from kiki.cli.commands.check import read_file
from kiki.cli.context import Context
from kiki.cli.views import findings as findings_view
from kiki.cli.views import rules as view
from kiki.model.errors import NotFoundError, UsageError
from kiki.model.exits import Exit
from kiki.model.finding import Finding, has_errors
from kiki.model.windows import window
from kiki.policy.site import describing, loading, trials
from kiki.policy.site.loading import Site
from kiki.policy.site.trials import Placed, Result


def _folder(args: argparse.Namespace, context: Context) -> str:
    """The folder that is meant; UsageError ``policy.site_no_folder``."""
    found = args.dir or context.settings.policy_dir
    if not found:
        raise UsageError("policy.site_no_folder")
    return os.path.expanduser(found)  # noqa: PTH111 -- as in wiring


def listed(args: argparse.Namespace, context: Context) -> Exit:
    """All rules, a line each, and what is wrong with the files."""
    folder = _folder(args, context)
    site = loading.load(folder)
    context.show(view.listed(site.rules, context.look))
    return _ended(site.findings, context, rules=view.rules_json(site.rules))


def shown(args: argparse.Namespace, context: Context) -> Exit:
    """One rule as it is written, with its tests' names."""
    folder = _folder(args, context)
    site = loading.load(folder)
    found = next((one for one in site.rules if one.rule.id == args.names[0]), None)
    if found is None:
        known = ", ".join(one.rule.id for one in site.rules) or "-"
        raise NotFoundError("policy.site_no_rule", rule=args.names[0], known=known)
    context.show(view.one(found, context.look))
    return _ended((), context, rules=view.rules_json((found,)))


def test(args: argparse.Namespace, context: Context) -> Exit:
    """Run the tests of the folder, or those in the files that are named."""
    folder = _folder(args, context)
    site = loading.load(folder)
    tests, wrong = _tests(args.names, folder, context)
    problems = (*site.findings, *wrong)
    results = () if has_errors(problems) else _results(site, tests, context)
    failed = [result for result in results if not result.passed]
    if results or not has_errors(problems):
        context.show(view.summary(results, context.look))
    shown = view.results_json(results, context.look)
    ended = Exit.CHECK_FAILED if failed else Exit.DONE
    return _ended(problems, context, ended, results=shown)


def _results(site: Site, tests: tuple[Placed, ...], context: Context) -> tuple[Result, ...]:
    from kiki.service import rehearsing  # noqa: PLC0415 -- lazy: not for a list

    def tell(result: Result) -> None:
        context.show(view.result(result, context.look))

    return rehearsing.rehearsed(site, tests, context.settings.profile, tell)


def _tests(
    files: list[str], folder: str, context: Context
) -> tuple[tuple[Placed, ...], tuple[Finding, ...]]:
    """The tests and what is wrong with their files."""
    if files:
        texts = [(path, read_file(path, context).text) for path in files]
    else:
        paths = sorted(Path(folder).iterdir()) if Path(folder).is_dir() else []
        names = [path for path in paths if loading.is_tests(path.name)]
        texts = [(path.name, read_file(str(path), context).text) for path in names]
    read = [trials.read(text, name) for name, text in texts]
    found = tuple(one for tests, _ in read for one in tests)
    return found, tuple(one for _, wrong in read for one in wrong)


def check(args: argparse.Namespace, context: Context) -> Exit:
    """Everything that is wrong or odd: files, rules, tests that fail and tests that are missing."""
    from kiki.service import rehearsing  # noqa: PLC0415 -- lazy: not for a list

    folder = _folder(args, context)
    site = loading.load(folder)
    tests, wrong = _tests([], folder, context)
    problems = [*site.findings, *wrong]
    if not has_errors(tuple(problems)):
        profile = context.settings.profile
        results = rehearsing.rehearsed(site, tests, profile, lambda _: None)
        problems += [view.failure(result) for result in results if not result.passed]
        problems += rehearsing.checked(site, folder, datetime.now(UTC), results)
    if not problems:
        told = context.look.say("policy.site_no_findings", rules=len(site.rules), tests=len(tests))
        context.show(context.look.paint(told, "green"))
    return _ended(tuple(problems), context)


def _ended(
    findings: tuple[Finding, ...], context: Context, ended: Exit = Exit.DONE, **shown: object
) -> Exit:
    """Show *findings*; how the command ends: an error among them is a failed check."""
    if findings:
        context.show(findings_view.human(findings, context.look))
    if has_errors(findings):
        ended = Exit.CHECK_FAILED
    told = findings_view.as_json(findings, context.look)
    context.json({"exit": int(ended), **shown, "findings": told})
    return ended


def explain(args: argparse.Namespace, context: Context) -> Exit:
    """What the rules said of a change, and what they say now."""
    change = context.change(args.names[0])
    kept = change.stages[0].ruling if change.stages else None
    now = context.agent.rulings(change.id)
    context.show(view.explained(kept, now, context.look))
    context.json({
        "exit": int(Exit.DONE),
        "recorded": view.as_json(kept),
        "now": [view.as_json(one) for one in now],
    })  # fmt: skip
    return Exit.DONE


def init(args: argparse.Namespace, context: Context) -> Exit:
    """Write rules to begin with, their tests and the schema for editors."""
    from kiki.policy.site import starters  # noqa: PLC0415 -- lazy: only here

    zone = args.zone or "UTC"
    try:
        window(f"daily 00:00-24:00 zone {zone}")
    except ValueError:
        raise UsageError("policy.site_zone_unknown", value=zone) from None
    folder = args.names[0] if args.names else _folder(args, context)
    texts = starters.files(zone, context.lang)
    texts[describing.NAME] = describing.schema(context.lang)
    places = {f"{folder.rstrip('/')}/{name}": text for name, text in texts.items()}
    if not args.force:
        output.permit(list(places), context)
    for path, text in places.items():
        output.save(path, text.encode())
        context.note("cli.written", path=path)
    if not context.settings.policy_dir:
        context.note("policy.site_next", folder=folder)
    context.json({"exit": int(Exit.DONE), "files": list(places)})
    return Exit.DONE


def schema(args: argparse.Namespace, context: Context) -> Exit:
    """The JSON Schema of rule files and tests."""
    text = describing.schema(context.lang)
    if not args.out:
        context.screen.raw(text)
        return Exit.DONE
    if not args.force:
        output.permit([args.out], context)
    output.save(args.out, text.encode())
    context.note("cli.written", path=args.out)
    return Exit.DONE


ACTIONS: dict[str, Callable[[argparse.Namespace, Context], Exit]] = {
    "list": listed,
    "show": shown,
    "test": test,
    "check": check,
    "explain": explain,
    "init": init,
    "schema": schema,
}
