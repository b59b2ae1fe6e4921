"""Finds what a Korean message sets beside its request: "취약점 나왔다고 하니까 ...".

Called by ``aside``. A sentence or a reason clause counts only if it is Hangul throughout (but for
values that the request has itself), if no word of it sets a condition, a time or a limit, and if
none of our verbs asks for anything in it. One that says how a thing is may introduce that thing:
"서버에 tcpdump가 없네요. 설치 부탁드립니다".
"""

import re
from collections.abc import Iterator

import msgspec

from kiki.understand.backgrounds import korean_endings as endings
from kiki.understand.backgrounds import korean_openings as openings
from kiki.understand.backgrounds.span import Sentence, Span, elsewhere, sentences, within
from kiki.understand.backgrounds.states import korean_denies, korean_state
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.tails import korean_verb

_HANGUL = re.compile(r"[가-힣ㅋㅎㅠㅜ]+")
_EDGES = " \t,，·\"'()~."
# Latin words that name a field of work, and no thing that one could act on.
_ACRONYMS = frozenset((
    "ad", "ai", "api", "bi", "ci", "cd", "cpu", "cs", "cve", "devops", "gpu", "hr", "io", "it",
    "l4", "l7", "ml", "mlops",
    "os", "ops", "pm", "po", "poc", "qa", "rnd", "se", "sla", "sre", "ui", "ux", "vpn", "waf",
    "was",
))  # fmt: skip
_PLACES = (
    "server",
    "host",
    "kubernetes",
    "openstack",
    "cluster",
    "traffic",
    "connection",
    "system",
)
_STATES = (
    *("whose", "down", "running", "unused", "purpose", "existing", "at_boot"),
    *("memory_limit", "cpu_limit", "quota_memory", "quota_cpu"),  # "메모리를 너무 많이 먹네요"
    *("os_ram", "os_disk", "vcpus", "os_volume", "os_project", "os_role", "quota_gigabytes"),
)
# What runs, of which is told how it does: "서비스 상태가 이상해서"; not that it is wanted.
_RUNNING = frozenset(("service", "daemon"))
_WANTED = re.compile(r"없|있|필요|만들|추가")
# Words that are values only beside a noun, which the request then has itself: "한글이 깨져서";
# and what one looks at, of which people tell: "로그가 쌓여서", "상태가 이상하니".
_TOLD = (
    "korean_language", "us_english", "schedule", "k8s_logs", "k8s_event", "k8s_a_list",
    "k8s_status", "k8s_lately", "k8s_lines", "k8s_in_full", "k8s_widely", "service_state", "usage",
    "a_command", "measured", "quota_cpu",
)  # fmt: skip
_NEED = re.compile(
    r"(?:이|가)? ?필요(?:함|합니다|해요|하다고 ?해서요?|해서요?|한데요?|하대요"
    r"|하다네요|하네요|하다고 ?합니다)\Z"
)
_CONFIG = re.compile(
    r"[_.-]?(?:conf|config|cfg|cnf|ini|ya?ml|service|properties|toml|log|key"
    r"|crt|pem)"
)
_QUALIFIED = re.compile(r"[가-힣A-Za-z0-9]+(?:서버|호스트|장비|노드|머신)")
_LIGHT_LEFT = re.compile(
    r"(?:이|가|은|(?<![있없하되오쓰])는|을|를|에|에서|로|으로|도|의|요|지금|현재|자꾸|계속"
    r"|또|다|저희|우리|해당|기존)\Z"
)


