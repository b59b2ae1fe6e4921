"""Cuts a message into words, with their places and everything that each may mean.

Called by ``rules``. Offsets are code points of the NFC, redacted message. Decides nothing about
the sentence: a word may have several senses, and a phrase ("웹 서버", "and then") spans several
words.
"""

import re
from functools import cache
from typing import Literal

import msgspec

from kiki.model.languages import is_hangul
from kiki.understand import named_ports
from kiki.understand.company import spans as company
from kiki.understand.hangul import cut
from kiki.understand.lexicon import Entry, Lexicon
from kiki.understand.limits import spans as limits
from kiki.understand.lookback import spans as lookback
from kiki.understand.pairs import paired
from kiki.understand.particulars import spans as particulars
from kiki.understand.runs import spans as runs
from kiki.understand.schedules import spans as times
from kiki.understand.shapes import SSH_KEY
from kiki.understand.variables import spans as variables
from kiki.understand.written import written

Sort = Literal["hangul", "ascii", "number", "quoted", "secret", "punct", "output", "time", "said"]

# Lines of text between two lines of backticks. Of a shell they are commands, and read elsewhere.
_FENCED = (
    r"\s*```(?!(?:sh|bash|zsh|shell|console)\b)\w{0,20}[ \t]*\n"
    r"(?!```)(?:(?!```).)*[^\s`][ \t]*\n[ \t]*```(?=\s|\Z)"
)
# The pieces of a message, in this order: fenced lines, secrets, quotes, public keys, Hangul,
# sizes in Korean, bullets, ASCII words, the rest.
_LATIN = r"|(?: ?(?:[MGT]i?B|[mgt]i?b)| (?:[MGT]i|G))(?![A-Za-z0-9_/:=-])"


@cache
def _scanner(latin: str = "") -> re.Pattern[str]:
    """*latin*: further ways to write a size, beside the Korean ones."""
    return re.compile(
        rf"(?P<fenced>{_FENCED})"
        r"|(?P<space>\s+)"
        r"|(?P<secret>\{\{secret:[A-Za-z_][A-Za-z0-9_-]{0,99}\}\})"
        r"|(?P<quoted>\"[^\"\n]*\"|“[^”\n]*”|‘[^’\n]*’|「[^」\n]*」|`[^`\n]*`"
        r"|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z0-9]))"
        rf"|(?P<key>{SSH_KEY})"
        rf"|(?P<size>(?<![A-Za-z0-9.])[0-9]{{1,6}}(?: ?(?:메가|기가|테라)(?:바이트)?{latin}))"
        r"|(?P<hangul>[가-힣]+|[ㄱ-ㅎㅏ-ㅣ]+)"
        r"|(?P<bullet>(?:(?<=\n)|\A)[ \t]*(?:[-*•]|\d{1,2}[.)])(?=\s))"
        r"|(?P<negative>(?<![A-Za-z0-9])-\d+(?![A-Za-z0-9.]))"
        r"|(?P<ascii>(?:[A-Za-z0-9_/@~.:=-]|(?<=[A-Za-z])'(?=[A-Za-z])|[+%#$*\\^<>|&])+)"
        r"|(?P<punct>.)",
        re.DOTALL,
    )


