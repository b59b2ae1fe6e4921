"""Asks whether words that nobody understood may be left out, where the rest is a whole request.

Called by ``messages`` when neither the rules nor a model had a reading. "kim 유저 만들어줘
인수인계용" asks for an account and has a word that we don't know: one question settles it, and the
answer is about these very words. Only what stands behind a Korean message's last verb is ever left
out: in "restart nginx workers" and "nginx 워커 재시작" the unknown word is what the request is
about. Nothing that may be a value, a host, a deed or a thing of ours is, nor a word of a message
that denies, corrects, waits or asks (``unasked``), or takes something away.
"""

from collections.abc import Callable

import msgspec

from kiki.model.intent import Assumption, Choice, Operation, Question, Reading, Token
from kiki.understand.blanks import blanked
from kiki.understand.draft import noted
from kiki.understand.grounding import Said
from kiki.understand.lexer import Word
from kiki.understand.unasked import unasked

IGNORED = "ignored"  # the field of the question; its answer is the words that are left out
_MOST = 6  # words; more is half of a story
_LEAST_KNOWN = 2  # for each word that is left out, so many have to have a place
_MARKS = ".!~ "
# How kinds are called that take something away.
_TAKING = frozenset((
    "close", "delete", "disable", "down", "drop", "lock", "mask", "off", "prune", "reboot",
    "remove", "revoke", "stop", "unload", "untrust",
))  # fmt: skip
# What asks for something, or is something.
_MEANT = frozenset((
    "verb", "deed", "vnoun", "vform", "noun", "product", "piece", "neg", "num", "all", "first",
    "last", "after", "lack", "fix", "rather", "instead", "pronoun", "there", "that", "ask",
))  # fmt: skip


def without_unknown(
    message: str,
    reading: Reading,
    said: Said,
    places: frozenset[str],
    answer: str,
    read: Callable[[str], Reading],
) -> Reading | None:
    """The question whether what the rules left over in *message* is no matter, or, if *answer* says
    so, the reading without it; None where that can't be asked. *places* are the nouns for what code
    runs on, *read* is what the rules make of another text."""
    left = _left(reading)
    of = {word.start: word for word in said.words}
    unknown = [one for one in left if one.start in of and _unknown(of[one.start])]
    if not unknown or not _may_go(left, reading, said, places):
        return None
    if any(one.start not in of or _meant(of[one.start]) for one in left):
        return None
    made = read(blanked(message, ((token.start, token.end) for token in left)))
    if made.intent is None or any(map(takes, made.intent.operations)):
        return None
    words = " ".join(token.text for token in unknown)
    if answer != words:
        place = unknown[0].start, unknown[-1].end
        return asking("question.ignored", words, place, reading)
    return noted(
        made, [left_out(words)], (msgspec.structs.replace(one, role="background") for one in left)
    )


def _left(reading: Reading) -> list[Token]:
    """The words for which a refusal says that they had no place."""
    said = reading.refusal.params.get("places", "") if reading.refusal else ""
    places = {int(place) - 1 for place in said.split(", ") if place.isdigit()}
    return [token for token in reading.tokens if token.start in places]


def asking(code: str, words: str, place: tuple[int, int], reading: Reading) -> Reading:
    """The question *code* whether *words*, which stand at *place*, are to be left out."""
    question = Question(
        code=code,
        field=IGNORED,
        params={"words": words},
        choices=(Choice(value=words, label="question.ignored.yes"),),
        start=place[0],
        end=place[1],
    )
    return Reading(reader="rules", tokens=reading.tokens, question=question)


def left_out(words: str) -> Assumption:
    """What is told of *words* once the answer is that they are left out."""
    return Assumption(code="assumption.background", params={"given": words})


def _unknown(word: Word) -> bool:
    """Whether a word means nothing to us."""
    return not word.senses and word.sort in ("hangul", "ascii")


def _meant(word: Word) -> bool:
    """Whether a word asks for something, or is something: without it this is another request."""
    return any(sense.entry.cls in _MEANT for sense in word.senses)


def _may_go(left: list[Token], reading: Reading, said: Said, places: frozenset[str]) -> bool:
    """Whether *left* are no names and few beside what was understood."""
    if unasked(said.words, said.message) or not _apart(left, reading):
        return False
    known = len(reading.tokens) - len(left)
    if len(left) > _MOST or known < _LEAST_KNOWN * len(left):
        return False
    demanded = {word.start for word in said.demanded(places)}
    return not any(token.start in demanded for token in left)


def _apart(left: list[Token], reading: Reading) -> bool:
    """Whether *left* stand together at a Korean message's end, behind the last verb."""
    tokens = list(reading.tokens)
    first = tokens.index(left[0])
    if first == 0 or [one for one in tokens[first:] if one.text.strip(_MARKS)] != left:
        return False
    return _hangul(left[0]) and tokens[first - 1].role.startswith("verb:")


def _hangul(token: Token) -> bool:
    return any("가" <= char <= "힣" for char in token.text)


def takes(operation: Operation) -> bool:
    """Whether an operation takes something away, by its kind's name."""
    return operation.kind.rpartition("_")[2] in _TAKING
