"""Questions to the person at the terminal.

Called by the flow of a change and by commands that would overwrite something. Callers have
checked that somebody is there (``Context.interactive``).
"""

from typing import Literal

from kiki.cli.context import Context
from kiki.cli.views import question as question_view
from kiki.model.change import Change
from kiki.model.errors import UsageError
from kiki.model.intent import Question
from kiki.model.ruling import to_type

Decision = Literal["yes", "no", "reject"]

_TAIL = 5  # the random end of a change's id
_REJECT = ("r", "reject", "반려")
_YES = ("y", "yes", "예", "네", "ㅇ")


def answer(question: Question, context: Context) -> str | None:
    """A choice's value or the text typed; None when nothing was."""
    context.screen.err(question_view.human(question, context.look_err))
    return question_view.chosen(question, _asked(context, "prompt_answer")) or None


def decision(change: Change, context: Context) -> Decision:
    """Whether the change may run. A high risk wants the word ``yes`` or the change's id, a
    production context its name."""
    plan, name = change.stage.plan, guarded(change)
    if name:
        ruled = change.stage.ruling is not None and bool(change.stage.ruling.words)
        prompt = "prompt_run_typed" if ruled else "prompt_run_guarded"
        typed = _asked(context, prompt, name=name)
        agreed = typed == name
    elif plan is not None and plan.risk == "high":
        typed = _asked(context, "prompt_run_high", id=change.id[-_TAIL:])
        agreed = typed.lower() in ("yes", "예", change.id, change.id[-_TAIL:])
    else:
        typed = _asked(context, "prompt_run")
        agreed = typed.lower() in _YES
    if agreed:
        return "yes"
    return "reject" if typed.lower() in _REJECT else "no"


def guarded(change: Change) -> str:
    """What has to be typed: the name of the production context that the change is for, and what
    the site's rules want; empty for anything else."""
    stage = change.stages[0] if change.stages else None
    inventory = stage.inventory if stage is not None else None
    place = inventory.place if inventory is not None else None
    return to_type(place, stage.ruling if stage is not None else None)


def yes(context: Context, name: str, /, **params: object) -> bool:
    """Whether the person says yes to the prompt ``label.<name>``."""
    return _asked(context, name, **params).lower() in _YES


def become_password(context: Context) -> str:
    """The sudo password, typed without echo; UsageError without a terminal."""
    if not context.screen.interactive:
        raise UsageError("cli.become_needs_terminal")
    from getpass import getpass  # noqa: PLC0415 -- lazy: rarely asked for

    try:
        return getpass(context.look_err.label("prompt_become") + " ")
    except EOFError as error:
        raise UsageError("cli.become_needs_terminal") from error


def secret_value(name: str, context: Context) -> str:
    """A secret's value: typed twice without echo, or everything on stdin but the last line end.
    UsageError when nobody can be asked and stdin is a terminal."""
    if not context.screen.typing:
        return _without_line_end(context.screen.read_all())
    if not context.interactive:
        raise UsageError("secret.needs_stdin", name=name)
    from getpass import getpass  # noqa: PLC0415 -- lazy: rarely asked for

    try:
        value = getpass(context.look_err.label("prompt_secret", name=name) + " ")
        again = getpass(context.look_err.label("prompt_secret_again") + " ")
    except EOFError as error:
        raise UsageError("secret.empty", name=name) from error
    if value != again:
        raise UsageError("secret.not_the_same")
    return value


def typed(
    context: Context, names: tuple[str, ...], hidden: str = "password", *, twice: bool = False
) -> list[str]:
    """What the prompts ``label.<name>`` ask for: typed, without echo where the name speaks of a
    *hidden* thing or a token, the last one *twice*; or lines of stdin. UsageError ``cli.lines``."""
    if not context.screen.typing:
        lines = context.screen.read_all().splitlines()
        if len(lines) != len(names) or not all(lines):
            raise UsageError("cli.lines", count=len(names))
        return lines
    if not context.interactive:
        raise UsageError("cli.lines", count=len(names))
    said = [_typed(context, name, hidden in name or "token" in name) for name in names]
    if twice and _typed(context, "login_again", True) != said[-1]:
        raise UsageError("secret.not_the_same")
    return said


def _typed(context: Context, name: str, quiet: bool) -> str:
    if not quiet:
        return _asked(context, name)
    from getpass import getpass  # noqa: PLC0415 -- lazy: rarely asked for

    try:
        return getpass(context.look_err.label(name) + " ")
    except EOFError as error:
        raise UsageError("cli.lines", count=1) from error


def _without_line_end(text: str) -> str:
    """*text* without the one line end that ``echo`` puts there."""
    return text.removesuffix("\n").removesuffix("\r")


def _asked(context: Context, name: str, /, **params: object) -> str:
    try:
        return context.screen.ask(context.look_err.label(name, **params) + " ")
    except EOFError:
        return ""
