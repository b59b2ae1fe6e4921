"""What a look at a live system says, as events and a result like those of a run.

Called by ``places``. The answer itself, whole, is the report of the place's one host; the target
reads it.
"""

from typing import Any

from msgspec.structs import replace

from kiki.execution.journal import Journal
from kiki.execution.port import OnEvent
from kiki.model.run import EventKind, HostStats, RunEvent, RunMode, RunResult

_INTERRUPTED = 130


class Look:
    """One look in progress; *module* is the one whose tasks it looks at."""

    def __init__(
        self, mode: RunMode, host: str, module: str, on_event: OnEvent, journal: Journal
    ) -> None:
        self._mode = mode
        self._module = module
        self._host = host
        self._on_event = on_event
        self._journal = journal
        self._events: list[RunEvent] = []

    def hear(self, said: dict[str, Any]) -> None:
        """One object, as the driver tells of it on the way."""
        if "verb" in said:
            self._tell("failed" if said["problems"] else _kind(said["verb"]), said["title"])
        else:
            kind: EventKind = "ok" if said["up"] else "other"
            self._tell(kind, f"{said['title']} {said['text']}".strip())

    def result(self, said: dict[str, Any] | None, folder: str) -> RunResult:
        """The result; *said* is the driver's answer, None for a look that was stopped."""
        if said is None:
            return self._ended(RunResult(status="cancelled", rc=_INTERRUPTED, folder=folder))
        down = said.get("down", [])
        for one in down:
            self._tell("failed", one["title"], reason=one["code"])
        changing = [one for one in said["objects"] if one["verb"] != "none"]
        if self._mode == "again":
            for one in changing:
                self._tell("changed", one["title"])
        stats = HostStats(ok=len(said["objects"]), changed=len(changing), failed=len(down))
        failed = self._mode == "again" and bool(down)
        return self._ended(
            RunResult(
                status="failed" if failed else "successful",
                rc=int(failed),
                stats={self._host: stats},
                folder=folder,
                reports={self._host: said},
            )
        )

    def _ended(self, result: RunResult) -> RunResult:
        return replace(result, events=tuple(self._events), output=self._journal.output())

    def _tell(self, kind: EventKind, task: str, reason: str = "") -> None:
        event = RunEvent(
            counter=len(self._events) + 1,
            kind=kind,
            host=self._host,
            task=task,
            module=self._module,
            result={"reason": reason} if reason else {},
        )
        self._events.append(event)
        self._journal.add(event)
        self._on_event(event)


def _kind(verb: str) -> EventKind:
    return "ok" if verb == "none" else "changed"
