"""Takes secrets out of a message before the first byte of it is stored.

Called by ``service`` on every raw message, and by nothing after it: from there on there are only
names. Finds what is announced ("password X", "비밀번호는 X", ``token=X``) and what shows itself
(private keys, connection strings, tokens with a known prefix, crypt hashes). A weak announcement (a
word and a space) takes only what is no ordinary word, so that "password file" stays as it is.
Regular expressions are compiled only for messages that have a hint of a secret in them.
"""

import re
import unicodedata
from collections.abc import Iterator

from msgspec.structs import replace

from kiki.model.records import Record
from kiki.model.secret import placeholder
from kiki.understand import secret_patterns as patterns

MIN_REPEATED = 4  # a shorter value is not looked for in the rest of the message


class Redacted(Record, frozen=True):
    """The NFC message with ``{{secret:NAME}}`` for each secret, and the values by name."""

    message: str
    values: dict[str, str] = {}


class _Found(Record, frozen=True):
    start: int
    end: int
    sort: str


def redact(message: str) -> Redacted:
    """*message* in NFC without its secrets. Doing it twice changes nothing more."""
    text = unicodedata.normalize("NFC", message)
    if not _hinted(text):
        return Redacted(message=text)
    hidden = _PLACEHOLDER.sub(lambda match: _MASK * len(match[0]), text)
    return _replaced(text, _chosen(hidden))


def masked(text: str) -> str:
    """*text* with asterisks for each secret: for what is kept or shown and never read."""
    found = redact(text)
    for name in found.values:
        found = replace(found, message=found.message.replace(placeholder(name), HIDDEN))
    return found.message


HIDDEN = "********"
_PLACEHOLDER = re.compile(r"\{\{secret:[A-Za-z_][A-Za-z0-9_-]{0,99}\}\}")
_MASK = "\0"  # stands for each character of a placeholder while secrets are looked for
_HINTS = (
    "pass", "pw", "비밀", "비번", "암호", "패스", "token", "토큰", "key", "키", "secret", "시크릿",
    ":", "identified", "-----begin", "bearer", "basic ", "eyj", "gh", "glpat-", "sk-", "xox",
    "akia", "asia", "aiza", "hf_", "npm_", "credential", "$",
)  # fmt: skip


def _hinted(text: str) -> bool:
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)


def _chosen(text: str) -> list[_Found]:
    """The spans of all secrets, left to right, none inside another."""
    found = sorted(
        (*_all_shown(text), *_all_paired(text), *_all_announced(text)),
        key=lambda f: (f.start, -f.end),
    )
    chosen: list[_Found] = []
    for one in found:
        if not chosen or one.start >= chosen[-1].end:
            chosen.append(one)
    return chosen


def _all_shown(text: str) -> Iterator[_Found]:
    for pattern, sort in patterns.shown():
        for match in pattern.finditer(text):
            yield _Found(start=match.start("v"), end=match.end("v"), sort=sort)


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
    for pattern, strong in patterns.announced():
        position = 0
        while match := pattern.search(text, position):
            found = _value(match, strong=strong)
            if found is not None:
                yield found
            # A rejected value may itself announce the next one ("password token=abc").
            position = max(match.end("k"), match.start() + 1) if found is None else found.end


def _value(match: re.Match[str], *, strong: bool) -> _Found | None:
    sort = _sort(match["k"])
    for quoted in patterns.QUOTED:
        if match[quoted] is not None:
            inside = _MASK not in match[quoted]
            found = _Found(start=match.start(quoted), end=match.end(quoted), sort=sort)
            return found if inside else None
    value = _bare(match, sort, strong=strong)
    if not value or _MASK in value:
        return None
    start = match.start("raw")
    end = start + len(value)
    spaced = sort == "password" and value == match["raw"] and not _is_shell(match)
    return _Found(start=start, end=_phrase_end(match.string, end) if spaced else end, sort=sort)


def _bare(match: re.Match[str], sort: str, *, strong: bool) -> str:
    """The secret in a word without quotes, empty when it is a word of the sentence."""
    value = _trimmed(match["raw"]) or match["raw"]
    if match["k"] == "패스" and value.startswith("/"):  # the path of an ingress
        return ""
    if match["k"] == "PASSWD" and value == "ALL":  # a tag of sudoers
        return ""
    if strong:
        return value
    if _is_hangul(value[0]):
        return _korean_secret(value, match.string[match.end("raw") :])
    return value if _secretive(value, match, sort) else ""


