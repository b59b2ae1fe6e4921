"""Takes secrets out of a message before the first byte of it is stored.

Called by ``service`` on every raw message and answer, and by nothing after it: from there on there
are only names. Finds what is announced ("password X", "비밀번호는 X", ``token=X``) and what shows
itself (private keys, connection strings, tokens with a known prefix, crypt hashes). A weak
announcement (a word and a space) takes only what is no ordinary word, so that "password file" stays
as it is. Regular expressions are compiled only for messages that have a hint of a secret in them.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator

from msgspec.structs import replace

from kiki.model.records import Record
from kiki.model.secret import REFERENCE, placeholder
from kiki.understand import secret_patterns as patterns
from kiki.understand import secret_words as words
from kiki.understand.secret_commands import commands, signed
from kiki.understand.secret_keys import answered_values, kept_values
from kiki.understand.secret_shapes import shown
from kiki.understand.variables import spans as sources

_NEAR = 400  # characters before a value in which a quote may have been opened
_SHORT = 24  # characters of what may be a word that announces
MIN_REPEATED = 4  # a shorter value is not looked for in the rest of the message
MIN_IN_PATHS = 6  # a shorter plain word is not looked for in absolute paths: "test" in /tmp/test


class Redacted(Record, frozen=True):
    """The NFC message with ``{{secret:NAME}}`` for each secret, and the values by name."""

    message: str
    values: dict[str, str] = {}


class _Found(Record, frozen=True):
    """A span; *sure* when its own looks say that all of it is a secret."""

    start: int
    end: int
    sort: str
    sure: bool = False


def redact(message: str, *, pairs: bool = False, known: Collection[str] = ()) -> Redacted:
    """*message* in NFC without its secrets. Doing it twice changes nothing more. *pairs*: it is an
    answer that lists ``KEY=value``, every value of which is secret. *known* are names of secrets
    that are given to no other."""
    text = unicodedata.normalize("NFC", message)
    if not pairs and not _hinted(text):
        return Redacted(message=text)
    hidden = _PLACEHOLDER.sub(lambda match: _MASK * len(match[0]), text.replace(_MASK, "\1"))
    for start, end, _ in sources(hidden):
        hidden = hidden[:start] + _MASK * (end - start) + hidden[end:]
    return _replaced(text, _chosen(hidden, pairs=pairs), known)


def masked(text: str) -> str:
    """*text* with asterisks for each secret: for what is kept or shown and never read."""
    found = redact(text)
    for name in found.values:
        found = replace(found, message=found.message.replace(placeholder(name), HIDDEN))
    return found.message


HIDDEN = "********"
_PLACEHOLDER = re.compile(REFERENCE)
# Stands for each character of what only names a secret, while secrets are looked for: of a
# placeholder, or of a key of a cluster's Secret that a variable has its value from.
_MASK = "\0"
_HINTS = (
    "pass", "pw", "비밀", "비번", "암호", "패스", "token", "토큰", "key", "키", "secret", "시크릿",
    ":", "identified", "-----begin", "bearer", "basic ", "eyj", "gh", "sk-", "xox", "xapp-",
    "akia", "asia", "aiza", "hf_", "npm_", "pypi-", "sk_", "rk_", "gsk_", "nvapi-", "dapi", "shp",
    "dckr_", "tskey-", "atatt3", "sg.", "hvs.", "hvb.", "hvr.", "dop_v1_", "ya29", "grub.", "ls0t",
    "{s", "{md", "{cr", "{pb", "{ar", "cred", "자격", "정보", "psk", "pin is", "pin co", "pin nu",
    "pin=", "pin은", "핀번호", "핀 번호", "auth", "cookie", "sig=", "signature=", " / ", "$",
    "hooks.slack", *(f"gl{sort}-" for sort in words.GITLAB),
)  # fmt: skip


def _hinted(text: str) -> bool:
    lower = text.lower()
    return any(hint in lower for hint in _HINTS) or signed(lower)


def _chosen(text: str, *, pairs: bool) -> list[_Found]:
    """The spans of all secrets, left to right, none inside another. Of what is surely a secret no
    end is left because something else begins before it."""
    kept = (*kept_values(text), *(answered_values(text) if pairs else ()))
    found = sorted(
        (
            *_all_shown(text),
            *_all_commanded(text),
            *_all_paired(text),
            *_all_announced(text),
            *(_Found(start=start, end=end, sort="secret") for start, end in kept),
        ),
        key=lambda f: (f.start, -f.end),
    )
    chosen: list[_Found] = []
    for one in found:
        if not chosen or one.start >= chosen[-1].end:
            chosen.append(one)
        elif one.sure and one.end > chosen[-1].end:
            chosen[-1] = replace(chosen[-1], end=one.end)
    return chosen


def _all_shown(text: str) -> Iterator[_Found]:
    for pattern, sort in shown():
        for match in pattern.finditer(text):
            yield _Found(start=match.start("v"), end=match.end("v"), sort=sort, sure=True)


def _all_commanded(text: str) -> Iterator[_Found]:
    """The arguments of commands and settings, without their quotes."""
    for pattern in commands(text):
        for match in pattern.finditer(text):
            start, end = match.span("v")
            quoted = end - start > 2 and text[start] in "\"'" and text[start] == text[end - 1]
            yield _Found(start=start + quoted, end=end - quoted, sort="password")


def _all_paired(text: str) -> Iterator[_Found]:
    """The passwords of "users kim:PASSWORD, lee:PASSWORD"."""
    before, pair, joined = patterns.pairs()
    for announced in before.finditer(text) if ":" in text else ():
        position = announced.end()
        while one := pair.match(text, position):
            position = one.end()
            if one["v"]:
                value = _trimmed(one["v"]).rstrip("\"'`") or one["v"]
                position = one.start("v") + len(value)
                yield _Found(start=one.start("v"), end=position, sort="password")
            if not (more := joined.match(text, position)):
                break
            position = more.end()


def _all_announced(text: str) -> Iterator[_Found]:
    for pattern, trust in patterns.announced(text):
        position = 0
        while match := pattern.search(text, position):
            found = _value(match, trust)
            if found is not None:
                yield found
            # What was taken for a value may itself announce the next one ("비밀번호 pw is abc1").
            taken = "" if found is None else text[found.start : found.end]
            again = len(taken) <= _SHORT and patterns.announces(taken)
            beyond = match.start() + 1 if found is None or again else found.end
            position = max(match.end("k"), beyond)


def _value(match: re.Match[str], trust: patterns.Trust) -> _Found | None:
    sort = _sort(match["k"])
    for quoted in patterns.QUOTED:
        if match[quoted] is not None:
            inside = _MASK not in match[quoted] and not words.REFERENCE.fullmatch(match[quoted])
            found = _Found(start=match.start(quoted), end=match.end(quoted), sort=sort)
            return found if inside else None
    value = _bare(match, sort, trust)
    if not value or _MASK in value:
        return None
    start = match.start("raw")
    end = start + len(value)
    if len(value) == patterns.LONGEST:
        end = _UNBROKEN.match(match.string, end).end()  # type: ignore[union-attr]  # may be empty
    spaced = sort == "password" and value == match["raw"] and not _is_shell(match)
    return _Found(start=start, end=_phrase_end(match.string, end) if spaced else end, sort=sort)


_UNBROKEN = re.compile(r"[^\s\0]*")


def _bare(match: re.Match[str], sort: str, trust: patterns.Trust) -> str:
    """The secret in a word without quotes, empty when it is a word of the sentence."""
    value = _ended(match, _trimmed(match["raw"]) or match["raw"])
    if words.REFERENCE.fullmatch(value):
        return ""
    if match["k"] == "패스" and value.startswith("/"):  # the path of an ingress
        return ""
    if match["k"] == "PASSWD" and value == "ALL":  # a tag of sudoers
        return ""
    if trust == "strong":
        return value
    if trust == "faint":
        return value if _is_mixed(value) and _secretive(value, match, "password") else ""
    if _is_hangul(value[0]):
        return _korean_secret(value, match.string[match.end("raw") :])
    return value if _secretive(value, match, sort) else ""


def _ended(match: re.Match[str], value: str) -> str:
    """*value* without a quote at its end that was opened before its announcement, and in a row of
    assignments (``password=X;user=kim``) without the next one."""
    before = match.string[max(0, match.start("raw") - _NEAR) : match.start("raw")]
    if len(value) > 1 and value[-1] in "\"'`" and before.count(value[-1]) % 2:
        value = value[:-1]
    if before.rstrip().endswith("="):
        value = words.NEXT_ASSIGNMENT.split(value, maxsplit=1)[0] or value
    return value


def _is_shell(match: re.Match[str]) -> bool:
    """Whether the value is an argument or an assignment, which ends at a space."""
    announced = match.string[match.end("k") : match.start("raw")]
    return "=" in announced or match[0].startswith("-") or match.end("raw") != match.end()


def _phrase_end(text: str, end: int) -> int:
    """Where a password with spaces ends whose first word ends at *end*: before the next word that
    begins another part of the sentence, or at punctuation or a particle."""
    for _ in range(_PHRASE):
        word = _NEXT_WORD.match(text, end)
        if word is None or not _continues(word[1]):
            break
        value = _trimmed(word[1])
        end = word.start(1) + len(value)
        if value != word[1]:
            break
    return end


_PHRASE = 20  # words of a password without quotes; a longer one is no password
_NEXT_WORD = re.compile(r"[ \t]+(\S+)")
_OTHER_PART = re.compile(r"[-/\"'`“‘(&|><]|[A-Za-z_][\w-]*(?:=[^=]|[:=]$)|[^\w]+$")


def _continues(word: str) -> bool:
    value = _trimmed(word)
    if not value or _MASK in word or _OTHER_PART.match(word):
        return False
    if _is_hangul(word[0]) or words.COUNTED.fullmatch(word):
        return False
    return value.lower().partition(":")[0] not in words.CLAUSE


def _sort(announcement: str) -> str:
    return next((sort for pattern, sort in words.SORTS if pattern.search(announcement)), "password")


def _trimmed(raw: str) -> str:
    """*raw* without closing punctuation, and without a Korean particle after what is not Korean."""
    tail = words.TAIL.search(raw)
    if tail and tail.start() and not _is_hangul(raw[tail.start() - 1]):
        return raw[: tail.start()]
    return _without_closing(raw.rstrip(".,;"))


def _without_closing(raw: str) -> str:
    """*raw* without brackets at its end that were opened before it."""
    for _ in range(_DEEP):
        if raw[-1:] not in _OPENING or raw.count(raw[-1]) <= raw.count(_OPENING[raw[-1]]):
            break
        raw = raw[:-1].rstrip(".,;")
    return raw


_DEEP = 8
_OPENING = {")": "(", "]": "[", "}": "{", ">": "<"}


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"


def _secretive(value: str, match: re.Match[str], sort: str) -> bool:
    """Whether *value* after a weak announcement is a secret and not a word of the sentence."""
    inside = value.strip("()[]<>{}")
    word = inside.lower().rstrip(":")
    if (
        words.COUNTED.fullmatch(match["raw"])
        or words.NO_VALUE.match(inside)
        or (value != "A" and word in words.ORDINARY)  # "A" is no article here
        or (inside != value and all(map(_is_hangul, inside)))  # "[선택]"
    ):
        return False
    if sort == "password":
        return True
    if _is_said(match, sort):
        return word not in words.STATES
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    if sort == "secret" and value.isalnum():  # names of secrets have dashes
        return mixed and len(value) >= 6
    return mixed and len(value) >= (12 if sort == "secret" else 8)


def _is_mixed(value: str) -> bool:
    """Whether *value* has digits or signs among its letters, as a word of a sentence has not."""
    letters = sum(char.isalpha() for char in value)
    return 0 < letters < len(value) and any(char.isdigit() or char in "!@#$%^&*" for char in value)


def _is_said(match: re.Match[str], sort: str) -> bool:
    """Whether the sentence says that this is the value: "the token is X", "토큰을 X로"."""
    korean = sort != "secret" and match["raw"].endswith("로")
    return korean or match.groupdict().get("c") is not None


def _korean_secret(raw: str, rest: str) -> str:
    """The secret in a Korean word after a weak announcement: one with digits or signs in it, or
    the X of "X로 해줘". Empty when it is a word of the sentence."""
    if raw in words.ORDINARY_KO:
        return ""
    if any(not _is_hangul(char) and char not in ".,;:!?~()" for char in raw):
        return raw
    stem = raw.removesuffix("으로") if raw.endswith("으로") else raw.removesuffix("로")
    return stem if stem not in ("", raw) and words.MADE_SO.match(rest) else ""


def _replaced(text: str, chosen: list[_Found], known: Collection[str]) -> Redacted:
    values: dict[str, str] = {}
    used = text + "".join(map(placeholder, known))
    names = [_name(text[one.start : one.end], one.sort, values, used) for one in chosen]
    pieces: list[str] = []
    position = 0
    for found, name in zip(chosen, names, strict=True):
        pieces += (_repeated(text[position : found.start], values), placeholder(name))
        position = found.end
    message = "".join((*pieces, _repeated(text[position:], values)))
    return Redacted(message=message, values=values)


def _name(value: str, sort: str, values: dict[str, str], text: str) -> str:
    """The name for *value*: the same value has the same one, and no name in *text* is reused."""
    for name, known in values.items():
        if known == value:
            return name
    number = 1
    while _is_no_name(f"{sort}-{number}", value, values, text):
        number += 1
    values[f"{sort}-{number}"] = value
    return f"{sort}-{number}"


def _is_no_name(name: str, value: str, values: dict[str, str], text: str) -> bool:
    """Whether *name* is another one's already, stands in the text, or would say the value."""
    return name in values or name == value or placeholder(name) in text


