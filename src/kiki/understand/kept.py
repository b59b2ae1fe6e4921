"""What is left alone, held against what was read: nothing in the request may touch it.

Called by ``leaving``. Deny on doubt: a name that may be a host's, or a thing whose removal takes
another one along, is not left alone by saying so.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from kiki.model.intent import Assumption, Intent, Operation, Source
from kiki.model.vocabulary import FieldSpec, Vocabulary
from kiki.understand.lexer import Word
from kiki.understand.lexicon import lexicon

_UNSET: tuple[Any, ...] = ("", 0, False, [])
_HOME = "home"
# What an account gets by itself: without it, it would be another account than a new one is.
_BY_ITSELF = frozenset((_HOME, "shell", "k8s_finalizer"))
_HOME_FIELD = "remove_home"
# What concerns everything that runs or is installed on a host: no program there is left alone.
_EVERYTHING = frozenset(("ansible.host_reboot", "ansible.package_upgrade"))
# The kinds that may touch what a noun names; a thing of another noun is not known to be left alone.
_TOUCHES = {
    "package": ("package_",),
    "service": (
        "service_", "package_remove", "package_upgrade", "host_reboot", "deployment_", "namespace_",
    ),
    "daemon": ("service_", "package_remove", "package_upgrade", "host_reboot"),
    "firewall": ("firewall_",),
    "port": ("firewall_", "service_create", "deployment_"),
    "user": ("user_",),
    "directory": ("directory_", "file_", "user_remove"),
    "file": ("directory_", "file_", "user_remove"),
    "namespace": ("namespace_", "deployment_", "service_create"),
    "deployment": ("deployment_",),
}  # fmt: skip


class Left(msgspec.Struct, frozen=True):
    """What one clause leaves alone, by the places of its words: the *values* and the ids of the
    *nouns* in it; *named* are the places of both. *absent*: it is not wanted in what is asked
    for. *words* are all of the clause's."""

    words: tuple[int, ...]
    named: tuple[int, ...]
    values: tuple[int, ...]
    nouns: tuple[str, ...]
    absent: bool = False


def held(
    intent: Intent, found: tuple[Left, ...], words: tuple[Word, ...], vocabulary: Vocabulary
) -> Intent | None:
    """*intent* with what *found* adds to it (assumptions, a home that stays); None where it may
    touch what is to be left alone."""
    for left in found:
        text = " ".join(words[index].text for index in sorted(left.named))
        if left.absent:
            unset = _unset(intent, left, vocabulary)
            made = intent if unset and not _renames(intent, left, words, vocabulary) else None
            code = "assumption.left_out"
        else:
            made = _alone(intent, left, words)
            code = "assumption.left_alone"
        if made is None:
            return None
        notes = (*made.assumptions, Assumption(code=code, params={"what": text}))
        intent = msgspec.structs.replace(made, assumptions=notes)
    return intent


# -- fields that are not wanted --------------------------------------------------------------------


def _unset(intent: Intent, left: Left, vocabulary: Vocabulary) -> bool:
    """Whether every noun is that of an optional field that has nothing in it, or of a thing that
    could be asked for with these and is not."""
    kinds = {operation.kind for operation in intent.operations}
    if all(vocabulary.kind(kind).reads for kind in kinds):
        return False  # "컨테이너 빼고 cache 로그 보여줘": of a look it says which is not meant
    places = vocabulary.target(intent.target).places  # "except the servers" says where, not what
    chosen = {word for kind in kinds for word in _chooses(vocabulary.kind(kind).fields)}
    for noun in left.nouns:
        if noun in _BY_ITSELF or noun in places or noun in chosen:
            return False
        marked = [
            (operation, field)
            for operation in intent.operations
            for field in vocabulary.kind(operation.kind).fields
            if noun in field.markers and field.name != vocabulary.kind(operation.kind).object
        ]
        target = [kind for kind in vocabulary.kinds if kind.target == intent.target]
        others = {kind.id for kind in target if noun in kind.nouns}
        if marked and not all(_empty(operation, field) for operation, field in marked):
            return False
        whose = {name for kind in kinds for one in vocabulary.kind(kind).one_of for name in one}
        if whose & {field.name for _, field in marked}:
            return False  # "grant the group -- no -- ops sudo": whom?
        if not marked and (not others or others & kinds):
            return False
    return bool(left.nouns) and not left.values


