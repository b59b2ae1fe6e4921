"""A word that we don't know, or that denies, put anywhere in a sentence that we read, is never read
away.

There are thousands of such sentences: of the strays each takes a few, the same ones every time;
with ``--every-stray`` all of them (a quarter of an hour).
"""

import functools
import random
import re

import pytest

from kiki.model.intent import Operation, Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.crossed_doubts import passes
from kiki.understand.reader import read
from tests.unit.understand.golden import cases

VOCABULARY = registry.vocabulary()
ACCEPTED = sorted({case["say"] for _, case in cases() if "ops" in case and "with" not in case})
NEGATIONS = ["말고", "never", "not", "without", "하지 마", "아니", "instead of", "no"]
A_FEW = 2


@functools.lru_cache(maxsize=16)
def reading(message: str) -> Reading:
    """What is made of a sentence; kept while it is looked at from several sides."""
    return read(Request(message=message), VOCABULARY, Profile())


@pytest.fixture
def every(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--every-stray"))


STRAY = [
    "quickly",
    "carefully",
    "tomorrow",
    "twice",
    "everything",
    "unless",
    "yesterday",
    "maybe",
    "reboot",
    "destroy",
    "wipe",
    "rollback",
    "everyone",
    "during",
    "encrypted",
    "temporarily",
    "only",
    "except",
    "내일",
    "빨리빨리",
    "천천히",
    "나중에",
    "어제",
    "몽땅",
    "거의",
    "재부팅",
    "포맷",
    "절대",
    "아마",
    "조심히",
    "혹은",
    "만약",
    "임시로",
    "아닌",
    "암호화해서",
    "초기화",
    "빼고",
    "almost",
    "behind",
    "broken",
    "old",
    "faster",
    "stopped",
    "backwards",
    "대충",
    "부분적으로",
    "오래된",
    "꺼진",
    "조금씩",
    "안전하게",
    "셋째",
]


FOR_NOW = ("임시로", "temporarily")


@functools.lru_cache(maxsize=4)
def plain(message: str) -> Reading:
    """The reading of a golden sentence as it is."""
    return reading(message)


def begins(words: list[str], place: int) -> int:
    """Where a word that is put before the one at *place* begins."""
    return sum(len(word) + 1 for word in words[:place])


def verbatim(message: str, words: list[str], place: int) -> bool:
    """Whether *place* is within what is given as it is: quotes, or lines between backticks."""
    start = begins(words, place)
    given = (t for t in plain(message).tokens if t.text.startswith(("'", "`")))
    return any(t.start < start < t.end for t in given)


def holds(made: Reading, stray: str) -> bool:
    """Whether a value of *made* has *stray* in it, in full; a reading that does nothing does."""
    operations = made.intent.operations if made.intent else ()
    values = [str(value) for one in operations for value in one.fields.values()]
    return made.intent is None or any(stray in value for value in values)


# Tools whose command lines are pasted. What stands on one is given to the tool as it is.
TOOLS = ("podman", "kubectl")


def pasted(message: str, made: Reading, stray: str) -> bool:
    """Whether *message* is a command line and a value of *made* has the words of *stray*."""
    operations = made.intent.operations if made.intent else ()
    values = [f" {value} " for one in operations for value in one.fields.values()]
    return message.startswith(TOOLS) and any(f" {stray} " in value for value in values)


# What only says when something was so that is told; and what a reboot that is asked for is called.
TOLD_WHEN = ("어제", "yesterday")
REBOOTS = ("reboot", "재부팅")


# What a greeting or a wish for somebody's health may have in it, and what makes a question polite.
KIND_WORDS = re.compile(r"(?i)\A(?:hi|hello|hey|dear|i hope|thanks|thank you|cheers)\b")
DESCRIBED = re.compile(r"(?i)the \S+\Z")  # what an account is, which its name tells
POLITE = "could you maybe"
# What stands by itself after the last verb and is a request of its own: "..., reboot".
ALONE = {"reboot": "ansible.host_reboot", "재부팅": "ansible.host_reboot"}
# How something was, which is then to be so: "get rsync stopped".
MADE_SO = {"stopped": "ansible.service_stop"}
# A name beside a noun that wants one, in Korean: "연결할 faster 서비스를".
ASCII_NAMES = ("faster", "backwards", "behind", "almost", "broken", "old", "encrypted", "stopped")


def is_right(message: str, changed: str, stray: str) -> bool:
    """Whether what *stray* made of *message* is what *changed* says, in one of these ways only."""
    one, made = plain(message).intent, reading(changed)
    other = made.intent
    if one is None or other is None:
        return False
    told = [t for t in made.tokens if t.role == "background" and stray in t.text.split()]
    if _same(one.operations, other.operations):
        kind = any(KIND_WORDS.match(token.text) for token in told)
        kind = kind or any(DESCRIBED.match(token.text) for token in told)
        down = stray == "stopped" and changed.endswith(f" {stray}")
        down = down and one.operations[-1].kind == "ansible.service_restart"  # it says why
        return kind or down or (stray == "maybe" and POLITE in changed.lower())
    if stray in ALONE and changed.endswith(f" {stray}"):
        *before, last = other.operations
        return last.kind == ALONE[stray] and _same(one.operations, tuple(before))
    if stray in MADE_SO and f"get {_word_before(changed, stray)} {stray}" in changed.lower():
        return len(other.operations) == 1 and other.operations[0].kind == MADE_SO[stray]
    return _only_named(one.operations, other.operations, stray, changed)


def _word_before(changed: str, stray: str) -> str:
    words = changed.lower().split()
    return words[words.index(stray) - 1]


def _only_named(
    ones: tuple[Operation, ...], others: tuple[Operation, ...], stray: str, changed: str
) -> bool:
    """Whether the only difference is that a thing which nobody named is called *stray*, right
    beside a Korean noun; or had the name of a greeting, which is one before another name."""
    said = [(token.text, token.role) for token in reading(changed).tokens]
    at = said.index((stray, "field:name")) if (stray, "field:name") in said else None
    beside = said[max(at - 1, 0) : at + 2] if at is not None else []
    noun = any(role.startswith("noun:") and "가" <= text[0] <= "힣" for text, role in beside)
    alike = [one.kind for one in ones] == [other.kind for other in others]
    if stray not in ASCII_NAMES or not noun or not alike:
        return False
    changes = [
        (name, one.sources[name].origin == "span" and not _greets(one.fields[name]), value)
        for one, other in zip(ones, others, strict=True)
        for name, value in other.fields.items()
        if one.fields.get(name) != value
    ]
    return bool(changes) and all(
        name == "name" and not named and value == stray for name, named, value in changes
    )


def _greets(value: object) -> bool:
    return KIND_WORDS.fullmatch(str(value)) is not None


def told_or_again(message: str, changed: str, stray: str) -> bool:
    """Whether *stray* only says when what is told was so, or asks for the very reboot again."""
    one, other = plain(message).intent, reading(changed)
    assert one is not None
    if stray in TOLD_WHEN and other.intent is not None:
        told = [t for t in other.tokens if t.role == "background" and stray in t.text.split()]
        return bool(told) and _same(one.operations, other.intent.operations)
    rebooted = stray in REBOOTS and one.operations[-1].kind == "ansible.host_reboot"
    return rebooted and other.intent is not None and _same(one.operations, other.intent.operations)


def _same(ones: tuple[Operation, ...], others: tuple[Operation, ...]) -> bool:
    return [(o.kind, o.fields) for o in ones] == [(o.kind, o.fields) for o in others]


def outside_background(message: str, words: list[str]) -> list[int]:
    """The places between *words* that are not beside one of a background."""
    background = [t for t in plain(message).tokens if t.role == "background"]
    starts = [begins(words, index) for index in range(len(words))]
    beside = {
        index + step
        for index, start in enumerate(starts)
        for step in (0, 1)
        if any(t.start < start + len(words[index]) and start < t.end for t in background)
    }
    return [place for place in range(len(words) + 1) if place not in beside]


@pytest.mark.parametrize("message", [m for m in ACCEPTED if '"' not in m])
def test_a_stray_word_is_never_read_away(message: str, every: bool) -> None:
    """Any word that we don't know, anywhere in a sentence that we read, makes us stop; but for what
    the reading set aside as background, which may have any words. Within quotes it is a word of
    what they hold."""
    words = message.split(" ")
    chance = random.Random(message)
    places = outside_background(message, words)
    many = len(STRAY) if every else A_FEW
    for stray in chance.sample(STRAY, many if places else 0):
        place = chance.choice(places)
        changed = " ".join([*words[:place], stray, *words[place:]])
        if stray == "만약" and any(t.role == "condition" for t in plain(message).tokens):
            continue  # it only announces the condition that is read
        if verbatim(message, words, place):
            assert holds(reading(changed), stray), changed
            continue
        if told_or_again(message, changed, stray) or pasted(changed, reading(changed), stray):
            continue
        if is_right(message, changed, stray):
            continue
        made = reading(changed).intent
        if stray in FOR_NOW and made is not None and passes(made):
            continue  # nothing of it stays anyhow
        if (stray, words[place:]) == ("old", ["copies"]):
            continue  # a rotated log's copies are its old ones
        assert reading(changed).intent is None, changed


@pytest.mark.parametrize("message", [m for m in ACCEPTED if '"' not in m])
def test_a_stray_negation_takes_away_or_stops(message: str, every: bool) -> None:
    """What a sentence says not to do is left out; nothing else is done because of it."""
    words, whole = message.split(" "), plain(message).intent
    chance = random.Random(message)
    for stray in chance.sample(NEGATIONS, len(NEGATIONS) if every else A_FEW):
        place = chance.randint(0, len(words))
        changed = " ".join([*words[:place], stray, *words[place:]])
        less = reading(changed).intent
        assert whole is not None
        if verbatim(message, words, place):
            assert holds(reading(changed), stray), changed
            continue
        if pasted(changed, reading(changed), stray):
            continue
        for operation in less.operations if less else ():
            ended = any(_ends(operation, full) for full in whole.operations)
            assert ended or any(_within(operation, full) for full in whole.operations), changed


# What must not be so is ended: "nginx must never start at boot" disables it.
ENDED = {
    "ansible.service_enable": "ansible.service_disable",
    "ansible.firewall_open": "ansible.firewall_close",
}


def _ends(operation: Operation, full: Operation) -> bool:
    """Whether *operation* is the opposite of *full*, for the same things."""
    return operation.kind == ENDED.get(full.kind) and operation.fields == full.fields


def _within(operation: Operation, full: Operation) -> bool:
    """Whether *operation* is *full*, or a part of it."""
    return operation.kind == full.kind and all(
        set(value) <= set(full.fields[name]) if isinstance(value, list) else _is(name, value, full)
        for name, value in operation.fields.items()
        if operation.sources[name].origin == "span"
    )


def _is(name: str, value: object, full: Operation) -> bool:
    """Whether *full* has the value, or has it among several: "80, no, 443" leaves one port."""
    several = full.fields.get(f"{name}s")
    return full.fields.get(name) == value or (isinstance(several, list) and str(value) in several)
