"""Reads what a message says is to stay as it is, or is not wanted: "nginx는 건드리지 말고", "키페어
없이", "leave redis alone", "no key pair".

Called by ``tries`` when the rules alone refuse. Such words are found (``left_korean``,
``left_english``), the rest of the message is read without them, and they are held against what was
read (``kept``): only what nothing in the request touches may be left alone, and only an optional
field that was not said may be left out. Anything else stays refused.
"""

from collections.abc import Callable, Iterator

import msgspec

from kiki.model.intent import Reading, Token
from kiki.model.vocabulary import Vocabulary
from kiki.understand.blanks import blanked
from kiki.understand.kept import Left, held
from kiki.understand.left_english import left_english
from kiki.understand.left_korean import left_korean
from kiki.understand.lexer import Word
from kiki.understand.parts import Split

_ONLY = "only"
_FIELD = "field:"


def respected(
    message: str,
    words: tuple[Word, ...],
    split: Split,
    vocabulary: Vocabulary,
    read: Callable[[str], Reading],
) -> Reading | None:
    """The reading of *message* without what it leaves alone, if that agrees with it; else None."""
    find = left_korean if split.order == "final" else left_english
    found = tuple(find(words, split))
    if not found:
        return None
    unsaid = sorted({index for left in found for index in left.words})
    only = [i for i in _only(words) if i not in unsaid]  # "nginx만": and nothing else
    out = [words[index] for index in (*unsaid, *only)]
    rest = blanked(message, ((word.start, word.end) for word in out))
    if not any(map(str.isalnum, rest)):
        return None
    reading = read(rest)
    if reading.intent is None or any(_parts(left, words, reading.tokens) for left in found):
        return None
    intent = held(reading.intent, found, words, vocabulary)
    if intent is None:
        return None
    tokens = [*reading.tokens, *_tokens(words, unsaid, "left"), *_tokens(words, only, "particle")]
    ordered = tuple(sorted(tokens, key=lambda token: token.start))
    return msgspec.structs.replace(reading, intent=intent, tokens=ordered)


def _parts(left: Left, words: tuple[Word, ...], tokens: tuple[Token, ...]) -> bool:
    """Whether a field that is not wanted stands between the values of another: "노드 셀렉터
    disk=ssd, 톨러레이션 하지 말고 dedicated=web" would make a node selector of what is a
    toleration's."""
    if not left.absent or left.values:
        return False
    first, last = words[min(left.words)].start, words[max(left.words)].end
    said = [token for token in tokens if any(map(str.isalnum, token.text))]
    before = [token.role for token in said if token.end <= first][-1:]
    after = [token.role for token in said if token.start >= last][:1]
    return before == after and any(role.startswith(_FIELD) for role in before)


def _only(words: tuple[Word, ...]) -> Iterator[int]:
    """The particles 만 right after a value or a noun."""
    for index, word in enumerate(words):
        before = words[index - 1] if index else None
        named = before is not None and bool(before.value or before.has("noun"))
        if named and word.glued and word.has("part", _ONLY):
            yield index


def _tokens(words: tuple[Word, ...], indices: list[int], role: str) -> Iterator[Token]:
    for word in (words[index] for index in indices):
        yield Token(text=word.text, start=word.start, end=word.end, role=role)


__all__ = ["Left", "respected"]
