"""Waking streams: in time, from any thread, and without end for nobody who does not read."""

import asyncio

from kiki.model.agent import Progress
from kiki.server import hub as hubs
from kiki.server.hub import MOST_WAITING, Hub

STEP = Progress(code="progress.apply")


def test_a_moved_ledger_wakes_those_who_wait(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(hubs, "LOOK_S", 0.01)
    heads = iter([1, 1, 2] + [2] * 1000)
    hub = Hub(lambda: next(heads))

    async def main() -> None:
        watcher = asyncio.create_task(hub.watch())
        with hub.waiting("a") as queue:
            assert await asyncio.wait_for(queue.get(), 5) is None
            assert await asyncio.wait_for(queue.get(), 5) is None
            await asyncio.to_thread(hub.tell, "a", STEP)
            assert await asyncio.wait_for(queue.get(), 5) == STEP
            await asyncio.to_thread(hub.tell, "b", STEP)
            assert queue.empty()
        assert hub.streams == 0
        hub.stop()
        await watcher

    asyncio.run(main())


def test_who_does_not_read_misses_progress_and_holds_nobody_up() -> None:
    hub = Hub(lambda: 0)

    async def main() -> None:
        watcher = asyncio.create_task(hub.watch())
        await asyncio.sleep(0)
        with hub.waiting("a") as queue:
            for _ in range(MOST_WAITING * 3):
                hub.tell("a", STEP)
            await asyncio.sleep(0.05)
            assert queue.qsize() == MOST_WAITING
            hub.stop()
        watcher.cancel()

    asyncio.run(main())


def test_a_database_that_is_away_ends_no_watcher(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(hubs, "LOOK_S", 0.01)
    answers = iter([OSError("away"), 3])

    def head() -> int:
        found = next(answers, 3)
        if isinstance(found, Exception):
            raise found
        return int(found)

    hub = Hub(head)

    async def main() -> None:
        watcher = asyncio.create_task(hub.watch())
        with hub.waiting("a") as queue:
            assert await asyncio.wait_for(queue.get(), 5) is None
        hub.stop()
        await watcher

    asyncio.run(main())
