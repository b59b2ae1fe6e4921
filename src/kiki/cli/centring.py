"""What ``kiki vdc`` does: read a definition, say what is wrong with it, compile it.

Called by ``commands.vdc``. Code is only given for a definition without errors, and only when the
strict check finds none in it.
"""

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiki.cli import output
from kiki.cli.commands.check import read_file
from kiki.cli.context import Context
from kiki.cli.exits import exit_of_findings
from kiki.cli.views import code
from kiki.cli.views import findings as view
from kiki.model.artifact import File
from kiki.model.exits import Exit
from kiki.model.finding import Finding
from kiki.vdc.definition import Definition
from kiki.vdc.marks import MARK
from kiki.vdc.reading import Read, read

if TYPE_CHECKING:
    from kiki.vdc.compiling import Compiled


def check(args: argparse.Namespace, context: Context) -> Exit:
    """All findings about a definition."""
    found = read(read_file(args.files[0], context))
    ended = exit_of_findings(found.findings)
    if args.sarif:
        from kiki.cli.views.sarif import document  # noqa: PLC0415 -- lazy: only for programs

        context.screen.out(document(found.findings, context.look))
        return ended
    if found.findings:
        context.show(view.human(found.findings, context.look))
    if found.definition is not None and ended == Exit.DONE:
        context.show(context.look.paint(_summary(found.definition, context), "green"))
    context.json({"exit": int(ended), "findings": view.as_json(found.findings, context.look)})
    return ended


def _summary(definition: Definition, context: Context) -> str:
    groups = definition.servers.values()
    return context.look.say(
        "vdc.no_errors", servers=sum(one.count for one in groups), groups=len(groups),
        networks=len(definition.networks), rules=len(definition.rules),
    )  # fmt: skip


def render(args: argparse.Namespace, context: Context) -> Exit:
    """The templates and the inventory: below ``--out``, or on stdout."""
    found = read(read_file(args.files[0], context))
    definition = sound(found, args.files[0], context)
    if definition is None:
        return refused(found.findings, context)
    from kiki.vdc.compiling import compiled  # noqa: PLC0415 -- lazy: not for a check

    made = compiled(definition)
    # One by one: no template is part of another one.
    checked = [
        finding
        for file in made.templates.files
        for finding in context.generator.check("openstack", (file,), file.path)
    ]
    for _, artifact in made.later:
        checked += context.generator.check(artifact.target, artifact.files, artifact.entry)
    findings = (*found.findings, *made.findings, *checked)
    ended = exit_of_findings(findings)
    told = (*(one for one in found.findings if one.severity != "info"), *made.findings, *checked)
    if told:
        context.screen.err(view.human(told, context.look_err))
    if ended == Exit.DONE:
        _deliver(made, args, context)
    context.json({
        "exit": int(ended),
        "artifact": code.as_json(made.artifact),
        "findings": view.as_json(findings, context.look),
    })  # fmt: skip
    return ended


def sound(found: Read, path: str, context: Context) -> Definition | None:
    """The definition if nothing is wrong with it; what is, goes to stderr."""
    if exit_of_findings(found.findings) == Exit.DONE and found.definition is not None:
        return found.definition
    context.screen.err(view.human(found.findings, context.look_err))
    context.note("vdc.has_errors", file=path)
    return None


def refused(findings: Sequence[Finding], context: Context) -> Exit:
    """The end of a word that needs a sound definition and has none."""
    ended = exit_of_findings(findings)
    context.json({"exit": int(ended), "findings": view.as_json(findings, context.look)})
    return ended


def _deliver(made: "Compiled", args: argparse.Namespace, context: Context) -> None:
    artifact = made.artifact
    if not args.out or args.out == "-":
        if not context.as_json:
            context.screen.raw(output.stream(artifact))
        return
    folder = args.out.rstrip("/")
    write([(f"{folder}/{file.path}", file) for file in artifact.files], args, context)
    left = _left_over(folder, frozenset(file.path for file in artifact.files))
    if left:
        context.note("vdc.left_over", folder=folder, names=", ".join(left))


def _left_over(folder: str, made: frozenset[str]) -> list[str]:
    """Templates of an earlier rendering that this one does not make: nobody should create them."""
    names = sorted(set(os.listdir(folder)) - made)  # noqa: PTH208 -- as elsewhere in the CLI
    return [name for name in names if name.endswith((".yaml", ".yml")) and _ours(folder, name)]


