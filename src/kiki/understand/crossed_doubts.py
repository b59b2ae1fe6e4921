"""Readings whose words are all accounted for and may still be crossed: what was said of one thing
is done to another, or to more than was meant.

Called by ``doubts``. Each rule takes the intent and the tokens of a reading and gives the token
that is in doubt, or None. Nothing is mended here: whoever asks says it again, one thing at a time.
"""

import re
from collections import Counter
from itertools import pairwise

from kiki.model.intent import Intent, Operation, Question, Token
from kiki.understand.pointing import doubted_at, token_of

_AWAY = frozenset(("declined", "left"))
_THEN = frozenset(("then", "다음", "다음에", "후", "후에", "뒤에", "이어서"))
_TOGETHER = frozenset(
    ("한꺼번에", "한번에", "동시에", "일제히", "once", "together", "simultaneously")
)
_AT = frozenset(("on", "in", "at"))
_HOSTS = frozenset(("noun:host", "noun:server"))
_EVERYWHERE = frozenset(("everywhere", "모두에서"))
_ALL_HOSTS = "assumption.all_hosts"
# What the next start of a host forgets.
_PASSING = frozenset((
    *(f"ansible.service_{name}" for name in ("start", "stop", "restart", "reload")),
    "k8s.scale", "k8s.node_cordon", "k8s.node_drain", "k8s.rollout_restart",
))  # fmt: skip
_FOR_NOW = frozenset((
    "for now", "temporarily", "the moment", "time being", "a while", "a moment",
    "당분간", "당분간만", "잠깐", "잠시", "임시로", "일시적으로",
))  # fmt: skip
_CARRIES_NOTHING = ("fill", "particle")  # roles
_WAIT = frozenset(("잠깐", "잠시"))
_LOOKS = ("_show", "_list", "_logs", "_status", ".ping", ".health_check", ".host_facts")
_CALLED = ("field:name", "field:namespace")
_CLUSTERS = frozenset(("클러스터", "cluster", "쿠버네티스 클러스터", "kubernetes cluster"))
_LEAVING = "ansible.database_user_remove"
_NUMBERED = re.compile(r"[0-9]")
# What one value of can't be meant for several things.
_SINGLE = (
    ("ansible.user_create", "names", "home"),
    ("ansible.package_install", "names", "version"),
)


def crossed_doubt(intent: Intent, tokens: tuple[Token, ...]) -> Question | None:
    """The refusal for the first token in doubt; None when there is none."""
    tokens = tuple(sorted(tokens, key=lambda token: token.start))
    for rule, name in _RULES.items():
        found = rule(intent, tokens)
        if found is not None:
            return doubted_at(found, name)
    return None


def _left(intent: Intent, tokens: tuple[Token, ...]) -> Token | None:
    """A verb behind what is not to be touched, without a thing of its own: "stop nginx, don't stop
    apache2 but disable it" is about apache2, "don't stop apache2 but disable it" is clear."""
    away = [token for token in tokens if token.role in _AWAY]
    first = away[0].start if away else 0
    if not any(token.role[:5] == "verb:" and token.start < first for token in tokens):
        return None
    last = max(token.end for token in tokens if token.role in _AWAY or token.role[:4] == "not:")
    starts = [
        [source.start for source in one.sources.values() if source.origin == "span"]
        for one in intent.operations
    ]
    spans = [start for found in starts for start in found]
    across = any(min(found) < first and max(found) >= last for found in starts if found)
    verb = next((one for one in tokens if one.start >= last and one.role[:5] == "verb:"), None)
    named = any(start < first for start in spans) and not any(start >= last for start in spans)
    return verb if named or across else None


def _each(intent: Intent, tokens: tuple[Token, ...]) -> Token | None:
    """각각 between two lists: one of each was meant, and every one of both would be done."""
    each = next((token for token in tokens if token.role == "noun:each"), None)
    if each is None:
        return None
    kinds = Counter(one.kind for one in intent.operations)
    several = (
        int(len(intent.hosts) > 1)
        + int(max(kinds.values()) > 1)
        + max(map(_lists, intent.operations))
    )
    return each if several > 1 else None


def _lists(operation: Operation) -> int:
    """How many fields of *operation* have several values that were said."""
    said = (value for name, value in operation.fields.items() if _is_said(operation, name))
    return sum(isinstance(value, list | tuple) and len(value) > 1 for value in said)