# Sizes in Latin units are whole only where a cluster's things are named: of others a model asks.
_SIZED = re.compile(
    r"(?i)pvc|volume ?claim|볼륨 클레임|pod|파드|deployment|디플로이먼트|stateful|스테이트풀"
    r"|quota|쿼터|flavou?r|플레이버"
)
_APOSTROPHE = re.compile("(?<=[A-Za-z])’(?=[A-Za-z])")
_NUMBERS = re.compile(r"[0-9]{2,5}(?:/[0-9]{2,5})+")
_LOGIN = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_NUMBER = re.compile(r"[0-9]+")
_ASSIGNED = re.compile(r"([A-Za-z][A-Za-z_-]{0,30})([=:])(.+)")
_PROTOCOL = re.compile(r"(tcp|udp)/(\d{1,5}(?:-\d{1,5})?)", re.IGNORECASE)
_COUNTED = re.compile(r"(\d{1,4})(ea|pcs|x)|(x)(\d{1,4})", re.IGNORECASE)
_UP = re.compile(r"/\.\.\Z")  # /etc/.. is another directory than /etc, or the end of a sentence
_NUMBERED = re.compile(r"(?<!\S)(\d{1,2})[.)](?=\s)")
_LAUGHTER = frozenset("ㅋㅎㅠㅜ")
# "10기가" and "20 GB" of a volume or of memory.
_SIZES = {"메": "Mi", "기": "Gi", "테": "Ti", "m": "Mi", "g": "Gi", "t": "Ti"}
_QUOTES = {"“": "”", "‘": "’", "「": "」"}


class Sense(msgspec.Struct, frozen=True):
    """One meaning of the words from a place on; *length* is how many words it spans."""

    entry: Entry
    length: int = 1


class Word(msgspec.Struct, frozen=True):
    """One word. *value* is the text that it stands for as a value: without quotes, and empty when
    it can be none. *glued*: no space before it."""

    text: str
    start: int
    end: int
    sort: Sort
    value: str = ""
    senses: tuple[Sense, ...] = ()
    glued: bool = False

    def has(self, cls: str, entry_id: str | None = None) -> bool:
        """Whether the word alone has a sense of this class (and id)."""
        return self.sense(cls, entry_id) is not None

    def length(self, cls: str) -> int:
        """How many words the longest sense of this class spans, from this word on; 0 without
        one."""
        return max((sense.length for sense in self.senses if sense.entry.cls == cls), default=0)

    def inside(self) -> tuple[int, int]:
        """Where the text between the quotes is, or that between lines of backticks."""
        if not self.text.startswith("```"):
            return self.start + 1, self.end - 1
        return self.start + self.text.index("\n") + 1, self.start + self.text.rindex("\n")

    def sense(self, cls: str, entry_id: str | None = None) -> Entry | None:
        """The entry of a one-word sense of this class (and id)."""
        for sense in self.senses:
            entry = sense.entry
            if sense.length == 1 and entry.cls == cls and entry_id in (None, entry.id):
                return entry
        return None


class _Piece(msgspec.Struct):
    text: str
    start: int
    sort: Sort
    value: str = ""
    entries: tuple[Entry, ...] = ()
    glued: bool = False


def lex(
    message: str, lexicon: Lexicon, outputs: tuple[tuple[int, int], ...] = ()
) -> tuple[Word, ...]:
    """The words of *message*; *outputs* are spans that ``output`` has read already."""
    pieces = _pieces(_APOSTROPHE.sub("'", message), lexicon, outputs)
    lower = _lowered(message)
    ends = {piece.start + len(piece.text): index for index, piece in enumerate(pieces)}
    words = tuple(
        Word(
            text=message[piece.start : piece.start + len(piece.text)],
            start=piece.start,
            end=piece.start + len(piece.text),
            sort=piece.sort,
            value=piece.value,
            senses=(*_phrases(index, piece, lower, ends, lexicon), *_singles(piece)),
            glued=piece.glued,
        )
        for index, piece in enumerate(pieces)
    )
    return tuple(_unfilled(words, index) for index in range(len(words)))


def _unfilled(words: tuple[Word, ...], index: int) -> Word:
    """As in "hello 네임스페이스": right before a Korean noun it is a name, and greets nobody."""
    word = words[index]
    if word.text != "hello":
        return word  # as nearly every word of every message
    after = words[index + 1 : index + 2]
    named = bool(after) and after[0].sort == "hangul" and after[0].has("noun")
    if not named or after[0].has("noun", "server"):
        return word
    senses = tuple(sense for sense in word.senses if sense.entry.cls != "fill")
    return msgspec.structs.replace(word, senses=senses)


