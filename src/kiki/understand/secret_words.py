"""Words around secrets: what is one and what only looks like one. Data.

Called by ``secrets``, ``secret_patterns`` and ``secret_shapes``. A weak announcement ("password
X") takes nothing that is an ordinary word of the sentence.
"""

import re

# What may follow "password" and the like without being one.
ORDINARY = frozenset(
    """
    a after age aging all alone an and any are as at auth authenticated authentication based be
    because before being but by can cannot change changed changes check checker chosen complexity
    config configuration correct could database db default directory disabled does enabled encrypted
    encryption entered entry exists expiration expire expired expires expiry field file files for
    from generated generator given group has hash hashed hashes hashing have hidden hint history if
    in incorrect input into is it its key keys leak left length less library list lock locked login
    logins long managed management manager mandatory must needed never no nor not of off on only
    optional or package parameter policies policy printed prompt protect protected protection
    quality random recovery required requirement requirements reset resets rotate rotated rotating
    rotation rule rules salt script security see server service set setting settings setup shared
    short should shown so stale storage store stored strength strong sync than that the then these
    this those to too tool tools typed unique until update used user users using utility value
    variable vault visible was weak when where which will with without would wrong you your
    """.split()  # noqa: SIM905 -- a hundred words
)
# What a token or a key can be ("the token is missing") without that being its value.
STATES = frozenset(
    """
    absent active available created empty fine generated gone invalid managed missing mounted new ok
    old present private provided public readable ready refreshed renewed replaced revoked rotated
    same shared stale stored there unset used valid visible
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
# What stands for a value that is somewhere else: {{ vault_pw }}, $DB_PASS, <password>, ****, null
REFERENCE = re.compile(
    r"\{\{[^{}]*\}?\}?|\$\{?[A-Z_][A-Z0-9_]*\}?|%\w+%|<[a-z _-]+>?|[*x.…]{3,}"
    r"|null|none|true|false|yes|no|~|!vault.*|[|>][+-]?"
)
# The sorts of GitLab's tokens, between "gl" and a dash.
GITLAB = ("pat", "dt", "rt", "ptt", "soat", "cbt", "ft", "imt", "agent", "oas")
# What begins no value after a mere word: a path, an option, a sign that the value is yet to come.
NO_VALUE = re.compile(
    r"[/:=→–—]|--?[A-Za-z0-9][\w-]*$|--|->|-$|$"
    # ciphers and hashes: "암호(AES-256)", "비밀번호 sha512 해시"
    r"|(?i:aes|sha|rsa|md5|bcrypt|argon2|scrypt|ed25519|ecdsa|tls|ssl|gpg|pgp|luks|pbkdf2)[\w.-]*$"
)
NEXT_ASSIGNMENT = re.compile(r"[;&](?=[A-Za-z_][\w. -]{0,40}=)")
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
