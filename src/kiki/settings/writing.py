"""Putting single values into the user's configuration file, and leaving all else in it as it is.

Called by ``kiki model use``. The file is read again as TOML before it replaces the old one: it must
say what it said before and the new values, or nothing is written.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from kiki.model.errors import UsageError

_TABLE = re.compile(r"\s*\[")


def put(path: Path, values: Mapping[str, str]) -> None:
    """Set the top-level texts *values* in the file at *path*, which is made when it is missing.

    UsageError ``settings.not_toml`` (the file is broken already), ``settings.not_put``.
    """
    try:
        before = path.read_text("utf-8") if path.exists() else ""
        after = before
        for key, value in values.items():
            after = _with(after, key, value)
        if tomllib.loads(after) != {**tomllib.loads(before), **values}:
            raise UsageError("settings.not_put", path=str(path), why="TOML")
        _replace(path, after)
    except tomllib.TOMLDecodeError as error:
        raise UsageError("settings.not_toml", place=str(path)) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError("settings.not_put", path=str(path), why=why) from error


def _with(text: str, key: str, value: str) -> str:
    """*text* with one line for *key*: in the place of the old one, else at the top."""
    made = f'{key} = "{value}"\n'
    old = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if _TABLE.match(line):
            break
        if old.match(line):
            return "".join([*lines[:number], made, *lines[number + 1 :]])
    return made + text


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    real = path.resolve()  # a link stays one
    new = real.with_name(f".{real.name}.{os.getpid()}.new")
    try:
        new.touch(0o600)
        if real.exists():
            new.chmod(real.stat().st_mode & 0o777)
        new.write_text(text, "utf-8")
        new.replace(real)
    finally:
        new.unlink(missing_ok=True)