# What may stand right before a thing that a sentence introduces: anything else may describe it.
_BEFORE_VALUE = re.compile(
    r"(?:에|에서|에는|에도|이|가|은|는|으로|로|도|데|지만)\Z"
    r"|\A(?:지금|현재|이제|아직|저희|우리|자꾸|계속|또|요즘|방금|어제|오늘|아까|근데|그런데|그리고|일단|최근|이번에|혹시)\Z"
)
# How it is so, which may change what is asked for: "임시로 퇴사".
_HOW = frozenset((
    "대충", "임시로", "잠시", "잠깐", "거의", "별로", "아마", "함부로", "부분적으로", "절대로",
))  # fmt: skip
_SITE = re.compile(r"(?:센터|지점|지사|본부|연구소)(?:입니다|이에요|예요)\Z")
_UNSURE = re.compile(r"예정|[는은을]지|수도|모르|다면|아닌")
# What has changed is what the request is about: "서비스 포트 바뀜. 7001 닫고 7002 열어줘".
_CHANGES = (
    "port", "service", "service_port", "daemon", "file", "package", "firewall", "user",
)  # fmt: skip


def korean_spans(message: str, words: tuple[Word, ...], lexicon: Lexicon) -> Iterator[Span]:
    """Every span of *message* that is a background, in order."""
    for sentence in sentences(message):
        yield from _around(message, sentence, words, lexicon)
        if not _HANGUL.search(message[sentence.start : sentence.end]):
            continue
        for start, end, ends in _clauses(message, sentence):
            clause = _Clause(message, start, end, words, lexicon)
            if sentence.asks and end == sentence.end:
                continue
            span = clause.span(closes=ends)
            if span is not None:
                after = sentence.after if end == sentence.end else _past_comma(message, end)
                yield msgspec.structs.replace(span, after=after)


def _around(
    message: str, sentence: Sentence, words: tuple[Word, ...], lexicon: Lexicon
) -> Iterator[Span]:
    """A title, who is addressed, a label that only informs, and "확인 부탁드립니다"."""
    start, end = sentence.start, sentence.end
    if named := openings.NAMED.match(message, start, end):
        start = named.end() + 1  # "kang 퇴사 처리: 계정 잠그고 ..."
    if called := openings.CALLED.match(message, start, end):
        yield Span(start, called.end())
    elif (title := openings.TITLE.match(message, start)) and (
        _Clause(message, start, title.end("what"), words, lexicon).titles(title["about"])
    ):
        yield Span(start, title.end())
    elif openings.SEEN_TO.fullmatch(message, start, end) or (
        sentence.line and openings.AHEAD.fullmatch(message, start, end)
    ):
        yield Span(start, end, after=sentence.after)
    elif (said := openings.label(message[start:end])) is not None and (
        _Clause(message, end - len(said), end, words, lexicon).informs()
    ):
        yield Span(start, end)


def _past_comma(message: str, place: int) -> int:
    match = re.compile(r"[\s,，~.]*").match(message, place)
    return match.end() if match else place


def _clauses(message: str, sentence: Sentence) -> Iterator[tuple[int, int, bool]]:
    """The parts of a sentence that end with a reason or, with True, with the sentence. A request
    with no mark after it ends one, too."""
    start = sentence.start
    for match in re.compile(r"\S+").finditer(message, sentence.start, sentence.end):
        end = match.start() + len(match[0].rstrip(_EDGES))
        text = message[start:end]
        follows = match.end() < sentence.end
        if follows and _goes_on(message, match.end(), sentence.end):
            continue
        kind = endings.kind(text) and not text.endswith("감사")
        if follows and (endings.reason(text) or endings.CLOSES.search(text) or kind):
            yield start, end, kind
            start = match.end() + 1
    if start < sentence.end:
        text = message[start : sentence.end]
        yield start + len(text) - len(text.lstrip()), sentence.end, True


def _goes_on(message: str, place: int, end: int) -> bool:
    """Whether what follows still belongs to the ending: "늘 것 같아서 그러는데"."""
    following = re.compile(
        r"\s+(?:그런데|그러는데|그런|그렇|그래요|그럽|해서|하니|하길래"
        r"|하셔서|합니다|하네요|해요)"
    ).match(message, place, end)
    return following is not None and message[place - 1] in "고서다라"