def _chooses(fields: tuple[FieldSpec, ...]) -> Iterator[str]:
    """The words for what a list may have: "all resources but secrets" is less than all of them."""
    return (word for field in fields if field.type == "list" for word in field.says)


def _renames(intent: Intent, left: Left, words: tuple[Word, ...], vocabulary: Vocabulary) -> bool:
    """Whether a noun is that of another kind with the very verb that is said, and no noun says
    that this one is meant: "https://... 저장소를 하지 마 /opt/a에 받아줘"."""
    rest = [word for index, word in enumerate(words) if index not in left.words]
    said = _ids(rest, "verb", "vnoun", "vform")
    kinds = [vocabulary.kind(operation.kind) for operation in intent.operations]
    verbs = {use.verb for kind in kinds for use in kind.verbs} & said
    for noun in left.nouns:
        rivals = [one for one in vocabulary.kinds if one.target == intent.target]
        rivals = [one for one in rivals if noun in one.nouns and one not in kinds]
        shared = any(use.verb in verbs for one in rivals for use in one.verbs)
        if shared and not all(_ids(rest, "noun") & set(kind.nouns) for kind in kinds):
            return True
    return False


def _ids(words: list[Word], *classes: str) -> set[str]:
    senses = (sense for word in words for sense in word.senses)
    return {sense.entry.id for sense in senses if sense.entry.cls in classes}


def _empty(operation: Operation, field: FieldSpec) -> bool:
    if field.required or field.name not in operation.fields:
        return not field.required
    default = operation.sources[field.name].origin != "span"
    return default and operation.fields[field.name] in _UNSET


# -- things that stay as they are ------------------------------------------------------------------


def _alone(intent: Intent, left: Left, words: tuple[Word, ...]) -> Intent | None:
    if not left.values and set(left.nouns) == {_HOME}:
        return _with_home(intent, words[left.words[0]])
    if any(noun not in _TOUCHES for noun in left.nouns):
        return None
    if not left.values:
        kinds = [operation.kind.partition(".")[2] for operation in intent.operations]
        about = [kind for noun in left.nouns for kind in kinds if kind.startswith(_TOUCHES[noun])]
        return intent if left.nouns and not about else None
    named = [words[index] for index in left.values]
    known = all(_known(word, left) for word in named)
    touched = any(_touches(operation, word) for operation in intent.operations for word in named)
    return intent if known and not touched else None


def _known(word: Word, left: Left) -> bool:
    """Whether *word* can be no host: a path, a number, a real package's name, or said with its
    noun."""
    names = lexicon()
    lower = word.value.lower()
    real = lower in names.packages or lower in names.products or word.has("product")
    return real or word.value.startswith("/") or word.value.isdigit() or bool(left.nouns)


def _touches(operation: Operation, word: Word) -> bool:
    """Whether *operation* is about what *word* names, about something in it or around it."""
    if operation.kind in _EVERYTHING and not word.value.startswith("/"):
        return True
    product = word.sense("product")
    names = {word.value.lower(), word.text.lower(), product.id if product else ""} - {""}
    names |= {lexicon().products.get(name, name) for name in names}
    said = {str(one).lower() for value in operation.fields.values() for one in _each(value)}
    return any(_same(one, name) for one in said for name in names)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _same(one: str, name: str) -> bool:
    inside = one.startswith("/") and name.startswith("/")
    if inside and (one.startswith(f"{name}/") or name.startswith(f"{one}/")):
        return True
    if one.startswith(f"{name}-") or name.startswith(f"{one}-"):
        return True  # redis-server is a part of redis, or redis itself
    if name.isdigit() and "-" in one:
        return True  # 8080 may be one of 8000-8100/tcp
    plain = one.partition("/")[0] if one[:1].isdigit() else one
    return name in (one, plain, f"{one}d") or one == f"{name}d"


def _with_home(intent: Intent, word: Word) -> Intent | None:
    """The account goes and its home stays."""
    removed = [one for one in intent.operations if _HOME_FIELD in one.fields]
    if not removed or any(one.fields[_HOME_FIELD] for one in removed):
        return None
    source = Source(origin="span", start=word.start, end=word.end)
    operations = tuple(
        msgspec.structs.replace(one, sources=one.sources | {_HOME_FIELD: source})
        if _HOME_FIELD in one.fields
        else one
        for one in intent.operations
    )
    return msgspec.structs.replace(intent, operations=operations)
