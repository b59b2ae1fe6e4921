"""No form of a secret gets through."""

import base64
import json
import shlex
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.execution.redaction import HIDDEN, Redactor

AWKWARD = "p'a\"ß{{x}}\\ 비밀 %+"
secrets = st.text(min_size=4, max_size=40).filter(
    lambda text: text.strip() == text and text.isprintable()
)


@pytest.mark.parametrize(
    "form",
    [
        AWKWARD,
        json.dumps(AWKWARD)[1:-1],
        json.dumps(AWKWARD, ensure_ascii=False)[1:-1],
        repr(AWKWARD)[1:-1],
        shlex.quote(AWKWARD)[1:-1],
        urllib.parse.quote(AWKWARD, safe=""),
        urllib.parse.quote_plus(AWKWARD),
    ],
)
def test_forms_in_which_tools_print(form: str) -> None:
    assert Redactor([AWKWARD]).text(f"before {form} after") == f"before {HIDDEN} after"


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
