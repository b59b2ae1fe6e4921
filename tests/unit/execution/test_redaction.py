"""No form of a secret gets through."""

import base64
import html
import json
import re
import shlex
import textwrap
import time
import urllib.parse
from collections.abc import Callable

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiki.execution.redaction import HIDDEN, Redactor

AWKWARD = "p'a\"ß{{x}}\\ 비밀 %+"
secrets = st.text(min_size=4, max_size=40).filter(
    lambda text: text.strip() == text and text.isprintable()
)


WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": lambda v: json.dumps(v)[1:-1],
    "json, not ascii": lambda v: json.dumps(v, ensure_ascii=False)[1:-1],
    "json in json": lambda v: json.dumps(json.dumps(v))[3:-3],
    "json in json in json": lambda v: json.dumps(json.dumps(json.dumps({"a": v}))),
    "repr": lambda v: repr(v)[1:-1],
    "repr in json": lambda v: json.dumps(repr({"a": v}), ensure_ascii=False),
    "repr of bytes": lambda v: repr(v.encode())[2:-1],
    "yaml": lambda v: yaml.safe_dump([v], allow_unicode=True),
    "yaml, escaped": lambda v: yaml.safe_dump([v], default_style='"', width=30),
    "yaml, single quotes": lambda v: yaml.safe_dump([v], default_style="'", width=30),
    "shell, as shlex does": shlex.quote,
    "shell, single quotes": lambda v: "'" + v.replace("'", "'\\''") + "'",
    "shell, backslashes": lambda v: re.sub(r"([^A-Za-z0-9\n])", r"\\\1", v),
    "shell, octal": lambda v: "".join(c if c.isalnum() and c < "\x80" else octal(c) for c in v),
    "url": lambda v: urllib.parse.quote(v, safe=""),
    "url, small letters": lambda v: urllib.parse.quote(v, safe="").lower() if v == v.lower() else v,
    "form": urllib.parse.quote_plus,
    "html": html.escape,
    "html, by number": lambda v: "".join(c if c.isalnum() else f"&#{ord(c)};" for c in v),
    "one line": lambda v: " ".join(v.split()),
    "wrapped": lambda v: "\n".join(textwrap.wrap("x" * 7 + v + " and more", 9)),
    "wrapped and indented": lambda v: textwrap.fill(
        v, 7, initial_indent="  ", subsequent_indent=" "
    ),
    "wrapped, in json": lambda v: json.dumps("\n".join(textwrap.wrap(v, 8))),
    "escaped, then wrapped": lambda v: "\n".join(textwrap.wrap(json.dumps(v), 11)),
    "hex": lambda v: v.encode().hex(),
    "hex, upper": lambda v: v.encode().hex().upper(),
    "base64": lambda v: base64.b64encode(v.encode()).decode(),
    "base64, wrapped": lambda v: base64.encodebytes(v.encode() * 9).decode(),
    "base64, wrapped, in json": lambda v: json.dumps(base64.encodebytes(v.encode() * 9).decode()),
    "base64 for urls": lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
    "basic": lambda v: base64.b64encode(b"kim:" + v.encode()).decode(),
}


def octal(char: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in char.encode())


def left(clean: str, value: str) -> str:
    """The letters and digits that are left of *value*, as far as a person could still read it."""
    runs = [run for run in re.findall(r"[A-Za-z0-9]{3,}", value) if run in clean]
    return max(runs, key=len, default="")


VALUES = [
    AWKWARD,
    "C4nary'one\"two\\three{{four}}$five 한글값",
    "Tr4ining123!",
    "spaces  in the middle 4711",
    "a-token_with.SAFE~chars0815",
    "x" * 10 + "Y" * 300 + "z",
    "100%&<secret>'\"+/=",
    "back\\slash\\\\twice",
]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("way", WAYS)
def test_ways_in_which_tools_write(way: str, value: str) -> None:
    text = f"before {WAYS[way](value)} after"
    clean = Redactor([value]).text(text)
    assert HIDDEN in clean
    assert left(clean, value) == ""
    assert clean.startswith("before ")
    assert clean.endswith(" after")


