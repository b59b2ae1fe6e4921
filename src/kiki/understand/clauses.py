"""Splits the words of a message into clauses: a verb with what belongs to it.

Called by ``rules``. Korean clauses end with their verb (``korean_clauses``), English ones begin
with it (``english_clauses``). Which of the two it is, and which words are no verbs here, is
decided first.
"""

import msgspec

from kiki.understand.english_clauses import English
from kiki.understand.korean_clauses import Korean
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.parts import Split, longest, separates

_GREETINGS = frozenset(("hello", "hi", "hey"))


def split(words: tuple[Word, ...], code: frozenset[str], lexicon: Lexicon) -> Split:
    """The clauses of *words*. *code* are the nouns that name code and targets."""
    words = tuple(_only_named(words, index, lexicon.packages) for index in range(len(words)))
    korean = any(
        sense.entry.cls in ("vnoun", "vform", "ha") for word in words for sense in word.senses
    ) or _mixed(words)
    if korean:
        return Korean(words, code, lexicon.about).split()
    return English(words, code, lexicon).split()


def _only_named(words: tuple[Word, ...], index: int, packages: frozenset[str]) -> Word:
    """The word at *index*; without its verbs, if it is the name of a package and has nothing after
    it to act on: "install git and make, then ...", "gcc, make 설치"."""
    word = words[index]
    if word.text.lower() not in packages or not word.has("verb") or index == 0:
        return word
    following = words[index + 1] if index + 1 < len(words) else None
    acts = following is not None and not (separates(following) or following.has("part"))
    if acts and following is not None and not (following.has("vnoun") or following.has("prep")):
        return word
    kept = tuple(sense for sense in word.senses if sense.entry.cls != "verb")
    return msgspec.structs.replace(word, senses=kept)


def without_greetings(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """*words*, of which those after a noun are no words of politeness: "a deployment hello"."""
    return tuple(_no_greeting(words, index) for index in range(len(words)))


def _no_greeting(words: tuple[Word, ...], index: int) -> Word:
    """The word at *index*; no word of politeness, if it is a name: "a deployment hello"."""
    word = words[index]
    if word.text.lower() not in _GREETINGS or not index or not words[index - 1].has("noun"):
        return word
    kept = tuple(sense for sense in word.senses if sense.entry.cls != "fill")
    return msgspec.structs.replace(word, senses=kept)


def _mixed(words: tuple[Word, ...]) -> bool:
    """Whether English verbs end Korean clauses: "web deployment 하나 create, image는 nginx"."""
    verbs = [i for i, word in enumerate(words) if longest(word, "verb", "base")]
    if any(i + 1 < len(words) and words[i + 1].has("req") for i in verbs):
        return True  # "nginx restart 부탁해요"
    hangul = [i for i, word in enumerate(words) if word.sort == "hangul" and not word.has("fill")]
    if not verbs or not hangul or hangul[0] > verbs[0]:
        return False
    return verbs[0] == len(words) - 1 or separates(words[verbs[0] + 1])
