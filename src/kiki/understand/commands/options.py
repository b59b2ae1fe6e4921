"""What the words of one command are: its options and the values that it is given.

Called by ``reading``. An option that the form does not name is never dropped: it is what the
command is refused for.
"""

import shlex

import msgspec

from kiki.understand.commands.programs import Form, Option
from kiki.understand.commands.script import Call
from kiki.understand.commands.shell import Piece


class Problem(msgspec.Struct, frozen=True):
    """Why a command is not read: a code and the words that it is about."""

    code: str
    text: str
    piece: Piece


class Given(msgspec.Struct, frozen=True):
    """A value: for an option, or without one for the *field* of a place in the form."""

    field: str
    piece: Piece
    option: Option | None = None


class Parsed(msgspec.Struct):
    """A call as one form takes it. *words* are the form's own that were there,
    *options* the names of those that were there, *meaningless* values that change nothing."""

    form: Form
    call: Call
    words: list[Piece] = []
    given: list[Given] = []
    options: list[tuple[str, Piece]] = []
    meaningless: list[Piece] = []
    problems: list[Problem] = []

    def problem(self, code: str, piece: Piece, text: str = "") -> None:
        """Note why it can't be read."""
        self.problems.append(Problem(code, text or piece.text, piece))

    def gives(self) -> list[tuple[Option, Piece]]:
        """The options that were there."""
        return [(self.form.options[name], piece) for name, piece in self.options]

    def named(self) -> set[str]:
        """The names of the options that were there."""
        return {name for name, _ in self.options}


def parsed(call: Call, forms: tuple[Form, ...]) -> Parsed | None:
    """*call* as the form that fits it best; None when it is none of *forms*."""
    tried = [made for made in (_Parser(call, form).made() for form in forms) if made is not None]
    tried.sort(key=lambda made: (bool(made.problems), -len(made.words), len(made.problems)))
    return tried[0] if tried else None


class _Parser:
    """Reads the words after a program's name from left to right."""

    def __init__(self, call: Call, form: Form) -> None:
        self.form = form
        self.pieces = call.rest
        self.read = Parsed(form, call)
        self.plain: list[Piece] = []
        self.index = 0

    def made(self) -> Parsed | None:
        """The call as this form; None when its own words are others."""
        while self.index < len(self.pieces):
            piece = self.pieces[self.index]
            self.index += 1
            if self._closed() and not (piece.sign or piece.expanded):
                self.plain.append(piece)
            else:
                self._piece(piece)
        if not self._placed():
            return None
        self._complete()
        return self.read

    def _closed(self) -> bool:
        """Whether what follows belongs to another command: "podman run nginx nginx -v"."""
        own = sum(not word.startswith("{") for word in self.form.words)
        return self.form.closed and len(self.plain) > own

    def _piece(self, piece: Piece) -> None:
        if piece.sign or piece.expanded:
            self.read.problem("shell", piece)
        elif piece.text.startswith("--") and not piece.quoted_first:
            self._long(piece)
        elif piece.text.startswith("-") and not piece.quoted_first:
            self._short(piece)
        else:
            self.plain.append(piece)

    # -- options --------------------------------------------------------------------------------

    def _long(self, piece: Piece) -> None:
        name, equals, _ = piece.text.partition("=")
        option = self.form.options.get(name)
        if option is None or (equals and not option.takes):
            self.read.problem("option", piece, name)
            return
        value = piece.after(len(name) + 1) if equals else None
        self._take(name, option, piece, value)

    def _short(self, piece: Piece) -> None:
        """``-aG docker``: the last of several may take a value."""
        for place in range(1, len(piece.text)):
            name = "-" + piece.text[place]
            option = self.form.options.get(name)
            if option is None:
                self.read.problem("option", piece, name if len(piece.text) == 2 else piece.text)
                return
            rest = len(piece.text) - place - 1
            value = piece.after(place + 1) if rest and option.takes else None
            self._take(name, option, piece, value)
            if option.takes:
                return

    def _take(self, name: str, option: Option, piece: Piece, value: Piece | None) -> None:
        self.read.options.append((name, piece))
        if not option.takes:
            return
        if value is None and self.index < len(self.pieces):
            value = self.pieces[self.index]
            self.index += 1
        if value is None or value.sign or value.expanded:
            self.read.problem("lacks" if value is None else "shell", value or piece)
            return
        self._value(option, value)

    def _value(self, option: Option, value: Piece) -> None:
        choices = option.values or option.only
        if choices and value.text not in choices:
            self.read.problem("value", value)
        elif option.field:
            self.read.given.append(Given(option.field, value, option))
        else:
            self.read.meaningless.append(value)

    # -- places ---------------------------------------------------------------------------------

    def _placed(self) -> bool:
        """Whether the form's own words are there, in their places."""
        left = list(self.plain)
        for word in self.form.words:
            if word.startswith("{"):
                if not _looks(word, left):
                    return False
                self._fill(word.replace("/}", "}").replace("+-}", "+}"), left)
            elif left and left[0].text in word.split("|") and not left[0].quoted:
                self.read.words.append(left.pop(0))
            else:
                return False
        for piece in left:
            self.read.problem("word", piece)
        return True

    def _fill(self, word: str, left: list[Piece]) -> None:
        field, several = word.strip("{+*}"), word.endswith("+}")
        if word.endswith("*}"):
            if left and left[0].text.startswith("-"):
                self.read.problem("option", left[0])  # meant for this command, and stands too late
            self.read.given += [Given(field, piece) for piece in _joined(left)]
            left.clear()
            return
        taken = left[:] if several else left[:1]
        del left[: len(taken)]
        if not taken:
            self.read.problem("lacks", self.read.call.program, field)
        self.read.given += [Given(field, piece) for piece in taken]

    def _complete(self) -> None:
        """See that the options that have to be there are."""
        given = self.read.named()
        if self.form.needs and not given & set(self.form.needs):
            self.read.problem("lacks", self.read.call.program, self.form.needs[0])
        for name, piece in self.read.options:
            beside = self.form.options[name].beside
            if beside and beside not in given:
                self.read.problem("lacks", piece, beside)


def _looks(word: str, left: list[Piece]) -> bool:
    """Whether values look as their place wants: ``{name/}`` with a slash, ``{keys+-}`` each with a
    dash at its end."""
    if word.endswith("/}"):
        return bool(left) and "/" in left[0].text
    if word.endswith("+-}"):
        return bool(left) and all(piece.text.endswith("-") for piece in left)
    return True


def _joined(pieces: list[Piece]) -> list[Piece]:
    """*pieces* as one whose text a shell would divide into them again; none for none."""
    if not pieces:
        return []
    text = shlex.join(piece.text for piece in pieces)
    return [msgspec.structs.replace(pieces[0], text=text, end=pieces[-1].end, quoted=True)]
