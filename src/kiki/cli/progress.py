"""Telling of work that is under way, on stderr.

Handed to the agent as its listener by the commands. On a terminal the present task is one line at
the bottom that is replaced; elsewhere there are plain lines, one a finished task.
"""

import time
from collections.abc import Callable

from kiki.cli.layout import cut, one_line
from kiki.cli.look import Look
from kiki.cli.screen import Screen
from kiki.model.agent import Progress
from kiki.model.answer import Answer

# Done in milliseconds, or one of very many: worth a line only while it lasts.
_QUICK = {
    "progress.read",
    "progress.look",
    "progress.check",
    "progress.bench",
    "progress.bench_free",
    "progress.model",
    "progress.model_rung",
    "provision.package",
}
# Half a second apart: without a terminal one in a while is enough.
_FREQUENT = {
    "model.bytes",
    "model.verifying",
    "progress.hosts_keys",
    "progress.hosts_reach",
    "progress.hosts_ways",
}
_WHILE_S = 10.0
_SHOWN = {"ok", "changed", "failed", "unreachable", "foreseen", "unjudged"}
_STYLE = {
    "changed": "yellow",
    "foreseen": "yellow",
    "unjudged": "yellow",
    "failed": "red",
    "unreachable": "red",
    "ok": "green",
}


class Teller:
    """A ``model.agent.Listener``. *look* becomes another where the language does; *follow* is false
    when only the steps are wanted; *answers* gets what a request that only reads is answered with.
    """

    def __init__(self, screen: Screen, look: Look, *, follow: bool = True) -> None:
        self._screen = screen
        self.look = look
        self.follow = follow
        self.answers: Callable[[Answer], None] | None = None
        self._told = 0.0

    def __call__(self, progress: Progress) -> None:
        """Show one step or one event."""
        if progress.answer is not None:
            if self.answers is not None:
                self.answers(progress.answer)
        elif progress.code == "progress.event":
            self._event(progress)
        elif progress.code in _QUICK:
            text = self.look.say(progress.code, **progress.params)
            self._screen.status(cut(text, self.look.width - 1))
        elif progress.code in _FREQUENT:
            self._frequent(progress)
        else:
            self._step(progress)

    def _frequent(self, progress: Progress) -> None:
        text = self.look.say(progress.code, **progress.params)
        if self._screen.live:
            self._screen.status(cut("  " + text, self.look.width - 1))
        elif time.monotonic() - self._told >= _WHILE_S:
            self._told = time.monotonic()
            self._screen.err("  " + text)

    def _step(self, progress: Progress) -> None:
        text = self.look.say(progress.code, **progress.params)
        self._screen.err(self.look.paint("·", "cyan") + " " + text)
        self._screen.status(self.look.paint("  …", "dim"))

    def _event(self, progress: Progress) -> None:
        if not self.follow:
            return
        where = one_line(f"{progress.host}: {progress.task}" if progress.host else progress.task)
        if progress.status in _SHOWN and progress.host:
            self._finished(progress.status, where)
        elif where:
            self._screen.status(cut(f"  … {where}", self.look.width - 1))

    def _finished(self, status: str, where: str) -> None:
        word = self.look.paint(self.look.label("task_" + status), _STYLE[status])
        if status == "ok" and self._screen.live:
            self._screen.status(cut(f"  … {where}", self.look.width - 1))
        else:
            self._screen.err(f"  {where}: {word}")
