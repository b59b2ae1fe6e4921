"""Flags become an intent: what ``gen`` does.

Called by ``reader.read_flags`` on the path where every millisecond counts: no lexer, no lexicon.
The kinds are the target's default ones, or the one that ``kind`` names.
"""

from typing import NoReturn

from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Source
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.secret import is_name, placeholder
from kiki.model.vocabulary import FieldSpec, KindSpec, Vocabulary
from kiki.understand.complete import Context, complete
from kiki.understand.draft import Draft
from kiki.understand.shapes import UnfitError, value_of

_SET = "set."
_NAMES = "secret:"


def read(request: Request, vocabulary: Vocabulary, profile: Profile) -> Intent:
    """The intent of ``request.flags``. AskError for a required field; UsageError for a flag that
    is unknown, unused by every kind or has a wrong value. A secret is named, ``secret:NAME``."""
    flags = flags_of(request)
    if "from" in flags:
        raise UsageError("understand.from_other")
    kinds = _kinds(flags, request, vocabulary)
    _refuse_unused(flags, kinds)
    drafts = [_draft(kind, flags) for kind in kinds]
    return complete(drafts, Context(request=request, profile=profile, reader="flags"))


def flags_of(request: Request) -> dict[str, str]:
    """Flag names with hyphens; ``--name`` may come either way."""
    flags = {name.replace("_", "-") if not name.startswith(_SET) else name: text
             for name, text in request.flags.items()}  # fmt: skip
    if request.name:
        flags.setdefault("name", request.name)
    return flags


def _kinds(flags: dict[str, str], request: Request, vocabulary: Vocabulary) -> list[KindSpec]:
    target = _target(flags, request, vocabulary)
    known = [k for k in (*vocabulary.kinds, *vocabulary.recipes) if k.target == target]
    if "kind" in flags:
        further = [kind for kind in vocabulary.generic if kind.target == target]
        found = [_kind(name.strip(), [*known, *further]) for name in flags["kind"].split(",")]
        if any(kind in further for kind in found):
            raise UsageError("understand.kind_alone", kinds=_listed(found))
        return found
    gen = vocabulary.target(target).gen
    if not gen:
        raise UsageError("understand.kind_missing", target=target, known=_listed(known))
    return [vocabulary.kind(g.kind) for g in gen if not g.when or g.when in flags]


def _target(flags: dict[str, str], request: Request, vocabulary: Vocabulary) -> str:
    known = sorted(target.name for target in vocabulary.targets)
    name = request.target or flags.get("kind", "").partition(".")[0]
    if not name:
        raise UsageError("understand.target_missing", known=", ".join(known))
    if name not in known:
        _raise_unknown("understand.target_unknown", name, known)
    return name


def generic_kind(request: Request, vocabulary: Vocabulary) -> KindSpec | None:
    """The generic kind that the flags name, alone; None when they name another or none."""
    flags = flags_of(request)
    if "kind" not in flags:
        return None
    target, name = _target(flags, request, vocabulary), flags["kind"].strip().replace("-", "_")
    known = (kind for kind in vocabulary.generic if kind.target == target)
    return next((kind for kind in known if name in (kind.id, kind.name)), None)


def _kind(name: str, known: list[KindSpec]) -> KindSpec:
    found = next((k for k in known if name.replace("-", "_") in (k.id, k.name)), None)
    if found is None:
        _raise_unknown("understand.kind_unknown", name, [kind.name for kind in known])
    return found


def _raise_unknown(code: str, name: str, known: list[str]) -> NoReturn:
    from difflib import get_close_matches  # noqa: PLC0415 -- lazy: 8 ms, only for a wrong name

    near = get_close_matches(name, known, n=3, cutoff=0.5)
    raise UsageError(code, name=name, near=", ".join(near), known=", ".join(known))


def _listed(kinds: list[KindSpec]) -> str:
    return ", ".join(kind.name for kind in kinds)


def _refuse_unused(flags: dict[str, str], kinds: list[KindSpec]) -> None:
    """No flag is ever dropped in silence."""
    for flag in flags:
        if flag not in ("kind", "name") and not any(fields_of(flag, kind) for kind in kinds):
            raise UsageError("understand.flag_unused", flag=flag, kinds=_listed(kinds))


def fields_of(flag: str, kind: KindSpec) -> list[FieldSpec]:
    """The fields of *kind* that *flag* fills."""
    if not flag.startswith(_SET):
        return [field for field in kind.fields if field.flag == flag]
    path = flag.removeprefix(_SET).replace("-", "_")
    owner, _, name = path.rpartition(".")
    if owner not in ("", kind.name, kind.id):
        return []
    return [field for field in kind.fields if field.name == name]


def _draft(kind: KindSpec, flags: dict[str, str]) -> Draft:
    draft = Draft(kind=kind)
    for flag, text in flags.items():
        for field in fields_of(flag, kind):
            fill(draft, field, flag, text)
    return draft


def fill(draft: Draft, field: FieldSpec, flag: str, text: str) -> None:
    """Give *field* the value that *text* says; UsageError ``understand.flag_invalid`` or
    ``flag_secret``."""
    if field.shape == "secret":
        text = _secret(text.strip(), flag)
    if field.shape == "kept":
        pairs = (pair.partition("=") for pair in text.split(","))
        text = ",".join(f"{key.strip()}={_secret(name.strip(), flag)}" for key, _, name in pairs)
    try:
        value = value_of(field, text.strip())
    except UnfitError as unfit:
        params = {**unfit.params, "flag": flag, "reason": unfit.code}
        raise UsageError("understand.flag_invalid", **params) from None
    draft.fill(field.name, value, Source(origin="flag", detail=flag))


def _secret(text: str, flag: str) -> str:
    """The placeholder for the secret that a flag names. Another text may be a secret's value, so
    it is never taken for a name and never shown."""
    name = text.removeprefix("{{").removesuffix("}}").removeprefix(_NAMES)
    if not is_name(name) or text not in (_NAMES + name, placeholder(name)):
        raise UsageError("understand.flag_secret", flag=flag)
    return placeholder(name)
