"""Reads English sentences that say which value a setting is to have: "the hostname should be
web03", "bob's shell must be /bin/zsh", "selinux to permissive please".

Called by ``english_clauses`` where a clause may begin and no state was found. Only what is set on
hosts, files and users that are there counts by itself; a property of what is to be made ("replicas
should be 3") belongs to the sentence before.
"""

from kiki.understand.circumstances import PLEASE
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.shapes import fits
from kiki.understand.states import State, States

_OF_HOSTS = frozenset(("hostname", "timezone", "locale", "selinux", "ntp"))
_OF_OTHERS = frozenset(("mode", "owner", "owning_group", "owner_and_group", "rights", "shell"))
_SET = "set"
_HAVE = frozenset(("should have", "must have", "shall have", "should get"))
_BELONG = frozenset(("should belong", "must belong", "shall belong"))
_CONTAIN = frozenset(
    ("should contain", "must contain", "shall contain", "should have", "must have")
)
_CONTAINS = frozenset(("contains", "has"))
# Who is to have a right, and who no longer. "Has" and "needs no" are no requests.
_GRANTS = {
    **dict.fromkeys(
        ("needs", "need", "should have", "must have", "should get", "needs to have", "has to have",
         "requires", "should be granted", "should be given", "needs to get"), "grant",
    ),
    **dict.fromkeys(
        ("must not have", "should not have", "shouldn't have", "mustn't have", "must lose",
         "should lose", "may not have"), "revoke",
    ),
}  # fmt: skip


def valued_at(
    words: tuple[Word, ...], index: int, lexicon: Lexicon, *, first: bool
) -> State | None:
    """The value that is asked for from *index* on, or None. *first*: no request stands before, of
    which it may say more. *lexicon* has the names of programs, which need sudo to be run."""
    return _Valued(words, index, lexicon).asked(first=first)


