"""Reads values: names, numbers, ports, quoted texts, and lists of them.

The base of ``phrases``; :func:`shape_of` is also called by ``place`` and ``interpret``.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import msgspec

from kiki.understand.cursor import Cursor
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Entry, Lexicon
from kiki.understand.shapes import MAPPED, PORT_NAME, fits

LONGEST_LIST = 24
SHORTEST_ADVERB = 5
# Classes whose words are no value without quotes.
_FUNCTION = frozenset((
    "det", "prep", "and", "fill", "neg", "pronoun", "there", "that", "all", "first", "last",
    "proto", "num", "noun", "verb", "number_of", "product",
))  # fmt: skip
_UNITS = {"in_seconds": "s", "in_minutes": "m"}  # nouns that only stand behind a number
# Words of ours that name nothing which can be made, and that things are called by.
_NEW_NAMES = frozenset(("logs", "log", "events", "config", "configs", "history", "usage", "nodes"))
_OTHER = {"tcp": "udp", "udp": "tcp"}
SPREAD = re.compile(r"\d{1,5}[-~]\d{1,5}")
_FLAVOR = re.compile(
    r"[a-z]{1,4}\d{1,2}[a-z]{0,3}\.[a-z0-9][a-z0-9-]*"
    r"|[a-z][a-z0-9-]*\.(?:pico|nano|micro|tiny|small|medium|large|\d*xlarge)",  # "ci.tiny"
    re.IGNORECASE,
)


class Value(msgspec.Struct, frozen=True):
    """A value as written. *number* is set for numbers, *form* says how it is written (``digits``,
    ``word`` for two, ``native`` for 하나, ``before`` for 두, ``time`` for a time that cron knows,
    ``lasting`` for a length of time, ``kept`` for a key with the secret that is its value,
    ``said`` for what names the fields that it fills: ``min=2;max=10``);
    *product* for a known product's name; *ordinary* for an English word that is no name; *quoted*
    for text in quotes."""

    text: str
    start: int
    end: int
    words: tuple[int, ...]
    number: int | None = None
    form: str = ""
    product: str = ""
    ordinary: bool = False
    quoted: bool = False
    secret: bool = False


class Values(Cursor):
    """Values in a clause."""

    def _values(self, position: int, *, forced: bool) -> Iterator[tuple[tuple[Value, ...], int]]:
        """Lists of values from *position* on: one, two, ... joined by commas or "and"."""
        values: list[Value] = []
        while len(values) < LONGEST_LIST:
            found = self._value(position, forced=forced)
            if found is None:
                return
            if not values:
                yield from self._port_twice(*found)
            value, position = found
            if values and "said" in {value.form, values[0].form} != {"said"}:
                return  # "deployment web, min 2": what names its own fields is no further name
            values.append(value)
            yield tuple(values), position
            joined = self._joined(position)
            if joined == position:
                return
            position = joined

    def _port_twice(self, value: Value, position: int) -> Iterator[tuple[tuple[Value, ...], int]]:
        """One port with both protocols: 53 tcp/udp, "53 tcp, udp", "53/udp 53/tcp"."""
        port, _, protocol = value.text.lower().partition("/")
        word = self._word(position)
        if not port.isdigit() or word is None:
            return
        if protocol and word.value.lower() == f"{port}/{_OTHER.get(protocol)}":
            yield (value, self._plain(word, position)), position + 1
        after = self._joined(position)
        named, last = self._protocols(after if protocol else position)
        if protocol and after > position and named == (_OTHER.get(protocol),):
            yield (value, self._made(after, last, f"{port}/{named[0]}")), last
        elif not protocol and len(named) > 1:
            yield self._with_protocols(value, position, named), last

    def _with_protocols(
        self, value: Value, position: int, named: tuple[str, ...]
    ) -> tuple[Value, ...]:
        """The port *value* with each of the protocols at *position*."""
        first = msgspec.structs.replace(value, text=f"{value.text}/{named[0]}", number=None)
        made = (self._made(position, position + 1, f"{value.text}/{one}") for one in named[1:])
        return (first, *made)

    def _protocols(self, position: int) -> tuple[tuple[str, ...], int]:
        """The protocols named at *position*, none of them that of a number after it ("udp 53"),
        and where they end."""
        word = self._word(position)
        pair = tuple(word.value.lower().split("/")) if word is not None else ()
        if sorted(pair) == sorted(_OTHER):
            return pair, position + 1
        first, after = self._protocol_after(position)
        if after > position + 1:
            return (first,), after
        if not first or self._digits(after):
            return (), position
        joined = self._joined(after)
        if joined > after and self._protocol(joined) == _OTHER[first]:
            free = not self._digits(joined + 1)
            return ((first, _OTHER[first]), joined + 1) if free else ((), position)
        return (first,), after

    def _digits(self, position: int) -> bool:
        word = self._word(position)
        return word is not None and word.sort == "number"

    def _joined(self, position: int) -> int:
        """Past "," or "and" or 와 between two values."""
        start = position
        while True:
            moved = self._longest(position, "and")
            if moved == position:
                moved = self._and_particle(position)
            if moved == position:
                return position if position < len(self.args) else start
            position = moved

    def _and_particle(self, position: int) -> int:
        after, link = self._particle(position)
        return after if link == "and" else position

    def _value(self, position: int, *, forced: bool) -> tuple[Value, int] | None:
        word = self._word(position)
        if word is None:
            return None
        pair = self._assigned(word, position) or self._named_port(word, position)
        if (pair := pair or self._kept(word, position)) is not None:
            return pair
        if number := self._lasting(position) or self._span(position) or self._port(position):
            return number
        for after, ids in self._senses(position, "product").items():
            made = self._made(position, after, ids[0])
            return msgspec.structs.replace(made, product=ids[0]), after
        unforced = not forced and self._is_function(word)
        if not word.value or (unforced and not self._beside_noun(word, position)):
            return None
        return self._plain(word, position), position + 1

    def _assigned(self, word: Word, position: int) -> tuple[Value, int] | None:
        """A kernel parameter and its number are one value: "vm.swappiness를 10으로"."""
        if word.sort != "ascii" or not fits("parameter", word.value):
            return None
        after, link = self._particle(position + 1)
        named = [end for end, ids in self._senses(after, "noun").items() if "setting_value" in ids]
        if named and link in ("", "of"):
            after, link = self._particle(named[0])
        if link not in ("", "obj", "topic", "subj"):
            return None
        said = [end for end, ids in self._senses(after, "prep").items() if ids[0] in ("cop", "to")]
        after = said[0] if said else after
        number = self._number(after)
        if number is None or number[0].form != "digits":
            return None
        return self._made(position, number[1], f"{word.value}={number[0].text}"), number[1]

    def _kept(self, word: Word, position: int) -> tuple[Value, int] | None:
        """A key and the secret that is its value are one: ``password={{secret:db}}``, "password
        값을 {{secret:db}}로"; only a noun needs no sign between them: "with password ..."."""
        key = self._key(word)
        if not key:
            return None
        after = self._key_end(position + 1)
        said = [end for end, ids in self._senses(after, "prep").items() if ids[0] in ("cop", "to")]
        after = said[0] if said else after
        value = self._word(after)
        if value is None or not fits("secret", value.value):  # it may stand in quotes
            return None
        if after == position + 1 and not self._is_function(word):
            return None
        return self._made(position, after + 1, f"{key}={value.value}", form="kept"), after + 1

    def _key(self, word: Word) -> str:
        if word.sort == "ascii" and fits("mapkey", word.value):
            return word.value
        return "password" if word.sort == "hangul" and word.has("noun", "password") else ""

    def _key_end(self, position: int) -> int:
        """Past 값을, 의 값은, 는 behind a key."""
        after, link = self._particle(position)
        named = [end for end, ids in self._senses(after, "noun").items() if "setting_value" in ids]
        if named and link in ("", "of"):
            after, link = self._particle(named[0])
        return after if link in ("", "obj", "topic", "subj", "also") else position

    def _lasting(self, position: int) -> tuple[Value, int] | None:
        """A length of time with its unit: 30초, "to 5 minutes"; not "in 5 minutes", which is a time
        to come."""
        before, number = self._word(position - 1), self._number(position)
        if number is None or number[0].number is None:
            return None
        if before is not None and before.has("prep") and before.text.lower() != "to":
            return None
        for after, ids in self._senses(number[1], "noun").items():
            if (unit := _UNITS.get(ids[0])) is not None:
                text = f"{number[0].number}{unit}"
                return self._made(position, after, text, form="lasting"), after
        return None

    def _named_port(self, word: Word, position: int) -> tuple[Value, int] | None:
        """A port of a service that has a name and says where it leads: "http 80:8080"."""
        after = self._word(position + 1)
        if (
            after is None
            or not MAPPED.fullmatch(after.value)
            or not PORT_NAME.fullmatch(word.value)
            or any(sense.entry.cls not in ("product", "piece") for sense in word.senses)
        ):
            return None  # "ports **using** 80:8080" has no name
        return self._made(position, position + 2, f"{word.value}={after.value}"), position + 2

    def _plain(self, word: Word, position: int) -> Value:
        lower = word.value.lower()
        quoted, secret = word.sort == "quoted", word.sort == "secret"
        marked = quoted and word.text != word.value
        start, end = word.inside() if marked else (word.start, word.end)
        return Value(
            text=word.value,
            start=start,
            end=end,
            words=(self.args[position],),
            form=word.sort if word.sort in ("time", "said") else "",
            product=self.lexicon.products.get(lower, "") if word.sort == "ascii" else "",
            ordinary=word.sort == "ascii" and (lower in self.lexicon.common or is_adverb(lower)),
            quoted=quoted,
            secret=secret,
        )

    def _is_function(self, word: Word) -> bool:
        if word.sort == "ascii" and word.value.lower() in self.lexicon.packages:
            return False  # make is a package, too, and no verb where values stand
        if word.value.startswith("/"):
            return False  # /etc/hosts is a path, and what it is called
        return any(sense.entry.cls in _FUNCTION for sense in word.senses if sense.length == 1)

    def _beside_noun(self, word: Word, position: int) -> bool:
        """As deploy in "deploy 계정" and "user deploy", DB in "DB 서버": a verb's or a noun's name
        that things have, too, right beside a noun; or what is said to be a name: deploy라는 계정.
        """
        if word.sort == "ascii" and self._particle(position + 1)[1] == "name":
            return True
        if word.value.lower() in _NEW_NAMES and self._names_new(position):
            return True
        things = ("db", "os_disk", "os_volume", "os_ram", "subnet_gateway", "name_server")
        verb = word.has("verb") or any(word.has("noun", one) for one in things)
        verb = word.sort == "ascii" and verb
        known = verb and word.value.lower() in self.lexicon.labels
        before, after = self._word(position - 1), self._word(position + 1)
        if before is None:  # "add deploy to the docker group"
            prep = after is not None and after.has("prep")
            return known and (prep or bool(self._senses(position + 1, "noun")))
        led = before.has("noun") or self._led(before, position)
        return known and bool(self._senses(position + 1, "noun") or led)

    def _names_new(self, position: int) -> bool:
        """As in "볼륨 logs 만들어줘", "create a namespace logs": what is made can be no such thing,
        so that the word right after the noun is its name."""
        before, after = self._word(position - 1), self._word(position + 1)
        ends = after is None or self._particle(position + 1)[1] == "obj"
        sized = after is not None and after.value[:1].isdigit()
        led = after is not None and after.text.lower() in ("with", "in", "on")
        named = before is not None and before.has("noun")
        return named and (ends or sized or led) and self._makes()

    def _makes(self) -> bool:
        """Whether the verb beside the clause's words is "create"."""
        verbs = (self.args[0] - 1, self.args[-1] + 1)
        return any(
            sense.entry.id == "create" and sense.entry.cls in ("verb", "vnoun", "vform")
            for index in verbs
            if 0 <= index < len(self.words)
            for sense in self.words[index].senses
        )

    def _led(self, before: Word, position: int) -> bool:
        """As deploy in "grant sudo to deploy": a preposition stands before it, and nothing that it
        could act on comes after."""
        after = self._word(position + 1)
        ends = after is None or any(after.has(cls) for cls in ("sep", "and", "prep", "shut"))
        return before.has("prep") and ends

    def _made(
        self, start: int, after: int, text: str, number: int | None = None, form: str = ""
    ) -> Value:
        words = self._range(start, after)
        first, last = self.words[words[0]], self.words[words[-1]]
        return Value(text, first.start, last.end, words, number, form)

    def _number(self, position: int) -> tuple[Value, int] | None:
        """Digits or a number word."""
        word = self._word(position)
        if word is None:
            return None
        if word.sort == "number":
            made = self._made(position, position + 1, word.value, int(word.value), "digits")
            return made, position + 1
        entry = word.sense("num")
        if entry is None or (entry.id == "before" and not self._is_counted(position + 1, entry)):
            return None
        return self._made(
            position, position + 1, entry.form, int(entry.form), entry.id
        ), position + 1

    def _is_counted(self, position: int, number: Entry) -> bool:
        """Whether a counter follows (두 개), or a noun after more than one: 두 디렉터리."""
        several = number.form != "1" and bool(self._senses(position, "noun"))
        return bool(self._senses(position, "cnt")) or several

    def _span(self, position: int) -> tuple[Value, int] | None:
        """A range of ports in words: 3000번부터 3010번까지, 3000 to 3010."""
        first = self._number(position)
        if first is None or first[0].form != "digits" or self._mapped(position):
            return None
        after = self._past_text(
            self._counted(first[1], first[0]), ("부터", "to", "through", "에서")
        )
        last = self._number(after) if after else None
        if after is None or last is None or last[0].form != "digits":
            return None
        end = self._counted(last[1], last[0])
        korean = not self.words[self.args[after - 1]].text.isascii()
        closed = self._past_text(end, ("까지",)) if korean else end
        if closed is None:
            return None
        text = f"{first[0].text}-{last[0].text}"
        if protocol := self._protocol(closed):
            return self._made(position, closed + 1, f"{text}/{protocol}"), closed + 1
        return self._made(position, closed, text), closed

    def _mapped(self, position: int) -> bool:
        """As in "mapping (port) 80 to 8080": two ports, and none between them."""
        before = [self._word(at) for at in range(max(0, position - 2), position)]
        return any(word is not None and word.text.lower() in _MAPS for word in before)

    def _past_text(self, position: int, texts: tuple[str, ...]) -> int | None:
        word = self._word(position)
        return position + 1 if word is not None and word.text.lower() in texts else None

    def _port(self, position: int) -> tuple[Value, int] | None:
        """A number with what can belong to it: 80번, tcp 80, 80 udp, 53/udp."""
        before = self._protocol(position)
        spread = self._word(position + (1 if before else 0))
        if before and spread is not None and SPREAD.fullmatch(spread.value):
            return self._made(position, position + 2, f"{spread.value}/{before}"), position + 2
        number = self._number(position + (1 if before else 0))
        if number is None:
            return None
        value, after = number
        after = self._counted(after, value)
        protocol, last = (before, after) if before else self._protocol_after(after)
        if not protocol:
            return self._made(position, after, value.text, value.number, value.form), after
        after = last
        return self._made(position, after, f"{value.text}/{protocol}"), after

    def _counted(self, position: int, value: Value) -> int:
        """Past 번 in 80번, and past a counter in "레플리카 3개"."""
        return next(iter(self._senses(position, "cnt")), position)

    def _protocol_after(self, position: int) -> tuple[str, int]:
        """The protocol at *position*, which may stand in brackets: "8080(tcp)"; and where it
        ends."""
        words = [self._word(position + step) for step in range(3)]
        opened, shut = words[0], words[2]
        inside = opened is not None and shut is not None and opened.has("open") and shut.has("shut")
        start = position + 1 if inside else position
        protocol = self._protocol(start)
        return protocol, (start + (2 if inside else 1) if protocol else position)

    def _protocol(self, position: int) -> str:
        word = self._word(position)
        entry = word.sense("proto") if word else None
        return entry.id if entry else ""


