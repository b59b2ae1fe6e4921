"""What announces a secret in a message, and where it is then: regular expressions.

Called by ``secrets`` only. In the patterns, group ``v`` is a value of a pair, ``k`` an announcing
word, ``c`` what says that the value follows ("is", "은"), ``dq``, ``sq``, ``bq``, ``cq``, ``cs``,
``raw`` the value in quotes or without spaces. All run in linear time.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

Trust = Literal["strong", "weak", "faint"]
"""How surely a value follows: whatever it is; unless it is an ordinary word; only if it has
letters and digits or signs, as no word has."""

LONGEST = 4096
"""Characters of a bare value that a pattern looks at; what is longer goes on to the next blank."""

_WORD_EN = (
    r"pass[ _-]?words?|(?<!\bno)(?<!\bch)(?<!\bht)passwd|passphrase|pass[ _-]?code|pwd|pw|p/w"
)
_WORD_KO = r"비밀\s?번호|비번|패스워드|패스프레이즈|(?<![가-힣])패스|암호(?!화)"
_KEY_KO = r"(?:api|액세스|접근|비밀|시크릿|개인|인증|암호화|서명)\s?키|인증키"
_EVERY = (
    rf"{_WORD_EN}|{_WORD_KO}|{_KEY_KO}"
    r"|(?:(?:access|auth|api|bearer|refresh|session|personal)[ _-]?)?tokens?"
    r"|(?:api|access|secret|private|encryption|signing|account|auth|pre-?shared)[ _-]?"
    r"(?:access[ _-]?)?keys?(?:[_-](?:base|data))?|client[_-]key[_-]data|psk|creds"
    r"|(?:client[ _-]?|shared[ _-]?)?secrets?|credentials?|시크릿|토큰|자격\s?증명"
)
_AT = r"(?i)(?<![\w/.-])"
_PARTICLE = r"(?:은|는|이|가|을|를|도|의|만)?"
# "비밀번호로 X를 써": the particle of a means, and what says that X is that.
_MEANS = r"(?:값)?(?:으로|로|에)(?:는)?"
_USED = r"(?=사용|써|쓰|넣|설정|지정|입력|적용|해|하)"
_JUST = r"(?:(?:바로|그냥|일단|우선|임시로|새로)\s+)?"
# \0 stands for the characters of a placeholder that is already there.
_VALUE = (
    r"""(?!\0)(?:"(?P<dq>(?:[^"\\\n]|\\.)+(?=")|[^"\n]+)"|'(?P<sq>[^'\n]+)'|`(?P<bq>[^`\n]+)`"""
    r"""|“(?P<cq>[^”\n]+)”|‘(?P<cs>[^’\n]+)’|[「『«](?P<ck>[^」』»\n]+)[」』»]"""
    rf"""|(?P<raw>[^\s"'`“‘「『«]\S{{0,{LONGEST - 1}}}))"""
)
QUOTED = ("dq", "sq", "bq", "cq", "cs", "ck")
# For patterns with a bare value only: the groups of quotes are there and match nothing.
_NO_QUOTES = "".join(f"(?P<{name}>(?!))?" for name in QUOTED)
_IS = (
    r"is|are|was|be|being|becomes|equals|(?:will|should|must|shall|has to|needs to) be"
    r"|(?:is )?set to"
)
_OWNER = r"(?:the|a|my|his|her|their|its|our|[\w.-]{1,64}'s)"
# " of kim and lee on web1 to ": whose password it is, and that the value follows.
_WHOSE = (
    r"(?:\s+(?!(?:add|append|assign|copy|give|install|join|move|put|restart|run|send)\b)"
    rf"[^\s.;:=\0][^\s;:=\0]{{0,99}}){{1,8}}?(?P<c>\s+(?:{_IS}|to|as)\s+|\s*[=:]\s*)"
)
_NOT_WHOSE = _WHOSE.replace("?P<c>", "?:")
_SAID = rf"(?:(?P<c>{_IS})|to|as)"

