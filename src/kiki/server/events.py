"""Server-sent events (WHATWG HTML, 9.2): what happens to one change, as it happens.

Called by ``routing``. ``record`` events are the change's ledger records and have their numbers as
ids, so that a client that was cut off goes on after its ``Last-Event-ID``; ``progress`` has none
and is not kept. ``end`` comes when nothing more happens by itself. A token that ended ends its
stream."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.responses import StreamingResponse

from kiki.model.agent import Progress
from kiki.model.errors import KikiError
from kiki.model.ledger import LedgerRecord
from kiki.server import work
from kiki.server.surroundings import Call

HEARTBEAT_S = 15.0
OVER = frozenset({"refused", "rejected", "answered", "undone"})
"""States that nothing leads out of; every other one may go on, days later, by a person."""
_HEADERS = {"X-Accel-Buffering": "no"}


def response(call: Call, change_id: str, seen: str, token: str) -> StreamingResponse:
    """The stream of one change, after the event *seen*."""
    last = int(seen[:18]) if seen.isascii() and seen.isdecimal() else 0
    lines = _events(call, change_id, last, token)
    return StreamingResponse(lines, media_type="text/event-stream", headers=_HEADERS)


def chat_stream(answer: dict[str, Any]) -> StreamingResponse:
    """A chat's answer in OpenAI's stream, in one piece: the engine's port gives it whole."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"data: " + msgspec.json.encode(answer) + b"\n\n"
        yield b"data: [DONE]\n\n"

    return StreamingResponse(parts(), media_type="text/event-stream")


async def _events(call: Call, change_id: str, last: int, token: str) -> AsyncIterator[bytes]:
    hub = call.server.hub
    with hub.waiting(change_id) as queue:
        while True:
            for record in await asyncio.to_thread(_since, call, change_id, last):
                last = record.sequence
                yield _event("record", record, last)
            if await asyncio.to_thread(_is_over, call, change_id):
                yield b"event: end\ndata: {}\n\n"
                return
            while (progress := await _next(queue)) is not None:
                yield _event("progress", progress)
            if hub.stopping or not await asyncio.to_thread(_still, call, token):
                return
            yield b": \n\n"  # also finds out that the client has gone


async def _next(queue: "asyncio.Queue[Progress | None]") -> Progress | None:
    try:
        return await asyncio.wait_for(queue.get(), HEARTBEAT_S)
    except TimeoutError:
        return None


def _since(call: Call, change_id: str, last: int) -> list[LedgerRecord]:
    return [one for one in call.agent.history(change_id) if one.sequence > last]


def _is_over(call: Call, change_id: str) -> bool:
    return call.agent.get(change_id).state in OVER


def _still(call: Call, token: str) -> bool:
    """Whether the token holds, and whoever has it may still see the change."""
    try:
        work.visible(call._replace(who=call.server.accounts.identity(token)))
    except KikiError:
        return False
    return True


def _event(name: str, value: Any, number: int = 0) -> bytes:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {name}\ndata: ".encode() + msgspec.json.encode(value) + b"\n\n"