_MAPS = frozenset(("map", "maps", "mapping", "forwarding", "forwards"))


def same_port(values: tuple[Value, ...]) -> bool:
    """Whether *values* are one port with both protocols."""
    named = [value.text.lower().partition("/") for value in values]
    both = [protocol for _, _, protocol in sorted(named)] == sorted(_OTHER)
    return both and len({port for port, _, _ in named}) == 1


_SYSTEMS = (
    "rocky", "rockylinux", "centos", "ubuntu", "debian", "fedora", "cirros", "alma", "almalinux",
    "rhel", "opensuse", "sles", "oraclelinux", "windows", "freebsd", "coreos", "flatcar",
)  # fmt: skip


@cache
def _system() -> re.Pattern[str]:
    """Names of images of operating systems, as clouds call them. Compiled when one is named."""
    return re.compile(
        rf"(?:{'|'.join(_SYSTEMS)})"
        r"(?:[-_. ]?(?:linux|server|stream|generic|cloud|genericcloud|minimal|base|lts|x86_64|amd64"
        r"|jammy|noble|focal|bionic|bookworm|bullseye|trixie|v?\d[\d.]*))*",
        re.IGNORECASE,
    )


def is_adverb(word: str) -> bool:
    """quickly, crashing: no name unless it is said to be one."""
    return word.endswith(("ly", "ing")) and word.isalpha() and len(word) >= SHORTEST_ADVERB


