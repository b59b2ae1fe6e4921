"""Showing answers as they come: at once on a terminal, and as JSON.

Called by the flow of a change, and through it by the teller, which hears them. Whoever watches gets
every answer that differs from the last: on a terminal below the last one, as JSON one on each line.
"""

from typing import Any

from kiki.cli.context import Context
from kiki.cli.views import answer as answer_view
from kiki.model.answer import Answer


class Answers:
    """The answers of one command. *wide*: with every column. *watch*: there may be many."""

    def __init__(self, context: Context, *, wide: bool = False, watch: bool = False) -> None:
        self._context = context
        self._wide = wide
        self._watch = watch
        self.last: Answer | None = None

    def __call__(self, answer: Answer) -> None:
        """Show one."""
        context = self._context
        first = self.last is None
        self.last = answer
        if context.as_json and self._watch:
            context.screen.out(_line(self.as_json()))
        elif not context.as_json:
            said = answer_view.human(answer, context.look, wide=self._wide)
            context.show(said if first else "\n" + said)

    def as_json(self) -> dict[str, Any] | None:
        """The last one; None where there was none."""
        if self.last is None:
            return None
        return answer_view.as_json(self.last, self._context.look)


def _line(builtins: Any) -> str:
    import msgspec  # noqa: PLC0415 -- lazy: the order of imports is main's

    return msgspec.json.encode({"answer": builtins}).decode()
