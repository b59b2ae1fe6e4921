"""Taking secret values out of text from Ansible and hosts.

Called by ``events`` and ``runner`` before anything is handed on, shown or written. Values are found
in whatever way the tools between have written them (``spellings``), also over several lines, and
line by line where a value has several.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from kiki.execution.spellings import CODED, LINE_ENDS, encoded, written

HIDDEN = "********"
_LINE = 6  # a line of a secret of several lines counts as secret from this length on
_PART = 240  # characters of a value that are looked for at a time
_TELLING = 3  # letters and digits that have to be there before a pattern is tried
_FEW = 100  # so many forms are each looked for


class Redactor:
    """Replaces every form of the given values by asterisks."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values for form in _forms(value) if form.text}
        self._forms = sorted(forms, key=_longest_first)
        # By the beginning of what tells of them: one look at a text for thousands of values.
        self._index: dict[str, list[_Form]] = {}
        for form in self._forms if len(forms) > _FEW else ():
            self._index.setdefault(form.telling[:_TELLING], []).append(form)

    def text(self, text: str) -> str:
        """*text* without the values."""
        if not self._forms or not text:
            return text
        views = _views(text)
        for form in self._candidates(views):
            if form.may_be_in(views):
                clean = form.hidden(text)
                if clean != text:
                    text, views = clean, _views(clean)
        return text

    def _candidates(self, views: tuple[str, ...]) -> list["_Form"]:
        """The forms that are worth a closer look, longest first."""
        if not self._index:
            return self._forms
        starts = {view[at : at + _TELLING] for view in views for at in range(len(view))}
        found = (self._index.get(start, ()) for start in ("", *starts))
        return sorted((form for forms in found for form in forms), key=_longest_first)

    def value(self, value: Any) -> Any:
        """A JSON value with all of its texts redacted, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(item) for key, item in value.items()}
        return value


class _Form:
    """One text to look for. *exact*: only as it is, for values too short to be coded."""

    def __init__(self, text: str, *, exact: bool = False) -> None:
        self.text = text
        self.exact = exact
        # What every way of writing it has in it, and the longest of that; empty when that says
        # little.
        self._runs = () if exact else tuple(re.findall(r"[A-Za-z0-9]+", text))
        longest = max(self._runs, key=len, default="")
        self.telling = longest if len(longest) >= _TELLING else ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Form) and (self.text, self.exact) == (other.text, other.exact)

    def __hash__(self) -> int:
        return hash((self.text, self.exact))

    def may_be_in(self, views: tuple[str, ...]) -> bool:
        """Whether a pattern is worth trying: it costs far more than this look."""
        return any(all(run in view for run in self._runs) for view in views)

    def hidden(self, text: str) -> str:
        """*text* without this form."""
        if self.exact:
            return text.replace(self.text, HIDDEN)
        text = self._pattern.sub(HIDDEN, text)
        for line_end in LINE_ENDS:
            text = _hidden_across(text, line_end, self._joined)
        return text

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(written(self.text))

    @cached_property
    def _joined(self) -> re.Pattern[str]:
        return re.compile(written(self.text, joined=True))


def _longest_first(form: _Form) -> tuple[int, str]:
    return -len(form.text), form.text


def _forms(value: str) -> Iterator[_Form]:
    text = value.strip() or value
    if len(text) < CODED:
        yield _Form(text, exact=True)
    elif "\n" not in text:
        yield from _parts(text)
    for line in map(str.strip, text.splitlines()):
        if len(line) >= _LINE:
            yield from _parts(line)
    for coded in _coded(value):
        yield from _parts(coded)


def _parts(text: str) -> Iterator[_Form]:
    """*text* in parts: a pattern of all of a long key would take long to make."""
    for start in range(0, max(1, len(text) - _LINE), _PART):
        end = start + _PART
        yield _Form(text[start : end if len(text) - end > _LINE else len(text)])


def _coded(value: str) -> Iterator[str]:
    for text in {value, value.strip(), *map(str.strip, value.splitlines())}:
        if len(text) >= CODED:
            yield from encoded(text)


def _views(text: str) -> tuple[str, ...]:
    """*text*, and without the line ends in it, as they may be inside a value."""
    joined = (line_end.sub("", text) for line_end in LINE_ENDS if line_end.search(text))
    return (text, *joined)


def _hidden_across(text: str, line_end: re.Pattern[str], pattern: re.Pattern[str]) -> str:
    """*text* without what *pattern* finds when the lines are joined."""
    lines = _Lines(text, line_end)
    if len(lines.starts) < 2:
        return text
    clean: list[str] = []
    last = 0
    for match in pattern.finditer(lines.joined):
        if match.end() > match.start():
            (first, start), (other, end) = lines.at(match.start()), lines.at(match.end() - 1)
            if first != other:  # within one line it would have been found as it is
                clean += (text[last:start], HIDDEN)
                last = end + 1
    return "".join((*clean, text[last:]))


class _Lines:
    """A text's lines joined without what ends them, and where each character was."""

    def __init__(self, text: str, line_end: re.Pattern[str]) -> None:
        self.starts: list[int] = []  # of each line in the joined text
        self._origins: list[int] = []  # of each line in the text itself
        pieces, length, start = [], 0, 0
        for end, following in (*map(re.Match.span, line_end.finditer(text)), (len(text), 0)):
            self.starts.append(length)
            self._origins.append(start)
            pieces.append(text[start:end])
            length += end - start
            start = following
        self.joined = "".join(pieces)

    def at(self, place: int) -> tuple[int, int]:
        """The line of a character of the joined text, and its place in the text."""
        line = bisect_right(self.starts, place) - 1
        return line, self._origins[line] + place - self.starts[line]
