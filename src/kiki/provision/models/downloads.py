"""Fetching a model over HTTP, going on where an earlier try stopped.

Called by ``pulls`` and ``sources``. Addresses come from the catalogue, the settings or the command
line. Plain HTTP is allowed: nothing is believed before the hash is right.
"""

import http.client
import time
import urllib.error
import urllib.request
from pathlib import Path

from kiki.model.errors import KikiError, TemporaryError
from kiki.provision.models.catalogue import Model
from kiki.provision.models.meters import Meter

TRIES = 4  # in a row without a new byte
WAIT_S = 1.0  # before the second try, then twice as long each time
TIMEOUT_S = 30.0
_PROBE_S = 5.0
_CHUNK = 1 << 18
_FAILURES = (OSError, http.client.HTTPException)


def answers(url: str) -> bool:
    """Whether the server has the file: asked for its first byte only."""
    try:
        request = urllib.request.Request(url, headers={"Range": "bytes=0-0"})  # noqa: S310 -- http(s), see sources
        with urllib.request.urlopen(request, timeout=_PROBE_S) as response:  # noqa: S310 -- as above
            return response.status in (200, 206)
    except (*_FAILURES, ValueError):
        return False


def fetch(url: str, model: Model, partial: Path, meter: Meter) -> None:
    """Fill *partial* to the model's size, from its present end on.

    TemporaryError ``model.unreachable`` when the server does not answer or ends too early, or
    ``model.other_file`` when it has a file of another size; OSError for *partial*.
    """
    tries, wait = 0, WAIT_S
    while (start := _size(partial)) < model.size:
        problem = _once(url, model, partial, start, meter)
        tries = 1 if _size(partial) > start else tries + 1
        if problem and tries >= TRIES:
            raise TemporaryError("model.unreachable", where=url, id=model.id, why=problem)
        if problem:
            time.sleep(wait)
            wait = min(wait * 2, 8.0)


def _once(url: str, model: Model, partial: Path, start: int, meter: Meter) -> str:
    """One try; why it ended early, or nothing."""
    try:
        request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"})  # noqa: S310 -- http(s), see sources
        response = urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310 -- as above
    except urllib.error.HTTPError as error:
        with error:
            if error.code in (408, 429) or error.code >= 500:
                return f"HTTP {error.code}"
            why = f"HTTP {error.code} {error.reason}"
            raise TemporaryError("model.unreachable", where=url, id=model.id, why=why) from error
    except _FAILURES as error:
        return _why(error)
    with response:
        start = _checked(response, url, model, start)
        return _pour(response, partial, start, model.size, meter)


def _checked(response: http.client.HTTPResponse, url: str, model: Model, start: int) -> int:
    """Where the answer starts in the file; one of another length is another file."""
    if response.status != 206:
        start = 0  # the server knows no ranges: all of it comes again
    _, _, total = (response.headers.get("Content-Range") or "").rpartition("/")
    length = response.headers.get("Content-Length") or ""
    size = int(total) if total.isdecimal() else start + int(length) if length.isdecimal() else 0
    if size and size != model.size:
        raise other_file(url, model, size)
    return start


def other_file(where: str, model: Model, size: int) -> KikiError:
    """The error for a source that has something else under the model's name."""
    params = {"size": str(size), "wanted": str(model.size)}
    return TemporaryError("model.other_file", where=where, id=model.id, **params)


def _pour(
    response: http.client.HTTPResponse, partial: Path, start: int, size: int, meter: Meter
) -> str:
    """Write what comes; why it ended early. Errors of the file are raised, not retried."""
    left = size - start
    with partial.open("r+b" if partial.exists() else "w+b") as file:
        file.truncate(start)
        file.seek(start)
        while left > 0:
            try:
                chunk = response.read(min(_CHUNK, left))
            except _FAILURES as error:
                return _why(error)
            if not chunk:
                return "the connection ended early"
            file.write(chunk)
            left -= len(chunk)
            meter.add(len(chunk))
    return ""


def _size(partial: Path) -> int:
    return partial.stat().st_size if partial.exists() else 0


def _why(error: BaseException) -> str:
    return str(getattr(error, "reason", "") or error or type(error).__name__)