@given(secrets, st.sampled_from(sorted(WAYS)))
@example("00\\¡", "escaped, then wrapped")
@settings(deadline=None, max_examples=300)
def test_any_value_in_any_way(secret: str, way: str) -> None:
    text = WAYS[way](secret)
    clean = Redactor([secret]).text(text)
    assert HIDDEN in clean, text


@pytest.mark.parametrize(
    "form",
    [
        AWKWARD,
        json.dumps(AWKWARD)[1:-1],
        json.dumps(AWKWARD, ensure_ascii=False)[1:-1],
        repr(AWKWARD)[1:-1],
        urllib.parse.quote(AWKWARD, safe=""),
        urllib.parse.quote_plus(AWKWARD),
    ],
)
def test_nothing_around_it_goes(form: str) -> None:
    assert Redactor([AWKWARD]).text(f"before {form} after") == f"before {HIDDEN} after"


def test_what_only_resembles_it_stays() -> None:
    redactor = Redactor(["pass word", "hunter22"])
    text = "the password\nof hunter 22\nand +hunter\n+22 stay"
    assert redactor.text(text) == text


def test_thousands_of_values_cost_no_more_than_a_look() -> None:
    values = [f"Secret-{number}-of-many!" for number in range(3000)]
    redactor = Redactor(values)
    text = "changed: [n1] => something of the usual length\n" * 4
    started = time.process_time()
    for _ in range(300):
        assert redactor.text(text) == text
    assert time.process_time() - started < 3
    for value in values[::500]:
        assert redactor.text(f"a {json.dumps(value)} b") == f'a "{HIDDEN}" b'


@pytest.mark.parametrize("piece", ["\\", "p", "p'", "%", " ", "\n", "\\n", "p\n", "'", "&#"])
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    started = time.process_time()
    Redactor([AWKWARD, "p p'p\\p%", "p" * 200]).text(text)
    assert time.process_time() - started < 3


@given(secrets, st.binary(max_size=7), st.binary(max_size=7))
def test_base64_at_any_place_of_a_longer_text(secret: str, before: bytes, after: bytes) -> None:
    coded = base64.b64encode(before + secret.encode() + after).decode()
    clean = Redactor([secret]).text(coded)
    kept = max((len(part) for part in clean.split(HIDDEN)), default=0)
    assert HIDDEN in clean
    assert kept <= len(base64.b64encode(before)) + len(base64.b64encode(after)) + 4


@given(secrets, st.text(max_size=20), st.text(max_size=20))
def test_the_value_itself_is_never_left(secret: str, before: str, after: str) -> None:
    clean = Redactor([secret]).text(before + secret + after)
    assert secret not in clean.replace(HIDDEN, "\0")


def test_lines_of_a_key_are_found_one_by_one() -> None:
    key = "-----BEGIN KEY-----\nAAAAB3NzaC1yc2E\nxyz123456\n-----END KEY-----\n"
    clean = Redactor([key]).text("+AAAAB3NzaC1yc2E\n+xyz123456\n+innocent\n")
    assert clean == f"+{HIDDEN}\n+{HIDDEN}\n+innocent\n"


def test_values_at_any_depth_and_keys() -> None:
    clean = Redactor(["hunter22"]).value({"a": ["x hunter22", {"hunter22": 1}], "n": 3, "t": True})
    assert clean == {"a": [f"x {HIDDEN}", {HIDDEN: 1}], "n": 3, "t": True}


def test_a_secret_within_another_and_none_at_all() -> None:
    assert Redactor(["abcd", "abcdefgh"]).text("abcdefgh abcd") == f"{HIDDEN} {HIDDEN}"
    assert Redactor([]).text("plain") == "plain"
    assert Redactor([""]).text("plain") == "plain"
