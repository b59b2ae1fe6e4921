"""Looking for a value in everything that was written, in every way in which it may be there.

It shares no code with ``kiki.execution.redaction``: what that overlooks, this must find.
"""

import base64
import html
import json
import re
import shlex
import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path


def ways(value: str) -> dict[str, bytes]:
    """The value as tools write it."""
    plain = json.dumps(value)[1:-1]
    found = {
        "plain": value,
        "json": plain,
        "json, not ascii": json.dumps(value, ensure_ascii=False)[1:-1],
        "json in json": json.dumps(plain)[1:-1],
        "repr": repr(value)[1:-1],
        "yaml, single quotes": value.replace("'", "''"),
        "shell": shlex.quote(value)[1:-1],
        "shell, single quotes": value.replace("'", "'\\''"),
        "shell, backslashes": re.sub(r"([^\w\n])", r"\\\1", value),
        "url": urllib.parse.quote(value, safe=""),
        "form": urllib.parse.quote_plus(value),
        "html": html.escape(value),
        "one line": " ".join(value.split()),
        "stripped": value.strip(),
        "hex": value.encode().hex(),
    }
    for shift in range(3):
        # What the bytes around can't change, at each of the three places in a base64 text.
        inner = base64.b64encode(b"\0" * shift + value.encode()).decode()
        found[f"base64 at {shift}"] = inner[4 * (shift > 0) : len(inner) - len(inner) % 4 - 4]
    return {name: text.encode() for name, text in found.items() if len(text) > 5}


def found_in(data: bytes, value: str) -> list[str]:
    """In which ways *value* is in *data*, also over several lines."""
    views = {"": data, ", over lines": re.sub(rb"\s+|\\+n", b"", data)}
    hits = [name for name, form in ways(value).items() if form in views[""]]
    for name, form in ways(value).items():
        if re.sub(rb"\s+", b"", form) in views[", over lines"]:
            hits.append(name + ", over lines")
    return sorted(set(hits))


def everywhere(*places: Path) -> Iterator[tuple[str, bytes]]:
    """Every file under *places* with its bytes and its name, zips unpacked."""
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if not path.is_file():  # a socket of ssh's holds nothing
                continue
            try:
                data = path.read_bytes()
            except FileNotFoundError:  # other runs come and go in memory
                continue
            yield str(path), path.name.encode() + b"\n" + data
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as packed:
                    for name in packed.namelist():
                        yield f"{path}!{name}", packed.read(name)