def _lowered(message: str) -> str:
    """*message* with ASCII in lower case and any space as a space: the same length."""
    return "".join(
        char.lower() if char.isascii() else (" " if char.isspace() else char) for char in message
    ).replace("’", "'")


def _singles(piece: _Piece) -> tuple[Sense, ...]:
    return tuple(Sense(entry) for entry in piece.entries if entry.cls != "piece")


def _phrases(
    index: int, piece: _Piece, lower: str, ends: dict[int, int], lexicon: Lexicon
) -> tuple[Sense, ...]:
    """Every phrase that begins with this word and ends with a whole one, longest first."""
    if piece.sort not in ("hangul", "ascii", "number", "punct"):
        return ()
    found = []
    for surface, entry in lexicon.beginning(lower[piece.start : piece.start + 2]):
        last = ends.get(piece.start + len(surface))
        if last is not None and last > index and lower.startswith(surface, piece.start):
            found.append(Sense(entry, last - index + 1))
    return tuple(found)


def _pieces(message: str, lexicon: Lexicon, outputs: tuple[tuple[int, int], ...]) -> list[_Piece]:
    pieces: list[_Piece] = []
    position = 0
    numbers = _numbering(message)
    crons = {(start, end): cron for start, end, cron in times(message)}
    told = (*particulars(message), *variables(message), *company(message), *limits(message))
    told = (*told, *lookback(message), *runs(message), *named_ports.spans(message))
    said = {(start, end): fields for start, end, fields in told}
    named = {(start, end): value for start, end, value in named_ports.values(message)}
    line = written(message)
    lines = [line] if line else []
    spans = sorted(
        (*outputs, *numbers, *crons, *said, *named, *lines, (len(message), len(message)))
    )
    for start, end in spans:
        if start < position:
            continue
        _scan(message, position, start, lexicon, pieces)
        if (start, end) in numbers:
            pieces.append(_Piece(message[start:end], start, "punct", entries=_SEP))
        elif (start, end) in lines:
            pieces.append(_Piece(message[start:end], start, "quoted", value=message[start:end]))
        elif (start, end) in crons:
            text = message[start:end]
            pieces.append(_Piece(text, start, "time", value=crons[(start, end)]))
        elif (start, end) in named:
            pieces.append(_Piece(message[start:end], start, "ascii", value=named[(start, end)]))
        elif (start, end) in said:
            pieces.append(_Piece(message[start:end], start, "said", value=said[(start, end)]))
        elif start < end:
            pieces.append(_Piece(message[start:end], start, "output"))
        position = end
    return pieces


def _numbering(message: str) -> list[tuple[int, int]]:
    """The numbers of a list that is written in one line: "1) nginx 설치 2) 시작". Only if they
    count up from 1, at least to 2, and begin the message."""
    found = list(_NUMBERED.finditer(message))
    numbers = [int(match[1]) for match in found]
    if len(found) < 2 or numbers != list(range(1, len(found) + 1)):
        return []
    return [] if message[: found[0].start()].strip() else [match.span() for match in found]


def _scan(message: str, start: int, end: int, lexicon: Lexicon, pieces: list[_Piece]) -> None:
    scan = _scanner(_LATIN if _SIZED.search(message) else "")
    for match in scan.finditer(message, start, end):
        kind, text = match.lastgroup, match[0]
        before = pieces[-1] if pieces else None
        glued = before is not None and before.start + len(before.text) == match.start()
        if kind == "space":
            if "\n" in text:
                pieces.append(_Piece("\n", match.start() + text.index("\n"), "punct", entries=_SEP))
        elif kind == "hangul":
            pieces += _hangul(text, match.start(), before, lexicon, glued=glued)
        elif kind in ("ascii", "negative"):
            whole = "=" in text and paired(message, match.start(), match.end())
            pieces += _ascii(text, match.start(), lexicon, glued=glued, whole=whole)
        else:
            pieces.append(_other(kind, text, match.start(), glued=glued))


