"""Secrets leave a message before anything is stored, and nothing else does."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.understand.secrets import redact

TAKEN = [
    (
        "비밀번호는 hunter2, kim 사용자 만들어줘",
        "비밀번호는 {{secret:password-1}}, kim 사용자 만들어줘",
    ),
    (
        "비밀번호 hunter2로 kim 사용자 만들어줘",
        "비밀번호 {{secret:password-1}}로 kim 사용자 만들어줘",
    ),
    ("비번은 P@ssw0rd!야", "비번은 {{secret:password-1}}야"),
    ("비밀번호를 1234로 설정", "비밀번호를 {{secret:password-1}}로 설정"),
    ("비밀번호: abc123", "비밀번호: {{secret:password-1}}"),
    ("비밀번호는 사과나무로 해줘", "비밀번호는 {{secret:password-1}}로 해줘"),
    ("비밀번호는 가나다123!으로", "비밀번호는 {{secret:password-1}}으로"),
    ("비밀번호가 abc인 사용자", "비밀번호가 {{secret:password-1}}인 사용자"),
    ("hunter2를 비밀번호로 kim 생성", "{{secret:password-1}}를 비밀번호로 kim 생성"),
    ("hunter2라는 비밀번호로", "{{secret:password-1}}라는 비밀번호로"),
    ('비밀번호 "my pass word"로', '비밀번호 "{{secret:password-1}}"로'),
    (
        "create user kim with password hunter2 and shell /bin/bash",
        "create user kim with password {{secret:password-1}} and shell /bin/bash",
    ),
    ("the password is S3cret!.", "the password is {{secret:password-1}}."),
    ("user kim password secret", "user kim password {{secret:password-1}}"),
    ("use hunter2 as the password for kim", "use {{secret:password-1}} as the password for kim"),
    ("--password X --user y", "--password {{secret:password-1}} --user y"),
    ("--password=X", "--password={{secret:password-1}}"),
    ("pw: X", "pw: {{secret:password-1}}"),
    ("token=abcdef", "token={{secret:token-1}}"),
    (
        "DB_PASSWORD=foo API_KEY=sk-noauth",
        "DB_PASSWORD={{secret:password-1}} API_KEY={{secret:api-key-1}}",
    ),
    ('{"password": "x y"}', '{"password": "{{secret:password-1}}"}'),
    ("postgres://u:p@ss:w0rd@db:5432/x", "postgres://u:{{secret:password-1}}@db:5432/x"),
    ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer {{secret:token-1}}"),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "{{secret:token-1}}"),
    ("AKIAABCDEFGHIJKLMNOP 키로", "{{secret:api-key-1}} 키로"),
    ("$6$salt$abcdefghijklmnop 해시로", "{{secret:password-1}} 해시로"),
    ("api key abcd1234efgh 등록", "api key {{secret:api-key-1}} 등록"),
    ("set the password of en-pw2 to Zq7x", "set the password of en-pw2 to {{secret:password-1}}"),
    (
        "the password for kim and lee is Zq7x",
        "the password for kim and lee is {{secret:password-1}}",
    ),
    (
        "with a password of Zq7x to group wheel",
        "with a password of {{secret:password-1}} to group wheel",
    ),
    ("create user x with pass Zq7x", "create user x with pass {{secret:password-1}}"),
    ("create user x identified by Zq7x", "create user x identified by {{secret:password-1}}"),
    (
        "create user x identified with plugin by password Zq7x",
        "create user x identified with plugin by password {{secret:password-1}}",
    ),
    ("create user x:Zq7x", "create user x:{{secret:password-1}}"),
    (
        "create user x:Zq7x, y and shell /bin/bash",
        "create user x:{{secret:password-1}}, y and shell /bin/bash",
    ),
    (
        "create user x with password A B and shell /bin/bash",
        "create user x with password {{secret:password-1}} and shell /bin/bash",
    ),
    (
        "create user x with password A B, then install nginx",
        "create user x with password {{secret:password-1}}, then install nginx",
    ),
    ("kim 사용자의 비밀번호를 Zq7x으로", "kim 사용자의 비밀번호를 {{secret:password-1}}으로"),
    ("kim의 비밀번호를 A 7x로 변경", "kim의 비밀번호를 {{secret:password-1}}로 변경"),
    ("패스는 Zq7x", "패스는 {{secret:password-1}}"),
    ("비번 Zq7x으로 설정", "비번 {{secret:password-1}}으로 설정"),
    ("암호가 'a b c'인 사용자 kim", "암호가 '{{secret:password-1}}'인 사용자 kim"),
    ("암호가 ‘a b c’인 사용자 kim", "암호가 ‘{{secret:password-1}}’인 사용자 kim"),
    ("암호'a b'로", "암호'{{secret:password-1}}'로"),
    ("사용자 kim:Zq7x 생성", "사용자 kim:{{secret:password-1}} 생성"),
    ("kim:Zq7x 사용자 생성", "kim:{{secret:password-1}} 사용자 생성"),
    ("token is Zq7x", "token is {{secret:token-1}}"),
    ("the token of kim is Zq7x", "the token of kim is {{secret:token-1}}"),
    ("토큰은 Zq7x", "토큰은 {{secret:token-1}}"),
    ("토큰은 Zq7x로 설정", "토큰은 {{secret:token-1}}로 설정"),
    ("users a:Zq1, b:Zq2", "users a:{{secret:password-1}}, b:{{secret:password-2}}"),
]

KEPT = [
    "ko ALL=(ALL) NOPASSWD: ALL",
    "ko ALL=(ALL) PASSWD: ALL",
    "install pass and git",
    "the token is missing",
    "인그레스 패스는 /api",
    "인그레스 패스: /api",
    "bind the role to user system:kube-scheduler",
    "run as user 1000:1000",
    "비밀번호 정책 파일 생성",
    "비밀번호를 새로 설정해줘",
    "비밀번호 8자 이상",
    "비밀번호 없이 kim 만들어줘",
    "비밀번호 변경",
    "password123 사용자 추가",
    "create a password file",
    "install password-store",
    "install passwd and sudo",
    "password policy 파일",
    "the password is required",
    "/etc/passwd 파일 삭제",
    "passwd 패키지 설치",
    "create secret db-pass",
    "ssh key를 배포",
    "token 서비스 재시작",
    "키페어는 mykey",
    "nginx 설치",
    "image registry.example.com:5000/team/app:v1",
    "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----",
    "",
]


@pytest.mark.parametrize(("message", "redacted"), TAKEN)
def test_a_secret_is_taken(message: str, redacted: str) -> None:
    assert redact(message).message == redacted


@pytest.mark.parametrize("message", KEPT)
def test_ordinary_words_stay(message: str) -> None:
    assert redact(message).message == message
    assert redact(message).values == {}


@pytest.mark.parametrize("message", [message for message, _ in TAKEN])
def test_twice_is_once(message: str) -> None:
    once = redact(message)
    assert redact(once.message).message == once.message
    assert redact(once.message).values == {}


@pytest.mark.parametrize("kind", ["RSA ", "OPENSSH ", "EC ", "ENCRYPTED ", ""])
def test_a_private_key_is_taken_whole(kind: str) -> None:
    key = f"-----BEGIN {kind}PRIVATE KEY-----\nMIIE\nabc+/=\n-----END {kind}PRIVATE KEY-----"
    made = redact(f"이 키를 등록해줘: {key} 부탁해")
    assert made.message == "이 키를 등록해줘: {{secret:private-key-1}} 부탁해"
    assert made.values == {"private-key-1": key}


def test_a_private_key_without_its_end_is_taken_to_the_end() -> None:
    assert "MIIE" not in redact("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc").message


def test_one_value_has_one_name_wherever_it_stands() -> None:
    made = redact("password hunter2, 다시 hunter2, pw=hunter2, pw: other1")
    assert made.values == {"password-1": "hunter2", "password-2": "other1"}
    assert "hunter2" not in made.message


@pytest.mark.parametrize(
    ("message", "redacted"),
    [
        ("/tmp/test 파일, 비밀번호는 test", "/tmp/test 파일, 비밀번호는 {{secret:password-1}}"),
        ("password test, dir /test/a", "password {{secret:password-1}}, dir /test/a"),
        (
            "password test, curl http://h/test",
            "password {{secret:password-1}}, curl http://h/{{secret:password-1}}",
        ),
        (
            "pw is hunter, dir /srv/hunter",
            "pw is {{secret:password-1}}, dir /srv/{{secret:password-1}}",
        ),
        (
            "pw is t3st, dir /srv/t3st",
            "pw is {{secret:password-1}}, dir /srv/{{secret:password-1}}",
        ),
    ],
)
def test_a_short_plain_word_may_be_a_part_of_a_path(message: str, redacted: str) -> None:
    """The practice playbook of a course has both, /tmp/test and the password test."""
    assert redact(message).message == redacted


def test_a_name_in_the_message_is_not_given_again() -> None:
    made = redact("비밀번호는 {{secret:password-1}}, 새 비밀번호는 abc1")
    assert made.values == {"password-2": "abc1"}


def test_the_message_is_nfc() -> None:
    assert redact(unicodedata.normalize("NFD", "설치")).message == "설치"


PASSWORD = st.text(
    st.characters(codec="ascii", categories=["L", "N", "P"], exclude_characters="\"'`{}"),
    min_size=8,
    max_size=24,
).filter(lambda text: text[0].isalnum() and text[-1].isalnum() and any(map(str.isdigit, text)))
AROUND = [
    "비밀번호는 {} 입니다",
    "비밀번호 {}로 kim 사용자 만들어줘",
    "password={} 로",
    "pw: {}",
    "--password {} x",
    "create user kim with password {} please",
    'password "{}"',
    "{}를 비밀번호로 kim 추가",
    "token={}",
]


@given(PASSWORD, st.sampled_from(AROUND))
def test_no_password_is_left(password: str, around: str) -> None:
    made = redact(around.format(password))
    assert password not in made.message
    assert password in made.values.values()


ANNOUNCED = [
    *(
        (word, (" is ", " ", ": ", "=", " to ", " of kim to ", " for kim and lee is "))
        for word in ("password", "passwd", "passphrase", "pass", "pw", "PASSWORD")
    ),
    *((word, (" is ", ": ", "=", " of kim is ")) for word in ("token", "api key", "secret")),
    ("identified", (" by ", " with plugin by ", " by password ")),
    *(
        (word, ("는 ", " ", ": ", "를 ", "가 "))
        for word in ("비밀번호", "비번", "패스", "패스워드", "암호")
    ),
    ("토큰", ("은 ", ": ", "이 ")),
    ("user", (" x:", " a, x:", " named x:")),
    ("사용자", (" x:",)),
]
ANNOUNCEMENT = st.sampled_from([word + gap for word, gaps in ANNOUNCED for gap in gaps])


@given(ANNOUNCEMENT, PASSWORD, st.sampled_from(["", ", ok", "로 설정", " 입니다", " and more"]))
def test_every_announcement_is_heard(announcement: str, password: str, after: str) -> None:
    made = redact(f"kim {announcement}{password}{after}")
    assert password not in made.message


@given(st.sampled_from(["password ", "pass ", "identified by ", "비밀번호는 "]), PASSWORD, PASSWORD)
def test_a_second_word_is_not_left(announcement: str, first: str, second: str) -> None:
    made = redact(f"{announcement}{first} x{second}")
    assert first not in made.message
    assert second not in made.message


@given(st.text(max_size=200))
def test_any_text_can_be_redacted_and_put_back(text: str) -> None:
    made = redact(text)
    whole = made.message
    for name, value in made.values.items():
        whole = whole.replace("{{secret:" + name + "}}", value)
    assert whole == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "password ",
        "-----BEGIN ",
        "x:",
        "://",
        "비밀번호",
        "pass",
        "token =",
        '"password": "',
        "http://a:",
        "-",
        "use x ",
        "use x as ",
        "'",
        '"',
        "password of ",
        "password a ",
        "user a:",
        "user a:b, ",
        "user a, ",
        "a:b ",
        "identified by ",
        "identified with ",
    ],
)
def test_a_long_message_takes_no_longer_than_its_length(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    started = time.process_time()
    redact(text)
    assert time.process_time() - started < 3
