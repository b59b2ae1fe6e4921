"""Reading one TOML file, with the place of every mistake.

Called by ``settings.reading`` when there is a file; nothing else imports tomllib.
"""

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any

from kiki.model.errors import UsageError
from kiki.settings.values import Origin


def read(path: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    """The file's top-level keys, all of them in *allowed*.

    UsageError ``settings.unreadable``, ``settings.not_toml`` or ``settings.unknown_key``.
    """
    try:
        found = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise UsageError("settings.unreadable", path=path, reason=reason) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError("settings.not_toml", place=_place(path, str(error))) from error
    for key in found:
        if key not in allowed:
            raise _unknown(path, key, allowed)
    return found


def origin(path: str, key: str) -> Origin:
    """Where *key* stands in the file at *path*."""
    line = _line(path, key)
    return Origin(where="file", detail=f"{path}:{line}" if line else path)


def _unknown(path: str, key: str, allowed: tuple[str, ...]) -> UsageError:
    near = difflib.get_close_matches(key, allowed, n=1)
    place = origin(path, key).detail
    if near:
        return UsageError("settings.unknown_key_near", key=key, place=place, nearest=near[0])
    return UsageError("settings.unknown_key", key=key, place=place, keys=", ".join(allowed))


def _place(path: str, complaint: str) -> str:
    line = re.search(r"at line (\d+)", complaint)
    return f"{path}:{line[1]}" if line else path


def _line(path: str, key: str) -> int:
    start = re.compile(rf"\s*\[{{0,2}}\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    for number, text in enumerate(Path(path).read_text("utf-8").splitlines(), 1):
        if start.match(text):
            return number
    return 0
