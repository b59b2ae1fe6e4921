"""The load generator of ``bench_load``: a process of its own, so that its time is not the server's.

``load_client.py URL TOKEN create SECONDS CLIENTS`` makes changes as fast as they are taken,
``... steady SECONDS RATE`` at a steady rate, whether the answers come or not, and ``... streams
COUNT CHANGE`` opens event streams and waits for the record that ``bench_load`` then makes. Prints
JSON. HTTP is written by hand here: a client library would need the processor that is measured.
"""

import asyncio
import json
import resource
import sys
import time
from typing import Any
from urllib.parse import urlsplit

BODY = json.dumps({"request": {"message": "Nginx 설치하고 시작해줘"}}).encode()


class Client:
    """One connection that is kept open."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._where = (parts.hostname, parts.port)
        self._head = f"Host: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
        self._streams: Any = None

    async def create(self) -> None:
        """One change; RuntimeError when it was not made."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._where)
        reader, writer = self._streams
        head = f"POST /api/v1/changes HTTP/1.1\r\n{self._head}Content-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY)
        status = await reader.readline()
        body = await self._body(reader)
        if b" 200 " not in status or b'"change":{' not in body:
            raise RuntimeError(f"{status!r} {body[:300]!r}")

    async def stream(self, change: str) -> float:
        """Follow one change's events until a record ``mark`` comes; when it came."""
        reader, writer = await asyncio.open_connection(*self._where)
        path = f"/api/v1/changes/{change}/events"
        writer.write(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())
        while line := await reader.readline():
            if b'"event":"mark"' in line:
                return time.time()
        raise RuntimeError("the stream ended")

    @staticmethod
    async def _body(reader: asyncio.StreamReader) -> bytes:
        while (await reader.readline()).strip():
            pass
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)


async def create(url: str, token: str, seconds: float, clients: int) -> dict[str, Any]:
    """As many as are taken."""
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def one() -> None:
        client = Client(url, token)
        while time.perf_counter() < end:
            began = time.perf_counter()
            await client.create()
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    return {"count": len(took), "seconds": time.perf_counter() - began, **told(took)}


async def steady(url: str, token: str, seconds: float, rate: float) -> dict[str, Any]:
    """At a steady rate: whoever is slow makes the next ones wait in their own connections."""
    took: list[float] = []
    free: list[Client] = []

    async def one() -> None:
        began = time.perf_counter()
        client = free.pop() if free else Client(url, token)
        await client.create()
        took.append(time.perf_counter() - began)
        free.append(client)

    began = time.perf_counter()
    tasks = []
    for number in range(int(seconds * rate)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(one()))
    await asyncio.gather(*tasks)
    return {"count": len(took), "seconds": time.perf_counter() - began, **told(took)}


async def streams(url: str, token: str, count: int, change: str) -> dict[str, Any]:
    """Open them all, say so, and wait for the record."""
    tasks = [asyncio.create_task(Client(url, token).stream(change)) for _ in range(count)]
    await asyncio.sleep(0)
    print("open", flush=True)
    came = await asyncio.wait_for(asyncio.gather(*tasks), 120)
    return {"count": len(came), "first": min(came), "last": max(came)}


def told(took: list[float]) -> dict[str, float]:
    """Median and 99th percentile in milliseconds."""
    ordered = sorted(took)
    return {
        "p50_ms": 1000 * ordered[len(ordered) // 2],
        "p99_ms": 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
    }


def main() -> None:
    """What the command line says."""
    url, token, what, *rest = sys.argv[1:]
    if what == "streams":
        made = streams(url, token, int(rest[0]), rest[1])
    elif what == "steady":
        made = steady(url, token, float(rest[0]), float(rest[1]))
    else:
        made = create(url, token, float(rest[0]), int(rest[1]))
    found = asyncio.run(made)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps(found | {"cpu_s": used.ru_utime + used.ru_stime}), flush=True)


if __name__ == "__main__":
    main()
