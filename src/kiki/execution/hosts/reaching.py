"""Whether hosts answer: a connection, the greeting of an SSH server, nothing more.

Called by ``hosts.tools``. Many at once; no login, and nothing is written on either side.
"""

import asyncio
import concurrent.futures
import os
import socket
import time
from collections.abc import Callable, Sequence

from kiki.model.hosts import Answer

AT_ONCE = 200
_GREETING = 256  # bytes; RFC 4253 allows 255

Met = tuple[Answer, int, str]  # how it answers, milliseconds, the server's words or the error


def meet(
    places: Sequence[tuple[str, int]], timeout_s: float, told: Callable[[int, int], None]
) -> dict[tuple[str, int], Met]:
    """How each address and port answers; *told* hears how many of how many are done."""
    return asyncio.run(_meet_all(list(dict.fromkeys(places)), timeout_s, told))


async def _meet_all(
    places: list[tuple[str, int]], timeout_s: float, told: Callable[[int, int], None]
) -> dict[tuple[str, int], Met]:
    # As many threads for names: one that waits behind others' names would seem to be silent.
    pool = concurrent.futures.ThreadPoolExecutor(AT_ONCE)
    asyncio.get_running_loop().set_default_executor(pool)
    turns = asyncio.Semaphore(AT_ONCE)
    found: dict[tuple[str, int], Met] = {}

    async def one(place: tuple[str, int]) -> None:
        async with turns:
            found[place] = await _meet(*place, timeout_s)
            told(len(found), len(places))

    await asyncio.gather(*(one(place) for place in places))
    return found


async def _meet(address: str, port: int, timeout_s: float) -> Met:
    started = time.monotonic()
    try:
        async with asyncio.timeout(timeout_s):
            said = await _greeting(address, port)
    except TimeoutError:
        return "silent", 0, ""
    except ConnectionRefusedError:
        return "refused", 0, ""
    except socket.gaierror as error:
        return "no_name", 0, error.strerror or str(error)
    except (OSError, UnicodeError) as error:
        number = getattr(error, "errno", None)  # asyncio's own words repeat the address
        return "failed", 0, os.strerror(number) if number else str(error)
    spent = max(1, round((time.monotonic() - started) * 1000))
    return ("answers" if said.startswith("SSH-") else "not_ssh"), spent, said


async def _greeting(address: str, port: int) -> str:
    reader, writer = await asyncio.open_connection(address, port)
    try:
        line = await reader.read(_GREETING)
    finally:
        writer.close()
    return line.decode("ascii", "replace").partition("\n")[0].strip()
