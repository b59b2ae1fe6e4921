"""Splits a Korean message into clauses: words gather until a verb takes them.

Called by ``clauses``. A verbal noun closes a clause only where something separates it from what
follows ("설치 후", "설치, "), so that "nginx 설치 파일 삭제" is not read as two requests.
"""

import re
from itertools import pairwise, zip_longest

import msgspec

from kiki.understand.lexer import Word
from kiki.understand.parts import (
    Clause,
    Split,
    Verb,
    announces,
    is_output,
    longest,
    names_code,
    separates,
)
from kiki.understand.shapes import fits
from kiki.understand.tails import Tail, korean_verb, marks_verb

# What a verb makes of 자동 시작, "the start at boot".
_AT_BOOT = {
    "stop": "disable", "disable": "disable", "release": "disable", "start": "enable",
    "add": "enable", "put": "enable", "set": "enable", "enable": "enable", "attach": "enable",
    "open": "disable",
}  # fmt: skip


_STARTS = ("start", "launch", "rise", "restart")
# What is so afterwards however often it is done: 도로 꺼줘. "다시" says so of ports only.
_PORTS = ("open", "allow", "close", "block")
# What is said in full: "다시 enforcing으로 바꿔줘".
_SAID_IN_FULL = ("set", "change", "unlock", "unmask", "grant", "lock", "mask", "put")
_ONCE_MORE = (*_PORTS, *_SAID_IN_FULL, "stop", "enable", "disable", "release", "start", "launch")
_BACK = "도로"
_TAKING = frozenset(("remove", "blow"))
_HOME_TOO = "with_home"
_TOO = ("도", "도요")
_ARROWS = ("→", "->", "=>", ">", "⇒")


# What is set on a host, and of nothing else that a message may name.
_SETTINGS = frozenset((
    "timezone", "locale", "ntp", "selinux", "kernel_parameter", "selinux_boolean", "hostname",
    "max_auth_tries", "login_grace_time", "client_alive_interval", "client_alive_count",
    "x11_forwarding", "sshd_users", "sshd_groups",
))  # fmt: skip
_PARAMETER = re.compile(r"(?:fs|kernel|net|vm|user)\.[a-z0-9_.]+")
_FETCHES = frozenset(("extract", "copy", "download", "checkout", "pack"))
_STORES = frozenset(("put", "store", "set"))
_TELLING = frozenset(("set", "put", "use", "create", "add", "limit_to"))
_ASKED = ("줘", "주세요", "줘요", "와", "해", "써", "넣어", "받아", "읽어", "채워")
# Nouns whose phrases have a verb in them.
_DESCRIBING = frozenset((
    "unused", "line_begins", "runs_by_cron", "entry_stays", "k8s_terminating",
    "stopped_containers", "unused_containers", "unused_images", "unused_volumes",
    "given_made", "most_cpu", "most_memory", "most_at_all", "kube_no_inbound",
))  # fmt: skip
# What is fitted to a thing that the verb behind makes: "80 포트 열어서 띄워줘".
_FITTING = frozenset(("open", "expose", "put", "add"))
_MAKES = frozenset(("create", "launch", "run", "deploy", "build"))
_FITTED = frozenset((
    "deployment", "statefulset", "k8s_statefulset", "pod", "configmap", "k8s_configmap",
    "k8s_secret", "container",
))  # fmt: skip


def _makes(word: Word) -> bool:
    """Whether *word* makes something, which the name before it may be that of."""
    verbs = {s.entry.id for s in word.senses if s.entry.cls in ("vnoun", "vform")}
    return bool(verbs & {"create", "launch", "deploy", "add", "build"})


def _qualifies(word: Word) -> int:
    """How many words "사용하지 않는" or "로 시작하는 줄" spans, which is no verb of the message's;
    0 without it."""
    senses = (s for s in word.senses if s.entry.cls == "noun" and s.entry.id in _DESCRIBING)
    return max((sense.length for sense in senses), default=0)