def _is_shell(match: re.Match[str]) -> bool:
    """Whether the value is an argument or an assignment, which ends at a space."""
    announced = match.string[match.end("k") : match.start("raw")]
    return "=" in announced or match[0].startswith("-") or match.end("raw") != match.end()


def _phrase_end(text: str, end: int) -> int:
    """Where a password with spaces ends whose first word ends at *end*: before the next word that
    begins another part of the sentence, or at punctuation or a particle."""
    while (word := _NEXT_WORD.match(text, end)) and _continues(word[1]):
        value = _trimmed(word[1])
        end = word.start(1) + len(value)
        if value != word[1]:
            break
    return end


_NEXT_WORD = re.compile(r"[ \t]+(\S+)")
_OTHER_PART = re.compile(r"[-/\"'`“‘(&|><]|[A-Za-z_][\w-]*(?:=[^=]|[:=]$)|[^\w]+$")


def _continues(word: str) -> bool:
    value = _trimmed(word)
    if not value or _MASK in word or _OTHER_PART.match(word):
        return False
    if _is_hangul(word[0]) or patterns.COUNTED.fullmatch(word):
        return False
    return value.lower() not in patterns.CLAUSE


def _sort(announcement: str) -> str:
    return next(
        (sort for pattern, sort in patterns.SORTS if pattern.search(announcement)), "password"
    )


def _trimmed(raw: str) -> str:
    """*raw* without closing punctuation, and without a Korean particle after what is not Korean."""
    tail = patterns.TAIL.search(raw)
    if tail and tail.start() and not _is_hangul(raw[tail.start() - 1]):
        return raw[: tail.start()]
    return raw.rstrip(".,;)]}")


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"


def _secretive(value: str, match: re.Match[str], sort: str) -> bool:
    """Whether *value* after a weak announcement is a secret and not a word of the sentence."""
    if (
        patterns.COUNTED.fullmatch(match["raw"])
        or value.startswith("/")
        or (value != "A" and value.lower() in patterns.ORDINARY)  # "A" is no article here
    ):
        return False
    if sort == "password":
        return True
    if _is_said(match, sort):
        return value.lower() not in patterns.STATES
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return mixed and len(value) >= (8 if sort == "api-key" else 12)


def _is_said(match: re.Match[str], sort: str) -> bool:
    """Whether the sentence says that this is the value: "the token is X", "토큰을 X로"."""
    korean = sort != "secret" and match["raw"].endswith("로")
    return korean or match.groupdict().get("c") is not None


def _korean_secret(raw: str, rest: str) -> str:
    """The secret in a Korean word after a weak announcement: one with digits or signs in it, or
    the X of "X로 해줘". Empty when it is a word of the sentence."""
    if raw in patterns.ORDINARY_KO:
        return ""
    if any(not _is_hangul(char) and char not in ".,;:!?~()" for char in raw):
        return raw
    stem = raw.removesuffix("으로") if raw.endswith("으로") else raw.removesuffix("로")
    return stem if stem not in ("", raw) and patterns.MADE_SO.match(rest) else ""


def _replaced(text: str, chosen: list[_Found]) -> Redacted:
    values: dict[str, str] = {}
    names = [_name(text[one.start : one.end], one.sort, values, text) for one in chosen]
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
    while f"{sort}-{number}" in values or placeholder(f"{sort}-{number}") in text:
        number += 1
    values[f"{sort}-{number}"] = value
    return f"{sort}-{number}"


def _repeated(piece: str, values: dict[str, str]) -> str:
    """*piece* with the same values replaced where nothing announced them."""
    known = {value: name for name, value in values.items() if len(value) >= MIN_REPEATED}
    if not any(value in piece for value in known):
        return piece
    longest_first = sorted(known, key=len, reverse=True)
    every = "|".join(map(re.escape, longest_first))
    bounded = rf"(?<![A-Za-z0-9_])(?:{every})(?![A-Za-z0-9_])"
    kept = rf"({_PLACEHOLDER.pattern})|({bounded})"
    return re.sub(kept, lambda match: match[1] or placeholder(known[match[2]]), piece)
