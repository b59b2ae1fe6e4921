"""Readings that account for every word and may still not be what was meant.

Called by ``messages`` with the rules' intent. Nothing is mended here: a doubt is a question or a
refusal. Each rule is one function over the operations; see docs/understanding.md.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from kiki.model.intent import Choice, Operation, Question, Reading, Source, Token
from kiki.understand.crossed_doubts import crossed_doubt
from kiki.understand.host_doubts import host_doubt
from kiki.understand.pointing import doubted_at
from kiki.understand.word_doubts import word_doubt

_SAID = ("span", "model", "flag")
# Pairs of kinds that take each other back, and the field that says of what.
_OPPOSITES = (
    ("ansible.package_install", "ansible.package_remove", "names"),
    ("ansible.service_start", "ansible.service_stop", "names"),
    ("ansible.service_enable", "ansible.service_disable", "names"),
    ("ansible.user_create", "ansible.user_remove", "names"),
    ("ansible.firewall_open", "ansible.firewall_close", "ports"),
    ("ansible.file_create", "ansible.file_remove", "path"),
    ("ansible.directory_create", "ansible.directory_remove", "path"),
    ("ansible.repository_add", "ansible.repository_remove", "name"),
    ("ansible.sshkey_add", "ansible.sshkey_remove", "user"),
    ("ansible.sudo_grant", "ansible.sudo_revoke", "user"),
    ("ansible.user_lock", "ansible.user_unlock", "names"),
    ("ansible.group_create", "ansible.group_remove", "names"),
    ("ansible.service_mask", "ansible.service_unmask", "names"),
    ("ansible.unit_create", "ansible.unit_remove", "name"),
)
_AFTER = frozenset(("후", "후에", "뒤", "뒤에", "다음", "다음에"))
_CLOSE = "ansible.firewall_close"
_DATABASES = "ansible.database_"
_ACCOUNT = "ansible.user_create"
_EXPOSE = "verb:expose"
_DELETE, _SERVICES = "k8s.object_delete", "services"
_CLUSTER = ("noun:kubernetes", "noun:cluster")
_BLOCK = "verb:block"
_ALSO = frozenset(("also", "too", "well", "same", "도", "도요", "또한"))
_STOPS = frozenset((".", "!", ";", "\n", "..."))
_NAMES = ("name", "names", "path", "image", "ports", "port")


def doubted(reading: Reading, answers: Mapping[str, str], *, structured: bool = False) -> Reading:
    """*reading*, or the question or refusal that has to come before it. *answers* are those of the
    request, by the field of their question. *structured*: the lines of a form say what belongs to
    which thing."""
    if reading.intent is None:
        return reading
    doubt = word_doubt(reading.tokens, reading.intent.target)
    doubt = doubt or (None if structured else crossed_doubt(reading.intent, reading.tokens))
    for rule in (_contradiction, _selector, _also) if structured else _RULES:
        doubt = doubt or rule(reading.intent.operations, reading.tokens)
    doubt = doubt or _blocked(reading.intent.operations, reading.tokens, answers)
    doubt = doubt or _account(reading.intent.operations, answers)
    doubt = doubt or _service_gone(reading.intent.operations, reading.tokens, answers)
    if doubt is None:
        return reading
    if doubt.choices:
        return Reading(reader=reading.reader, tokens=reading.tokens, question=doubt)
    return Reading(reader=reading.reader, tokens=reading.tokens, refusal=doubt)


def uncrossed(reading: Reading) -> Reading:
    """*reading*, or the refusal of one that may be crossed, once all it leaves out is known."""
    doubt = crossed_doubt(reading.intent, reading.tokens) if reading.intent else None
    if doubt is None:
        return reading
    return Reading(reader=reading.reader, tokens=reading.tokens, refusal=doubt)


def _contradiction(operations: tuple[Operation, ...], _: tuple[Token, ...]) -> Question | None:
    """One thing made and taken away in one message."""
    for one, other, field in _opposed(operations):
        both = sorted(set(_values(one, field)) & set(_values(other, field)))
        if both:
            params = {"what": ", ".join(both), "one": one.kind, "other": other.kind}
            return Question(code="doubt.contradiction", field="", params=params)
    return None


def _rebooted(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Question | None:
    """As in "재부팅 후 nginx 시작": is it rebooted now, or is it said what holds whenever it is?"""
    if not any(one.kind == "ansible.host_reboot" for one in operations):
        return None
    for token, following in pairwise(tokens):
        if token.role == "verb:reboot" and following.text in _AFTER:
            return doubted_at(token, "reboot")
    return None


def _opposed(operations: tuple[Operation, ...]) -> Iterator[tuple[Operation, Operation, str]]:
    for one in operations:
        for other in operations:
            for left, right, field in _OPPOSITES:
                if (one.kind, other.kind) == (left, right):
                    yield one, other, field


def _values(operation: Operation, field: str) -> tuple[str, ...]:
    value = operation.fields.get(field, ())
    return (value,) if isinstance(value, str) else tuple(str(item) for item in value)


def _shared(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Question | None:
    """Two things joined under one verb, and a property that was said after or before both of them:
    it may be meant for both ("파일 a와 파일 b를 600 권한으로")."""
    for first, last in pairwise(operations):
        if not _joined(first, last, tokens):
            continue
        for said, other in ((last, first), (first, last)):
            for field in said.sources:
                if _apart(said, other, field) and _outside(said.sources[field], first, last):
                    return _unshared(said, field)
    return None


def _apart(said: Operation, other: Operation, field: str) -> bool:
    """Whether a property that both could have was said for one of them only."""
    if field in _NAMES or field not in other.fields:
        return False
    same = said.fields[field] == other.fields[field]  # derived: both have it anyway
    return not same and _said(said.sources[field]) and not _said(other.sources[field])


def _outside(source: Source, first: Operation, last: Operation) -> bool:
    """Whether it was said after the last name or before the first; between them it is clear."""
    return source.start > _end(last) or source.end < _start(first)


def _also(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Question | None:
    """A thing in a sentence without a verb: "create user kim with shell /bin/zsh. Also lee." What
    was asked for before must be one thing to do, with nothing said of it that may hold here."""
    for token in _added(tokens):
        made = [one for one in operations if any(_named_by(one, f, token) for f in _NAMES)]
        verbs = {other.role for other in tokens if other.role.startswith("verb:")}
        alike = [one for one in operations if made and one.kind == made[0].kind]
        listed = any(isinstance(one.fields.get(f), list) for one in made for f in _NAMES)
        whole = len(made) == len(verbs) and (len(alike) > 1 or listed)
        before = [one for one in alike if one not in made]
        more = any(_apart_from(one, made[0]) for one in before if made)
        if made and (not whole or more):
            return doubted_at(token, "also")
    return None


def _apart_from(said: Operation, other: Operation) -> bool:
    """Whether something was said of the one that the other has not."""
    return any(_apart(said, other, field) for field in said.sources)


def _named_by(operation: Operation, field: str, token: Token) -> bool:
    source = operation.sources.get(field)
    return source is not None and source.start <= token.start < source.end


def _added(tokens: tuple[Token, ...]) -> Iterator[Token]:
    """The values of sentences that say "also" and have no verb."""
    sentence: list[Token] = []
    for number, token in enumerate((*tokens, None)):
        if token is not None and token.text not in _STOPS:
            sentence.append(token)
            continue
        said = {one.text.lower() for one in sentence} & _ALSO
        acts = any(one.role.startswith(("verb:", "not:")) for one in sentence)
        if said and not acts and number > len(sentence):
            yield from (one for one in sentence if one.role.startswith("field:"))
        sentence = []


def _unshared(said: Operation, field: str) -> Question:
    source = said.sources[field]
    params = {"field": field, "value": str(said.fields[field]), "kind": said.kind}
    return Question(
        code="doubt.shared", field="", params=params, start=source.start, end=source.end
    )


def _said(source: Source) -> bool:
    return source.origin in _SAID


def _end(operation: Operation) -> int:
    """Where the words that name the operation's object end; -1 when it was not named."""
    named = (operation.sources[field].end for field in _NAMES if field in operation.sources)
    return max(named, default=-1)