def _hangul(
    text: str, start: int, before: _Piece | None, lexicon: Lexicon, *, glued: bool
) -> list[_Piece]:
    if set(text) <= _LAUGHTER:
        return [_Piece(text, start, "hangul", entries=(Entry("fill"),))]
    made: list[_Piece] = []
    for surface, entries in _cut(text, before, lexicon, glued=glued):
        made.append(_Piece(surface, start, "hangul", entries=entries, glued=bool(made) or glued))
        start += len(surface)
    return made


def _cut(
    text: str, before: _Piece | None, lexicon: Lexicon, *, glued: bool
) -> list[tuple[str, tuple[Entry, ...]]]:
    """The words of a Hangul run; after a number it may begin with a counter, spaced or not."""
    number = before is not None and (
        before.sort == "number" or any(entry.cls == "num" for entry in before.entries)
    )
    value = glued and before is not None and (before.sort != "punct" or before.text == ")")
    lefts = ("=" if value else "<", "#") if number else ("=" if value else "<",)
    if number and glued:
        lefts = ("#", "=")
    cuts = (cut(text, left, lexicon.words) for left in lefts)
    return next((made for made in cuts if made[0][1]), [(text, ())])


def _owned(text: str, start: int, lexicon: Lexicon) -> list[_Piece]:
    """``kim's`` is a name and what says that the next word is about it; ``today's`` is none."""
    name = text[:-2]
    if text[-2:].lower() != "'s" or text.lower() in lexicon.words or name.lower() in lexicon.words:
        return []
    if name.lower() in lexicon.common or not _LOGIN.fullmatch(name):
        return []
    return [
        _word(name, start, lexicon),
        _Piece(text[-2:], start + len(name), "punct", entries=(Entry("part", "of"),), glued=True),
    ]


def _ascii(
    text: str, start: int, lexicon: Lexicon, *, glued: bool, whole: bool = False
) -> list[_Piece]:
    """An ASCII run: cut at ``key=value`` unless it is one value as a *whole*, and without the
    punctuation at its end."""
    body = text if _UP.search(text) else text.rstrip(".:~=") or text
    tail = text[len(body) :]
    made = [] if whole else _assigned(body, start, lexicon)
    made = made or _listed(body, start)
    made = made or _protocol_first(body, start)
    made = (
        made
        or _counted(body, start, lexicon)
        or _owned(body, start, lexicon)
        or [_word(body, start, lexicon)]
    )
    made[0].glued = glued
    if len(tail) > 2 and set(tail) == {"."}:
        return [*made, _Piece(tail, start + len(body), "punct", entries=_DOTS, glued=True)]
    for offset, char in enumerate(tail, start + len(body)):
        made.append(_Piece(char, offset, "punct", entries=_punct(char), glued=True))
    return made


def _listed(body: str, start: int) -> list[_Piece]:
    """80/443 is a list of two numbers."""
    if not _NUMBERS.fullmatch(body):
        return []
    made = []
    for match in re.finditer(r"[0-9]+|/", body):
        place, text = start + match.start(), match[0]
        if text == "/":
            made.append(_Piece(text, place, "punct", entries=(Entry("and", "comma"),), glued=True))
        else:
            made.append(_Piece(text, place, "number", value=text, glued=place > start))
    return made


def _assigned(body: str, start: int, lexicon: Lexicon) -> list[_Piece]:
    """``replicas=3`` and ``image:nginx`` are three words if the first is a noun of ours."""
    match = _ASSIGNED.fullmatch(body)
    entries = lexicon.words.get(match[1].lower(), []) if match else []
    nouns = {entry.id for entry in entries if entry.cls == "noun"}
    if match is None or not nouns - _NODES or match[1] == match[3]:
        return []  # node:20 is an image, deploy:deploy an owner and a group
    middle = start + match.start(2)
    return [
        _word(match[1], start, lexicon),
        _Piece(match[2], middle, "punct", entries=_punct(match[2]), glued=True),
        _word(match[3], middle + 1, lexicon, glued=True),
    ]


