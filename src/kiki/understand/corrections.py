"""Finds what a message takes back: "3개, 아니 5개", "nginx 말고 httpd", "httpd instead of nginx".

Called by ``rules`` before clauses are cut. Only one value (or noun) that is taken back for another
one of the same sort counts, with everything between the two accounted for; any other negation is
left where it is, and refuses the message.
"""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from kiki.understand.lexer import Word
from kiki.understand.tails import Tail, korean_verb

Sort = Literal["", "number", "path", "name", "quoted", "noun", "pair"]
# Words that only surround a value: particles, counters, separators and politeness.
_SINGLE = ("number", "path", "name", "quoted", "pair")
_PAIR = re.compile(r"\d+:\d+(/\w+)?")  # ports: no other word for a name
_ASKS = ("final", "noun")
_STATES = ("obj", "inst", "cop", "plain")
_LONGEST_VERB = 8  # words
_SIGHS = ("아", "앗", "어", "음", "흠", "아하")
_REMARKS = ("겠다", "겠네", "겠네요", "겠군", "겠구나", "구나", "군요", "네요")
_TOO = ("부족", "모자라", "작", "적", "크", "많", "과하", "빠듯하", "아깝", "느리")
_OF_WHAT = frozenset((
    "좀", "조금", "너무", "그건", "이건", "그거", "이거", "메모리", "메모리가", "디스크",
    "디스크가", "용량", "용량이", "사양", "스펙", "성능", "성능이", "공간", "공간이", "CPU", "램",
))  # fmt: skip
_LONGEST_REMARK = 4  # words
_CLOSES = (("it", "is"), ("it", "was"), ("that", "is"))
_LIKE = ("like", "as")
_WHO = ("i", "we")
_SAID = ("wrote", "said", "mentioned", "asked", "requested", "put")
_WHERE = frozenset((
    "", "before", "earlier", "above", "first", "in the ticket", "in my ticket", "in the mail",
    "in my mail", "in the request", "in the form", "in the chat", "yesterday", "last time",
))  # fmt: skip
_PAUSES = (".", "-", "--", ";", "..", "...", "…")
_PLACES = ("loc", "to", "from", "inst")
_AROUND = ("part", "cnt", "fill", "det", "prep")


class Taken(msgspec.Struct, frozen=True):
    """The words from *first* to *last* (excluded) that don't count, with the *value* among them;
    *kept*, if there is one, is a noun among them that does: "3 replicas, no, 5". *instead* is a
    value after them that stands in the place of *value*: "8080 열어줘. 아니다, 8081"."""

    first: int
    last: int
    value: int
    kept: int = -1
    instead: int = -1
    closing: tuple[int, ...] = ()  # "8081 **it is**"

    @property
    def unsaid(self) -> list[int]:
        """The words that don't count."""
        span = range(self.first, self.last)
        also = [self.value] if self.value not in span else []
        also += self.closing
        return also + [index for index in span if index not in (self.kept, self.instead)]


def taken_back(words: tuple[Word, ...]) -> tuple[Taken, ...]:
    """What *words* take back, in order; no two of them overlap."""
    found: list[Taken] = []
    for index in range(len(words)):
        made = next(_readings(words, index), None)
        if made is not None and (not found or found[-1].last <= made.first):
            found.append(made)
    return tuple(found)


def _readings(words: tuple[Word, ...], index: int) -> Iterator[Taken]:
    """What the words at *index* take back: what stands before them, or what follows."""
    for cls, read in (("fix", _before), ("rather", _before), ("instead", _after)):
        length = words[index].length(cls)
        listed = index > 0 and words[index - 1].text == ","
        if listed and words[index].length("noun") > length:  # "gateway 192.0.2.1, **no dhcp**"
            continue
        made = read(words, index, index + length) if length else None
        if made is None and length and cls == "fix":
            made = _verb(words, index, index + length) or _later(words, index, index + length)
        if made is not None:
            yield made
    remarked = _past_remark(words, index + 1) if words[index].text in _SIGHS else 0
    if remarked and (made := _before(words, index, remarked)) is not None:
        yield made


def _past_remark(words: tuple[Word, ...], index: int) -> int:
    """Past what somebody remarks to themselves: "아 **메모리 부족하겠다** m1.medium으로"; 0 if
    there is no such remark."""
    for last in range(index, min(index + _LONGEST_REMARK, len(words))):
        word = words[last]
        if word.text.endswith(_REMARKS):
            return last + 1 if word.text.startswith(_TOO) else 0
        if word.text not in _OF_WHAT and not word.has("part"):
            return 0
    return 0


