"""Splits the words of a message into clauses: a verb with what belongs to it.

Called by ``rules``. Korean clauses end with their verb, English ones begin with it. A verbal noun
closes a clause only where something separates it from what follows ("설치 후", "설치, "), so that
"nginx 설치 파일 삭제" is not read as two requests.
"""

from typing import Literal

import msgspec

from kiki.understand.lexer import Word
from kiki.understand.tails import Role, Tail, korean_verb

Roles = dict[int, str]
_JOINTS = ("and", "sep", "fill", "first", "last")


class Verb(msgspec.Struct, frozen=True):
    """A verb's id and the range of its words."""

    id: str
    first: int
    last: int


class Clause(msgspec.Struct):
    """*verbs* share *args*, the indices of the words that belong to them. *role* is how a Korean
    clause ends; ``declined``, in both languages: it says what not to do. *inside* says that it is
    the content of the code that the next one (ko) or the one before (en) asks for ("... 하는
    플레이북", "a playbook that ...")."""

    verbs: list[Verb]
    args: list[int]
    role: Role = "final"
    inside: bool = False


class Split(msgspec.Struct):
    """The clauses, the roles of the words outside them, what links a word to the one before it
    (``이미지를 사용하는``), and the words that make the message unreadable."""

    order: Literal["final", "initial"]
    clauses: list[Clause] = []
    rest: list[int] = []
    roles: Roles = {}
    links: dict[int, str] = {}
    broken: list[int] = []


def split(words: tuple[Word, ...], code: frozenset[str], about: frozenset[str]) -> Split:
    """The clauses of *words*. *code* are the nouns that name code and targets, *about* the verbs
    that only describe."""
    korean = any(
        sense.entry.cls in ("vnoun", "vform", "ha") for word in words for sense in word.senses
    )
    return _Korean(words, code, about).split() if korean else _English(words, code).split()


class _Korean:
    """Verb-final: words gather until a verb takes them."""

    def __init__(
        self, words: tuple[Word, ...], code: frozenset[str], about: frozenset[str]
    ) -> None:
        self.words = words
        self.code = code
        self.about = about
        self.made = Split(order="final")
        self.args: list[int] = []

    def split(self) -> Split:
        index = 0
        while index < len(self.words):
            index = self._step(index)
        self.made.rest = self.args
        return self.made

    def _step(self, index: int) -> int:
        if _is_output(self.words, index):
            self.made.roles[index] = "output"
            return index + 1
        tail = korean_verb(self.words, index)
        if tail is None or (tail.role == "noun" and not self._closes(tail)):
            self.args.append(index)
            return index + 1
        link = self._link(tail)
        if link:
            self._mark(tail, f"link:{link}")
            self.made.links[tail.first] = link
            self.args.append(tail.first)
            return tail.last
        return self._close(tail)

    def _close(self, tail: Tail) -> int:
        self._mark(tail, f"{'not' if tail.role == 'declined' else 'verb'}:{tail.verb}")
        verb = Verb(tail.verb, tail.first, tail.last)
        inside = tail.role in ("adn", "noun") and self._before_code(tail.last)
        if tail.role == "adn" and not inside:
            self.made.broken += range(tail.first, tail.last)
        self.made.clauses.append(Clause([verb], self.args, tail.role, inside))
        self.args = []
        return self._separators(tail.last)

    def _separators(self, index: int) -> int:
        while index < len(self.words) and (
            _separates(self.words[index]) or _announces(self.words[index])
        ):
            self.made.roles[index] = "separator"
            index += 1
        return index

    def _closes(self, tail: Tail) -> bool:
        """Whether a bare verbal noun ends its clause."""
        at_end = tail.last >= len(self.words) or _announces(self.words[tail.last])
        return at_end or _separates(self.words[tail.last]) or self._before_code(tail.last)

    def _before_code(self, index: int) -> bool:
        """Whether what follows is what the code is called: (Heat) 템플릿, 플레이북."""
        word = self.words[index] if index < len(self.words) else None
        if word is None:
            return False
        return word.sort == "output" or _names_code(word, self.code)

    def _link(self, tail: Tail) -> str:
        """The link that a describing verb is: 사용하는, 가진, 설정한; also 80 포트를 여는
        서비스."""
        if tail.role in ("final", "noun") or self._before_code(tail.last):
            return ""
        if tail.verb in self.about:
            return "cop" if tail.verb == "set" else "with"
        return "with" if tail.role == "adn" and tail.verb in ("open", "expose") else ""

    def _mark(self, tail: Tail, role: str) -> None:
        for index in range(tail.first, tail.last):
            self.made.roles[index] = role


