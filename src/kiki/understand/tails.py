"""Reads a Korean verb with everything that ends it: 설치 + 해 + 주세요, 열고, 만든 다음에.

Called by ``clauses``. A verb ends a clause (``final``, ``conn``), stands bare (``noun``) or
describes a noun (``adn``). One that says what not to do is ``declined`` (만들지 말고), any other
negation ``neg``. One that leads up to what is asked for is an ``aside`` (만들 건데, ...) or, as a
sentence of its own, an ``intent`` (만들려고 합니다); one that says what ``may`` be done stands
before the request itself (지워도 됩니다. 지워주세요). Endings outside the
table (past tense, "-면", "-ㄹ까") are no request and leave the words unread.
"""

from typing import Literal

import msgspec

from kiki.understand.lexer import Word

LONGEST_NOUN = 6  # words
Role = Literal["final", "conn", "adn", "noun", "neg", "declined", "aside", "intent", "may"]

_DOES = ("해", "합", "한", "함")  # 만들려고 합니다
_IS_FINE = ("돼", "됩", "된")  # 지워도 됩니다
_AS_IT_IS_FINE = (  # 지워도 되니까 지워줘
    "되니까", "되니", "돼서", "되는데", "되는데요", "된대요", "된다네요", "된답니다",
)  # fmt: skip
_SO_NOT = ("않게", "않도록", "못하게", "못하도록")
_NOT = ("안", "못")
_MATTER = "건"
_RATHER = ("말고", "말구", "말고요")
# Verbs after 뜨게: it is made so. After 뜨지 못하게 it may also be blocked.
_MAKES_SO = ("set", "add", "put", "create", "attach")
_PREVENTS = (*_MAKES_SO, "block")
_SHUT_OUT = "shut_out"  # "로그인 못 하게 막아줘"
_ASKING = ("줄래", "줄래요", "주실래요", "주시겠어요", "주시겠습니까")


class Tail(msgspec.Struct, frozen=True):
    """A verb: its id, the range of its words (last excluded) and its role."""

    verb: str
    first: int
    last: int
    role: Role


def korean_verb(words: tuple[Word, ...], index: int) -> Tail | None:
    """The verb that begins at *index*, or None."""
    for sense in sorted(words[index].senses, key=lambda sense: -sense.length):
        entry, after = sense.entry, index + sense.length
        made: Tail | None = None
        if entry.cls == "vnoun":
            made = _Ending(words, entry.id, index).of_noun(after)
        elif entry.cls == "vform":
            made = _Ending(words, entry.id, index).of_form(entry.form, after)
        elif entry.cls == "verb" and entry.form == "base":
            made = _Ending(words, entry.id, index).of_noun(after)
        elif entry.cls == "ha" and not _other_meaning(words, index):
            made = _Ending(words, "set", index).of_form(entry.form, after)
        if made is not None:
            return made
    return _not_so(words, index)


def _so_form(word: Word) -> bool:
    return any(s.entry.form == "so" and s.entry.cls in ("ha", "vform") for s in word.senses)


def _not_so(words: tuple[Word, ...], index: int) -> Tail | None:
    """부팅할 때 안 뜨게 해줘: like :meth:`_Ending._kept_off`."""
    negated = words[index].text in _NOT and index + 1 < len(words) and _so_form(words[index + 1])
    for sense in words[index + 1].senses if negated else ():
        if sense.entry.form == "so" and _at_boot(words, index, sense.entry.id):
            ending = _Ending(words, sense.entry.id, index)
            made = ending._so(index + 1 + sense.length, _PREVENTS)
            return Tail("disable", index, made.last, made.role) if made else None
    return None


def _at_boot(words: tuple[Word, ...], index: int, verb: str) -> bool:
    """Whether *verb*, whose words begin at *index*, is about the start at boot."""
    while index > 0 and words[index - 1].has("fill"):
        index -= 1
    before = (
        sense
        for place in range(max(0, index - LONGEST_NOUN), index)
        for sense in words[place].senses
        if sense.entry == ("noun", "at_boot", "") and place + sense.length == index
    )
    return verb == "enable" or (verb in ("start", "rise") and any(before))


def _other_meaning(words: tuple[Word, ...], index: int) -> bool:
    """Whether 한 is a number here (한 대) and 하고 a particle."""
    counted = index + 1 < len(words) and words[index + 1].has("cnt")
    return words[index].has("part") or (words[index].has("num") and counted)


