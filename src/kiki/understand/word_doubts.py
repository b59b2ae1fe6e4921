"""Words that rules can place, and that a person would still read in another way.

Called by ``doubts`` with the tokens of an accepted reading. Each rule gives the token that is in
doubt, or None; its name is the code of the refusal.
"""

import re
from itertools import pairwise

from kiki.model.intent import Question, Token
from kiki.understand.backgrounds.ordinary import is_ordinary
from kiki.understand.lexicon import lexicon
from kiki.understand.slips import meant_by

_PROTOCOLS = frozenset(("tcp", "udp"))
_PAIRS = frozenset(("tcp/udp", "udp/tcp"))
_ORDER = frozenset(("first", "먼저", "우선", "부터"))
_WHOSE = frozenset(("for", "of"))
_NUMBERED = frozenset(
    ("번", "번째", "부터", "까지", "에서")
)  # "80번 포트" names the port by its number
_QUANTITIES = frozenset(
    ("dozen", "couple", "few", "several", "some", "many", "all", "every", "each", "both")
)


# What a name of its own sentence stands after, and what shows that it is one of several names.
_APART = frozenset((".", "-", "--", ";"))
_NAMING = ("noun:", "join", "stop")
_RANGE = re.compile(r"[a-z-]*[a-z](\d+)(?:-|~|\.\.+)(\d+)", re.IGNORECASE)
_STATES = frozenset(("stopped", "started", "restarted", "removed", "disabled", "enabled"))
_SINGULAR = frozenset(("it", "his", "her"))
# "an account for kim" is kim's, "the status of nginx" is that of nginx.
_THEIRS = ("noun:user", "noun:service_state", "noun:service_log", "noun:k8s_status")
# "a site for shop.example.com" is the site of that name.
_SITES = ("noun:website", "noun:vhost")
_AND = frozenset(("and", "&", ","))
_PLURALS = frozenset((
    "servers", "instances", "vms", "machines", "deployments", "services", "namespaces", "users",
    "accounts", "nodes",
))  # fmt: skip


def word_doubt(tokens: tuple[Token, ...], target: str) -> Question | None:
    """The refusal for the first word in doubt; None when there is none."""
    rules = {
        "counted": _counted, "protocol": _protocol, "order": _order, "quantity": _quantity,
        "slip": _slip, "stray": _stray, "range": _range, "singular": _singular, "more": _more,
        "difference": _difference, "undecided": _undecided, "clock": _clock,
    }  # fmt: skip
    if target == "ansible":
        rules |= {"whose": _whose, "sudo": _sudo}
    for name, rule in rules.items():
        found = rule(tokens)
        if found is not None:
            near = meant_by(found.text, lexicon()) if name == "slip" else ""
            params = {"word": found.text, "near": near} if near else {"word": found.text}
            return Question(
                code=f"doubt.{name}", field="", params=params, start=found.start, end=found.end
            )
    return None


def _ports(tokens: tuple[Token, ...]) -> list[Token]:
    return [token for token in tokens if token.role == "field:ports"]


def _counted(tokens: tuple[Token, ...]) -> Token | None:
    """A count that was taken for a port: "open 3 ports", "포트 두 개"."""
    ports = _ports(tokens)
    for token in ports:
        if not token.text.isascii() and token.text not in _NUMBERED:
            return token
    for token, following in pairwise(tokens):
        if token in ports and len(ports) == 1 and following.text.lower() == "ports":
            return token
    return None


def _protocol(tokens: tuple[Token, ...]) -> Token | None:
    """A protocol that may be meant for one port or for all: "80, 443 udp", "tcp 80, 443"."""
    ports = _ports(tokens)
    said = [token for token in ports if token.text.lower() in _PROTOCOLS | _PAIRS]
    bare = [token for token in ports if token.text[0].isdigit() and "/" not in token.text]
    if not said or len(bare) < 2:
        return None
    listed = any(one in bare and other in bare for one, other in pairwise(_sorted(said + bare)))
    unclear = listed or len(said) != len(bare) or said[0].start < bare[0].start
    return said[0] if unclear else None


def _sorted(tokens: list[Token]) -> list[Token]:
    return sorted(tokens, key=lambda token: token.start)