class _Clause:
    """One clause of a message."""

    def __init__(
        self, message: str, start: int, end: int, words: tuple[Word, ...], lexicon: Lexicon
    ) -> None:
        self.start, self.end = start, end
        self.text = message[start:end]
        self.words = words
        self.lexicon = lexicon
        self.range = within(words, start, end)
        self.eojeols = [part.strip(_EDGES) for part in self.text.split() if part.strip(_EDGES)]

    def span(self, *, closes: bool) -> Span | None:
        """The clause as a span; None if it may be part of the request."""
        if not self._tells(closes=closes) or self._barred():
            return None
        values = self._values()
        if values is None:
            return None
        if _NEED.search(self.text):
            return self._needed() if not values else None
        if not values:
            if self._asks() or self._properties():
                return None
            unused = korean_state(self.text) == "unused"
            return Span(self.start, self.end, state="unused" if unused else "")
        return self._introduced(values) or self._of_programs(values)

    def titles(self, about: str) -> bool:
        """Whether it is only a title: none of our verbs is in it but the last one, no value and no
        thing; *about* is what stands before the kind of work."""
        clear = not any(endings.HAZARD.search(text) for text in about.split())
        place = self.start + len(about)
        inside = [i for i in self.range if self.words[i].end <= place]
        named = any(self._noun(i) and not self._people(i) for i in inside)
        asks = any(self.words[i].has(cls) for i in inside for cls in ("vnoun", "vform", "num"))
        places = re.search(r"서버|장비|호스트|노드", about) is not None
        return clear and self._values() == [] and not (named or asks or places)

    def informs(self) -> bool:
        """Whether the value of a label says nothing of the request."""
        return self._values() == [] and not (self._barred() or self._asks() or self._properties())

    def _needed(self) -> Span | None:
        """As in "백업 받을 폴더가 필요해요. /backup 만들어줘": what kind of thing. Nothing but what
        it is for stands before the noun."""
        nouns = [i for i in self.range if self.words[i].length("noun")]
        if len(nouns) != 1 or self.words[nouns[0]].length("noun") != 1 or not self._noun(nouns[0]):
            return None
        noun = self.words[nouns[0]]
        before = self.text[: noun.start - self.start].split()
        if before and not endings.for_what(before[-1]):
            return None
        return Span(self.start, self.end, ((noun.start, noun.end),), "missing")

    def _tells(self, *, closes: bool) -> bool:
        text = self.text.rstrip(_EDGES)
        if closes and (endings.finite(text) or endings.kind(text) or _NEED.search(text)):
            said = endings.affiliated(text) and (self._topical() or self._somewhere())
            return not said
        return (len(self.eojeols) > 1 and endings.reason(text)) or endings.found(text)

    def _somewhere(self) -> bool:
        """Whether it stands after a request and may say where that holds: "부산 센터입니다"."""
        asked = any(w.has("vnoun") for w in self.words if w.end <= self.start)
        return asked and _SITE.search(self.text.rstrip(_EDGES)) is not None

    def _topical(self) -> bool:
        """Whether "... 팀입니다" is said of something: "장비는 데이터팀입니다"."""
        topics = (text for text in self.eojeols[:-1] if text.endswith(("는", "은")))
        return any(text not in ("저는", "저희는", "나는") for text in topics)

    def _barred(self) -> bool:
        filled = self._filled()
        return (
            self._comments()
            or endings.counts(self.text)
            or endings.undone(self.text)
            or endings.labelled(self.text)
            or endings.did(self.eojeols)
            or any(
                endings.bars(self.eojeols, index)
                for index in range(len(self.eojeols))
                if self.eojeols[index] not in filled
            )
        )

    def _comments(self) -> bool:
        """Whether it stands after a request and does not say why that is made: it may take that
        back, as in "문제가 사라졌어요"."""
        asked = any(w.has("vnoun") or w.has("vform") for w in self.words if w.end <= self.start)
        text = self.text.rstrip(_EDGES)
        why = endings.reason(text) or endings.kind(text) or endings.causes(text)
        state = korean_state(text) in ("unused", "full", "old", "down", "bad", "flagged", "away")
        return asked and not (why or state)

    def _filled(self) -> set[str]:
        """The words of phrases of politeness: "다름이 아니라"."""
        found: set[str] = set()
        for index in self.range:
            length = self.words[index].length("fill")
            last = index + length - 1
            if length and last < len(self.words):
                start, end = self.words[index].start, self.words[last].end
                found |= set(self.text[start - self.start : end - self.start].split())
        return found

    def _values(self) -> list[int] | None:
        """The words that the request does not have itself and that may be values of it; None if
        there is anything else that is not Hangul."""
        found = []
        for index in self.range:
            word = self.words[index]
            if word.sort in ("hangul", "punct") or self._harmless(word):
                continue
            if word.sort in ("secret", "output", "quoted"):
                return None
            found.append(index)
        return found

    def _harmless(self, word: Word) -> bool:
        text = word.text.lower()
        if (
            text in _ACRONYMS
            or word.has("fill")
            or elsewhere(self.words, text, self.start, self.end)
        ):
            return True
        return any(self._file_of(text, other) for other in self.words)

    def _file_of(self, text: str, other: Word) -> bool:
        """As sshd_config is of the sshd that the request is about."""
        outside = other.end <= self.start or other.start >= self.end
        name = other.value.lower()
        named = outside and len(name) > 2 and text.startswith(name)
        return named and _CONFIG.fullmatch(text[len(name) :]) is not None

    def _asks(self) -> bool:
        """Whether one of our verbs does more here than to be named: "배포 때문에" only names it."""
        index = self.range.start
        while index < self.range.stop:
            tail = None if self._light(index) else korean_verb(self.words, index)
            if (
                tail is not None
                and tail.role != "noun"
                and not self._reported(tail.first, tail.last)
            ):
                return True
            index = tail.last if tail is not None else index + 1
        return False

    def _light(self, index: int) -> bool:
        """Whether a verb here is no request by itself: 해서 in "고 해서", 써요 in "안 써요"."""
        word = self.words[index]
        verbs = {s.entry.id for s in word.senses if s.entry.cls in ("vnoun", "vform")}
        negated = index > 0 and self.words[index - 1].text == "안"
        if verbs == {"change"} and word.text.endswith("서"):
            return True  # "설정 바꿔서 그런데"
        return not verbs or (negated and verbs <= self.lexicon.about)

    def _reported(self, first: int, last: int) -> bool:
        """As in "방화벽이 5601을 막고 있더라구요", "멈춰 있어요": how it is."""
        after = self.words[last].text if last < len(self.words) else ""
        return after.startswith("있")

    def _properties(self) -> bool:
        """Whether it may say how the thing is to be ("홈 디렉터리는 필요 없으니까") or where
        ("웹서버가 느려서"). A report of what has changed does not."""
        if any(_QUALIFIED.match(text) for text in self.eojeols) or self._qualified_place():
            return True
        reports = endings.reports(self.text)
        return any(self._noun(i) and not (reports and self._changes(i)) for i in self.range)

    def _changes(self, index: int) -> bool:
        nouns = {s.entry.id for s in self.words[index].senses if s.entry.cls == "noun"}
        return nouns <= {*_CHANGES, *_PLACES, *_STATES}

    def _noun(self, index: int) -> bool:
        """Whether a noun of ours stands at *index* that the request does not have, and that is no
        mere place."""
        for sense in self.words[index].senses:
            if sense.entry.cls == "noun" and sense.entry.id not in (*_PLACES, *_STATES, *_TOLD):
                if sense.entry.id in _RUNNING and self._fares(index):
                    return False
                return not (self._again(sense.entry.id) or self._people(index))
        return False

    def _fares(self, index: int) -> bool:
        """Whether it is told how the thing at *index* does: "서비스가 느려서"."""
        after = self.words[index + 1] if index + 1 in self.range else None
        told = after is not None and (
            after.has("part", "subj") or after.has("noun", "service_state")
        )
        return told and _WANTED.search(self.text) is None

    def _people(self, index: int) -> bool:
        """As in "사용자가 늘어나서": who they are is of no account."""
        word, end = self.words[index], self.text[self.words[index].end - self.start :]
        return (
            word.text in ("사용자", "유저")
            and re.match(r"(?:들?이|가|들은|들도|수가)", end) is not None
        )

    def _again(self, noun: str) -> bool:
        outside = (w for w in self.words if w.end <= self.start or w.start >= self.end)
        return any(s.entry.id == noun and s.entry.cls == "noun" for w in outside for s in w.senses)

    def _qualified_place(self) -> bool:
        """Whether a server is one of several: "개발 서버가", "새 장비가"."""
        for before, text in zip(self.eojeols, self.eojeols[1:], strict=False):
            if re.match(r"(?:서버|호스트|장비|노드|머신)", text) and not _LIGHT_LEFT.search(before):
                return True
        return False

    def _introduced(self, values: list[int]) -> Span | None:
        """What the clause says of the values that the next one is about."""
        if values != list(range(values[0], values[-1] + 1)) and not self._listed(values):
            return None
        last, kept_from = values[-1], (*values, *self._around(values))
        if _UNSURE.search(self.text):
            return None
        before = self.text[: self.words[min(kept_from)].start - self.start].split()
        if before and not _BEFORE_VALUE.search(before[-1].strip(_EDGES)):
            return None
        if not _HOW.isdisjoint(self.eojeols):
            return None
        after = self.text[self.words[last].end - self.start :]
        state = "" if korean_denies(after) else self._duty(last) or korean_state(after)
        if not state or self._others(values) or (self._asks() and not self._duty(last)):
            return None
        kept = [*range(values[0], last + 1), *self._around(values)]
        places = tuple((self.words[i].start, self.words[i].end) for i in sorted(set(kept)))
        return Span(self.start, self.end, places, state, programs=self._programs(values))

    def _of_programs(self, values: list[int]) -> Span | None:
        """As in "redis가 경고를 내서": what is told of programs alone, which is why something else
        is asked for."""
        if not self._programs(values) or self._asks() or self._others(values):
            return None
        return Span(self.start, self.end, programs=True)

    def _programs(self, values: list[int]) -> bool:
        names = [self.words[index].value.lower() for index in values]
        known = (*self.lexicon.products, *self.lexicon.packages)
        return bool(names) and all(name in known for name in names)

    def _duty(self, value: int) -> str:
        """As in "guest01 계정을 없애야 한다고 해서요": the verb of what is said to be due; that is
        the only one, and the request must have it, too."""
        after = (word for i, word in enumerate(self.words) if i in self.range and i > value)
        verbs = [
            s.entry.id for w in after for s in w.senses if s.entry.cls in ("vnoun", "vform")
        ]  # fmt: skip
        said = re.search(r"야 (?:한다고|된다고|한다는|된다는)", self.text)
        due = said is not None and endings.reason(self.text)
        return f"verb:{verbs[0]}" if due and verbs else ""

    def _listed(self, values: list[int]) -> bool:
        """As in "mc, lynx": only what joins stands between them."""
        between = set(range(values[0], values[-1] + 1)) - set(values)
        return all(self.words[i].has("and") or self.words[i].has("part", "and") for i in between)

    def _around(self, values: list[int]) -> Iterator[int]:
        """The nouns right beside the values: "guest01 계정이", "포트 8080이"."""
        for step, edge in ((-1, values[0]), (1, values[-1])):
            index = edge + step
            if step > 0 and index in self.range and self.words[index].has("cnt"):
                index += 1  # "9090번 포트"
            if index not in self.range:
                continue
            if (
                step < 0
                and index > self.range.start
                and self.words[index - 1].has("noun", "firewall")
            ):
                index -= 1
            senses = self.words[index].senses
            if any(
                s.entry.cls == "noun" and s.entry.id not in _STATES and s.length == 1
                for s in senses
            ):
                yield index

    def _others(self, values: list[int]) -> bool:
        """Whether another noun of ours may be meant: "guest 계정의 홈이 꽉 차서"."""
        near = {*values, *self._around(values)}
        others = [i for i in self.range if i not in near and self.words[i].length("noun")]
        return any(self._noun(i) for i in others) or self._qualified_place()