def _ours(folder: str, name: str) -> bool:
    try:
        with open(f"{folder}/{name}", encoding="utf-8") as file:  # noqa: PTH123 -- as above
            return file.read(len(MARK) + 2) == f"# {MARK}"
    except (OSError, UnicodeDecodeError):
        return False


def write(places: list[tuple[str, File]], args: argparse.Namespace, context: Context) -> None:
    """Each file at its place; what is there is only replaced with ``--force`` or a yes."""
    if not args.force:
        output.permit([path for path, _ in places], context)
    for path, file in places:
        output.save(path, file.text.encode())
        context.note("cli.written", path=path)


def graph(args: argparse.Namespace, context: Context) -> Exit:
    """A picture of a definition."""
    found = read(read_file(args.files[0], context))
    definition = sound(found, args.files[0], context)
    if definition is None:
        return refused(found.findings, context)
    from kiki.vdc.drawing import Form, drawn  # noqa: PLC0415 -- lazy: not for a check

    form: Form = args.format or ("mermaid" if args.out.endswith((".mmd", ".mermaid")) else "svg")
    return give(drawn(definition, form), args, context, format=form)


def diff(args: argparse.Namespace, context: Context) -> Exit:
    """What changes in the cloud when one definition becomes the other."""
    both: list[Definition] = []
    for path in args.files:
        found = read(read_file(path, context))
        definition = sound(found, path, context)
        if definition is None:
            return refused(found.findings, context)
        both.append(definition)
    from kiki.cli.views import differences  # noqa: PLC0415 -- lazy: only here
    from kiki.vdc.comparing import compare  # noqa: PLC0415 -- lazy: as above

    differing = compare(*both)
    context.show(differences.human(differing, context.look))
    context.json({"exit": int(Exit.DONE), "differences": differences.as_json(differing)})
    return Exit.DONE


def new(args: argparse.Namespace, context: Context) -> Exit:
    """A definition from words, or what they lack."""
    from kiki.vdc.wording.reading import told  # noqa: PLC0415 -- lazy: only here

    message = context.screen.read_all() if args.files[0] == "-" else args.files[0]
    context.hear(message)
    found = told(message, image=args.image, flavor=args.flavor)
    if found.draft is None:
        return _unread(found.code, found.params, Exit.REFUSED, context)
    missing = found.draft.missing()
    if missing:
        names = ", ".join(context.look_err.say(f"vdc.need_{sort}") for sort in missing)
        return _unread("vdc.new_missing", {"names": names}, Exit.QUESTION, context)
    assumed = [context.look.say(code) for code in found.draft.assumptions()]
    words = context.look.say("vdc.new_from", words=" ".join(message.split()))
    text = found.draft.text((words, *assumed))
    judged = read(File(path=args.out or "-", text=text)).findings
    if judged:
        context.screen.err(view.human(judged, context.look_err))
    if exit_of_findings(judged) != Exit.DONE:
        return refused(judged, context)
    return give(text, args, context)


def _unread(code: str, params: dict[str, str], ended: Exit, context: Context) -> Exit:
    """The end of words that are no definition."""
    context.note(code, **params)
    said = context.look.message(code, **params)
    problem = {"code": code, "params": params, "text": said.text, "help": said.help}
    context.json({"exit": int(ended), "problem": problem})
    return ended


def init(args: argparse.Namespace, context: Context) -> Exit:
    """A definition to begin with."""
    from kiki.vdc.presets import STARTER, preset  # noqa: PLC0415 -- lazy: only here

    name = args.preset or STARTER
    if name == "lab":
        context.note("vdc.preset_lab")
    return give(preset(name, context.lang), args, context, preset=name)


def schema(args: argparse.Namespace, context: Context) -> Exit:
    """The JSON Schema of the form, for editors."""
    from kiki.vdc.shape import published  # noqa: PLC0415 -- lazy: as there

    return give(published(context.lang).decode(), args, context)


def give(text: str, args: argparse.Namespace, context: Context, **about: str) -> Exit:
    """*text* to ``--out`` or to stdout; as JSON with what is said *about* it."""
    if args.out and args.out != "-":
        write([(args.out, File(path=args.out, text=text))], args, context)
    elif not context.as_json:
        context.screen.raw(text)
    context.json({"exit": int(Exit.DONE), **about, "text": text})
    return Exit.DONE
