"""What stays of a run in its folder: events without diffs, a log for people, how it ended.

Called by ``runner``. A disk that is full must not take the result of a running apply with it:
after the first failed write nothing more is written, ``broken`` says so, and the run goes on.
"""

import contextlib
from typing import IO

import msgspec

from kiki.execution.faults import guarded
from kiki.execution.folders import Folder, open_private
from kiki.model.run import RunEvent, RunResult

OUTPUT = 64_000  # characters of the log that a result carries
_WORDS = {
    "ok": "ok", "changed": "changed", "failed": "failed", "unreachable": "unreachable",
    "skipped": "skipped", "item": "  item",
}  # fmt: skip
_PLAIN = ("rc", "reason", "status", "item", "skip_reason")  # of an event's result


class Journal:
    """Writes as events come, so that a cut run leaves what happened until then."""

    def __init__(self, folder: Folder) -> None:
        self.broken = False
        self._folder = folder
        self._log: list[str] = []
        with guarded(folder.path):
            self._events: IO[str] = open_private(folder.events)
            self._text: IO[str] = open_private(folder.log)

    def add(self, event: RunEvent) -> None:
        """Write one event, without what hosts' files hold."""
        line = _line(event)
        self._log.append(line)
        self._write(self._events, msgspec.json.encode(_bare(event)).decode() + "\n")
        self._write(self._text, line + "\n")

    def end(self, result: RunResult) -> None:
        """Write how it ended."""
        ended = {
            "status": result.status,
            "rc": result.rc,
            "events": len(result.events),
            "stats": msgspec.to_builtins(result.stats),
        }
        with contextlib.suppress(OSError), open_private(self._folder.result) as file:
            file.write(msgspec.json.encode(ended).decode() + "\n")

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        for file in (self._events, self._text):
            with contextlib.suppress(OSError):
                file.close()

    def output(self) -> str:
        """The log's end."""
        return "\n".join(self._log)[-OUTPUT:]

    def _write(self, file: IO[str], text: str) -> None:
        if self.broken:
            return
        try:
            file.write(text)
            file.flush()
        except OSError:
            self.broken = True


def _bare(event: RunEvent) -> RunEvent:
    """*event* for the file: only what can't hold anything of a host's files."""
    kept = {key: value for key, value in event.result.items() if key in _PLAIN}
    return msgspec.structs.replace(event, diff="", result=kept)


def _line(event: RunEvent) -> str:
    if event.kind == "play":
        return f"\nPLAY [{event.message}]"
    if event.kind == "task":
        return f"\nTASK [{event.task}]"
    parts = [_WORDS.get(event.kind, "note")]
    if event.host:
        parts.append(f"[{event.host}]")
    if event.kind == "item":
        parts.append(f"{event.result.get('item', '')}: {event.result.get('status', '')}")
    said = " ".join(parts) + (" (ignored)" if event.ignored else "")
    code = event.result.get("reason", "")
    return said + (f" {code}" if code else "") + (f": {event.message}" if event.message else "")
