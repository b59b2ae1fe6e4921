"""What a secret in a message looks like: data and regular expressions.

Called by ``secrets`` only. Two sorts: secrets that show themselves, and values that a word
announces. In the patterns, group ``v`` is a value that shows itself, ``k`` an announcing word,
``c`` what says that the value follows ("is", "은"), ``dq``, ``sq``, ``bq``, ``cq``, ``cs``, ``raw``
the value in quotes or without spaces. All run in linear time.
"""

import re
from functools import cache

# What may follow "password" and the like without being one.
ORDINARY = frozenset(
    """
    a after age aging all an and any are as at auth authentication authenticated based be because
    before being but by can cannot change changed changes check checker complexity config
    configuration correct could database db default directory disabled does encryption enabled
    entry exists expiration expire expired expires expiry field file files for from generator group
    has hash hashes hashing have hint history if in input into is it its key keys leak length less
    library list lock locked login logins management manager must needed never no nor not of off on
    only or package parameter policies policy prompt protect protected protection quality recovery
    required requirement requirements reset resets rotate rotation rule rules salt script security
    server service set setting settings setup should so storage store strength sync than that the
    then these this those to too tool tools until update user users using utility value variable
    vault was when where which will with without would wrong you your
    """.split()  # noqa: SIM905 -- a hundred words
)
# What a token or a key can be ("the token is missing") without that being its value.
STATES = frozenset(
    """
    absent active available created empty fine gone generated invalid missing mounted new ok old
    present private provided public ready readable revoked same shared stale stored there unset
    valid visible
    """.split()  # noqa: SIM905 -- a list of words
)
# Words that begin another part of the sentence, so that a password with spaces ends before them.
CLAUSE = frozenset(
    """
    add allow also an and append as assign at be because but by comment copy create delete disable
    enable ensure every except expires for from gid give group groups home host hosts if in into
    install is join key later left let login make member name named now of on or please remove
    restart role run send set shell should so start stop sudo system than that the then to uid
    unless until use user users using via when where which while who whose will with without
    """.split()  # noqa: SIM905 -- a hundred words
)
# Korean adverbs that end like "X로" but are no value.
ORDINARY_KO = frozenset(
    """
    새로 따로 별도로 임의로 자동으로 랜덤으로 무작위로 강제로 기본으로 다음으로 서로 바로 그대로
    절대로 반드시 꼭 주기적으로 안전하게
    """.split()  # noqa: SIM905 -- a hundred words
)
# Particles and copulas that can stand after a value that does not end in Hangul.
TAIL = re.compile(
    r"(?:으로|로|을|를|이고|이며|고|며|이야|야|입니다|이에요|예요|이다|이라고|라고|이라는|라는|인|은|는"
    r"|이|가|와|과|의|에)(?:[.,;:)\]}]*)$"
)
# "8자 이상": a length or a time and no value.
COUNTED = re.compile(r"\d+(?:자|번|회|개|일|분|시간|자리|글자|가지|개월|년)")
# What follows "X로" when X is the value.
MADE_SO = re.compile(r"\s?(?:해|하|설정|지정|만들|바꿔|변경)")
SORTS = (
    (re.compile(r"(?i)token|토큰|bearer"), "token"),
    (re.compile(r"(?i)private|개인"), "private-key"),
    (re.compile(r"(?i)key|키"), "api-key"),
    (re.compile(r"(?i)secret|시크릿|credential|자격"), "secret"),
)

_WORD_EN = r"pass[ _-]?words?|(?<!\bno)passwd|passphrase|pass[ _-]?code|pwd|pw"
_WORD_KO = r"비밀\s?번호|비번|패스워드|패스프레이즈|(?<![가-힣])패스|암호"
_KEY_KO = r"(?:api|액세스|접근|비밀|시크릿|개인|인증|암호화|서명)\s?키|인증키"
_EVERY = (
    rf"{_WORD_EN}|{_WORD_KO}|{_KEY_KO}"
    r"|(?:(?:access|auth|api|bearer|refresh|session|personal)[ _-]?)?tokens?"
    r"|(?:api|access|secret|private|encryption|signing|account|auth)[ _-]?(?:access[ _-]?)?keys?"
    r"|(?:client[ _-]?|shared[ _-]?)?secrets?|credentials?|시크릿|토큰|자격\s?증명"
)
_PARTICLE = r"(?:은|는|이|가|을|를|도|의)?"
# \0 stands for the characters of a placeholder that is already there.
_VALUE = (
    r"""(?!\0)(?:"(?P<dq>[^"\n]+)"|'(?P<sq>[^'\n]+)'|`(?P<bq>[^`\n]+)`"""
    r"""|“(?P<cq>[^”\n]+)”|‘(?P<cs>[^’\n]+)’|(?P<raw>[^\s"'`“‘]\S*))"""
)
QUOTED = ("dq", "sq", "bq", "cq", "cs")
_IS = r"is|are|was|be|will be|should be"
# " of kim and lee on web1 to ": whose password it is, and that the value follows.
_WHOSE = (
    r"(?:\s+(?!(?:add|append|assign|copy|give|install|join|move|put|restart|run|send)\b)"
    rf"[^\s.;:=\0][^\s;:=\0]{{0,99}}){{1,8}}?(?P<c>\s+(?:{_IS}|to|as)\s+|\s*[=:]\s*)"
)
_NOT_WHOSE = _WHOSE.replace("?P<c>", "?:")