class _Valued(States):
    """What a sentence from one word on may set."""

    def __init__(self, words: tuple[Word, ...], index: int, lexicon: Lexicon) -> None:
        super().__init__(words, index)
        self.lexicon = lexicon

    def asked(self, *, first: bool) -> State | None:
        """The one reading, or None. Its verb has no words: "should be" leads to the value."""
        start = max((self.index, *self._ends(self.index, "det"), *self._ends(self.index, "fill")))
        found = (
            self._listed_please(start) or self._right() or self._of_path(start) or self._contained()
        )
        if found is not None or not self._setting(start, first=first):
            return found
        for place in self._subject(self.index):
            if self.words[place].has("and"):
                return None
            if self._leads(start, place):
                return State(((_SET, place, place),), tuple(range(self.index, place)), (), place)
        return None

    def _listed_please(self, start: int) -> State | None:
        """As in "timezone UTC, hostname web01 please": nothing but settings with their values, and
        at the end a word that asks for them."""
        ends, place = 0, start
        while place < len(self.words) and self._nouns(place) & _OF_HOSTS:
            after = max(self._ends(place, "noun"))
            after += after < len(self.words) and self.words[after].text in (":", "=")
            if after >= len(self.words) or not self.words[after].value:
                return None
            ends = ends or max(self._ends(place, "noun"))
            place = after + 1
            while place < len(self.words) and self.words[place].has("and"):
                place += 1
        rest = [word.text.lower() for word in self.words[place:] if not word.has("sep")]
        if not ends or not rest or not set(rest) <= PLEASE:
            return None
        return State(((_SET, start, start),), tuple(range(self.index, ends)), (), ends)

    def _right(self) -> State | None:
        """Sudo that somebody is to have, or no longer: "deploy needs sudo access"."""
        for place in self._subject(self.index):
            if self.words[place].has("and") and place + 1 < len(self.words):
                return None
            for after in (place + 1, place + 2, place + 3):
                said = " ".join(word.text.lower() for word in self.words[place:after])
                verb = _GRANTS.get(said, "")
                until = max((after, *self._ends(after, "noun"))) if after < len(self.words) else 0
                named = place - self.index > 1 or not self._program(self.words[place - 1].text)
                rest = until and (self._follows(until) or self._of_right(until))
                if verb and named and rest and self._of_right(after):
                    args = tuple(range(self.index, place))
                    return State(((verb, place, after),), args, (), after)
        return None

    def _of_path(self, start: int) -> State | None:
        """What is to become of a path: "/srv/app must be owned by app", "/opt/a should be a symlink
        to /opt/b", "/etc/x should have mode 0640"."""
        place = self._past_path(start)
        for end in self._ends(place, "must"):
            if self._is_to(place, end):
                after = max((end, *self._ends(end, "det")))
                noun = self._nouns(after) if after < len(self.words) else set()
                verb = "linked" if "link" in noun else _SET if "owner" in noun else ""
                if verb:
                    return self._stated(verb, place, end)
        said = " ".join(word.text.lower() for word in self.words[place : place + 2])
        to = self.words[place + 2 : place + 3]
        if place and said in _BELONG and to and to[0].text.lower() == "to":
            return self._stated("owned", place, place + 2)
        noun = self._nouns(place + 2) if place + 2 < len(self.words) else set()
        if place and said in _HAVE and noun & _OF_OTHERS:
            return self._stated(_SET, place, place + 2)
        return None

    def _past_path(self, start: int) -> int:
        """The place after a path at *start*, or after what it is; 0 where there is none."""
        noun = max((start, *self._ends(start, "noun"))) if start < len(self.words) else start
        for place in (start, noun):
            if place < len(self.words) and self.words[place].value.startswith("/"):
                return place + 1
        return 0

    def _contained(self) -> State | None:
        """What a file is to contain: "/etc/exports should contain '/srv *(ro)'", "make sure that
        /etc/fstab has the line ..."."""
        for start, said in (
            (self.index, _CONTAIN),
            *((end, _CONTAINS) for end in self._ends(self.index, "ensure")),
        ):
            place = self._past_path(max((start, *self._ends(start, "det"))))
            for end in (place + 1, place + 2):
                words = " ".join(word.text.lower() for word in self.words[place:end])
                if (
                    place
                    and words in said
                    and any(w.sort == "quoted" for w in self.words[end : end + 4])
                ):
                    used = tuple(range(self.index, start))
                    args = tuple(range(start, place))
                    return State((("contain", place, end),), args, used, end)
        return None

    def _stated(self, verb: str, place: int, end: int) -> State:
        return State(((verb, place, end),), tuple(range(self.index, place)), (), end)

    def _program(self, name: str) -> bool:
        """Whether it is a program that needs a right, and nobody who is to get it."""
        known, name = self.lexicon, name.lower()
        return name in known.packages or name in known.products or name in known.commands

    def _of_right(self, place: int) -> bool:
        return bool(self._nouns(place) & {"sudo_right", "passwordless", "no_more"})

    def _setting(self, start: int, *, first: bool) -> bool:
        """Whether a setting is named at *start*: as such, or as something's: "bob's shell"."""
        if start >= len(self.words):
            return False
        if self._nouns(start) & _OF_HOSTS or fits("parameter", self.words[start].value):
            return True
        owned = start + 1 < len(self.words) and self.words[start + 1].has("part", "of")
        after = max((start + 2, *self._ends(start + 2, "det"))) if owned else start
        return first and after < len(self.words) and bool(self._nouns(after) & _OF_OTHERS)

    def _nouns(self, place: int) -> set[str]:
        return {s.entry.id for s in self.words[place].senses if s.entry.cls == "noun"}

    def _leads(self, start: int, place: int) -> bool:
        """Whether what stands at *place* leads to a value: "should be", or "to" right after."""
        ends = [end for end in self._ends(place, "must") if self._is_to(place, end)]
        beside = place in self._ends(start, "noun") and self.words[place].text.lower() == "to"
        after = ends[0] if ends else place + 1
        valued = after < len(self.words) and bool(self.words[after].value)
        if valued and self._nouns(start) & {"hostname"}:
            valued = not self.words[after].value.isalpha()  # "hostname should be unique"
        return valued and (bool(ends) or beside)

    def _is_to(self, place: int, end: int) -> bool:
        """Whether the words from *place* to *end* are also a link: "should be", no "needs"."""
        return any(
            s.entry.cls == "prep" and place + s.length == end for s in self.words[place].senses
        )
