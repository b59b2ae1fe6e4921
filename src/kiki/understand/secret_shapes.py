"""Secrets that show themselves, without a word that announces them: data and regular expressions.

Called by ``secrets`` only. In the patterns, group ``v`` is the value. All run in linear time.
Sources of the prefixes: the vendors' own documentation of their tokens; of the hashes crypt(5) and
slappasswd(8).
"""

import re
from functools import cache

from kiki.understand.secret_words import GITLAB

_PEM = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_KEYS = (
    rf"(?P<v>-----BEGIN {_PEM}(?:[^-]|-(?!----END))*(?:-----END {_PEM}|\Z)?)",
    r"(?P<v>---- BEGIN SSH2 [A-Z ]{0,20}PRIVATE KEY ----(?:[^-]|-(?!--- END))*"
    r"(?:---- END SSH2 [A-Z ]{0,20}PRIVATE KEY ----|\Z)?)",
    r"(?P<v>PuTTY-User-Key-File-\d:(?:[^P]|P(?!rivate-MAC:))*(?:Private-MAC: ?\w*|\Z))",
    # the same in base64, as a kubeconfig has it; certificates and public keys are no secrets
    r"(?<![A-Za-z0-9+/])(?P<v>LS0tLS1CRUdJTi(?!BDRVJU|BQVUJM)[A-Za-z0-9+/]{8,}={0,2})",
    r"(?P<v>AGE-SECRET-KEY-1[0-9A-Z]{30,})",
)
# scheme://user:password@host, and a token in the place of the user
_ADDRESSES = (
    r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/:@]{0,256}:(?P<v>(?!\0)[^\s/]{1,512})@(?=[A-Za-z0-9\[])",
    r"[A-Za-z][A-Za-z0-9+.-]{0,30}://(?P<v>[A-Za-z0-9_-]{20,})@(?=[A-Za-z0-9\[])",
)
_START = r"(?<![A-Za-z0-9_])"
_TOKENS = (
    # GitHub, GitLab, Slack, Hugging Face, npm, PyPI, Google, DigitalOcean, Vault, Docker,
    # Atlassian, Shopify, SendGrid, Tailscale, Databricks, JWT
    rf"{_START}(?P<v>gh[pousr]_[A-Za-z0-9]{{20,}}|github_pat_\w{{20,}}|gl(?:{'|'.join(GITLAB)})-[\w-]{{16,}}"
    r"|xox[abeprs]-[\w-]{10,}|xapp-[\w-]{10,}|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{20,}"
    r"|pypi-[\w-]{20,}|ya29\.[\w-]{20,}|dop_v1_[0-9a-f]{32,}|hv[sbr]\.[\w-]{20,}"
    r"|dckr_(?:pat|oat)_[\w-]{16,}|ATATT3[\w=-]{20,}|shp(?:at|ca|pa|ss)_[0-9a-f]{16,}"
    r"|SG\.[\w-]{16,}\.[\w-]{16,}|tskey-[\w-]{16,}|dapi[0-9a-f]{32}"
    r"|eyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]*)",
    r"hooks\.slack\.com/(?:services|workflows)/(?P<v>[\w/]{16,})",
    # a header's value: scheme and credentials (RFC 7617, RFC 6750), but not "basic authentication"
    r"(?i)\b(?:bearer|basic)\s+(?!(?:auth\w*|credentials?|configuration|protection)\b)"
    r"(?P<v>[A-Za-z0-9._~+/-]{12,}=*)",
    r"(?i)\bcookie:\s*[^=\s;]{1,64}=(?P<v>[^;\s\0]{8,})",
    # a signed address of a cloud's storage
    r"(?i)[?&](?:sig|x-amz-signature|x-goog-signature)=(?P<v>[\w%+/=.-]{16,})",
)
_API_KEYS = (
    # OpenAI-like, Stripe, Groq, NVIDIA, Google and AWS keys
    r"(?<![A-Za-z0-9_-])(?P<v>sk-[A-Za-z0-9_-]{16,}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"
    r"|gsk_[A-Za-z0-9]{20,}|nvapi-[\w-]{20,}|AIza[\w-]{35}|(?:AKIA|ASIA)[0-9A-Z]{16})",
)
_HASHES = (
    r"(?P<v>\$(?:1|2[abxy]|5|6|7|y|gy|apr1|md5|sha1|P|H|argon2(?:id?|d)|scrypt|pbkdf2[\w-]*)\$"
    r"[./A-Za-z0-9$=,+-]{8,})",
    r"(?P<v>\{(?i:s?sha(?:224|256|384|512)?|s?md5|crypt|pbkdf2[\w-]{0,16}|argon2)\}"
    r"[A-Za-z0-9+/=.$,]{8,})",
    r"(?P<v>grub\.pbkdf2\.sha512\.\d+\.[0-9A-Fa-f]{16,}\.[0-9A-Fa-f]{16,})",
)
# kim:password 사용자
_PAIRED = (
    r"(?<!\S)[\"'`]?(?!(?:name|user|login)\b)[A-Za-z_][\w.-]{0,63}:(?!//)(?P<v>[^\s\0]{1,200}?)"
    r"[\"'`]?(?:이라는|라는|인)?\s(?:사용자|유저|계정)",
    # user kim / Passw0rd!
    r"(?i)(?<![\w/.-])(?:user|account|login|사용자|유저|계정)\s+[A-Za-z_][\w.-]{0,63}\s?/\s?"
    r"(?P<v>(?=[^\s\0]{0,64}\d)(?=[^\s\0]{0,64}[!@#$%^&*])[^\s/\0]{6,64})",
)
# the auths of a container registry: base64 of user:password
_AUTHS = (
    r"(?i)(?<![\w-])auth[\"']?\s*[:=]\s*[\"']?(?P<v>(?=[^\s\"']{0,200}[A-Z])(?=[^\s\"']{0,200}[a-z])"
    r"(?=[^\s\"']{0,200}[0-9=])[A-Za-z0-9+/]{12,200}={0,2})(?![\w.-])",
)
_BY_SORT = (
    (_KEYS, "private-key"),
    (_ADDRESSES, "password"),
    (_TOKENS, "token"),
    (_API_KEYS, "api-key"),
    (_HASHES, "password"),
    (_PAIRED, "password"),
    (_AUTHS, "password"),
)


@cache
def shown() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of secrets that need no announcement, and the sort of each."""
    return tuple((re.compile(one), sort) for patterns, sort in _BY_SORT for one in patterns)