# Each with its signs: one of them is in every message that the pattern can match.
_HANGUL = "\1hangul"
_STRONG = (
    # password=X, "password": "X", DB_PASSWORD: X, 비밀번호: X, 비밀번호(pw): X
    (
        "= : ： -> →",
        rf"(?i)(?<!/)(?<!update_)(?P<k>{_EVERY}|pass)[\"']?(?:\s?\([^()\n]{{1,20}}\))?\s?{_PARTICLE}\s?"
        rf"(?::?=>?|:(?!//)|：|->|→)\s*{_VALUE}",
    ),
    # password is: X
    (": =", rf"{_AT}(?P<k>{_EVERY})\s+(?:{_IS})\s*[:=]\s*{_VALUE}"),
    # 비밀번호는 다음과 같습니다: X
    (
        "다음 아래",
        rf"(?i)(?P<k>{_EVERY})\s?{_PARTICLE}\s?(?:다음|아래)\S{{0,4}}(?:\s같\S{{1,6}})?(?:\s?[:：]|(?<=다)[.\n])"
        rf"\s*{_VALUE}",
    ),
    # --password X
    ("-", rf"(?i)(?<!\S)--?[a-z-]{{0,30}}?(?P<k>{_EVERY}|pass)[= ]\s*{_VALUE}"),
    # <password>X</password>
    ("<", rf"(?i)<[\w.:-]{{0,60}}?(?P<k>{_EVERY})>(?P<raw>[^<\s\0]{{1,500}})(?=</){_NO_QUOTES}"),
    # id/pw: kim/X, 아이디/비번은 kim/X, credentials kim / X
    (
        "/ , & +",
        rf"{_AT}(?:id|아이디|계정|user(?:name)?|login)\s?[/,&+]\s?"
        rf"(?P<k>{_WORD_EN}|{_WORD_KO}|pass)\s?(?:[은는이가]|is|are)?\s?[=:]?\s*"
        rf"[A-Za-z_][\w.@-]{{0,63}}(?:\s/\s|[/,:]\s?){_VALUE}",
    ),
    (
        "/ :",
        rf"{_AT}(?P<k>creds?|credentials?|(?:접속|로그인|계정|인증)\s?정보)\s?(?:[은는이가]|is|are)?"
        rf"\s?[=:]?\s*[A-Za-z_][\w.@-]{{0,63}}(?:\s/\s|[/:]){_VALUE}",
    ),
    # hunter2를 비밀번호로
    ("을 를", rf"(?<!\S){_VALUE}\s?(?:을|를)\s(?P<k>{_WORD_KO}|토큰)(?:으로|로)"),
    # hunter2라는 비밀번호
    (
        "라는 라고",
        rf"(?<!\S){_VALUE}\s?(?:이라는|라는|이라고 하는|라고 하는)\s(?P<k>{_WORD_KO}|토큰)",
    ),
    # use hunter2 as the password
    (
        "as",
        rf"(?i)\b(?:use|set|with)\s+{_VALUE}\s+as\s+(?:{_OWNER})?\s?(?:\w+\s)?(?P<k>{_WORD_EN})\b",
    ),
    # make hunter2 the password
    ("make", rf"(?i)\bmake\s+{_VALUE}\s+{_OWNER}\s(?:\w+\s)?(?P<k>{_WORD_EN})\b"),
    # 비밀번호"X"
    ("\" ' ` “ ‘", rf"(?P<k>{_WORD_KO}|토큰){_PARTICLE}(?=[\"'`“‘]){_VALUE}"),
)
_WEAK = (
    # 비밀번호(X), password [X]
    (
        "( [ <",
        rf"{_AT}(?P<k>{_EVERY})\s?[(\[<](?!(?:{_EVERY})[)\]>])(?P<raw>[^\s()\[\]<>\0]{{2,200}})[)\]>]{_NO_QUOTES}",
    ),
    # 비밀번호로 X를 써줘
    ("로 에", rf"(?i)(?P<k>{_EVERY})\s?{_MEANS}\s+{_VALUE}\s?(?:을|를)?\s?{_USED}"),
    # password X, the password is X, password to X
    ("", rf"{_AT}(?:\w{{1,40}}_)?(?P<k>{_EVERY})(?:'s)?(?:\s+{_SAID})?\s+{_VALUE}"),
    # the password of kim to X
    ("of for", rf"{_AT}(?P<k>{_EVERY}|pass)\s+(?:of|for){_WHOSE}{_VALUE}"),
    # password of X, but not of whose it is; a password of X
    ("of", rf"{_AT}(?P<k>{_EVERY})\s+of(?!{_NOT_WHOSE})\s+{_VALUE}"),
    ("of", rf"(?i)\ba\s+(?:\w{{1,30}}\s)?(?P<k>{_EVERY})\s+of\s+{_VALUE}"),
    # with pass X, but not "install pass", "proxy pass", "must pass"
    (
        "pass",
        rf"{_AT}(?<!proxy )(?<!install )(?<!to )(?<!must )(?<!not )"
        rf"(?P<k>pass)(?:\s+(?:{_SAID}|of))?\s+{_VALUE}",
    ),
    # identified by X, identified with PLUGIN by password X
    (
        "identified",
        r"(?i)\b(?P<k>identified(?:\s+with\s+\S{1,99}(?=\s+by\s))?+\s+(?:by|with|as))"
        rf"(?:\s+(?:the\s+)?(?:{_EVERY}|pass))?+\s+{_VALUE}",
    ),
    # 비밀번호 X, 비밀번호는 X, 비밀번호를 X로, password는 X
    (
        _HANGUL,
        rf"(?i)(?P<k>{_WORD_KO}|{_KEY_KO}|토큰|시크릿)\s?(?:값)?(?:(?P<c>[은는이가]요?)|{_PARTICLE})\s+"
        rf"{_JUST}{_VALUE}",
    ),
    (
        _HANGUL,
        rf"{_AT}(?:\w{{1,40}}_)?(?P<k>{_EVERY})\s?(?:(?P<c>[은는이가]요?)|[을를도의만])\s+{_JUST}{_VALUE}",
    ),
    # the PIN is 4711
    (
        "pin 핀",
        rf"{_AT}(?P<k>pin(?:\s?(?:code|number))?|핀\s?번호)\s?(?:(?:은|는)|is|[=:])\s*(?P<raw>\d{{4,12}})"
        rf"(?!\w){_NO_QUOTES}",
    ),
)
_FAINT = (
    # X 비밀번호로 만들어줘
    ("로", rf"(?<!\S){_VALUE}\s(?P<k>{_WORD_KO}|토큰)(?:으로|로)\s"),
    # X가 비밀번호야, X is kim's password
    ("이 가", rf"(?<!\S){_VALUE}\s?(?:이|가)\s(?P<k>{_WORD_KO}|토큰)(?:입|이|야|다|로|\W|$)"),
    ("is was", rf"(?<!\S){_VALUE}\s(?i:is|was)\s(?i:{_OWNER})\s(?:\w+\s)?(?P<k>(?i:{_WORD_EN}))\b"),
    # 비번hunter2로, 비번은hunter2
    (_HANGUL, rf"(?P<k>{_WORD_KO})[은는]?(?P<raw>[A-Za-z0-9][!-~]{{3,199}}){_NO_QUOTES}"),
    # 비밀번호 변경해줘 X로
    (
        _HANGUL,
        rf"(?P<k>{_WORD_KO})(?:을|를)?\s?(?:변경|바꿔|바꾸|초기화|설정|재설정|지정|리셋)[가-힣]{{0,6}}\s+{_VALUE}",
    ),
    # the password, X, for kim; password - X
    (",", rf"{_AT}(?P<k>{_EVERY}),\s(?P<raw>[^\s,\0]{{4,200}})(?=,){_NO_QUOTES}"),
    ("- – —", rf"{_AT}(?P<k>{_EVERY})\s[-–—]\s{_VALUE}"),
)
# A message with none of these announces nothing.
_WORDS = (
    "pass", "pw", "p/w", "비밀", "비번", "암호", "패스", "token", "토큰", "key", "키", "secret",
    "시크릿", "identified", "cred", "자격", "정보", "psk", "pin", "핀",
)  # fmt: skip
# Behind these "login" is a command, and what follows it a registry with its port.
_NO_LOGIN = "".join(
    rf"(?<!{one} )" for one in ("podman", "docker", "buildah", "skopeo", "registry")
)
_USER = rf"(?:users?|accounts?|{_NO_LOGIN}logins?|사용자|유저|계정)"
_NAME = (
    r"(?!system:(?:kube-|node|serviceaccount|anonymous|masters|(?:un)?authenticated))"
    r"[A-Za-z_][\w.-]{0,63}"
)


