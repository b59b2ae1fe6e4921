"""Finds the commands in a message, and that everything around them is mere wording.

Called by ``reading``. A message is a script only if every line of it is a command, commands in
quotes, wording, or a request in words of its own, which the rules have to read.
"""

import re
from collections.abc import Iterator

import msgspec

from kiki.understand.commands.shell import Piece, pieces
from kiki.understand.commands.wording import asks, leads, linked, links, only_below, trails

_FENCE = re.compile(r"\s*```\w*\s*")
_BULLET = re.compile(r"\s*(?:(?:[-*•]|\d{1,2}[.)])\s+)?")
_PROMPT = re.compile(r"[$%#]\s+")
_CODE = re.compile(r"`([^`\n]+)`|\"([^\"\n]+)\"|“([^”\n]+)”|'([^'\n]+)'")
_CONTINUED = re.compile(r"\\[ \t]*\n")
_SUDO = re.compile(r"-[EHin]+")
_SETS = ("DEBIAN_FRONTEND=noninteractive",)
_ENDS = ".!,;:"
_ARGUMENT = re.compile(r"\s+[^\w\s]")  # "rm -rf /x ~": no punctuation of a sentence
_AND = frozenset(("and", "then", "followed", "by", "after", "that", "next", "finally", ","))

Marks = list[tuple[int, int, str]]
"""Start, end and role of what stands around commands."""


class NoScriptError(Exception):
    """The message is none; raised inside ``commands`` only."""


class Call(msgspec.Struct):
    """One command: its *program* and what follows."""

    program: Piece
    rest: list[Piece]

    @property
    def span(self) -> tuple[int, int]:
        """Its place in the message."""
        return self.program.start, (self.rest or [self.program])[-1].end


class Script(msgspec.Struct):
    """The calls of a message, in order, the places of what stands around them, and those of what
    may be requests in words."""

    calls: list[Call]
    marks: Marks
    words: list[tuple[int, int]] = []


def script(message: str, programs: frozenset[str]) -> Script | None:
    """The commands of *message*; None when it has none, or other words beside them."""
    try:
        found = _Finder(message, programs).found()
    except NoScriptError:
        return None
    return found if found.calls else None