def marks_verb(word: Word) -> bool:
    """설치를, 설치는, 설치도, 설치만, 설치까지 해줘; 설치가 필요해."""
    links = ("plain", "obj", "subj", "topic", "also", "only", "upto")
    return any(word.has("part", link) for link in links)


class _Ending:
    """Follows the words after a verb's stem."""

    def __init__(self, words: tuple[Word, ...], verb: str, first: int) -> None:
        self.words = words
        self.verb = verb
        self.first = first

    def _made(self, last: int, role: Role) -> Tail:
        return Tail(self.verb, self.first, last, role)

    def _has(self, index: int, cls: str) -> bool:
        return index < len(self.words) and self.words[index].has(cls)

    def _length(self, index: int, cls: str) -> int:
        """How many words the longest sense of *cls* at *index* spans; 0 without one."""
        return self.words[index].length(cls) if index < len(self.words) else 0

    def of_noun(self, index: int) -> Tail:
        """After a verbal noun: 하다 in a form, 부탁, 후, or nothing."""
        light = self._past_light(index)
        there = self._past_particle(light)
        if self._has(there, "neg") and self.words[there].text in _NOT:
            return self._not_becoming(there) or self._made(light, "noun")
        if there < len(self.words) and (entry := self.words[there].sense("ha")):
            return self.of_form(entry.form, there + 1) or self._made(index, "noun")
        if self._rather(index):
            return self._made(index + 1, "declined")
        if length := self._length(there, "req"):
            last = there + length
            asking = self.words[last - 1].text.endswith("까요")
            return self._made(self._done(last, asking=asking), "final")
        if self._has(there, "purpose"):
            return self._made(there + 1, "adn")
        if self._length(light, "after"):
            return self._made(self._after(light), "conn")
        return self._made(light, "noun")

    def _rather(self, index: int) -> bool:
        """Whether 말고 stands at *index*, and after it all that is to be done instead: "삭제 말고
        비활성화만 해줘"."""
        if index + 1 >= len(self.words) or self.words[index].text not in _RATHER:
            return False
        only = index + 1 + self._length(index + 1, "vnoun")
        return only < len(self.words) and self.words[only].has("part", "only")

    def _not_becoming(self, index: int) -> Tail | None:
        """자동 실행 안 되게 해줘."""
        follows = index + 1 < len(self.words) and _so_form(self.words[index + 1])
        return self._disabled(index + 2) if follows else None

    def _asked(self, index: int) -> bool:
        """Whether "설치 건" goes on as a request: by itself it only names a matter."""
        there = self._past_particle(index)
        return bool(self._length(there, "req")) or self._has(there, "ha")

    def _past_light(self, index: int) -> int:
        """Past 작업, 진행 (and 를 before them), and 완료 where 후 follows."""
        if self._has(index, "part") and self._has(index + 1, "light"):
            index += 1
        start = index
        while self._has(index, "light"):
            index += 1
        if index > start and self.words[index - 1].text == _MATTER and not self._asked(index):
            return start
        return index + 1 if self._has(index, "done") and self._length(index + 1, "after") else index

    def _past_particle(self, index: int) -> int:
        """Past 를, 는, 도, 만 and 좀 between a verbal noun and 해줘, if that is what follows."""
        there = index
        if there < len(self.words) and marks_verb(self.words[there]):
            there += 1
        while there < len(self.words) and (
            step := max(self._length(there, "fill"), self._length(there, "both"))
        ):
            there += step
        return there

    def of_form(self, form: str, index: int) -> Tail | None:
        """After a verb in *form*; None if the words are no request."""
        reader = _FORMS.get(form)
        return reader(self, index) if reader else None

    def _inf(self, index: int) -> Tail | None:
        for sense in sorted(
            self.words[index].senses if index < len(self.words) else (), key=lambda s: -s.length
        ):
            if sense.entry.cls == "aux":
                return self._aux(sense.entry.form, index, index + sense.length)
        return self._made(self._done(index), "final")

    def _aux(self, form: str, index: int, after: int) -> Tail | None:
        asking = form == "can" or self.words[index].text in _ASKING
        if form in ("final", "can"):
            if length := self._length(after, "req"):
                after += length
            return self._made(self._done(after, asking=asking), "final")
        return self.of_form(form, after)

    def _final(self, index: int) -> Tail:
        return self._made(self._done(index), "final")

    def _conn(self, index: int) -> Tail:
        if length := self._length(index, "wish"):
            return self._made(self._done(index + length), "final")
        return self._made(self._after(index), "conn")

    def _past(self, index: int) -> Tail:
        if self._length(index, "after"):
            return self._made(self._after(index), "conn")
        return self._made(index, "adn")

    def _adn(self, index: int) -> Tail:
        """설치하는; 설치하는 거 부탁드려요."""
        length = self._length(index + 1, "req") if self._has(index, "thing") else 0
        if length:
            return self._made(self._done(index + 1 + length), "final")
        return self._made(index, "adn")

    def _noun(self, index: int) -> Tail:
        if length := self._length(index, "req"):
            return self._made(self._done(index + length), "final")
        if self._has(index, "purpose"):
            return self._made(index + 1, "adn")
        return self._made(self._done(index), "final")

    def _fut(self, index: int) -> Tail | None:
        """삭제할 것."""
        return self._made(index + 1, "final") if self._has(index, "thing") else None

    def _so(self, index: int, makes: tuple[str, ...] = _MAKES_SO) -> Tail | None:
        if index < len(self.words) and self.words[index].has("part", "also"):
            index += 1  # "켜져 있게도 해줘"
        if index < len(self.words) and (entry := self.words[index].sense("ha")):
            return self.of_form(entry.form, index + 1)  # 하고 is a particle, too
        following = korean_verb(self.words, index) if index < len(self.words) else None
        if self.verb == _SHUT_OUT:
            makes = (*_PREVENTS, "lock")
        if following is None or following.verb not in (*makes, "change"):
            return None
        return self._made(following.last, following.role)

    def _aside(self, index: int) -> Tail:
        return self._made(index, "aside")

    def _intent(self, index: int) -> Tail | None:
        """만들려고 합니다, 만들려고요."""
        length = self._duty(index, _DOES)
        whole = length or self.words[index - 1].text.endswith("요")
        return self._made(index + length, "intent") if whole else None

    def _may(self, index: int) -> Tail | None:
        """지워도 됩니다."""
        because = index < len(self.words) and self.words[index].text in _AS_IT_IS_FINE
        length = 1 if because else self._duty(index, _IS_FINE)
        return self._made(index + length, "may") if length else None

    def _fine(self, index: int) -> Tail | None:
        """지우면 됩니다."""
        length = self._duty(index, _IS_FINE)
        return self._made(index + length, "final") if length else None

    def _hoped(self, index: int) -> Tail | None:
        """열었으면 합니다, 있었으면 좋겠어요."""
        length = self._length(index, "wish") or self._duty(index, _DOES)
        asked = self._has(index + length, "ask")
        return self._made(index + length, "final") if length and not asked else None

    def _duty(self, index: int, texts: tuple[str, ...]) -> int:
        """How many words of those that end a duty stand at *index*; 0 if they ask."""
        length = self._length(index, "duty")
        fitting = length and self.words[index].text.startswith(texts)
        return length if fitting and not self._has(index + length, "ask") else 0

    def _must(self, index: int) -> Tail | None:
        length = self._duty(index, ("",))  # "떠 있어야 해?" asks for nothing
        return self._made(index + length, "final") if length else None

    def _neg(self, index: int) -> Tail:
        length = self._length(index, "forbid")
        if not length:
            return self._kept_off(index) or self._made(index, "neg")
        last = index + length
        return self._made(last + 1 if self._has(last, "aux") else last, "declined")

    def _kept_off(self, index: int) -> Tail | None:
        """자동 실행되지 않게 해줘, 자동 실행 안 되게 해줘: what would start at boot is disabled."""
        follows = index < len(self.words) and self.words[index].text in _SO_NOT
        return self._disabled(index + 1) if follows else None

    def _disabled(self, index: int) -> Tail | None:
        """The end of what is not to become so, if that is the start at boot."""
        so = self._so(index, _PREVENTS) if _at_boot(self.words, self.first, self.verb) else None
        return Tail("disable", self.first, so.last, so.role) if so else None

    def _after(self, index: int) -> int:
        while length := self._length(index, "after"):
            index += length
        return index

    def _done(self, index: int, *, asking: bool = False) -> int:
        """Past the question mark of a polite request."""
        return index + 1 if asking and self._has(index, "ask") else index


_FORMS = {
    "inf": _Ending._inf, "final": _Ending._final, "conn": _Ending._conn, "past": _Ending._past,
    "adn": _Ending._adn, "noun": _Ending._noun, "so": _Ending._so, "must": _Ending._must,
    "neg": _Ending._neg, "fut": _Ending._fut, "aside": _Ending._aside,
    "intent": _Ending._intent, "may": _Ending._may,
    "hoped": _Ending._hoped, "fine": _Ending._fine,
}  # fmt: skip
