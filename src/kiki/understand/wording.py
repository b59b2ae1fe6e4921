"""What the words of a message mean, as far as the lexicon knows: verbs, nouns, and the words that
nobody knows.

The half of ``grounding.Said`` that knows nothing of values; ``whole`` and ``retrieval`` compare it
with what a model answered, and with the kinds there are.
"""

from collections.abc import Iterator
from functools import cached_property

from kiki.model.languages import language_of
from kiki.model.vocabulary import KindSpec
from kiki.understand.lexer import Sense, Word, lex
from kiki.understand.lexicon import Lexicon
from kiki.understand.output import spans
from kiki.understand.parts import WANTED

Places = list[tuple[int, int]]  # of a message: first and last character, excluded

AT_BOOT = "at_boot"
_VERBS = ("verb", "deed", "vnoun", "vform")
# Nouns beside which any word is a name, and what else such a word may be to us.
_TITLES = frozenset((
    "user", "group", "namespace", "deployment", "service", "server", "keypair", "secgroup",
))  # fmt: skip
_NAMEABLE = frozenset(("verb", "deed", "fill", "could", "noun"))
_WRITING = frozenset(("create", "write"))  # what is done with code
_BOOT = frozenset(("boot", "boots", "booting", "reboot", "reboots", "rebooting", "startup"))
_BOOT_KO = ("부팅", "재부팅", "부트", "리부트", "리부팅")
# How a Korean verb asks for something; an unknown word that ends so is a verb.
_ASKS_FOR = ("줘", "줘요", "줘라", "세요", "십시오", "해라", "하자", "놔", "버려")
_GOES_ON = ("서", "고")
_TOLD = ("고", "고서", "며", "면서", "채", "채로")  # the same, of what is not asked for
# How a Korean word ends that says what happens, and is no thing.
_VERBAL = (
    "줘", "봐", "놔", "둬", "꺼", "켜", "해", "고", "데", "려", "서요", "세요", "해서",
    "돼서", "있어서", "하게", "되게", "도록", "다가", "면서", "니까", "길래", "하는",
    "되는", "있는", "없는", "된", "한", "던",
)  # fmt: skip
# Words that are grammar and no verb of anything that can be asked for.
SMALL = frozenset((
    "a", "again", "all", "also", "am", "an", "any", "anywhere", "are", "as", "asap", "at", "be",
    "been", "being", "both", "but", "by", "can", "could", "each", "either", "everywhere", "for",
    "from", "he", "here", "his", "i", "in", "into", "is", "it", "its", "like", "may", "me",
    "might", "my", "of", "off", "on", "onto", "or", "our", "out", "over", "own", "please",
    "really", "she", "should", "so", "some", "somewhere", "than", "that", "the", "their", "them",
    "there", "these", "they", "this", "those", "to", "too", "us", "very", "via", "was", "we",
    "were", "will", "with", "would", "you", "your", "i'd", "i'm", "we'd", "we're", "we'll",
    "it's", "that's", "다", "것", "거", "걸", "그", "저",
))  # fmt: skip


_PERSONS = frozenset(("i", "he", "she", "they", "we", "you"))
_WHO = frozenset(("that", "which", "who", "whose"))