def _order(tokens: tuple[Token, ...]) -> Token | None:
    """An order that is not the one of the words: "install a, remove b first"."""
    verbs = [token for token in tokens if token.role.startswith("verb:")]
    if len({token.role for token in verbs}) < 2:
        return None
    for token in tokens:
        ordered = token.text.lower() in _ORDER and not token.role.startswith("field:")
        if ordered and token.start > verbs[0].start:
            korean, last = not token.text.isascii(), token.start > verbs[-1].start
            if korean or last:
                return token
    return None


def _quantity(tokens: tuple[Token, ...]) -> Token | None:
    """A number word that was taken for a name: "a dozen servers"."""
    named = (token for token in tokens if token.role in ("field:name", "field:names"))
    return next((token for token in named if token.text.lower() in _QUANTITIES), None)


_AMOUNTS = ("field:replicas", "field:size")
_BY = frozenset(("by", "another", "additional", "extra"))
_MORE = frozenset(("만큼", "만큼만", "만큼을", "정도", "을", "를", "더"))


def _difference(tokens: tuple[Token, ...]) -> Token | None:
    """How many or how much more or less, taken for how many or much, or the other way round:
    "scale web by 2", "extend data 5G"."""
    for before, token, after in zip((None, *tokens), tokens, (*tokens[1:], None), strict=False):
        by = before is not None and before.text.lower() == "by"
        if by and token.role in _AMOUNTS:
            return token
        more = before is not None and before.text.lower() in _BY
        if token.role == "field:by" and not more and not _so_much(after):
            return token
    return None


def _so_much(after: Token | None) -> bool:
    """As in "5G만큼 늘려줘", "5G 더 늘려줘", "5G 늘려줘": what stands right before the verb."""
    korean = after is not None and not after.text.isascii()
    return after is not None and korean and (after.text in _MORE or after.role.startswith("verb:"))


def _undecided(tokens: tuple[Token, ...]) -> Token | None:
    """What may be asked for or only be said beside it."""
    said = [token for token in tokens if token.role]
    return _deed_or_time(said) or _one_more(said) or _deed_or_noun(said)


def _deed_or_time(said: list[Token]) -> Token | None:
    """A deed that may say when: "on reboot all hosts, ..."."""
    for before, token in pairwise(said):
        where = before.text.lower() == "on" and before.role.startswith("noun:")
        if where and token.role.startswith("verb:"):
            return token
    return None


def _one_more(said: list[Token]) -> Token | None:
    """One more thing after the state that is asked for: in "get redis stopped and gdb" nobody says
    that gdb is to be stopped."""
    for before, token, after in zip(said, said[1:], said[2:], strict=False):
        if before.text.lower() in _STATES and token.text == "and" and after.role == "field:names":
            return after if _got(said, before) else None
    return None


def _deed_or_noun(said: list[Token]) -> Token | None:
    """A noun after what it would be made of, which may be a deed of its own: "xfs로 포맷
    마운트해줘"."""
    for before, token, after in zip(said, said[1:], said[2:], strict=False):
        made = token.text == "포맷" and before.text in ("로", "으로")
        if made and after.role.startswith("verb:"):
            return token
    return None


def _got(said: list[Token], state: Token) -> bool:
    """Whether *state* ends what "get" begins, with a thing between: "get redis stopped"."""
    before = said[: said.index(state)]
    got = [place for place, token in enumerate(before) if token.text.lower() == "get"]
    between = before[got[-1] + 1 :] if got else []
    return any(token.role == "field:names" for token in between)


def _slip(tokens: tuple[Token, ...]) -> Token | None:
    """A noun of ours with a slip of the hand that was taken for a name: "server web, imgae x". What
    a command calls a kind is no slip for its plural: "kubectl delete deployment web"."""
    named = (
        token
        for token in tokens
        if token.role.startswith("field:")
        and not (token.role == "field:resource" and _other_number(token.text.lower()))
    )
    return next((token for token in named if meant_by(token.text, lexicon())), None)


def _other_number(word: str) -> bool:
    """Whether *word* is the plural or the singular of a noun of ours."""
    return not {f"{word}s", word.removesuffix("s")}.isdisjoint(lexicon().words)


