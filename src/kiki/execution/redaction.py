"""Taking secret values out of text from Ansible and hosts.

Called by ``events`` and ``runner`` before anything is handed on, shown or written. Values are also
found in the forms in which tools print them: JSON and Python escapes, base64, percent encoding.
"""

import base64
import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator
from typing import Any

HIDDEN = "********"
_LINE = 6  # a line of a secret of several lines counts as secret from this length on
_CODED = 4  # coded forms of shorter values would hit innocent text


class Redactor:
    """Replaces every form of the given values by asterisks."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values for form in _forms(value) if form}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def text(self, text: str) -> str:
        """*text* without the values."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text

    def value(self, value: Any) -> Any:
        """A JSON value with all of its texts redacted, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(item) for key, item in value.items()}
        return value


def _forms(value: str) -> Iterator[str]:
    yield value
    for line in value.splitlines():
        if len(line.strip()) >= _LINE:
            yield from _coded(line.strip())
    if len(value) >= _CODED:
        yield from _coded(value)
        yield from _base64(value.encode())


def _coded(value: str) -> Iterator[str]:
    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield value.replace("'", "'\"'\"'")  # shlex.quote's inside
    yield urllib.parse.quote(value, safe="")
    yield urllib.parse.quote_plus(value)


def _base64(data: bytes) -> Iterator[str]:
    """The part of a base64 text that *data* decides alone, at each of its three alignments."""
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + data).decode()
        start = (0, 2, 3)[shift]
        tail = len(text) - (0, 3, 2)[(shift + len(data)) % 3]
        inner = text[start : tail if tail < len(text) else len(text)]
        if len(inner) >= _CODED:
            yield inner
            yield inner.replace("+", "-").replace("/", "_")
