"""The tokens that ``kiki login`` keeps: one file beside the configuration, for its owner only.

Called by the commands that log in and out, and by ``context`` when a server is talked to.
``KIKI_TOKEN`` wins over it."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from kiki.model.errors import UsageError
from kiki.settings import Settings

if TYPE_CHECKING:
    from kiki.client import HttpAgent

FILE = "tokens.json"


def address(given: str, settings: Settings) -> str:
    """The server that is meant, as it is kept; UsageError ``client.no_url`` when nobody named
    one."""
    url = given or settings.base_url
    if not url:
        raise UsageError("client.no_url")
    return _key(url)


def token(settings: Settings, url: str) -> str:
    """The token for this server; empty when there is none."""
    return _read(_path(settings)).get(_key(url), "")


def server(settings: Settings) -> "HttpAgent":
    """The server that the settings name, as whoever is logged in."""
    from kiki.client import HttpAgent  # noqa: PLC0415 -- lazy: http.client, 27 ms

    url = address("", settings)
    return HttpAgent(url, settings.token or token(settings, url))


def keep(settings: Settings, url: str, text: str) -> None:
    """Keep a token. UsageError ``client.not_kept``."""
    _write(_path(settings), {**_read(_path(settings)), _key(url): text})


def forget(settings: Settings, url: str) -> None:
    """Drop it."""
    known = _read(_path(settings))
    if known.pop(_key(url), None) is not None:
        _write(_path(settings), known)


def _key(url: str) -> str:
    return (url if "://" in url else f"http://{url}").rstrip("/")


def _path(settings: Settings) -> Path:
    return Path(settings.config_file).parent / FILE


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    known = found.items() if isinstance(found, dict) else ()
    return {str(url): text for url, text in known if isinstance(text, str)}


def _write(path: Path, tokens: dict[str, str]) -> None:
    """Never readable by others, not even for a moment."""
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 -- a descriptor
            json.dump(tokens, file)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise UsageError("client.not_kept", path=str(path), why=error.strerror or "") from error
