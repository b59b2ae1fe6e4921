"""From a new change to its end: questions, plan, one decision for the whole plan, run, summary.

Called by the bare flags form, ``answer``, ``redo``, ``undo``, ``plan`` and ``run``. Whatever
happens, the change is in the record first: nothing here is lost with the terminal.
"""

import signal
from collections.abc import Callable

from kiki.cli.answering import Answers
from kiki.cli.context import Context
from kiki.cli.exits import exit_of
from kiki.cli.views import change as change_view
from kiki.cli.views import outcome as outcome_view
from kiki.cli.views import plan as plan_view
from kiki.cli.views import question as question_view
from kiki.cli.views import reading as reading_view
from kiki.model.change import Change
from kiki.model.exits import Exit
from kiki.model.intent import Reading

Begin = Callable[[str | None], Change]


def _stop(number: int, frame: object) -> None:
    """A closed terminal or a stopped service ends a change as Ctrl-C does: cleanly, and said."""
    raise KeyboardInterrupt


class Flow:
    """One change on its way. *yes* approves without asking; *wide* and *watch* are how what only
    reads is shown; *plan_only* ends with the plan."""

    def __init__(
        self,
        context: Context,
        *,
        yes: bool = False,
        wide: bool = False,
        watch: bool = False,
        plan_only: bool = False,
    ) -> None:
        self._context = context
        self._answers = Answers(context, wide=wide, watch=watch)
        context.teller.answers = self._answers
        self._watch = watch
        self._yes = yes
        self._plan_only = plan_only
        self._password: str | None = None

    def begin(self, begin: Begin, *, ask_password: bool) -> Exit:
        """Ask for the become password when it is wanted, *begin* the change, carry it on."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        if ask_password:
            from kiki.cli import ask  # noqa: PLC0415 -- lazy: rarely asked for

            self._password = ask.become_password(self._context)
        return self.carry_on(self._seen(begin(self._password)))

    def carry_on(self, change: Change) -> Exit:
        """Answer, show, decide, run; how it ended."""
        change = self._answered(change)
        self._show(change)
        if change.state == "awaiting_approval":
            change = self._decided(change)
        return self.end(change)

    def apply(self, change: Change, password: str | None = None, override: str = "") -> Change:
        """Run an approved change and show what it did."""
        done = self._context.agent.run(change.id, self._context.teller, password, override=override)
        self._context.show("\n" + self._summary(self._seen(done)))
        return done

    def end(self, change: Change) -> Exit:
        """Write the JSON and give the exit code."""
        shown = {"change": change_view.as_json(change, self._context.look)}
        answered = self._answers.as_json()
        if self._watch and answered is not None:
            return exit_of(change)  # each was written as it came
        self._context.json(shown | ({"answer": answered} if answered is not None else {}))
        return exit_of(change)

    def _seen(self, change: Change) -> Change:
        self._context.watched = change.id
        return change

    def _answered(self, change: Change) -> Change:
        context = self._context
        while change.state == "asking" and change.reading and change.reading.question:
            value = self._asked(change, change.reading)
            if value is None:
                context.note("cli.answer_later", id=change.id)
                return change
            change = context.agent.answer(change.id, value, context.teller, self._password)
        return change

    def _asked(self, change: Change, reading: Reading) -> str | None:
        """The answer to the reading's question; None when nobody gives one."""
        context, look = self._context, self._context.look_err
        context.screen.err(reading_view.human(reading, change.request.message, look))
        if reading.question is None:
            return None
        if not context.interactive:
            context.screen.err(question_view.human(reading.question, look))
            return None
        from kiki.cli import ask  # noqa: PLC0415 -- lazy: only on a terminal

        return ask.answer(reading.question, context)

    def _show(self, change: Change) -> None:
        """What a new change is, as far as it went."""
        context, look = self._context, self._context.look
        if change.state == "asking":
            return
        if change.state == "answered":
            self._tell_answered(change)
            return
        parts = [change_view.made(change, look), self._plan_card(change)]
        parts.append(change_view.head(change, look))
        if change.state not in ("awaiting_approval", "checked"):
            parts.append(change_view.reason(change, look))
            parts.append(self._summary(change) if change.state == "applied" else "")
        context.show("\n\n".join(part for part in parts if part))
        if change.state == "checked" and not self._syntax_only(change):
            self._say_why_not_run(change)

    def _tell_answered(self, change: Change) -> None:
        """How the message was read, beside the answer that was shown: on stderr, as the answer may
        go on into a pipe."""
        context, look = self._context, self._context.look_err
        if not context.as_json and change.reading is not None:
            read = reading_view.human(change.reading, change.request.message, look)
            context.screen.err(f"\n{read}")
        context.note("cli.answered", id=change.id)

    def _say_why_not_run(self, change: Change) -> None:
        from kiki.targets import registry  # noqa: PLC0415 -- lazy: a server may know more targets

        target = change.stage.target
        if target in registry.names() and not registry.target(target).plans:
            self._context.note("cli.checked_no_apply", target=target, id=change.id)
        elif target in registry.names() and registry.target(target).place != "hosts":
            self._context.note(f"cli.checked_no_{registry.target(target).place}")
        else:
            self._context.note("cli.checked_only")

    def _syntax_only(self, change: Change) -> bool:
        scope = change.request.scope
        return scope.inventory is not None and scope.verify == "syntax"

    def _plan_card(self, change: Change) -> str:
        card = plan_view.human(change.stage, self._context.look) if change.stages else ""
        if not card:
            return ""
        more = change_view.later(change, self._context.look)
        return f"{self._context.look.heading('plan')}\n{card}" + (f"\n\n{more}" if more else "")

    def _summary(self, change: Change) -> str:
        look = self._context.look
        parts = [change_view.head(change, look)]
        if change.stages and change.stage.outcome is not None:
            parts.append(outcome_view.human(change.stage.outcome, look))
            parts.append(change_view.later_results(change, look))
        if change.stages and change.stage.outcome is None:
            parts.append(change_view.reason(change, look))
        return "\n".join(part for part in parts if part)

    def _decided(self, change: Change) -> Change:
        unasked = self._yes and not _by_model(change) and not _guarded(change)
        decision = "yes" if unasked else self._ask(change)
        agent = self._context.agent
        if decision == "yes":
            # the name of what is production was typed, or there would be no yes
            granted = agent.approve(change.id, change_view.digest(change), name=_guarded(change))
            if granted.state != "approved":  # the site's rules want more people
                context = self._context
                context.note("cli.more_approvals", id=change.id, count=len(granted.granted))
                return granted
            return self.apply(granted, self._password)
        if decision == "reject":
            return agent.reject(change.id)
        self._context.note("cli.approve_later", id=change.id)
        return change

    def _ask(self, change: Change) -> str:
        if self._plan_only or not self._context.interactive:
            return "no"
        from kiki.cli import ask  # noqa: PLC0415 -- lazy: only on a terminal

        return ask.decision(change, self._context)


def _guarded(change: Change) -> str:
    """The name of a production context, which has to be typed: ``--yes`` is not enough."""
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: only with a plan

    return ask.guarded(change)


def _by_model(change: Change) -> bool:
    """Whether a model read the message: then ``--yes`` is no approval of what it made of it."""
    return change.reading is not None and change.reading.reader == "model"
