"""Hundreds of ways in which engineers write a secret in Korean and in English, and requests that
only look as if they had one (tests/data/secret-spellings.json). Between the marks ⟦ and ⟧ is what
has to go, and nothing else.
"""

import json
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiki.model.secret import named, placeholder
from kiki.understand.secrets import HIDDEN, masked, redact
from tests.conftest import ROOT

SPELLINGS = json.loads((ROOT / "tests" / "data" / "secret-spellings.json").read_text("utf-8"))
TAKEN: list[str] = SPELLINGS["taken"]
KEPT: list[str] = SPELLINGS["kept"]


def plain(marked: str) -> str:
    return marked.replace("⟦", "").replace("⟧", "")


def secrets_in(marked: str) -> list[str]:
    return re.findall(r"⟦(.*?)⟧", marked, re.DOTALL)


def without_names(message: str) -> str:
    return re.sub(r"\{\{secret:[a-z-]+-\d+\}\}", "⟦⟧", message)


@pytest.mark.parametrize("marked", TAKEN)
def test_the_secret_goes_and_nothing_else(marked: str) -> None:
    made = redact(plain(marked))
    assert without_names(made.message) == re.sub(r"⟦.*?⟧", "⟦⟧", marked, flags=re.DOTALL)
    assert set(made.values.values()) == set(secrets_in(marked))


@pytest.mark.parametrize("message", KEPT)
def test_what_only_looks_like_one_stays(message: str) -> None:
    assert redact(message).message == message


def test_there_are_enough() -> None:
    assert len(TAKEN) > 300
    assert len(KEPT) > 300
    assert len(set(map(plain, TAKEN))) == len(TAKEN)


WORDS = [
    *("kim", "사용자", "만들어줘", "node1", "설치하고", "and", "then", "the", "group", "wheel,"),
    *("그리고", "nginx:1.27", "https://example.com/x", "/srv/app", "--limit", "'quoted'"),
    *('"두 단어"', "(note)", "C:\\dir", "{{ var }}", "100%", "a=b", "\n", "- ", "비밀번호"),
    *("password", "token", "pw", "{{secret:db}}"),
]
AROUND = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
# A quote around it, or a word that ends what is listed, changes where a bare value may end.
ALONE = [marked for marked in TAKEN if len(secrets_in(marked)) == 1]


def is_word(value: str) -> bool:
    return (
        value.isalpha() or len(value) < 4 or any(value in name for name in ("password", "secret"))
    )


@given(AROUND, st.sampled_from(ALONE), AROUND)
@example("비밀번호", "pw is ⟦Training123!⟧", "")
@settings(max_examples=500, deadline=None)
def test_whatever_stands_around_it_the_value_is_not_left(
    before: str, marked: str, after: str
) -> None:
    (value,) = secrets_in(marked)
    made = redact(f"{before}\n{plain(marked)}\n{after}")
    if not is_word(value):
        assert value not in made.message


@given(st.text(max_size=80), st.sampled_from(ALONE), st.text(max_size=80))
@example("\0", "password: ⟦a\0b1!c⟧", "")
@example("", "비번=⟦Training123!⟧", "Training123!!")
@settings(max_examples=500, deadline=None)
def test_no_detected_value_is_left_anywhere(before: str, marked: str, after: str) -> None:
    """Whatever was found to be a secret, also by mistake, is in no other place of the message."""
    made = redact(f"{before} {plain(marked)} {after}{secrets_in(marked)[0]}")
    for name, value in made.values.items():
        rest = made.message
        for other in made.values:
            rest = rest.replace(placeholder(other), "\uffff")
        assert placeholder(name) in made.message
        if not is_word(value):
            assert value not in rest


@given(st.text(max_size=60))
def test_a_name_never_says_the_value(text: str) -> None:
    made = redact(f"비밀번호는 {text}password-1")
    assert all(name != value for name, value in made.values.items())


@given(AROUND, st.sampled_from(TAKEN), AROUND)
@settings(max_examples=200, deadline=None)
def test_masked_says_neither_value_nor_name(before: str, marked: str, after: str) -> None:
    text = f"{before}\n{plain(marked)}\n{after}"
    shown = masked(text)
    assert HIDDEN in shown
    assert set(named(shown)) <= {"db"}


def test_masked_leaves_the_rest() -> None:
    assert masked("pw: hunter2, 다시 hunter2; {{secret:db}}") == (
        f"pw: {HIDDEN}, 다시 {HIDDEN}; {{{{secret:db}}}}"
    )
    assert masked("nginx 설치") == "nginx 설치"


PIECES = [
    *("curl -u a:", "mysql -p", "echo a | ", "htpasswd -b ", "openssl passwd -6 ", "chpasswd a:"),
    *("id/pw a/", "creds a/", "password is ", "password (", "password [", "비밀번호로 a를 "),
    *("비번a", "비밀번호 변경 ", "password, a,", "password - ", "a is the password ", "<password>"),
    *("cookie: a=", "?sig=", "{ssha}", "$apr1$", "LS0tLS1CRUdJTi", "grub.pbkdf2.sha512.1."),
    *("auth: aA1", "user a/", "pin is ", "비밀번호는 다음과 ", "PuTTY-User-Key-File-3: "),
    *("---- BEGIN SSH2 PRIVATE KEY ----", "xapp-", "://aaaaaaaaaaaaaaaaaaaa", "password='"),
    *('password="\\', "password=a;b=", "(((", "pw }", "pw=a", "pw=)", "pw \0"),
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_message_takes_no_longer_than_its_length(piece: str) -> None:
    for text in (
        (piece * 100_000)[:100_000],
        piece + "a" * 100_000,
        piece + " " * 100_000,
        piece + ")" * 100_000,
    ):
        started = time.process_time()
        redact(text)
        assert time.process_time() - started < 3


def test_a_secret_of_any_length_goes_whole() -> None:
    for length in (4095, 4096, 4097, 50_000):
        value = "aB3" * (length // 3) + "x" * (length % 3)
        assert redact(f"password: {value} 로 해줘").message == (
            "password: {{secret:password-1}} 로 해줘"
        )


@pytest.mark.parametrize("program", ["podman", "docker", "buildah", "skopeo", "helm registry"])
def test_the_port_of_a_registry_is_no_password(program: str) -> None:
    """What stands behind such a login is where to, and never who."""
    said = f"{program} login registry.local:5000 -u admin"
    assert redact(said).message == said