def _apart(_: Intent, tokens: tuple[Token, ...]) -> Token | None:
    """Two places, and a thing behind the second: "remove nginx on web1 and on web2 redis"."""
    for at, (before, token) in enumerate(pairwise(tokens), 1):
        again = before.role == "join" and token.role == "host" and token.text.lower() in _AT
        if again and any(one.role == "host" for one in tokens[:at]):
            after = next((one for one in tokens[at:] if one.role != "host"), None)
            if after is not None and after.role.startswith("field:"):
                return after
    return None


def _everywhere(intent: Intent, tokens: tuple[Token, ...]) -> Token | None:
    """One clause is about all hosts, another about some: it would be done on the few."""
    every = any(one.code == _ALL_HOSTS for one in intent.assumptions)
    hosts = [at for at, token in enumerate(tokens) if token.role == "host"]
    alls = [
        at
        for at, token in enumerate(tokens)
        if (every and token.role in _HOSTS) or token.text.lower() in _EVERYWHERE
    ]
    for there in alls:
        for host in hosts:
            between = tokens[min(there, host) : max(there, host)]
            if any(token.role.startswith("verb:") for token in between):
                return tokens[there]
    return None


def _ordered(_: Intent, tokens: tuple[Token, ...]) -> Token | None:
    """An order of hosts, which a run does not keep: "reboot web1 and then web2"."""
    seen = False
    for before, token in pairwise(tokens):
        seen = seen or before.role == "host"
        after_host = before.role in ("host", "join") and token.role == "join"
        if seen and after_host and token.text.lower() in _THEN:
            return token
    return None


def _together(intent: Intent, tokens: tuple[Token, ...]) -> Token | None:
    """Some at a time and all at once."""
    fills = (token for token in tokens if token.role == "fill" and token.text in _TOGETHER)
    return next(fills, None) if intent.batch else None


def _single(intent: Intent, tokens: tuple[Token, ...]) -> Token | None:
    """One home, or one number of a version, and several things: "htop, curl and nginx 1.24"."""
    for one in intent.operations:
        for kind, many, field in _SINGLE:
            token = token_of(one, field, tokens) if one.kind == kind else None
            if token is None or len(one.fields[many]) < 2:
                continue
            if field != "version" or _NUMBERED.search(str(one.fields[field])):
                return token
    return None


def _dropped(intent: Intent, tokens: tuple[Token, ...]) -> Token | None:
    """MariaDB's users are the server's: "remove user kim from database app" ends kim in all."""
    for one in intent.operations:
        token = token_of(one, "database", tokens)
        if one.kind == _LEAVING and one.fields.get("engine") == "mariadb" and token is not None:
            return token
    return None


def passes(intent: Intent) -> bool:
    """Whether nothing of *intent* stays: it looks, or does what the next request takes back."""
    return all(one.kind in _PASSING or one.kind.endswith(_LOOKS) for one in intent.operations)


def _passing(intent: Intent, tokens: tuple[Token, ...]) -> Token | None:
    """ "for now" of what stays: a swap that is off in /etc/fstab, a setting in a file. What only
    looks has nothing that could stay."""
    for token, following in pairwise((*tokens, None)):
        waits = token is not None and token.text in _WAIT and token.role in _CARRIES_NOTHING
        if waits and _ends(following):
            return token  # "nginx 재시작해줘. 잠깐": wait
    if passes(intent):
        return None
    texts = ["", *(token.text for token in tokens)]
    for before, token in zip(texts, tokens, strict=False):
        ends = {token.text.lower(), f"{before} {token.text}".lower()}
        said = token.role in _CARRIES_NOTHING or token.role.startswith("noun:")
        if said and ends & _FOR_NOW:
            return token
    return None


def _ends(token: Token | None) -> bool:
    return token is None or token.role in ("separator", "join") or not token.text.isalnum()


def _clustered(intent: Intent, tokens: tuple[Token, ...]) -> Token | None:
    """A cluster's name taken for that of a node or a namespace: in "kube-prod 클러스터 노드" all of
    its nodes may be meant, and no node is called so. Words choose no cluster."""
    if intent.target != "k8s":
        return None
    said = [token for token in tokens if token.role not in ("fill", "prep")]
    for before, token in pairwise(said):
        cluster = token.role.startswith("noun:") and token.text.lower() in _CLUSTERS
        if cluster and before.role in _CALLED:
            return before
    return None


def _is_said(operation: Operation, field: str) -> bool:
    source = operation.sources.get(field)
    return source is not None and source.origin == "span"


_RULES = dict.fromkeys(
    (_left, _each, _apart, _everywhere, _ordered, _together, _single, _dropped), "crossed"
) | {_passing: "for_now", _clustered: "cluster"}