def _before(words: tuple[Word, ...], first: int, last: int) -> Taken | None:
    """A 말고 B: the value before *first* is taken back for the one after *last*."""
    old = _backwards(words, first - (2 if _pauses(words, first, last) else 1))
    new = _forwards(words, last)
    if old is None or new is None or _listed(words, old):
        return None
    if any(word.has("prep") or word.text == "부터" for word in words[old + 1 : first]):
        return None  # "3000 to 아니 3010": which end of the range is meant?
    if any(word.has("part", "also") for word in words[new + 1 : new + 3]):
        return None  # "nginx 말고 redis도": instead of it, or besides it?
    if _placed(words, old, first) and not _placed(words, new, min(new + 4, len(words))):
        return None  # "registry.local에 아니 app:2 이미지": a place for a thing?
    sort = _sort(words[old])
    if not sort or sort != _sort(words[new]) or _counted(words, old) != _counted(words, new):
        return None
    if not _belongs(words, old, new, first):
        return None
    while words[last].has("and", "comma"):
        last += 1
    start = old
    if _repeats(words, old, new):
        start -= 1  # "포트 80, 아니 포트 8080"
    return Taken(start, last, old, _kept(words, old, new, first), closing=_closing(words, new + 1))


def _placed(words: tuple[Word, ...], index: int, last: int) -> bool:
    """Whether the value at *index* is a place or a means, by what follows it before *last*."""
    return any(word.has("part", link) for word in words[index + 1 : last] for link in _PLACES)


def _closing(words: tuple[Word, ...], index: int) -> tuple[int, ...]:
    """As in "hm wait, 8081 it is"."""
    closes = tuple(word.text.lower() for word in words[index : index + 2]) in _CLOSES
    over = index + 2 == len(words) or (index + 2 < len(words) and words[index + 2].has("sep"))
    return (index, index + 1) if closes and over else ()


def _asked(words: tuple[Word, ...], first: int) -> tuple[int, Tail] | None:
    """The Korean verb that ends right before *first*, and where it begins."""
    end = first
    while first and (words[first - 1].has("sep") or words[first - 1].has("and", "comma")):
        first -= 1
    for index in range(max(0, first - _LONGEST_VERB), first):
        tail = korean_verb(words, index)
        apart = tail is not None and (tail.role == "final" or first < end)
        if tail is not None and apart and tail.last == first and tail.role in _ASKS:
            return index, tail
    return None


def _verb(words: tuple[Word, ...], first: int, last: int) -> Taken | None:
    """As in "redis 시작... 아니 재시작해줘": one verb is taken back for the next."""
    while last < len(words) and words[last].has("and", "comma"):
        last += 1
    old = _asked(words, first)
    new = korean_verb(words, last) if last < len(words) else None
    if old is None or new is None or new.role not in _ASKS or "set" in (new.verb, old[1].verb):
        return None
    return Taken(old[0], last, old[0])


def _later(words: tuple[Word, ...], first: int, last: int) -> Taken | None:
    """As in "8080 열어줘. 아니다, 8081": the only value of its sort in the message is taken back
    for the one that the message ends with."""
    asked = _asked(words, first) or _described(words, first)
    new = _forwards(words, last)
    if asked is None or new is None or not _ends(words, new + 1, asked[1].verb):
        return None
    sort = _sort(words[new])
    if sort not in _SINGLE or any(word.has("neg") for word in words[: asked[0]]):
        return None
    old = [index for index in range(first) if _sort(words[index]) == sort]
    named = last if _sort(words[last]) == "noun" else -1
    if len(old) != 1 or _counted(words, old[0]) != _counted(words, new):
        return None
    if named >= 0 and not any(word.text == words[named].text for word in words[: asked[0]]):
        return None
    return Taken(
        max(asked[1].last, _after_full_stop(words, first)), len(words), old[0], instead=new
    )


def _described(words: tuple[Word, ...], first: int) -> tuple[int, Tail] | None:
    """The only verb before *first*, with a description after it and a pause after that: "3개 띄워줘
    이미지는 nginx. 아차 4개로"."""
    if first == 0 or words[first - 1].text not in _PAUSES:
        return None
    tails = [(i, tail) for i in range(first) if (tail := korean_verb(words, i)) is not None]
    asked = [(i, tail) for i, tail in tails if tail.role == "final"]
    return asked[0] if len(asked) == 1 and tails[-1][1].last <= asked[0][1].last else None


def _after_full_stop(words: tuple[Word, ...], first: int) -> int:
    """Where what takes back begins, if something is described before it."""
    return first if first and words[first - 1].text in _PAUSES else 0


def _ends(words: tuple[Word, ...], index: int, verb: str) -> bool:
    """Whether the message ends at *index*, past what makes a statement of a value (8081입니다,
    8081로 해줘) or the same verb again."""
    while index < len(words) and (
        any(words[index].has("part", link) for link in _STATES) or words[index].has("cnt")
    ):
        index += 1
    tail = korean_verb(words, index) if index < len(words) else None
    if tail is not None and tail.verb in ("set", verb) and tail.role == "final":
        index = tail.last
    return all(word.has("sep") and word.text != "?" for word in words[index:])