class Korean:
    """Verb-final: words gather until a verb takes them."""

    def __init__(
        self, words: tuple[Word, ...], code: frozenset[str], about: frozenset[str]
    ) -> None:
        self.words = words
        self.code = code
        self.about = about
        self.made = Split(order="final")
        self.args: list[int] = []
        self.exposing: set[int] = set()
        self.announced = False  # a colon stands after the last verb

    def split(self) -> Split:
        """The clauses of all words."""
        index = 0
        while index < len(self.words):
            index = self._step(index)
        self.made.rest = self.args
        self._go_on()
        self._asides()
        if len(self.made.clauses) == 1 and (self.announced or not self.made.clauses[0].args):
            # "만들어줘 네임스페이스 demo", "서비스 재시작: nginx"
            self.made.clauses[0].args += self.made.rest
            self.made.rest = []
        return self.made

    def _go_on(self) -> None:
        """What a clause or the words after the last one say by going on with the clause before."""
        for before, clause in pairwise(list(self.made.clauses)):
            told = self._told(clause.args) and {verb.id for verb in clause.verbs} <= _TELLING
            if told or self._repeats(before, clause) or self._stores(before, clause):
                self._fold(before, clause)
        self._too()
        self._goes_on_told()

    def _told(self, args: list[int]) -> bool:
        """Whether *args* are only what names its fields itself: "DB_PASSWORD는 db 시크릿의
        password 키에서 가져오게"."""
        words = [self.words[arg] for arg in args]
        others = [word for word in words if word.sort != "said"]
        return len(others) < len(words) and all(
            word.has("and") or word.has("fill") or word.has("sep") for word in others
        )

    def _goes_on_told(self) -> None:
        """As in "web 파드 만들고 ... 키에서 가져와줘", where the last verb is in what is told."""
        last = self.made.clauses[-1] if self.made.clauses else None
        if last is None or last.role not in ("conn", "aside") or not self._told(self.made.rest):
            return
        if self.words[self.made.rest[-1]].text.endswith(_ASKED):
            last.args += self.made.rest
            last.role = "final"
            self.made.rest = []

    def _repeats(self, before: Clause, clause: Clause) -> bool:
        """As in "지워도 됩니다. 지워주세요", "계정 지워주고 홈 디렉터리도 같이 지워줘"."""
        away = {verb.id for verb in (*before.verbs, *clause.verbs)} <= _TAKING
        same = before.verbs[0].id == clause.verbs[0].id or away
        if len(before.verbs) != 1 or len(clause.verbs) != 1 or not same:
            return False
        said = [arg for arg in clause.args if not self.words[arg].has("fill")]
        if before.role == "may" or (before.role == "final" and not said):
            return not said or all(self.words[arg].has("pronoun") for arg in said)
        home = self.words[said[0]] if said else None
        senses = home.senses if home is not None and before.role in ("conn", "final") else ()
        lengths = (s.length for s in senses if (s.entry.cls, s.entry.id) == ("noun", _HOME_TOO))
        return away and max(lengths, default=0) == len(said)

    def _stores(self, before: Clause, clause: Clause) -> bool:
        """As in "압축 풀어서 /srv/app에 넣어줘": no more is said than where that goes."""
        makes = before.role == "conn" and before.verbs[-1].id in _FETCHES
        if not makes or {verb.id for verb in clause.verbs} - _STORES or not clause.args:
            return False
        words = [self.words[arg] for arg in clause.args if not self.words[arg].has("fill")]
        paths = [word for word in words if word.value.startswith("/")]
        others = [word for word in words if word not in paths]
        return len(paths) == 1 and all(word.has("part") for word in others)

    def _fold(self, before: Clause, clause: Clause) -> None:
        before.args += clause.args if before.role != "may" else []
        self.made.roles |= dict.fromkeys(clause.args if before.role == "may" else [], "fill")
        before.role = clause.role
        self.made.clauses.remove(clause)

    def _too(self) -> None:
        """As in "8080 열어줘. 9090도요": what stands after the last verb is asked for, too."""
        rest = self.made.rest
        while rest and (self.words[rest[-1]].has("sep") or self.words[rest[-1]].has("fill")):
            self.made.roles[rest[-1]] = "separator"
            rest = rest[:-1]
        last = self.made.clauses[-1] if self.made.clauses else None
        too = bool(rest) and self.words[rest[-1]].text in _TOO
        if last is None or not too or last.role not in ("final", "noun", "conn"):
            return
        verb = last.verbs[-1]
        if verb.id in _TAKING:
            return  # "kim 계정 지워줘. lee도요": what goes is said in full
        self.made.clauses.append(Clause([Verb(verb.id, verb.first, verb.last)], rest))
        self.made.rest = []

    def _asides(self) -> None:
        """As in "서버 하나 만들 건데 이름은 web으로 해줘", which asks for the server. Whatever else
        leads up to a request ("nginx 설치하는데 80 포트도 열어줘") may be somebody else's doing."""
        for clause, following in zip_longest(self.made.clauses, self.made.clauses[1:]):
            if clause.role not in ("aside", "intent", "may"):
                continue
            if following is None:
                described = clause.role == "intent" or bool(self.made.rest)
                described = described and clause.role != "may"
            elif clause.role == "may":
                described = False
            else:
                described = following.role in ("final", "noun") and all(
                    verb.id in self.about for verb in following.verbs
                )
            if not described:
                self.made.broken += range(clause.verbs[0].first, clause.verbs[-1].last)

    def _step(self, index: int) -> int:
        if is_output(self.words, index):
            self.made.roles[index] = "output"
            return index + 1
        if length := self._qualified(index):
            self.args += range(index, index + length)
            return index + length
        tail = korean_verb(self.words, index)
        if tail is None and (after := self._needed(index) or self._wished(index)):
            return after
        if tail is not None and tail.role == "noun" and (end := self._heads(tail)):
            return self._close_with(tail, end)
        if tail is None or (tail.role == "noun" and not self._closes(tail)):
            self.args.append(index)
            return index + 1
        if tail.verb in self.about:
            tail = self._by_itself(tail)  # "자동시작 걸고 80 열어줘"
        whole = self._written(tail).verb == "write" or self._sets_host(tail)
        link = "" if whole else self._link(tail)
        if link:
            self._mark(tail, f"link:{link}")
            self.made.links[tail.first] = link
            if tail.verb == "expose":
                self.exposing.add(tail.first)
            self.args.append(tail.first)
            return tail.last
        return self._close(tail)

    def _qualified(self, index: int) -> int:
        """How many words describe something with a verb in them: "/opt/a.sh 도는 크론"; 0 if it is
        what is asked for: "/opt/a.sh 돌게 해줘"."""
        length = _qualifies(self.words[index])
        if self.words[index].length("noun") != length or not length:
            return 0
        cron = any(s.entry.id == "runs_by_cron" and s.length == length
                   for s in self.words[index].senses)  # fmt: skip
        after = index + length
        makes = after < len(self.words) and self.words[after].has("ha")
        return 0 if (cron and makes) or (length == 1 and not cron) else length

    def _heads(self, tail: Tail) -> int:
        """As in "방화벽 허용 8080/tcp": what is done is said like a heading, with nothing but its
        noun, and the values follow. Where they end; 0 if this is not so."""
        nouns = [index for index in self.args if not self.words[index].has("fill")]
        if not nouns or self.words[tail.first].sort != "hangul":
            return 0
        if any(self.words[i].value or not self.words[i].has("noun") for i in nouns):
            return 0
        end = tail.last
        while end < len(self.words) and not self.words[end].has("sep"):
            word = self.words[end]
            plain = word.value and not word.has("verb")
            if not plain and not word.has("and") and not word.has("proto"):
                return 0
            end += 1
        return end if end > tail.last and self.words[tail.last].value else 0

    def _close_with(self, tail: Tail, end: int) -> int:
        self.args += range(tail.last, end)
        self._close(tail)
        return self._separators(end)

    def _needed(self, index: int) -> int:
        """As in "계정이 필요해서요, 생성 부탁드립니다": what is needed is what the next verb is
        about. Where that stands; 0 if this is not so."""
        after = index + self.words[index].length("need")
        if after == index or not self.args:
            return 0
        while after < len(self.words) and separates(self.words[after]):
            after += 1
        if after >= len(self.words) or korean_verb(self.words, after) is None:
            return 0
        if self.words[self.args[-1]].has("part", "subj"):
            self.made.roles[self.args.pop()] = "particle"
        self.made.roles |= dict.fromkeys(range(index, after), "fill")
        return after

    def _wished(self, index: int) -> int:
        """As in "서버 2대 부탁드립니다. 이미지는 rocky-9으로 해주세요": what is named is to be
        made, and more is said. Where that stands; 0 if this is not so."""
        last = index + self.words[index].length("req")
        rest = self.words[last:]
        named = any(self.words[arg].has("noun") for arg in self.args)
        more = any(word.has(cls) for word in rest for cls in ("vnoun", "vform", "ha"))
        if last == index or not (named and more and rest[0].has("sep")):
            return 0
        self.made.roles |= dict.fromkeys(range(index, last), "verb:create")
        self.made.clauses.append(Clause([Verb("create", index, last)], self.args))
        self.made.created, self.args = True, []
        return self._separators(last)

    def _close(self, tail: Tail) -> int:
        tail = self._again(self._exposed(self._written(self._fronted(tail))))
        tail = self._by_itself(tail)
        if len(self.args) > 1 and announces(self.words[self.args[-1]]):
            self.made.roles[self.args.pop()] = "separator"  # "bluetooth 서비스: 자동시작 해제"
        self._mark(tail, f"{'not' if tail.role == 'declined' else 'verb'}:{tail.verb}")
        verb = Verb(tail.verb, tail.first, tail.last)
        inside = tail.role in ("adn", "noun") and self._before_code(tail.last)
        if tail.role == "adn" and not inside:
            self.made.broken += range(tail.first, tail.last)
        self.made.clauses.append(Clause([verb], self.args, tail.role, inside))
        self.args = []
        if (after := self._bracketed(tail.last)) > tail.last:
            self.made.clauses[-1].args += range(tail.last, after)
            return self._separators(after)
        joins = tail.role == "noun" and tail.last < len(self.words) and self._joins(tail.last)
        if joins:
            self.made.roles[tail.last] = "separator"
        return self._separators(tail.last + joins)

    def _again(self, tail: Tail) -> Tail:
        """As in "nginx 다시 좀 띄워줘": it is restarted."""
        last = len(self.args)
        while last and self.words[self.args[last - 1]].has("fill"):
            last -= 1
        index = self.args[last - 1] if last and tail.verb in _STARTS else -1
        if index >= 0 and self.words[index].has("again"):
            self.made.roles[index] = "verb:restart"
            self.args.remove(index)
            return msgspec.structs.replace(tail, verb="restart")
        for index in [i for i in self.args if tail.verb in _ONCE_MORE]:
            again = self.words[index].has("again") and tail.verb in (*_PORTS, *_SAID_IN_FULL)
            if again or self.words[index].text == _BACK:
                self.made.roles[index] = "fill"
                self.args.remove(index)
        return tail

    def _fronted(self, tail: Tail) -> Tail:
        """As in "restart nginx 해줘": the English verb stands first and 해줘 carries it."""
        plain = tail.verb == "set" and self.words[tail.first].has("ha") and bool(self.args)
        if self.args and not plain:
            self._said_first(tail)
        polite = 0
        while plain and polite < len(self.args) - 1 and self.words[self.args[polite]].has("fill"):
            polite += 1  # "please restart nginx 해줘"
        found = longest(self.words[self.args[polite]], "verb", "base") if plain else None
        if found is None or self.words[self.args[-1]].has("part", "inst"):
            return tail
        verb, length = found
        self.made.roles |= dict.fromkeys(self.args[polite : polite + length], f"verb:{verb}")
        self.args = [*self.args[:polite], *self.args[polite + length :]]
        return msgspec.structs.replace(tail, verb=verb)

    def _said_first(self, tail: Tail) -> None:
        """As in "please restart nginx 하고 php-fpm도 restart 부탁": the verb stands first, too."""
        first = next((i for i in self.args if not self.words[i].has("fill")), -1)
        found = longest(self.words[first], "verb", "base") if first >= 0 else None
        if found is not None and found == (tail.verb, 1) and len(self.args) > 1:
            self.made.roles[first] = f"verb:{tail.verb}"
            self.args.remove(first)

    def _exposed(self, tail: Tail) -> Tail:
        """As in "web 디플로이먼트를 80 포트로 노출하는 서비스 만들어줘": it is exposed."""
        args = [arg for arg in self.args if not self.words[arg].has("part", "obj")]
        noun = self.words[args[-1]] if len(args) > 1 else None
        exposing = noun is not None and args[-2] in self.exposing and noun.has("noun", "service")
        if tail.verb != "create" or not exposing:
            return tail
        return msgspec.structs.replace(tail, verb="expose")

    def _written(self, tail: Tail) -> Tail:
        """As in "/etc/motd에 "hi" 써줘": 쓰다 is to write where there is a path and a text."""
        words = [self.words[index] for index in self.args]
        text = any(word.sort == "quoted" for word in words)
        if tail.verb == "use" and text and any(word.value.startswith("/") for word in words):
            return msgspec.structs.replace(tail, verb="write")
        return tail

    def _sets_host(self, tail: Tail) -> bool:
        """As in "net.ipv4.ip_forward=1 설정하고": what is set is no property of what follows."""
        if tail.verb != "set" or tail.role != "conn":
            return False
        kernel = any(_PARAMETER.match(self.words[index].value) for index in self.args)
        said = {
            sense.entry.id
            for index in self.args
            for sense in self.words[index].senses
            if sense.entry.cls == "noun"
        }
        makes = "name" in said and any(_makes(word) for word in self.words[tail.last :])
        return kernel or (bool(said & _SETTINGS) and not makes)

    def _by_itself(self, tail: Tail) -> Tail:
        """As in "자동 시작(을) 꺼줘": what becomes of the start at boot, not of the thing."""
        verb = _AT_BOOT.get(tail.verb, "")
        args = list(self.args)
        while args and (marks_verb(self.words[args[-1]]) or self.words[args[-1]].has("fill")):
            args.pop()
        for index in args[-3:] if verb else ():
            ends = [s.length for s in self.words[index].senses
                    if (s.entry.cls, s.entry.id) == ("vnoun", "enable")]  # fmt: skip
            if args[-1] == index + max(ends, default=0) - 1:
                self.args = [arg for arg in self.args if arg < index]
                return msgspec.structs.replace(tail, verb=verb, first=index)
        return tail

    def _separators(self, index: int) -> int:
        while index < len(self.words) and (
            separates(self.words[index]) or announces(self.words[index])
        ):
            self.announced = announces(self.words[index])
            self.made.roles[index] = "separator"
            index += 1
        return index

    def _bracketed(self, index: int) -> int:
        """Past brackets right after a verb that more follows: "/srv 생성 (소유자 kim), 80 오픈"; or
        *index*."""
        if index >= len(self.words) or not self.words[index].has("open"):
            return index
        last = index
        while last < len(self.words) and not self.words[last].has("shut"):
            last += 1
        rest = self.words[last + 2 :]
        asked = any(word.has(cls) for word in rest for cls in ("vnoun", "vform", "ha"))
        follows = asked and separates(self.words[last + 1])
        return last + 1 if follows else index

    def _closes(self, tail: Tail) -> bool:
        """Whether a bare verbal noun ends its clause."""
        last = tail.last
        while last < len(self.words) and self.words[last].has("fill"):
            last += 1
        at_end = last >= len(self.words) or announces(self.words[tail.last])
        at_end = at_end or (self.words[tail.last].has("open") and self._ends_shut())
        at_end = at_end or self._bracketed(tail.last) > tail.last
        if at_end or separates(self.words[tail.last]) or self._before_code(tail.last):
            return True
        return self._joins(tail.last)

    def _ends_shut(self) -> bool:
        """Whether a bracket ends the message, or nothing but full stops and line ends after it."""
        said = next((word for word in reversed(self.words) if not word.has("sep")), None)
        return said is not None and said.has("shut")

    def _joins(self, index: int) -> bool:
        """Whether the word at *index* joins two verbs: 설치와 시작, 설치/시작, 설치 → 포트 오픈."""
        word, following = self.words[index], index + 1
        if word.text in _ARROWS:
            return following < len(self.words)
        if word.text == "/" and not word.glued:
            return following < len(self.words) and not self.words[following].glued
        joins = word.has("part", "and") or word.text == "/"
        return joins and following < len(self.words) and bool(korean_verb(self.words, following))

    def _before_code(self, index: int) -> bool:
        """Whether what follows is what the code is called: (Heat) 템플릿, 플레이북."""
        word = self.words[index] if index < len(self.words) else None
        if word is None:
            return False
        return word.sort == "output" or names_code(word, self.code)

    def _link(self, tail: Tail) -> str:
        """The link that a describing verb is: 사용하는, 가진, 설정한; also 80 포트를 여는
        서비스."""
        if tail.role not in ("conn", "adn") or self._before_code(tail.last):
            return ""
        if tail.role == "conn" and tail.verb == "set" and any(map(self._is_setting, self.args)):
            return ""  # "net.ipv4.ip_forward=1 설정하고 ...": whole by itself
        if tail.verb in self.about:
            return "cop" if tail.verb == "set" else "with"
        if tail.role == "conn" and tail.verb in _FITTING and self._fitted(tail):
            self._is_made()
            return "with"
        return "with" if tail.role == "adn" and tail.verb in ("open", "expose") else ""

    def _fitted(self, tail: Tail) -> bool:
        """As in "web 디플로이먼트 nginx로 80 포트 열어서 띄워줘": the verb right behind makes what
        was named, which has this."""
        makes = korean_verb(self.words, tail.last) if tail.last < len(self.words) else None
        if makes is None or makes.verb not in _MAKES:
            return False
        return any(self._is_fitted(index) for index in self.args)

    def _is_fitted(self, index: int) -> bool:
        senses = (sense.entry for sense in self.words[index].senses)
        return any(entry.cls == "noun" and entry.id in _FITTED for entry in senses)

    def _is_made(self) -> None:
        """As in "web 컨피그맵에 A=1 넣어서 만들어줘": it is where that goes, and what is made."""
        for before, index in pairwise(list(self.args)):
            if self.words[index].has("part", "loc") and self._is_fitted(before):
                self.args.remove(index)
                self.made.roles[index] = "particle"

    def _is_setting(self, index: int) -> bool:
        """Whether the word is a kernel parameter with its value, which nothing else has."""
        return fits("kernel", self.words[index].value)

    def _mark(self, tail: Tail, role: str) -> None:
        for index in range(tail.first, tail.last):
            self.made.roles[index] = role