def _repeated(piece: str, values: dict[str, str]) -> str:
    """*piece* with the same values replaced where nothing announced them: words as whole words,
    anything else also within others."""
    known = {value: name for name, value in values.items() if len(value) >= MIN_REPEATED}
    if not any(value in piece for value in known):
        return piece
    longest_first = sorted(known, key=len, reverse=True)
    every = "|".join(map(_anywhere, longest_first))
    kept = rf"({_PLACEHOLDER.pattern})|({every})"
    return re.sub(kept, lambda match: _hidden(match, known), piece)


def _hidden(match: re.Match[str], known: dict[str, str]) -> str:
    """What stands in place of a placeholder, or of one more of the *known* values."""
    if match[1]:
        return match[1]
    value = match[2]
    plain = len(value) < MIN_IN_PATHS and value.isalpha()
    return value if plain and _in_path(match) else placeholder(known[value])


def _in_path(match: re.Match[str]) -> bool:
    """Whether *match* is a part of an absolute path, which no address is."""
    before = match.string[max(0, match.start() - _NEAR) : match.start()]
    folders = _FOLDERS.search(before)
    return folders is not None and (folders.start() > 0 or len(before) < _NEAR)


_FOLDERS = re.compile(r"(?<![^\s\"'`(])/(?:[\w.-]+/)*$")


def _anywhere(value: str) -> str:
    word = value.isalpha()
    return rf"(?<![A-Za-z0-9_]){re.escape(value)}(?![A-Za-z0-9_])" if word else re.escape(value)
