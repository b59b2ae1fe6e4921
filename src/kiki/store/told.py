"""What a bundle tells of a run: the events and the result, without what hosts' files hold.

Called by ``store.bundles``. Reads the executor's own files leniently: a line that isn't understood
is left out, as nothing may get into a bundle that nobody looked at.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

_EVENT = ("counter", "kind", "host", "task", "module", "ignored")
_RESULT = ("status", "rc", "stats")
_FAILURES = frozenset({"failed", "unreachable"})
_LONGEST = 500
"""How much of a failure's message is told, in characters."""


def told_events(text: bytes) -> bytes:
    """The events as JSON lines: who, what and how, and for failures the module's message."""
    return b"".join(msgspec.json.encode(event) + b"\n" for event in _events(text))


def told_log(text: bytes) -> bytes:
    """The run as a log to read, made from its events: Ansible's own output has diffs in it."""
    return "".join(f"{line}\n" for line in _log(text)).encode()


def told_result(text: bytes) -> bytes:
    """How the run ended, and its counts for each host."""
    result = _object(text)
    kept = {name: result[name] for name in _RESULT if name in result}
    return msgspec.json.format(msgspec.json.encode(kept, order="sorted"), indent=2) + b"\n"


def _log(text: bytes) -> Iterator[str]:
    task = None
    for event in _events(text):
        name = event.get("task", "")
        if event.get("kind") in ("play", "task") or not event.get("host"):
            continue
        if name != task:
            task = name
            yield f"TASK [{name}]"
        message = f": {event['message']}" if "message" in event else ""
        yield f"{event.get('kind')}: [{event['host']}]{message}"


def _events(text: bytes) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        event = _object(line)
        if event:
            yield _told(event)


def _told(event: dict[str, Any]) -> dict[str, Any]:
    kept = {name: event[name] for name in _EVENT if name in event}
    result = event.get("result")
    if isinstance(result, dict) and isinstance(result.get("rc"), int):
        kept["rc"] = result["rc"]
    message = event.get("message")
    if event.get("kind") in _FAILURES and isinstance(message, str) and message:
        kept["message"] = " ".join(message.split())[:_LONGEST]
    return kept


def _object(text: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