@cache
def pairs() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """ "user " before a list of NAME or NAME:PASSWORD, one of the list, and what joins two."""
    return (
        re.compile(rf"{_AT}{_USER}(?:\s+(?:named|called))?\s+"),
        re.compile(rf"[\"'`]?{_NAME}(?::(?!//)(?P<v>[^\s\0\"'`][^\s\0]*))?"),
        re.compile(r"[\"'`]?(?:\s*,\s*(?:and\s+)?|\s+and\s+|[와과]\s+|\s+및\s+)"),
    )


def announced(text: str) -> Iterator[tuple[re.Pattern[str], Trust]]:
    """Patterns with an announcing word and a value, and how surely it follows: those of which
    *text* has the signs. Compiling all of them takes longer than reading a message."""
    if not announces(text):
        return
    lower = text.lower()
    if any("가" <= char <= "힣" for char in text):
        lower += _HANGUL
    levels: tuple[tuple[Trust, tuple[tuple[str, str], ...]], ...] = (
        ("strong", _STRONG),
        ("weak", _WEAK),
        ("faint", _FAINT),
    )
    for trust, patterns in levels:
        for signs, pattern in patterns:
            if not signs or any(sign in lower for sign in signs.split(" ")):
                yield _compiled(pattern), trust


def announces(text: str) -> bool:
    """Whether *text* has the beginning of a word that announces a secret; true for nothing."""
    lower = text.lower()
    return not text or any(word in lower for word in _WORDS)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