def _pauses(words: tuple[Word, ...], first: int, last: int) -> bool:
    """Whether a full stop or a dash stands before what takes back: "install nginx. Sorry, I meant
    caddy". After a full stop a mere "no" answers, and takes nothing back."""
    denies = last - first == 1 and words[first].text.lower() == "no"
    return not denies and first > 0 and words[first - 1].text in _PAUSES


def _after(words: tuple[Word, ...], first: int, last: int) -> Taken | None:
    """B instead of A: the value after *last* is taken back, and B stands right before."""
    new = _backwards(words, first - 1)
    if last >= len(words) or new is None or words[first - 1].has("part"):
        return None
    old = last
    while old < len(words) and words[old].has("det"):
        old += 1
    if old >= len(words) or not _sort(words[old]) or _sort(words[old]) != _sort(words[new]):
        return None
    following = words[old + 1] if old + 1 < len(words) else None
    if (said := _as_said(words, old + 1)) > old + 1:
        return Taken(first, said, old)
    ends = following is None or following.has("sep") or following.has("and", "comma")
    return Taken(first, old + 1, old) if ends or (following and following.has("prep")) else None


def _as_said(words: tuple[Word, ...], index: int) -> int:
    """Past "like I wrote in the ticket", if the sentence ends with it; else *index*."""
    texts = [word.text.lower() for word in words[index:]]
    length = next((i for i, text in enumerate(texts) if words[index + i].has("sep")), len(texts))
    told = texts[:length]
    says = len(told) > 2 and told[0] in _LIKE and told[1] in _WHO and told[2] in _SAID
    return index + length if says and " ".join(told[3:]) in _WHERE else index


def _backwards(words: tuple[Word, ...], index: int) -> int | None:
    """The value that ends before *index*, past what may stand around it and one noun."""
    while index >= 0 and (_around(words[index]) or words[index].has("and", "comma")):
        index -= 1
    if index < 0:
        return None
    if _sort(words[index]) == "noun" and index > 0 and _sort(words[index - 1]) not in ("", "noun"):
        return index - 1
    return index if _sort(words[index]) else None


def _forwards(words: tuple[Word, ...], index: int) -> int | None:
    """The value that begins after *index*, past separators, politeness and one noun."""
    while index < len(words) and (
        words[index].has("and", "comma") or words[index].has("fill") or words[index].has("det")
    ):
        index += 1
    if index >= len(words):
        return None
    following = _sort(words[index + 1]) if index + 1 < len(words) else ""
    if _sort(words[index]) == "noun" and following not in ("", "noun"):
        return index + 1
    return index if _sort(words[index]) else None


def _listed(words: tuple[Word, ...], old: int) -> bool:
    """Whether the value is one of a list: which of them is taken back, is not said."""
    before = words[old - 1] if old else None
    return before is not None and (before.has("and") or before.has("part", "and"))


def _repeats(words: tuple[Word, ...], old: int, new: int) -> bool:
    """Whether the noun before the old value stands before the new one again."""
    if old == 0 or new == 0 or _sort(words[old - 1]) != "noun":
        return False
    return words[old - 1].text.lower() == words[new - 1].text.lower()


def _belongs(words: tuple[Word, ...], old: int, new: int, first: int) -> bool:
    """Whether a noun after the old value is its own: "80 포트 말고 8080 포트", "3 replicas, no, 5";
    in "replicas 3 port 아니 80" it is not."""
    noun = words[old + 1] if old + 1 < first else None
    if noun is None or _sort(noun) != "noun":
        return True
    again = words[new + 1] if new + 1 < len(words) else None
    return words[first - 1].has("and", "comma") or (again is not None and again.text == noun.text)


def _kept(words: tuple[Word, ...], old: int, new: int, first: int) -> int:
    """The noun after the old value, if the new one has none."""
    noun = old + 1
    if noun >= first or _sort(words[noun]) != "noun":
        return -1
    following = words[new + 1] if new + 1 < len(words) else None
    own = following is not None and _sort(following) == "noun"
    return -1 if own or _sort(words[new - 1]) == "noun" else noun


def _counted(words: tuple[Word, ...], index: int) -> bool:
    """Whether a counter of things follows: 3개. "3, no, 5 replicas" counts neither."""
    return index + 1 < len(words) and words[index + 1].has("cnt", "ea")


def _around(word: Word) -> bool:
    return any(word.has(cls) for cls in _AROUND) and not word.has("noun")


def _sort(word: Word) -> Sort:
    """What a word is, when it can be a value or a thing by itself."""
    if word.sort == "number" or word.has("num"):
        return "number"
    if word.sort == "quoted":
        return "quoted"
    if word.has("noun"):
        return "noun"
    if word.has("product"):
        return "name"
    if word.sort != "ascii" or not word.value or word.senses:
        return ""
    if _PAIR.fullmatch(word.value):
        return "pair"
    return "path" if word.value.startswith("/") else "name"
