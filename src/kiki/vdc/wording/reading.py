"""A message, phrase by phrase, to a draft of a definition.

Called by the CLI. At each place the longest phrase that ends at a boundary is taken; where none is,
the words from there on are told and nothing is made.
"""

import re
import unicodedata
from typing import NamedTuple

from kiki.vdc.wording.draft import Draft, Unclear
from kiki.vdc.wording.phrases import PHRASES, Phrase, Taken

_SPACE = re.compile(r"\s*")
_BOUNDARY = re.compile(r"[\s,;:]|\.(?=\s)")
_LONGEST = 400  # characters of a phrase
_REST = re.compile(r"[^,;\n]+")


class Told(NamedTuple):
    """A *draft* when everything was understood, else why not: *code* with its *params*."""

    draft: Draft | None
    code: str = ""
    params: dict[str, str] = {}


def told(message: str, **given: str) -> Told:
    """What *message* says, with *given* image, flavor and the like."""
    draft, text = Draft(), unicodedata.normalize("NFC", message).strip()
    place = 0
    try:
        for sort, value in given.items():
            if value:
                draft.once(sort, value)
        while (place := _after_space(text, place)) < len(text):
            phrase, taken = _longest(text, place)
            phrase.take(draft, taken)
            place = taken.end()
        if not draft.missing():
            draft.definition()
    except Unclear as unclear:
        from kiki.understand.secrets import masked  # noqa: PLC0415 -- lazy: only for a refusal

        params = {key: masked(value) for key, value in unclear.params.items()}
        return Told(None, unclear.code, params)
    return Told(draft)


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _longest(text: str, place: int) -> tuple[Phrase, Taken]:
    """The phrase that takes most from *place* on. Raises Unclear with the words when none does."""
    best: tuple[Phrase, Taken] | None = None
    for phrase in PHRASES:
        taken = _bounded(phrase, text, place)
        if taken and (best is None or taken.end() > best[1].end()):
            best = phrase, taken
    if best is None:
        rest = _REST.match(text, place)
        words = (rest[0] if rest else text[place:]).strip()
        raise Unclear("vdc.new_unread", words=words if len(words) <= 200 else f"{words[:200]}…")
    return best


def _bounded(phrase: Phrase, text: str, place: int) -> Taken | None:
    """The match at *place*, if it ends where a word does: "허용" is no part of "허용하지 마"."""
    for end in _ends(text, place):
        taken = phrase.pattern.fullmatch(text, place, end)
        if taken:
            return taken
    return None


def _ends(text: str, place: int) -> list[int]:
    """Where words end behind *place*, the furthest first; no phrase is longer than a few lines."""
    punctuation = text[place] in ",;:."
    found = [place + 1] if punctuation else []
    furthest = place + _LONGEST
    found += [one.start() for one in _BOUNDARY.finditer(text, place + 1, furthest)]
    if len(text) <= furthest:
        found += [len(text), len(text.removesuffix("."))]
    return sorted({end for end in found if end > place}, reverse=True)