def _stray(tokens: tuple[Token, ...]) -> Token | None:
    """An ordinary word at the beginning of a sentence that was taken for a name, with nothing
    beside it that says so: "Staging first.", "Rejected: ...", "- dry run"."""
    if not all(token.text.isascii() for token in tokens):
        return None
    for before, token, after in zip((None, *tokens), tokens, (*tokens[1:], None), strict=False):
        if token.role not in ("field:name", "field:namespace") or not token.text.isalpha():
            continue
        apart = before is None or before.text in _APART or before.role == "corrected"
        titled = before is None and after is not None and after.text == ":"
        named = after is not None and after.role.startswith(_NAMING) and not titled
        if apart and not named and is_ordinary(token.text.lower(), lexicon()):
            return token
    return None


def _range(tokens: tuple[Token, ...]) -> Token | None:
    """Several names in one, taken for a name: "servers web1-3"."""
    several = any(token.text.lower() in _PLURALS for token in tokens)
    for token in tokens:
        found = (
            _RANGE.fullmatch(token.text) if token.role in ("field:name", "field:names") else None
        )
        if found and several and int(found[1]) < int(found[2]):
            return token
    return None


def _singular(tokens: tuple[Token, ...]) -> Token | None:
    """One thing that is meant of several: "install nginx and redis, restart it"."""
    for place, token in enumerate(tokens):
        said = token.text.lower()
        if said not in _SINGULAR or (said == "it" and token.role != "pronoun"):
            continue
        before = _things(tokens[:place])
        if len(before) > 2 and _joins(before[-2]) and before[-1].role == before[-3].role:
            return token
    return None


def _things(tokens: tuple[Token, ...]) -> list[Token]:
    """The values, what joins them and the verbs between them, up to the last value; without
    numbers: nobody calls a port "it"."""
    found: list[Token] = []
    for token in tokens:
        if token.role.startswith("field:") and token.text[:1].isdigit():
            while found and _joins(found[-1]):
                found.pop()
        elif token.role.startswith(("field:", "verb:")) or _joins(token):
            found.append(token)
    while found and not found[-1].role.startswith("field:"):
        found.pop()
    return found


def _joins(token: Token) -> bool:
    return token.role == "join" or token.text.lower() in _AND


def _more(tokens: tuple[Token, ...]) -> Token | None:
    """More of a list than is written: "nginx, redis, ..."."""
    for before, token in pairwise(tokens):
        if before.text == "," and token.text in ("...", "…"):
            return token
    return None


def _whose(tokens: tuple[Token, ...]) -> Token | None:
    """Somebody or some place that was taken for the thing itself: "remove packages for bob"."""
    for token, following in pairwise(tokens):
        theirs = token.role in (_SITES if "." in following.text else ()) or token.role in _THEIRS
        after_noun = token.text.lower() in _WHOSE and token.role.startswith("noun:") and not theirs
        if after_noun and following.role == "field:names":
            return following
    return None


_TURNED_ON = frozenset(("verb:start", "verb:enable", "verb:rise"))
_OF_SERVICES = frozenset(("noun:service", "noun:daemon"))
_OF_PACKAGES = frozenset(("noun:package", "verb:install", "verb:remove", "verb:uninstall"))


def _clock(tokens: tuple[Token, ...]) -> Token | None:
    """What turned on may be the time service or one of its programs: "시간대 맞추고 NTP 켜줘"."""
    roles = {token.role for token in tokens}
    if not roles & _TURNED_ON or roles & (_OF_SERVICES | _OF_PACKAGES):
        return None
    asked = [token for token in tokens if token.role in _TURNED_ON or token.role == "field:names"]
    named = (token for token in asked if token.text.lower() == "ntp")
    return next(named, None) if len(asked) > 1 else None


def _sudo(tokens: tuple[Token, ...]) -> Token | None:
    """The habit of a shell that was taken for a package: "sudo nginx 설치"."""
    head = tokens[:2]
    if all(token.role == "field:names" for token in head) and head[0].text.lower() == "sudo":
        return head[0]
    return None