class _English:
    """Verb-initial: a verb at the beginning of a clause takes the words up to the next one."""

    def __init__(self, words: tuple[Word, ...], code: frozenset[str]) -> None:
        self.words = words
        self.code = code
        self.made = Split(order="initial")

    def split(self) -> Split:
        index = 0
        while index < len(self.words):
            index = self._step(index)
        self._verb_last()
        self._polite_question()
        for clause in self.made.clauses:
            self._trim(clause)
        return self.made

    def _step(self, index: int) -> int:
        if _is_output(self.words, index):
            self.made.roles[index] = "output"
            return index + 1
        declined = self._declined(index)
        if declined > index:
            return declined
        verbs, after = self._verbs(index)
        if not verbs or not self._begins(index, verbs[0]):
            self._args().append(index)
            return index + 1
        entry = self.words[index].sense("verb")
        inside = self._introduced(index) or (entry is not None and entry.form != "base")
        self.made.clauses.append(Clause(verbs, self._before(verbs), "final", inside))
        return after

    def _before(self, verbs: list[Verb]) -> list[int]:
        """Mark *verbs*; the words before the first clause belong to it."""
        for verb in verbs:
            self.made.roles |= dict.fromkeys(range(verb.first, verb.last), f"verb:{verb.id}")
        if self.made.clauses:
            return []
        before, self.made.rest = self.made.rest, []
        while before and _separates(self.words[before[-1]]):
            self.made.roles[before.pop()] = "separator"
        return before

    def _declined(self, index: int) -> int:
        """Past "don't start" or "without starting" at *index*, which begin a clause that says what
        not to do; *index* where there is no such thing."""
        first = _past(self.words, index, "forbid")
        if first == index or first >= len(self.words):
            return index
        verbs, after = self._verbs(first)
        entry = self.words[first].sense("verb")
        form = "gerund" if self.words[index].text.lower() == "without" else "base"
        begins = form == "gerund" or not self.made.clauses or self._after_joint(index)
        if not verbs or entry is None or entry.form != form or not begins:
            return index
        self.made.clauses.append(Clause(verbs, self._before(verbs), "declined"))
        for verb in verbs:
            self.made.roles |= dict.fromkeys(range(index, verb.last), f"not:{verb.id}")
        return after

    def _args(self) -> list[int]:
        return self.made.clauses[-1].args if self.made.clauses else self.made.rest

    def _verbs(self, index: int) -> tuple[list[Verb], int]:
        """The verb at *index*, and those joined to it: install, start and enable."""
        found: list[Verb] = []
        while index < len(self.words):
            sense = _longest(self.words[index], "verb")
            if sense is None:
                break
            last = index + sense[1]
            found.append(Verb(sense[0], index, last))
            following = last
            while following < len(self.words) and self.words[following].has("and"):
                following += 1
            if following == last or following >= len(self.words):
                return found, last
            if _longest(self.words[following], "verb", "base") is None:
                return found, last
            self.made.roles |= dict.fromkeys(range(last, following), "separator")
            index = following
        return found, index

    def _begins(self, index: int, verb: Verb) -> bool:
        """Whether a verb can begin a clause here."""
        entry = self.words[index].sense("verb")
        form = entry.form if entry else "base"
        if self._introduced(index):
            return True
        if not self._continues(form):
            return False
        if self.made.clauses:
            return self._after_joint(index)
        return self._adverbial()

    def _continues(self, form: str) -> bool:
        """A base form; or that of the code's content: "that installs X and starts it"."""
        clause = self.made.clauses[-1] if self.made.clauses else None
        return form == "base" or (clause is not None and clause.inside)

    def _after_joint(self, index: int) -> bool:
        """Whether what stands right before, a word or a phrase, lets a clause begin."""
        for start in range(max(0, index - 6), index):
            for sense in self.words[start].senses:
                if start + sense.length == index and sense.entry.cls in _JOINTS:
                    return True
        return _is_output(self.words, index - 1)

    def _adverbial(self) -> bool:
        """Whether what stands before the first verb is a phrase like "on all hosts"."""
        first = next((i for i in self.made.rest if not self._polite(i)), None)
        return first is None or self.words[first].has("prep")

    def _polite(self, index: int) -> bool:
        """Whether a word before the first verb is one of politeness, or part of such a phrase."""
        polite = ("fill", "first", "last", "sep", "and")
        return any(
            sense.entry.cls in polite
            for start in range(max(0, index - 5), index + 1)
            for sense in self.words[start].senses
            if start + sense.length > index
        )

    def _introduced(self, index: int) -> bool:
        """Whether this is the content of code: a playbook that installs, to install."""
        entry = self.words[index].sense("verb")
        before = self.words[index - 1] if index else None
        clause = self.made.clauses[-1] if self.made.clauses else None
        if entry is None or before is None or clause is None or not self._asks_for_code(clause):
            return False
        if before.has("that") and entry.form in ("third", "base"):
            return True
        if before.has("prep", "to") and entry.form == "base":
            return True
        return before.text.lower() == "for" and entry.form == "gerund"

    def _asks_for_code(self, clause: Clause) -> bool:
        return any(_names_code(self.words[index], self.code) for index in clause.args)

    def _verb_last(self) -> None:
        """As in "nginx install": one verb, and it is the last word."""
        rest = self.made.rest
        if self.made.clauses or len(rest) < 2:
            return
        last = next((i for i in reversed(rest) if not _separates(self.words[i])), 0)
        sense = _longest(self.words[last], "verb", "base")
        if sense is not None and sense[1] == 1 and not self.words[rest[0]].has("verb"):
            self.made.roles[last] = f"verb:{sense[0]}"
            self.made.clauses.append(
                Clause([Verb(sense[0], last, last + 1)], [i for i in rest if i < last])
            )
            self.made.rest = [i for i in rest if i > last]

    def _polite_question(self) -> None:
        """As in "Can you install nginx?" asks for nothing but what it says."""
        asks = any(
            sense.entry.cls == "fill" and sense.entry.form == "asking"
            for word in self.words
            for sense in word.senses
        )
        for clause in self.made.clauses[-1:]:
            while asks and clause.args and self.words[clause.args[-1]].has("ask"):
                self.made.roles[clause.args.pop()] = "separator"

    def _trim(self, clause: Clause) -> None:
        """Take what only separates clauses from the end of one."""
        while clause.args and self._only_joins(clause.args[-1]):
            self.made.roles[clause.args.pop()] = "separator"

    def _only_joins(self, index: int) -> bool:
        word = self.words[index]
        follows = index + 1 < len(self.words) and self.made.roles.get(index + 1, "").startswith(
            "verb"
        )
        introduces = word.has("that") or word.has("prep", "to") or word.text.lower() == "for"
        return _separates(word) or (follows and introduces)