def is_functional(text: str, lexicon: Lexicon) -> bool:
    """Whether *text* is a word of grammar or says how, and no group that there is."""
    lower = text.lower()
    return (lower in lexicon.functional or is_adverb(lower)) and lower not in lexicon.groups


def shape_of(value: Value) -> str:
    """The shape that the form of *value* alone gives it, or nothing."""
    if value.form == "time":
        return "schedule"
    if value.quoted or value.secret or value.number is not None:
        return ""
    return "" if value.form in ("lasting", "said", "kept") else _written_as(value.text)


@lru_cache(maxsize=4096)
def _written_as(text: str) -> str:
    """The shape that a text shows. Asked of the same few words for every kind that is tried."""
    if ":" in text and fits("publish", text.lower()):
        return "publish"
    if text.startswith("/") and ":/" in text and fits("bind", text):
        return "bind"
    if text.startswith("/"):
        return "path"
    if "AAAA" in text and fits("sshkey", text):
        return "sshkey"
    if "@" in text and fits("url", text):
        return "url"
    if "://" in text or ("=" in text or ":/" in text):
        return next((shape for shape in ("url", "device") if fits(shape, text)), "")
    if fits("portspec", text.lower()) and text[0].isdigit():
        return "portspec"
    if fits("page", text):
        return "page"
    if _FLAVOR.fullmatch(text):
        return "flavor"
    if text.lower().startswith(_SYSTEMS) and _system().fullmatch(text):
        return "osimage"
    named = any(char.isalpha() for char in text)
    return "image" if named and (":" in text or "/" in text) and fits("image", text) else ""
