"""How a message is cut into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.understand.lexer import Word, lex
from kiki.understand.lexicon import lexicon

LEXICON = lexicon()


def words(message: str) -> tuple[Word, ...]:
    return lex(message, LEXICON)


def texts(message: str) -> list[str]:
    return [word.text for word in words(message)]


@pytest.mark.parametrize(
    ("message", "pieces"),
    [
        ("nginx를 설치해줘", ["nginx", "를", "설치", "해", "줘"]),
        ("nginx설치해줘", ["nginx", "설치", "해", "줘"]),
        ("80번포트를 열어 주세요", ["80", "번", "포트", "를", "열어", "주세요"]),
        ("네임스페이스에서는", ["네임스페이스", "에서", "는"]),
        ("두 대를", ["두", "대", "를"]),
        ("3 개와", ["3", "개", "와"]),
        ("셋을", ["셋", "을"]),
        ("홍길동을", ["홍길동을"]),
        ("설치했어", ["설치했어"]),
        ("web이라는 이름으로", ["web", "이라는", "이름", "으로"]),
        ("nginx:1.27을", ["nginx:1.27", "을"]),
        ("80/tcp, 443", ["80/tcp", ",", "443"]),
        ("replicas=3", ["replicas", "=", "3"]),
        ("image:nginx:1.27", ["image", ":", "nginx:1.27"]),
        ("a=b", ["a=b"]),
        ("nginx.", ["nginx", "."]),
        ("-1개", ["-1", "개"]),
        ("rm -rf /", ["rm", "-rf", "/"]),
        ("\"a b\" 'c d' “e f”", ['"a b"', "'c d'", "“e f”"]),
        ("don't kim's", ["don't", "kim", "'s"]),
        ("don’t", ["don’t"]),
        ("{{secret:password-1}}로", ["{{secret:password-1}}", "로"]),
        ("마리아DB", ["마리아", "DB"]),
        ("ㅋㅋ", ["ㅋㅋ"]),
    ],
)
def test_words(message: str, pieces: list[str]) -> None:
    assert texts(message) == pieces


def test_a_bullet_is_no_word() -> None:
    assert [word.has("fill", "bullet") for word in words("- nginx\n- redis")] == [
        True, False, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "cls", "entry_id", "length"),
    [
        ("웹 서버", "noun", "webserver", 2),
        ("security groups", "noun", "security_group", 2),
        ("and then", "and", "", 2),
        ("부팅 시 자동 시작", "noun", "at_boot", 2),
        ("i'd like to", "fill", "", 3),
        ("마리아DB", "product", "mariadb", 2),
    ],
)
def test_phrases(message: str, cls: str, entry_id: str, length: int) -> None:
    senses = words(message)[0].senses
    assert any((s.entry.cls, s.entry.id, s.length) == (cls, entry_id, length) for s in senses)


def test_a_particle_after_a_noun_and_an_ending_after_a_verb() -> None:
    after_noun, after_verb = words("서비스하고 설치하고")[1], words("서비스하고 설치하고")[3]
    assert after_noun.has("part", "and")
    assert after_verb.has("ha")


@given(st.text(max_size=80))
def test_places_are_those_of_the_message(message: str) -> None:
    end = 0
    for word in words(message):
        assert message[word.start : word.end] == word.text
        assert word.start >= end
        end = word.end


@pytest.mark.parametrize(
    ("message", "inside"),
    [
        ("add it:\n```\na = 1\n\nb\n```", "a = 1\n\nb"),
        ("add it\n\n```conf\n  a\n```\nthanks", "  a"),
        ('add "a = 1"', "a = 1"),
    ],
)
def test_lines_between_backticks_are_a_text_in_quotes(message: str, inside: str) -> None:
    (word,) = (found for found in words(message) if found.sort == "quoted")
    start, end = word.inside()
    assert (word.value, message[start:end]) == (inside, inside)


@pytest.mark.parametrize("message", ["```bash\nls\n```", "```\n```", "``` a ```", "```\na"])
def test_a_shell_s_lines_and_what_is_no_fence_are_no_text(message: str) -> None:
    assert not any("\n" in found.value for found in words(message) if found.sort == "quoted")