def _announces(word: Word) -> bool:
    """A colon after a verb: "디플로이먼트 생성: 이름 web, 이미지 nginx:1.27"."""
    return word.text in (":", "：")


def _is_output(words: tuple[Word, ...], index: int) -> bool:
    """As in "print only the YAML", and a colon after it."""
    if words[index].sort == "output":
        return True
    return index > 0 and words[index].text == ":" and words[index - 1].sort == "output"


def _separates(word: Word) -> bool:
    return any(
        sense.entry.cls in ("and", "sep", "after") for sense in word.senses if sense.length == 1
    )


def _past(words: tuple[Word, ...], index: int, cls: str) -> int:
    """The index after the longest sense of *cls* at *index*, or *index*."""
    lengths = (sense.length for sense in words[index].senses if sense.entry.cls == cls)
    return index + max(lengths, default=0)


def _names_code(word: Word, code: frozenset[str]) -> bool:
    return any(sense.entry.cls == "noun" and sense.entry.id in code for sense in word.senses)


def _longest(word: Word, cls: str, form: str = "") -> tuple[str, int] | None:
    """The id and length of the longest sense of a class (and form)."""
    found = [
        (sense.length, sense.entry.id)
        for sense in word.senses
        if sense.entry.cls == cls and form in ("", sense.entry.form)
    ]
    return (max(found)[1], max(found)[0]) if found else None
