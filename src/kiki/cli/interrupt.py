"""What is said after Ctrl-C, and after a mistake in Kiki itself.

Called by the dispatcher. Ctrl-C loses nothing: whatever was recorded stays, a run that was under
way is ended, and the person is told in which state the change is.
"""

import signal
import traceback

from kiki.cli.context import Context
from kiki.cli.look import Look
from kiki.cli.screen import Screen
from kiki.cli.views import change as change_view
from kiki.cli.views import failure
from kiki.model.agent import ChangeFilter
from kiki.model.change import Change
from kiki.model.errors import KikiError
from kiki.model.exits import Exit
from kiki.model.lifecycle import RUNNING


def interrupted(context: Context | None, screen: Screen, look: Look) -> Exit:
    """End what runs, and say how the change stands."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ending a run must not be cut itself
    try:
        change = _ended(context, screen, look)
        if change is None:
            _note(screen, look, "cli.interrupted")
        else:
            said = look.say(f"state.{change.state}")
            command = change_view.next_step(change)
            _note(screen, look, "cli.interrupted_change", id=change.id, state=said, command=command)
        return Exit.CANCELLED
    finally:
        signal.signal(signal.SIGINT, before)


def _note(screen: Screen, look: Look, code: str, /, **params: object) -> None:
    found = look.message(code, **params)
    screen.err(f"\n{found.text}\n  {found.help}" if found.help else f"\n{found.text}")


def _ended(context: Context | None, screen: Screen, look: Look) -> Change | None:
    try:
        return _left(context)
    except KikiError as error:
        screen.err(failure.human(error, look))
        return None


def _left(context: Context | None) -> Change | None:
    """The change that this command was working on, its run ended."""
    if context is None or not (context.watched or context.submitting):
        return None
    change = _found(context)
    if change is not None and change.state in RUNNING:
        return context.agent.cancel(change.id)
    return change


def _found(context: Context) -> Change | None:
    if context.watched:
        return context.agent.get(context.watched)
    since = ChangeFilter(since=context.submitting, limit=1)
    return next(iter(context.agent.find(since)), None)


def broken(error: Exception, screen: Screen, look: Look) -> Exit:
    """Say that Kiki itself is at fault, and where; the change's record is as it was."""
    screen.err(_masked("".join(traceback.format_exception(error)).rstrip()))
    _note(screen, look, "cli.broken", problem=_masked(f"{type(error).__name__}: {error}"))
    return Exit.FAILED


def _masked(text: str) -> str:
    """*text* without secrets; nothing of it when even that can't be done."""
    try:
        from kiki.understand.secrets import masked  # noqa: PLC0415 -- lazy: only after a mistake

        return masked(text)
    except Exception:  # noqa: BLE001 -- the mistake may be there
        return "..."
