"""Finds characters that hide or pretend: zero-width, right-to-left marks, look-alike letters.

Called by ``messages`` before anything is read. A name with a Cyrillic letter in it looks like
another name; a message that holds one is refused and told where. Source: Unicode general
categories and UTS #39 (confusables), of which the scripts that look like Latin count here.
"""

import unicodedata

from kiki.model.intent import Question
from kiki.model.languages import is_hangul

_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u034f\u2800")
_CONFUSABLE = (
    "LATIN",
    "CYRILLIC",
    "GREEK",
    "FULLWIDTH",
    "ARMENIAN",
    "CHEROKEE",
    "MATHEMATICAL",
    "COPTIC",
)


def strange(message: str) -> Question | None:
    """A refusal for the first character that can't be trusted or belongs to another language."""
    struck = message.find("~~")
    if 0 <= struck < message.rfind("~~") - 1:
        return _refusal("understand.characters", message, struck)  # ~~struck out~~
    if message.isascii():
        return _control(message)
    for place, char in enumerate(message):
        if _invisible(char):
            return _refusal("understand.characters", message, place)
        if char.isalnum() and not char.isascii() and not is_hangul(char):
            confusable = unicodedata.name(char, "").startswith(_CONFUSABLE)
            code = "understand.characters" if confusable else "understand.language"
            return _refusal(code, message, place)
    return None


def _control(message: str) -> Question | None:
    for place, char in enumerate(message):
        if (char < " " and char not in "\n\t\r") or char == "\x7f":
            return _refusal("understand.characters", message, place)
    return None


def _invisible(char: str) -> bool:
    """Control and format characters, fillers, combining marks and lone surrogates."""
    if char in "\n\t\r":
        return False
    return char in _FILLERS or unicodedata.category(char) in (
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Mn",
        "Me",
    )


def _refusal(code: str, message: str, place: int) -> Question:
    char = message[place]
    params = {
        "character": f"U+{ord(char):04X}",
        "name": unicodedata.name(char, "?"),
        "place": str(place + 1),
        "words": char,
    }
    return Question(code=code, field="", params=params, start=place, end=place + 1)