class _Finder:
    """Reads one message, line by line."""

    def __init__(self, message: str, programs: frozenset[str]) -> None:
        self.message = _CONTINUED.sub(lambda match: " " * len(match[0]), message)
        self.programs = programs
        self.made = Script([], [])
        self.prompts: set[str] = set()

    def found(self) -> Script:
        """Every command. NoScriptError; also where ``#`` may begin a comment and no prompt."""
        self._read()
        if "#" in self.prompts and len(self.prompts) > 1:
            raise NoScriptError
        return self.made

    def _read(self) -> None:
        fenced = False
        for start, end in self._lines():
            if _FENCE.fullmatch(self.message, start, end):
                self.made.marks.append((start, end, "fill"))
                fenced = not fenced
            else:
                self._line(start, end, code=fenced)

    def _lines(self) -> Iterator[tuple[int, int]]:
        for match in re.finditer(r"[^\n]*[^\s][^\n]*", self.message):
            yield match.span()

    def _line(self, start: int, end: int, *, code: bool) -> None:
        bullet = _BULLET.match(self.message, start, end)
        body = bullet.end() if bullet else start
        if body == end:  # an item with nothing in it
            self._around(start, end, "fill")
            return
        prompt = _PROMPT.match(self.message, body, end)
        self.prompts.add(prompt[0][0] if prompt else "")
        if prompt:
            self._around(body, prompt.end(), "fill")
            body, code = prompt.end(), True
        if code:
            self._code(body, end)
        elif not self._quoted(body, end):
            self._sentence(body, end)

    def _around(self, start: int, end: int, role: str) -> None:
        """Mark what is not blank of a place."""
        text = self.message[start:end]
        if text.strip():
            lead = len(text) - len(text.lstrip())
            self.made.marks.append((start + lead, start + len(text.rstrip()), role))

    # -- code -----------------------------------------------------------------------------------

    def _code(self, start: int, end: int) -> None:
        """Nothing but commands, one after another."""
        command: list[Piece] = []
        for piece in pieces(self.message, start, end):
            if piece.sign and piece.text in ("&&", ";"):
                self._call(command)
                self.made.marks.append((piece.start, piece.end, "separator"))
                command = []
            else:
                command.append(piece)
        if command:
            self._call(command)

    def _call(self, command: list[Piece]) -> None:
        """Take a command, with ``sudo`` and the like before it."""
        head = self._head(command, 0)
        if head < 0:
            raise NoScriptError
        for piece in command[:head]:
            self.made.marks.append((piece.start, piece.end, "fill"))
        self.made.calls.append(Call(command[head], command[head + 1 :]))

    def _head(self, command: list[Piece], first: int) -> int:
        """The index of the program that a command calls which begins at *first*, or -1."""
        index = first
        if index < len(command) and command[index].text == "sudo":
            index += 1
            while index < len(command) and _SUDO.fullmatch(command[index].text):
                index += 1
        while index < len(command) and command[index].text in _SETS:
            index += 1
        known = index < len(command) and command[index].text in self.programs
        return index if known and not command[index].quoted else -1

    # -- sentences ------------------------------------------------------------------------------

    def _quoted(self, start: int, end: int) -> bool:
        """Whether the commands of a line stand in quotes; they are taken then."""
        found = [m for m in _CODE.finditer(self.message, start, end) if self._is_code(m)]
        place = start
        for number, match in enumerate(found):
            self._between(place, match.start(), first=number == 0)
            self._code(*match.span(match.lastindex or 0))
            place = match.end()
        if found:
            self._after(place, end)
        return bool(found)

    def _is_code(self, match: re.Match[str]) -> bool:
        inner = pieces(self.message, *match.span(match.lastindex or 0))
        return self._head(inner, 0) >= 0

    def _between(self, start: int, end: int, *, first: bool) -> None:
        text = self.message[start:end]
        if not (leads(text) if first else links(text)):
            raise NoScriptError
        self._around(start, end, "fill")

    def _after(self, start: int, end: int) -> None:
        text = self.message[start:end]
        if not trails(text.rstrip(self._ends() + " ")):
            raise NoScriptError
        self._around(start, end, "fill")

    def _sentence(self, start: int, end: int) -> None:
        """A line with commands that nothing sets apart, or with none but wording."""
        words = pieces(self.message, start, end)
        heads = [index for index in range(len(words)) if self._begins(words, index)]
        if not heads and not leads(self.message[start:end]):
            self.made.words.append((start, end))
            return
        if not heads and only_below(self.message[start:end]) and not leads(self.message[:start]):
            raise NoScriptError  # and not what stands above
        if not heads:
            self._around(start, end, "fill")
            return
        self._between(start, words[heads[0]].start, first=True)
        for number, head in enumerate(heads):
            last = heads[number + 1] if number + 1 < len(heads) else len(words)
            stop = words[last].start if last < len(words) else end
            self._until(words[head:last], stop, final=last == len(words))

    def _ends(self) -> str:
        """What may end a sentence; a question mark only where it asks for something."""
        first = self.made.marks[0] if self.made.marks else (0, 0, "")
        return _ENDS + ("?" if asks(self.message[first[0] : first[1]]) else "")

    def _begins(self, words: list[Piece], index: int) -> bool:
        """Whether a command begins at *index*: a known program that is no argument."""
        if self._head(words, index) < 0:
            return False
        before = words[index - 1] if index else None
        if before is None or before.sign or before.prose:
            return True
        if before.text == "sudo" or before.text in _SETS or _SUDO.fullmatch(before.text):
            return False
        return before.text.lower() in _AND or leads(
            self.message[words[0].start : words[index].start]
        )

    def _until(self, words: list[Piece], stop: int, *, final: bool) -> None:
        """Take the command that *words* begin with; what follows it, up to *stop*, is wording."""
        length, then = self._length(words, stop, final=final)
        command = words[:length]
        after = command[-1].end
        if then:
            self.made.words.append((after + then, stop))
            stop = after + then
        bare = command[-1].text.rstrip(self._ends())
        if bare[-1:] not in ("", "/", command[-1].text[-1:]) and not command[-1].quoted:
            command[-1] = command[-1].upto(len(bare))
            self._around(command[-1].end, after, "separator")
        self._call(command)
        self._around(after, stop, "fill" if final else "separator")

    def _length(self, words: list[Piece], stop: int, *, final: bool) -> tuple[int, int]:
        """How many of *words* are the command's own, and how many characters after them lead over
        to a request in words. NoScriptError when the rest is something else."""
        fits = self._trails if final else self._links
        prose = next((i for i, word in enumerate(words) if word.prose), len(words))
        for length in range(2, prose + 1):
            after = self.message[words[length - 1].end : stop]
            if fits(after):
                return length, 0
            if final and (then := linked(after)):
                return length, then
        if prose == len(words) and final:
            return prose, 0
        raise NoScriptError

    def _trails(self, text: str) -> bool:
        return text.strip() == ";" or (trails(text) and not _ARGUMENT.match(text))

    def _links(self, text: str) -> bool:
        return text.strip() in ("&&", ";") or (links(text) and not _ARGUMENT.match(text))