def _start(operation: Operation) -> int:
    """Where the words that name the operation's object begin."""
    named = [operation.sources[field].start for field in _NAMES if field in operation.sources]
    return min((start for start in named if start >= 0), default=-1)


def _joined(first: Operation, last: Operation, tokens: tuple[Token, ...]) -> bool:
    """Whether both are named before one verb, with no other verb between them."""
    start, end = _end(first), _end(last)
    if start < 0 or end < 0 or start >= end:
        return False
    between = [token for token in tokens if start < token.start < end]
    return not any(token.role.startswith("verb:") for token in between)


def _for_it(operation: Operation, tokens: tuple[Token, ...]) -> bool:
    """As in "and a service front for it": what stands after the name points back."""
    after = [token for token in tokens if token.start >= operation.sources["name"].end]
    verb = next((i for i, token in enumerate(after) if token.role.startswith("verb:")), len(after))
    back = [token for token in after[:verb] if token.role == "pronoun"]
    return len(back) > 1  # a word of place or purpose, and the pronoun


def _selector(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Question | None:
    """A service with a name of its own beside a deployment with another: whose is it?"""
    for index, operation in enumerate(operations):
        source = operation.sources.get("selector")
        if source is None or "name" not in operation.sources:
            continue  # what is chosen by labels has no name
        if _said(source) or not _said(operation.sources["name"]) or _for_it(operation, tokens):
            continue
        verb = _verb_of(operation, tokens)
        if verb is not None and verb.role == _EXPOSE:
            continue  # what is exposed is what was made before
        own, other = str(operation.fields["name"]), str(operation.fields["selector"])
        if other and own != other:
            return Question(
                code="doubt.selector",
                field=f"{index}.selector",
                params={"service": own},
                choices=(Choice(value=other), Choice(value=own)),
            )
    return None


def _blocked(
    operations: tuple[Operation, ...], tokens: tuple[Token, ...], answers: Mapping[str, str]
) -> Question | None:
    """To block a port is more than to close it: nobody is to reach it. Whether closing does that is
    up to each host's firewall, so it is asked."""
    for place, operation in enumerate(operations):
        field = f"{place}.kind"
        verb = _verb_of(operation, tokens) if operation.kind == _CLOSE else None
        if verb is not None and verb.role == _BLOCK and answers.get(field) != _CLOSE:
            return Question(
                code="doubt.block",
                field=field,
                params={"word": verb.text, "ports": ", ".join(_values(operation, "ports"))},
                choices=(Choice(value=_CLOSE, label=f"question.kind.{_CLOSE}"),),
                start=verb.start,
                end=verb.end,
            )
    return None


def _account(operations: tuple[Operation, ...], answers: Mapping[str, str]) -> Question | None:
    """An account beside a database: of the host, as was read, or one of the database's users?"""
    if not any(one.kind.startswith(_DATABASES) for one in operations):
        return None
    for place, operation in enumerate(operations):
        field = f"{place}.kind"
        if operation.kind == _ACCOUNT and answers.get(field) != _ACCOUNT:
            names = operation.sources.get("names", Source(origin="default"))
            return Question(
                code="doubt.account",
                field=field,
                params={"names": ", ".join(_values(operation, "names"))},
                choices=(Choice(value=_ACCOUNT, label=f"question.kind.{_ACCOUNT}"),),
                start=names.start,
                end=names.end,
            )
    return None


def _service_gone(
    operations: tuple[Operation, ...], tokens: tuple[Token, ...], answers: Mapping[str, str]
) -> Question | None:
    """As in "web 서비스 삭제해줘": a cluster's service, or a program of hosts? A namespace, another
    object of a cluster or its name says which."""
    named = any(token.role in _CLUSTER for token in tokens) or answers.get("target")
    others = any(one.fields.get("resource") != _SERVICES for one in operations)
    for place, operation in enumerate(operations if not (named or others) else ()):
        field, name = f"{place}.kind", operation.sources.get("name", Source(origin="default"))
        if operation.kind != _DELETE or _said(operation.sources["namespace"]):
            continue
        if answers.get(field) != _DELETE:
            return Question(
                code="question.confirm_kind", field=field,
                choices=(Choice(value=_DELETE, label=f"question.kind.{_DELETE}"),),
                start=name.start, end=name.end,
            )  # fmt: skip
    return None


def _verb_of(operation: Operation, tokens: tuple[Token, ...]) -> Token | None:
    """The verb that asks for *operation*: before its object where the message begins with a verb,
    else after it. Without a place of its own (it was answered), the first one that blocks."""
    verbs = [token for token in tokens if token.role.startswith("verb:")]
    start, end = _start(operation), _end(operation)
    if start < 0:
        return next((verb for verb in verbs if verb.role == _BLOCK), None)
    objects = [token.start for token in tokens if token.role.startswith("field:")]
    if verbs and objects and verbs[0].start < min(objects):
        return next((verb for verb in reversed(verbs) if verb.start < start), None)
    return next((verb for verb in verbs if verb.start >= end), None)


_RULES = (_contradiction, _shared, _selector, _also, _rebooted, host_doubt)
