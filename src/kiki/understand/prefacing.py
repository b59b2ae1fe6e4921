"""Asks whether a sentence beside a request only explains it, where the rest is a whole request.

Called by ``messages`` when neither the rules nor a model had a reading. "글씨가 뭉개져서요.
로케일을 ko_KR.UTF-8로 해줘" has a sentence that nobody understood and a request: one question
settles it, and its answer is about these very words. Whole sentences and clauses at the message's
begin are asked about, never words out of the middle of one; none that counts, denies, sets a
condition, a time or another order, quotes, or has a word of ours, a host or a value: those may
change what is asked for. Nothing is offered where the rest takes something away.
"""

import re
from collections.abc import Callable, Iterator

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Reading, Token
from kiki.understand.backgrounds.english_words import DESCRIBES, FINITE, SUBJECTS
from kiki.understand.blanks import blanked
from kiki.understand.draft import noted
from kiki.understand.grounding import Said
from kiki.understand.ignoring import asking, left_out, takes
from kiki.understand.lexer import Word
from kiki.understand.lexicon import lexicon
from kiki.understand.unasked import unasked

_MOST = 16  # words; more is a story, and its teller says it again in fewer
_SUBJECT = 2  # words before the verb of a sentence that tells
_LEAST = 2  # one word at an edge is no clause: it may be whose, where, or what
# Where one clause may end and another begin: marks, the reasons of Korean, the joints of English.
_BREAK = re.compile(
    r"[.!?…;]+\s+|[,:，]\s+|\s+[-–—]\s+|\n+"
    r"|(?:(?<=[가-힣][서니라데])|(?<=[가-힣][서니라데]요)|(?<=므로)|(?<=길래))[ㅠㅜ]*\s+"
    r"|,?\s+(?=(?:so|because|since|as|due to|hence)\s)",
    re.IGNORECASE,
)
_JOINT = re.compile(r"(?i)(?:so|hence|therefore|thus|and so)\s+")
# What limits, counts or chooses: with it a clause may say where, or which.
_LIMITS = re.compile(
    r"(?i)\b(?:only|just|both|each|every|all|first|last|second|instead|either|except|but)\b"
    r"|\b(?:on|at|in|root)\b|에서|만(?:\s|$)|까지|부터|[가-힣]마다|외에|빼고|제외|전부|모두|각각|대신"
)
# What gives a reason or tells at all: a clause that does neither may ask for a deed nobody knows.
_KOREAN_END = re.compile(
    r"(?:[서니라데]요?|니까요?|므로|길래|니다|[네죠군]요?|어요|아요)[ㅠㅜ.!,\s]*$"
)
_BECAUSE = re.compile(r"(?i)\s*,?\s*(?:because|since|as|due to)\s")
_POINTS = DESCRIBES | {"that"}  # it may speak of what was asked for before
_SORTS = ("hangul", "ascii", "punct")
# What asks for something, is something, or turns a sentence.
_OURS = frozenset((
    "verb", "vnoun", "vform", "deed", "noun", "product", "piece", "num", "neg", "all", "lack",
    "fix", "rather", "ask",
))  # fmt: skip


def without_preface(
    message: str,
    reading: Reading,
    said: Said,
    catalogue: Catalogue,
    answer: str,
    read: Callable[[str], Reading],
) -> Reading | None:
    """The question whether a clause before the request in *message* only explains it, or, if
    *answer* says so, the reading without it; None where that can't be asked. *catalogue* has the
    names of the inventory, *read* is what the rules make of another text."""
    for start, end in _edges(message):
        words = [word for word in said.words if start <= word.start and word.end <= end]
        if not _explains(words, message[start:end]):
            continue
        made = read(blanked(message, [(start, end)]))
        if made.intent is None or any(map(takes, made.intent.operations)):
            continue
        if _names_hosts(words, catalogue):
            continue
        clause = " ".join(message[start:end].split()).strip(" ,:;-–—")
        if answer != clause:
            return asking("question.preface", clause, (start, end), reading)
        return noted(made, [left_out(clause)], [_token(message, start, end)])
    return None


def _edges(message: str) -> Iterator[tuple[int, int]]:
    """The clauses from the message's begin that one may ask about, the shortest first. What stands
    behind a request may take it back ("restart nginx. It recovered"), and is never offered."""
    for match in _BREAK.finditer(message):
        yield 0, _past(message, match.end())


def _past(message: str, place: int) -> int:
    joint = _JOINT.match(message, place)
    return joint.end() if joint else place


def _names_hosts(words: list[Word], catalogue: Catalogue) -> bool:
    hosts = catalogue.names("hosts") or ()
    return any(word.text in hosts for word in words)


def _explains(words: list[Word], text: str) -> bool:
    """Whether a clause may be left out if the person says so."""
    content = [word for word in words if word.sort != "punct"]
    if not _LEAST <= len(content) <= _MOST or _LIMITS.search(text) or unasked(words, text):
        return False
    hangul = any(word.sort == "hangul" for word in content)
    if any(word.sort not in _SORTS or (hangul and word.sort == "ascii") for word in content):
        return False  # in Korean, Latin letters are names
    ours = any(_is_ours(word) for word in content)
    values = any(any(char.isdigit() or char in "/_=@" for char in word.text) for word in content)
    return _says_why(text) and not ours and not values


def _is_ours(word: Word) -> bool:
    known = lexicon()
    name = word.text.lower()
    meant = any(sense.entry.cls in _OURS for sense in word.senses) or name in _POINTS
    return meant or name in known.products or name in known.packages


def _says_why(text: str) -> bool:
    """Whether a clause tells or gives a reason, by its form."""
    if re.search("[가-힣]", text):
        return _KOREAN_END.search(text) is not None
    tokens = re.findall(r"[\w'-]+", text.lower())
    finite = [i for i, token in enumerate(tokens) if token in FINITE or token.endswith("ed")]
    named = bool(finite) and (0 < finite[0] <= _SUBJECT or tokens[0] in SUBJECTS)
    return named or _BECAUSE.match(text) is not None


def _token(message: str, start: int, end: int) -> Token:
    text = message[start:end]
    first = start + len(text) - len(text.lstrip())
    return Token(text=text.strip(), start=first, end=first + len(text.strip()), role="background")