_PEM = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_SHOWN = (
    (rf"(?P<v>-----BEGIN {_PEM}(?:[^-]|-(?!----END))*(?:-----END {_PEM}|\Z)?)", "private-key"),
    # scheme://user:password@host
    (
        r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/:@]{0,256}:(?P<v>(?!\0)[^\s/]{1,512})@(?=[A-Za-z0-9\[])",
        "password",
    ),
    # GitHub, GitLab, Slack, Hugging Face, npm, Google, DigitalOcean, Vault, JWT
    (
        r"(?<![A-Za-z0-9_])(?P<v>gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}"
        r"|xox[abeprs]-[\w-]{10,}|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{20,}|ya29\.[\w-]{20,}"
        r"|dop_v1_[0-9a-f]{32,}|hvs\.[\w-]{20,}|eyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]*)",
        "token",
    ),
    # kim:password 사용자
    (
        r"(?<!\S)[\"'`]?(?!(?:name|user|login)\b)[A-Za-z_][\w.-]{0,63}:(?!//)(?P<v>[^\s\0]{1,200}?)"
        r"[\"'`]?(?:이라는|라는|인)?\s(?:사용자|유저|계정)",
        "password",
    ),
    # OpenAI-like, Google and AWS keys
    (
        r"(?<![A-Za-z0-9_-])(?P<v>sk-[A-Za-z0-9_-]{16,}|AIza[\w-]{35}|(?:AKIA|ASIA)[0-9A-Z]{16})",
        "api-key",
    ),
    # crypt(5) hashes
    (
        r"(?P<v>\$(?:1|2[abxy]|5|6|7|y|gy|argon2(?:id?|d)|scrypt)\$[./A-Za-z0-9$=,+-]{8,})",
        "password",
    ),
    (r"(?i)\b(?:bearer|basic)\s+(?P<v>[A-Za-z0-9._~+/-]{12,}=*)", "token"),
)
_STRONG = (
    # password=X, "password": "X", DB_PASSWORD: X, 비밀번호: X
    rf"(?i)(?<![/.])(?P<k>{_EVERY}|pass)[\"']?\s?{_PARTICLE}\s?(?:=|:(?!//)|：|=>)\s*{_VALUE}",
    # --password X
    rf"(?i)(?<!\S)--?[a-z-]{{0,30}}?(?P<k>{_EVERY}|pass)[= ]\s*{_VALUE}",
    # hunter2를 비밀번호로
    rf"(?<!\S){_VALUE}\s?(?:을|를)\s(?P<k>{_WORD_KO}|토큰)(?:으로|로)",
    # hunter2라는 비밀번호
    rf"(?<!\S){_VALUE}(?:이라는|라는|이라고 하는|라고 하는)\s(?P<k>{_WORD_KO}|토큰)",
    # use hunter2 as the password
    rf"(?i)\b(?:use|set|with)\s+{_VALUE}\s+as\s+(?:the|a|its|his|her|their)?\s?(?:\w+\s)?"
    rf"(?P<k>{_WORD_EN})\b",
    # 비밀번호"X"
    rf"(?P<k>{_WORD_KO}|토큰){_PARTICLE}(?=[\"'`“‘]){_VALUE}",
)
_WEAK = (
    # password X, the password is X, password to X
    rf"(?i)(?<![\w/.-])(?P<k>{_EVERY})(?:\s+(?:(?P<c>{_IS})|to|as))?\s+{_VALUE}",
    # the password of kim to X
    rf"(?i)(?<![\w/.-])(?P<k>{_EVERY}|pass)\s+(?:of|for){_WHOSE}{_VALUE}",
    # password of X, but not of whose it is; a password of X
    rf"(?i)(?<![\w/.-])(?P<k>{_EVERY})\s+of(?!{_NOT_WHOSE})\s+{_VALUE}",
    rf"(?i)\ba\s+(?:\w{{1,30}}\s)?(?P<k>{_EVERY})\s+of\s+{_VALUE}",
    # with pass X, but not "install pass", "proxy pass", "must pass"
    r"(?i)(?<![\w/.-])(?<!proxy )(?<!install )(?<!to )(?<!must )(?<!not )"
    rf"(?P<k>pass)(?:\s+(?:(?P<c>{_IS})|to|as|of))?\s+{_VALUE}",
    # identified by X, identified with PLUGIN by password X
    r"(?i)\b(?P<k>identified(?:\s+with\s+\S{1,99}(?=\s+by\s))?+\s+(?:by|with|as))"
    rf"(?:\s+(?:the\s+)?(?:{_EVERY}|pass))?+\s+{_VALUE}",
    # 비밀번호 X, 비밀번호는 X, 비밀번호를 X로
    rf"(?i)(?P<k>{_WORD_KO}|{_KEY_KO}|토큰|시크릿)(?:(?P<c>[은는이가])|{_PARTICLE})\s+{_VALUE}",
)
_USER = r"(?:users?|accounts?|logins?|사용자|유저|계정)"
_NAME = (
    r"(?!system:(?:kube-|node|serviceaccount|anonymous|masters|(?:un)?authenticated))"
    r"[A-Za-z_][\w.-]{0,63}"
)


@cache
def shown() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of secrets that need no announcement, and the sort of each."""
    return tuple((re.compile(pattern), sort) for pattern, sort in _SHOWN)


@cache
def pairs() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """ "user " before a list of NAME or NAME:PASSWORD, one of the list, and what joins two."""
    return (
        re.compile(rf"(?i)(?<![\w/.-]){_USER}(?:\s+(?:named|called))?\s+"),
        re.compile(rf"[\"'`]?{_NAME}(?::(?!//)(?P<v>[^\s\0\"'`][^\s\0]*))?"),
        re.compile(r"[\"'`]?(?:\s*,\s*(?:and\s+)?|\s+and\s+|[와과]\s+|\s+및\s+)"),
    )


@cache
def announced() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Patterns with an announcing word and a value, and whether the announcement is strong."""
    strong = tuple((re.compile(pattern), True) for pattern in _STRONG)
    return strong + tuple((re.compile(pattern), False) for pattern in _WEAK)
