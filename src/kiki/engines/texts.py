"""Text from a server: cleaned for people, and searched for the JSON in it.

Called by ``engines.openai``. Such text is data: nothing in it may move a cursor, break a line or
show a key.
"""

import json
import re
import unicodedata
from typing import Any

SHOWN = 160  # how much of a server's own words is shown, in characters
_TAGS = re.compile(r"<(script|style)\b.*?(</\1\s*>|\Z)|<[^>]*>", re.IGNORECASE | re.DOTALL)
_THOUGHT = "</think>"
_MOST_TRIES = 50


def shown(text: str, key: str = "") -> str:
    """The first words of *text* on one line, without control characters, tags and *key*."""
    if key:
        text = text.replace(key, "***")
    text = _TAGS.sub(" ", text[: SHOWN * 20])
    clean = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    words = " ".join(clean.split())
    return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"


def error_text(body: bytes) -> str:
    """What the body of a refusal says: the message of a JSON error, or all of it."""
    text = body.decode("utf-8", "replace")
    try:
        return _message(json.loads(text)) or text
    except (ValueError, RecursionError):
        return text


def _message(value: Any) -> str:
    """The text of ``{"error": {"message": ...}}`` and its relatives."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):  # FastAPI: [{"loc": [...], "msg": "..."}]
        return "; ".join(filter(None, (_message(item) for item in value)))
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("loc"), list):
        return ".".join(map(str, value["loc"])) + ": " + str(value.get("msg", ""))
    for name in ("error", "message", "detail", "msg"):
        if found := _message(value.get(name)):
            return found
    return ""


def first_object(text: str) -> str:
    """The first JSON object in *text*, as it stands there: out of a model's thoughts, its prose
    and code fences. *text* itself when there is none, and when it ends within one: then nothing
    inside that object stands for the whole."""
    said = text.rpartition(_THOUGHT)[2]
    decoder = json.JSONDecoder()
    place = said.find("{")
    for _ in range(_MOST_TRIES):
        if place < 0:
            break
        try:
            _, end = decoder.raw_decode(said, place)
            return said[place:end]
        except json.JSONDecodeError as error:
            if error.pos >= len(said.rstrip()) or error.msg.startswith("Unterminated"):
                break
        except RecursionError:
            break
        place = said.find("{", place + 1)
    return text


def has_object(text: str) -> bool:
    """Whether there is a whole JSON object in *text*."""
    try:
        return isinstance(json.loads(first_object(text)), dict)
    except (ValueError, RecursionError):
        return False
