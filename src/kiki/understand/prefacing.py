"""Asks whether a sentence beside a request only explains it, where the rest is a whole request.

Called by ``messages`` when neither the rules nor a model had a reading. "한글이 깨져서요. 로케일을
ko_KR.UTF-8로 해줘" has a sentence that nobody understood and one that is a request by itself: one
question settles it, and its answer is about these very words. Whole sentences and clauses at the
message's begin or end are asked about, never words out of the middle of one; none that counts,
denies, sets a condition, a time or another order, quotes, or names a host or a value, and none with
a deed of ours but in a sentence that tells; those may change what is asked for.
"""

import re
from collections.abc import Callable, Iterator

from kiki.model.intent import Assumption, Choice, Question, Reading, Token
from kiki.understand.backgrounds.english_words import FINITE, SUBJECTS
from kiki.understand.blanks import blanked
from kiki.understand.draft import noted
from kiki.understand.grounding import Said
from kiki.understand.ignoring import IGNORED
from kiki.understand.lexer import Word
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
    r"|만(?:\s|$)|까지|부터|[가-힣]마다|외에|빼고|제외|전부|모두|각각|대신"
)
# A sentence that tells: how Korean ends one, where it asks for nothing; a finite verb in English.
_TELLS = re.compile(
    r"(?i)(?:니다|[았었했]어요?|네요?|군요|거든요?|래요|대요|답니다)[ㅠㅜ.!\s]*$"
    r"|^\s*(?!please\b)[\w'\s-]+?\b(?:is|are|was|were|has|have|had|went|came|got|\w{3,}ed)\b.*\.\s*$"
)
# What gives a reason or tells at all: a clause that does neither may ask for a deed nobody knows.
_KOREAN_END = re.compile(
    r"(?:[서니라데]요?|니까요?|므로|길래|니다|[네죠군]요?|어요|아요)[ㅠㅜ.!,\s]*$"
)
_BECAUSE = re.compile(r"(?i)\s*,?\s*(?:because|since|as|due to)\s")
_WISHES = re.compile(
    r"(?:바랍|부탁|원합|싶습|좋겠|주시|겠)[가-힣]*[.!\s]*$|(?i:\b(?:need|want)s?\b)"
)
_SORTS = ("hangul", "ascii", "punct")
_DEEDS = frozenset(("verb", "vnoun", "vform", "deed", "num"))
_TURNS = frozenset(("neg", "all", "lack", "fix", "rather", "ask"))


def without_preface(
    message: str,
    reading: Reading,
    said: Said,
    hosts: frozenset[str],
    answer: str,
    read: Callable[[str], Reading],
) -> Reading | None:
    """The question whether a clause at an edge of *message* only explains it, or, if *answer* says
    so, the reading without it; None where that can't be asked. *hosts* are the names of the
    inventory, *read* is what the rules make of another text."""
    for start, end in _edges(message):
        words = [word for word in said.words if start <= word.start and word.end <= end]
        if not _explains(words, message[start:end], hosts):
            continue
        made = read(blanked(message, [(start, end)]))
        if made.intent is None:
            continue
        clause = " ".join(message[start:end].split()).strip(" ,:;-–—")
        if answer != clause:
            return _asking(clause, start, end, reading)
        note = Assumption(code="assumption.background", params={"given": clause})
        return noted(made, [note], [_token(message, start, end)])
    return None


def _edges(message: str) -> Iterator[tuple[int, int]]:
    """The clauses that one may ask about, the shortest first: from the begin, or to the end."""
    breaks = [match.span() for match in _BREAK.finditer(message)]
    found = [(0, _past(message, end)) for _, end in breaks]
    found += [(start, len(message)) for start, _ in breaks]
    yield from sorted(found, key=lambda place: place[1] - place[0])


def _past(message: str, place: int) -> int:
    joint = _JOINT.match(message, place)
    return joint.end() if joint else place


def _explains(words: list[Word], text: str, hosts: frozenset[str]) -> bool:
    """Whether a clause may be left out if the person says so."""
    content = [word for word in words if word.sort != "punct"]
    if not _LEAST <= len(content) <= _MOST or _LIMITS.search(text) or unasked(words, text):
        return False
    if any(word.sort not in _SORTS or word.text.lower() in hosts for word in content):
        return False
    if not _says_why(text):
        return False
    tells = _TELLS.search(text) and not _WISHES.search(text)
    barring = _TURNS if tells else _TURNS | _DEEDS
    acts = any(sense.entry.cls in barring for word in content for sense in word.senses)
    values = any(any(char.isdigit() or char in "/_=@" for char in word.text) for word in content)
    return not acts and not values


def _says_why(text: str) -> bool:
    """Whether a clause tells or gives a reason, by its form."""
    if re.search("[가-힣]", text):
        return _KOREAN_END.search(text) is not None
    tokens = re.findall(r"[\w'-]+", text.lower())
    finite = [i for i, token in enumerate(tokens) if token in FINITE or token.endswith("ed")]
    named = bool(finite) and (0 < finite[0] <= _SUBJECT or tokens[0] in SUBJECTS)
    return named or _BECAUSE.match(text) is not None


def _asking(clause: str, start: int, end: int, reading: Reading) -> Reading:
    question = Question(
        code="question.preface",
        field=IGNORED,
        params={"words": clause},
        choices=(Choice(value=clause, label="question.ignored.yes"),),
        start=start,
        end=end,
    )
    return Reading(reader="rules", tokens=reading.tokens, question=question)


def _token(message: str, start: int, end: int) -> Token:
    text = message[start:end]
    first = start + len(text) - len(text.lstrip())
    return Token(text=text.strip(), start=first, end=first + len(text.strip()), role="background")