def _protocol_first(body: str, start: int) -> list[_Piece]:
    """tcp/8080 stands for 8080/tcp."""
    match = _PROTOCOL.fullmatch(body)
    value = f"{match[2]}/{match[1].lower()}" if match else ""
    return [_Piece(body, start, "ascii", value=value)] if match else []


def _counted(body: str, start: int, lexicon: Lexicon) -> list[_Piece]:
    """``3ea``, ``3x`` and ``x3`` are a number and what says that it counts things."""
    match = _COUNTED.fullmatch(body)
    if match is None:
        return []
    first, last = (text for text in match.groups() if text)
    return [
        _word(first, start, lexicon),
        _word(last, start + len(first), lexicon, glued=True),
    ]


def _word(text: str, start: int, lexicon: Lexicon, *, glued: bool = False) -> _Piece:
    sort: Sort = "number" if _NUMBER.fullmatch(text.removeprefix("-")) else "ascii"
    entries = () if text in _NAMES else tuple(lexicon.words.get(text.lower(), ()))
    if not any(char.isalnum() or char == "/" for char in text):
        return _Piece(text, start, "punct", entries=entries or _punct(text), glued=glued)
    return _Piece(text, start, sort, value=text, entries=entries, glued=glued)


_NODES = frozenset(("host", "k8s_a_node", "k8s_any_node"))
# What things are called, and only in capitals says what they are: "server db", "shop DB".
_NAMES = frozenset(("db",))
_SEP = (Entry("sep"),)
_DOTS = (Entry("and", "comma"),)  # "2 replicas... no, 3"
_PUNCTUATION = {
    ",": Entry("and", "comma"), "，": Entry("and", "comma"), "、": Entry("and", "comma"),
    "·": Entry("and", "comma"), ";": Entry("sep"), ".": Entry("sep"), "!": Entry("sep"),
    "~": Entry("sep"), "。": Entry("sep"), "?": Entry("ask"), "？": Entry("ask"),
    "…": Entry("and", "comma"), "—": Entry("and", "comma"), "–": Entry("and", "comma"),
    ":": Entry("prep", "cop"), "=": Entry("prep", "cop"), "：": Entry("prep", "cop"),
    "(": Entry("open"), ")": Entry("shut"),
}  # fmt: skip


def _punct(text: str) -> tuple[Entry, ...]:
    entry = _PUNCTUATION.get(text[:1]) if len(set(text)) == 1 else None
    return (entry,) if entry else ()


def _other(kind: str | None, text: str, start: int, *, glued: bool) -> _Piece:
    if kind == "quoted":
        return _Piece(text, start, "quoted", value=text[1:-1], glued=glued)
    if kind == "fenced":
        return _fence(text, start)
    if kind == "size":
        value = re.sub("[^0-9]", "", text) + _SIZES[re.sub("[0-9 ]", "", text)[0].lower()]
        return _Piece(text, start, "ascii", value=value, glued=glued)
    if kind == "key":
        return _Piece(text, start, "ascii", value=text, glued=glued)
    if kind == "secret":
        return _Piece(text, start, "secret", value=text, glued=glued)
    if kind == "bullet":
        return _Piece(text, start, "punct", entries=(Entry("fill", "bullet"),))
    return _Piece(text, start, "punct", entries=_punct(text), glued=glued)


def _fence(text: str, start: int) -> _Piece:
    """Fenced lines as a text in quotes, from its first backtick on."""
    fence = text.lstrip()
    inside = fence.partition("\n")[2].rpartition("\n")[0]
    return _Piece(fence, start + len(text) - len(fence), "quoted", value=inside)


def foreign(message: str) -> list[tuple[int, int]]:
    """Spans of words in scripts other than Korean and English."""
    return [
        match.span() for match in re.finditer(r"\S+", message) if any(map(_is_foreign, match[0]))
    ]


def _is_foreign(char: str) -> bool:
    return char.isalnum() and not char.isascii() and not is_hangul(char)