class Wording:
    """The words of a message (NFC, redacted)."""

    def __init__(self, message: str, lexicon: Lexicon) -> None:
        self.message = message
        self.lexicon = lexicon
        self.words: tuple[Word, ...] = lex(message, lexicon, spans(message))
        self.korean = language_of(message) == "ko"

    def verbs(self, code: frozenset[str] = frozenset()) -> dict[str, str]:
        """The verbs that are said and can be nothing else, by id, with the word that says each. A
        phrase hides the words in it ("자동 시작" starts nothing), and those that only describe
        ("use") are none; nor is what is done with code, if one of *code*, its nouns, is said
        ("write a playbook that ...")."""
        hidden = _WRITING if self.names_any(code) else ()
        found: dict[str, str] = {}
        for verb, index in self.verb_places():
            if verb not in hidden:
                found.setdefault(verb, self.words[index].text)
        return found

    def verb_places(self) -> Iterator[tuple[str, int]]:
        """Those verbs with the numbers of their words. "I need" asks for whatever is named."""
        for index, senses in self._longest():
            if self._acted_on(index) or self.called_by_title(index):
                continue
            ids = {sense.entry.id for sense in senses if sense.entry.cls in _VERBS}
            if len(ids) == len({(s.entry.cls in _VERBS, s.entry.id) for s in senses}):
                for verb in sorted(ids - self.lexicon.about - {WANTED}):
                    yield self._turned(verb), index

    def verbs_or_nouns(self) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
        """The words that are verbs or nouns and nothing else, with the ids of both: "block"."""
        for index, senses in self._longest():
            if self.called_by_title(index):
                continue
            verbs = frozenset(sense.entry.id for sense in senses if sense.entry.cls in _VERBS)
            nouns = frozenset(sense.entry.id for sense in senses if sense.entry.cls == "noun")
            if verbs - self.lexicon.about and nouns and len(verbs) + len(nouns) == len(senses):
                yield self.words[index].text, verbs, nouns

    def called_by_title(self, index: int) -> bool:
        """Whether a word of ours is a name, as a title stands beside it and something else is the
        deed: "add user **deploy**", "**deploy** 사용자에 ..."."""
        beside = index + 1 if self.korean else index - 1
        word = self.words[index]
        if word.sort != "ascii" or not word.text.isalpha() or not 0 <= beside < len(self.words):
            return False
        title = self.words[beside]
        if not any(sense.entry.id in _TITLES for sense in title.senses):
            return False
        if not word.senses or not {sense.entry.cls for sense in word.senses} <= _NAMEABLE:
            return False
        if self.korean:
            return title.sort == "hangul"
        return any(_sense_of(other, "verb", "deed") for other in self.words[:beside])

    def _acted_on(self, index: int) -> bool:
        """Whether the word at *index* names what a verb that nobody knows is done to: "deactivate
        the autostart of snapd" asks for no autostart."""
        return self._begins_unknown and index > 0 and self.words[index - 1].has("det")

    @cached_property
    def _begins_unknown(self) -> bool:
        """Whether the first word that is no politeness is an English one that nobody knows."""
        first = next((word for word in self.words if not word.has("fill")), None)
        return first is not None and not first.senses and first.sort == "ascii"

    def unexplained(self, used: Places) -> list[Word]:
        """The words that mean nothing to us, say more than grammar, and are in none of the places
        *used*: one of them may be a verb that nobody knows."""
        return [
            word
            for word in self.words
            if not word.senses
            and word.sort in ("hangul", "ascii")
            and word.text.lower() not in SMALL
            and not _inside(word, used)
        ]

    def _longest(self) -> Iterator[tuple[int, list[Sense]]]:
        """The words and phrases one after another, each with its senses of the longest sort."""
        index = 0
        while index < len(self.words):
            senses = self.words[index].senses
            length = max((sense.length for sense in senses), default=1)
            yield index, [sense for sense in senses if sense.length == length]
            index += length

    def acts(self) -> frozenset[str]:
        """The ids of all verbs that some word may say, sure or not."""
        said = [word for index, word in enumerate(self.words) if not self._acted_on(index)]
        senses = (sense.entry for word in said for sense in word.senses)
        found = {entry.id for entry in senses if entry.cls in _VERBS}
        made = {"create"} if WANTED in found else set()  # "i need a namespace"
        return frozenset(found | made | {self._turned(verb) for verb in found})

    def _turned(self, verb: str) -> str:
        """*verb*, or its opposite: "cups must never come back after a reboot" disables it."""
        return "disable" if verb == "enable" and self.negates() else verb

    def negates(self) -> bool:
        """Whether a word says that something is not to be."""
        return any(s.entry.cls in ("neg", "prevent") for word in self.words for s in word.senses)

    def says(self, word_id: str) -> bool:
        """Whether a word has the meaning *word_id*."""
        return any(sense.entry.id == word_id for word in self.words for sense in word.senses)

    def boots(self) -> bool:
        """Whether the message speaks of the machine's start, in words of ours or others."""
        if self.says(AT_BOOT):
            return True
        return any(
            word.text.startswith(_BOOT_KO) if word.sort == "hangul" else _boots(word.text)
            for word in self.words
            if word.sort in ("ascii", "hangul")
        )

    def nouns(self, used: Places) -> Iterator[tuple[str, frozenset[str]]]:
        """The nouns that are said outside of the places *used*: the word, and what it may mean."""
        for index, senses in self._longest():
            word = self.words[index]
            ids = frozenset(sense.entry.id for sense in senses if sense.entry.cls == "noun")
            if ids and len(ids) == len(senses) and not _inside(word, used):
                yield word.text, ids

    def unknown_verbs(self, used: Places) -> Iterator[Word]:
        """The words that can only be verbs that nobody knows: "박아줘", "... and **zap** it".
        After a form that says what is to become so ("올라오게 **해줘**") it says nothing more."""
        for index, word in enumerate(self.words):
            if word.senses or _inside(word, used):
                continue
            before = self.words[index - 1] if index else None
            if word.sort == "hangul" and word.text.startswith("있"):
                continue  # "막혀 있어서" says how it is
            if word.sort == "hangul":
                so = before is not None and any(s.entry.form == "so" for s in before.senses)
                if self._goes_on(index, used) or (word.text.endswith(_ASKS_FOR) and not so):
                    yield word
            elif self._relates(index, used) or (before and _adds(before) and self._acts(index)):
                yield word

    def _goes_on(self, index: int, used: Places) -> bool:
        """Whether an unknown Korean word is a verb that another one follows: "얹어서 돌아가게
        해줘", and not "돌고 있는"."""
        following = self.words[index + 1].text if index + 1 < len(self.words) else ""
        on = self.words[index].text.endswith(_GOES_ON) and not following.startswith("있")
        return on and self._more_verbs(index, used)

    def told(self, used: Places) -> list[Word]:
        """The words that may tell of something else that happens or is so: "after **slapping** it
        on", "redis **stays**", "**얹고** 나서"."""
        return [
            word
            for index, word in enumerate(self.words)
            if not word.senses
            and not _inside(word, used)
            and word.text.isalpha()
            and (self._tells_ko(index) if word.sort == "hangul" else self._tells_en(index, used))
        ]

    def _tells_ko(self, index: int) -> bool:
        following = self.words[index + 1].text if index + 1 < len(self.words) else ""
        return self.words[index].text.endswith(_TOLD) and not following.startswith("있")

    def _tells_en(self, index: int, used: Places) -> bool:
        """As above; what is told first is why: "nginx hangs, restart it"."""
        text = self.words[index].text.lower()
        if text.endswith(("ing", "ed")):
            return True
        before = self.words[index - 1] if index else None
        named = before is not None and (
            before.has("pronoun") or (_inside(before, used) and not before.senses)
        )
        first = min(
            (i for i, word in enumerate(self.words) if _inside(word, used) or _does(word)),
            default=index,
        )
        return named and text.endswith("s") and first < index - 1

    def _relates(self, index: int, used: Places) -> bool:
        """Whether an English word is the verb of a clause that says of a thing how it is to be, and
        no value: "a directory that he **owns**", and not "a page that says 'hello'"."""
        following = self.words[index + 1] if index + 1 < len(self.words) else None
        if following is not None and _inside(following, used):
            return False
        index -= self.words[index - 1].has("pronoun") if index else 0
        index -= self.words[index - 1].text.lower() in _PERSONS if index else 0
        before = self.words[index - 1] if index else None
        return before is not None and (before.has("that") or before.text.lower() in _WHO)

    def _acts(self, index: int) -> bool:
        """Whether an English word may be a verb, with something that it could be about."""
        word = self.words[index]
        following = self.words[index + 1] if index + 1 < len(self.words) else None
        plain = word.sort == "ascii" and word.value.isalpha() and word.text.lower() not in SMALL
        return (
            plain
            and following is not None
            and (following.has("pronoun") or following.has("det") or bool(following.value))
        )

    def things(self, name: int, used: Places) -> set[int]:
        """The unknown words that can only be things, if they stand after the name at *name*. In
        Korean such a word is no verb and another one follows; in English it follows what is acted
        on: "restart the nginx **worker**", and not "nginx **died**"."""
        found = set()
        acted = name > 0 and self._before_object(name - 1)
        for index, word in enumerate(self.words):
            known = word.senses or _inside(word, used) or word.text.lower() in SMALL
            if known or not word.text.isalpha() or word.sort not in ("hangul", "ascii"):
                continue
            if word.sort == "ascii":
                thing = acted and not word.text.lower().endswith("ly")
            else:
                thing = not word.text.endswith(_VERBAL) and self._more_verbs(index, used)
            if thing:
                found.add(index)
        return found

    def _before_object(self, index: int) -> bool:
        """Whether the word at *index*, or before its article, acts on what follows, or is "of"."""
        article = self.words[index].has("det")
        index -= article
        if index < 0 or article:
            return article
        word = self.words[index]
        acts = any(sense.entry.cls in _VERBS for sense in word.senses)
        return acts or word.has("prep") or (index == 0 and not word.senses)

    def _more_verbs(self, index: int, used: Places) -> bool:
        """Whether a verb, or a word that may be one, follows."""
        return any(
            any(sense.entry.cls in _VERBS for sense in word.senses)
            or (not word.senses and word.sort == "hangul" and not _inside(word, used))
            for word in self.words[index + 1 :]
        )

    def names_any(self, nouns: frozenset[str]) -> bool:
        """Whether one of these nouns is said."""
        senses = (sense.entry for word in self.words for sense in word.senses)
        return any(entry.cls == "noun" and entry.id in nouns for entry in senses)

    def names_kind(self, kind: KindSpec) -> bool:
        """Whether a noun or a verb of *kind* is said."""
        ids = {("noun", noun) for noun in kind.nouns}
        ids |= {(cls, use.verb) for use in kind.verbs for cls in ("verb", "vnoun", "vform")}
        return any((s.entry.cls, s.entry.id) in ids for word in self.words for s in word.senses)


def _sense_of(word: Word, *classes: str) -> bool:
    return any(sense.entry.cls in classes for sense in word.senses)


def _does(word: Word) -> bool:
    return any(sense.entry.cls in _VERBS for sense in word.senses)


def _adds(word: Word) -> bool:
    """Whether *word* is "and" or "then"; a comma only lists."""
    return word.has("and") and not word.has("and", "comma")


def _inside(word: Word, places: Places) -> bool:
    return any(start < word.end and word.start < end for start, end in places)


def _boots(text: str) -> bool:
    return text.lower().strip(".,!?") in _BOOT
