"""Work on a change as a stream of lines: progress while it goes on, then the change or an error.

Called by ``routing``. The work has a thread of its own and goes on when the client has gone; a
client that reads slowly misses progress and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.responses import StreamingResponse

from kiki.model.agent import Progress
from kiki.model.change import Change
from kiki.model.errors import KikiError, PermanentError
from kiki.model.wire import Line
from kiki.server.problems import problem
from kiki.server.surroundings import Call

MEDIA_TYPE = "application/x-ndjson"
MOST_WAITING = 1000
_working: set[asyncio.Task[None]] = set()


def response(
    do: Callable[[Call], Change], call: Call, limiter: CapacityLimiter
) -> StreamingResponse:
    """The stream; the work begins now, whether it is read or not."""
    lines: asyncio.Queue[Line] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def put(line: Line) -> None:
        if line.progress is None or lines.qsize() < MOST_WAITING:
            lines.put_nowait(line)

    def tell(progress: Progress) -> None:
        loop.call_soon_threadsafe(put, Line(progress=progress))

    task = asyncio.create_task(_work(do, call._replace(listener=tell), put, limiter))
    _working.add(task)  # asyncio itself holds tasks only weakly
    task.add_done_callback(_working.discard)
    return StreamingResponse(_lines(lines), media_type=MEDIA_TYPE)


async def _work(
    do: Callable[[Call], Change], call: Call, put: Callable[[Line], None], limiter: CapacityLimiter
) -> None:
    try:
        put(Line(change=await to_thread.run_sync(do, call, limiter=limiter)))
    except KikiError as error:
        put(Line(error=problem(error, call.lang)))
    except Exception as error:  # noqa: BLE001 -- said to the log, not to the client
        call.server.log({"event": "broken", "error": repr(error)})
        put(Line(error=problem(PermanentError("server.broken"), call.lang)))


async def _lines(lines: asyncio.Queue[Line]) -> AsyncIterator[bytes]:
    while True:
        line = await lines.get()
        yield msgspec.json.encode(line) + b"\n"
        if line.progress is None:
            return
