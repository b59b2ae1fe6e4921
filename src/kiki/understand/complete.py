"""From drafts to an intent: answers, names, derived values, the site's defaults, defaults.

Called by every reader with what it found. Nothing is invented: a required field that none of these
fills becomes a question. On the path of ``gen``: imports no lexer.
"""

from typing import Any

import msgspec

from kiki.model.intent import Choice, Intent, Operation, Question, Reader, Source
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.vocabulary import FieldSpec, From, KindSpec
from kiki.understand.draft import AskError, Draft, Notes, is_wrong, note
from kiki.understand.recipes import operations_of
from kiki.understand.shapes import UnfitError, value_of

NAME_LIMIT = 63
MOST_CHOICES = 15  # that can be shown with a question
NOTHING: dict[str, Any] = {"str": "", "int": 0, "bool": False, "list": [], "map": {}}


class Context(msgspec.Struct):
    """What the drafts of one request have in common. *notes* collects the assumptions; *hosts* are
    the hosts that the message names."""

    request: Request
    profile: Profile
    reader: Reader
    notes: Notes = []
    hosts: tuple[str, ...] = ()


def complete(drafts: list[Draft], context: Context) -> Intent:
    """The intent of *drafts*, which are all of one target; AskError for what is missing."""
    _answers(drafts, context.request)
    _implied(drafts)
    _given_name(drafts, context.request)
    _excused(drafts)
    _derived(drafts, context, said_only=True)
    _site_defaults(drafts, context)
    _mapped_images(drafts, context)
    _registries(drafts, context)
    _derived(drafts, context, said_only=False)
    _missing(drafts, context)
    _plain_defaults(drafts, context)
    _untagged(drafts, context)
    _assumed(drafts, context)
    operations = tuple(one for draft in drafts for one in operations_of(draft))
    return Intent(
        target=drafts[0].kind.target,
        name=context.request.name or _intent_name(operations, drafts[0].kind, context.profile),
        operations=operations,
        reader=context.reader,
        assumptions=tuple(context.notes),
        hosts=context.hosts,
    )


def _answers(drafts: list[Draft], request: Request) -> None:
    for key, text in request.answers.items():
        index, _, field = key.partition(".")
        if not index.isdigit() or int(index) >= len(drafts):
            continue
        draft = drafts[int(index)]
        spec = next((spec for spec in draft.kind.fields if spec.name == field), None)
        if spec is not None:
            value = _with_answer(draft.values.get(field), _checked(spec, text, key))
            source = Source(origin="flag", detail=f"answer:{key}")
            for other in _of_same_words(draft, field, drafts, request):
                other.fill(field, value, source)


def _of_same_words(draft: Draft, field: str, drafts: list[Draft], request: Request) -> list[Draft]:
    """*draft*, and those without an answer of their own whose *field* comes from the very words
    that the answer replaces."""
    said = draft.sources.get(field)
    if said is None or said.start < 0:
        return [draft]
    others = [
        other
        for index, other in enumerate(drafts)
        if other.sources.get(field) == said and f"{index}.{field}" not in request.answers
    ]
    return [draft, *others]


def _with_answer(known: Any, answer: Any) -> Any:
    """*answer*, or a list in which it stands for what was wrong."""
    if not isinstance(known, list) or not any(map(is_wrong, known)):
        return answer
    kept = [one for item in known for one in (answer if is_wrong(item) else [item])]
    return list(dict.fromkeys(kept))


def _implied(drafts: list[Draft]) -> None:
    """What one value says about another field that nobody filled."""
    for draft in drafts:
        for field in draft.kind.fields:
            if draft.values.get(field.name):
                for name, value in field.implies.items():
                    if name not in draft.values:
                        draft.fill(name, value, draft.sources[field.name])


def _excused(drafts: list[Draft]) -> None:
    """What would have to be said, but for another field that says enough by itself."""
    for draft in drafts:
        for field in draft.kind.fields:
            if field.name not in draft.values and any(
                draft.values.get(name) and (not enough or draft.values[name] in enough)
                for name, enough in field.unless.items()
            ):
                draft.fill(field.name, NOTHING[field.type], Source(origin="default"))


def _checked(spec: FieldSpec, text: str, key: str) -> Any:
    try:
        return value_of(spec, text.strip())
    except UnfitError as unfit:
        raise AskError(
            Question(code=unfit.code, field=key, params=unfit.params, choices=choices_of(spec))
        ) from None


def choices_of(spec: FieldSpec) -> tuple[Choice, ...]:
    """The possible answers to a question about *spec*, where there are few."""
    few = len(spec.choices) <= MOST_CHOICES
    return tuple(Choice(value=choice) for choice in spec.choices) if few else ()


def _mapped_images(drafts: list[Draft], context: Context) -> None:
    """Short image names become the ones that the site uses."""
    for draft in drafts:
        short = draft.values.get("image")
        full = context.profile.images.get(short) if isinstance(short, str) else None
        if full and full != short:
            said = draft.sources["image"]
            source = msgspec.structs.replace(said, origin="profile", detail=f"images.{short}")
            draft.fill("image", full, source)
            note(context.notes, "assumption.image_mapped", short=str(short), full=full)


def _registries(drafts: list[Draft], context: Context) -> None:
    """An image that a host fetches is named with its registry: the site's, or Docker's own."""
    for draft in drafts:
        for field in draft.kind.fields:
            known = draft.values.get(field.name) if field.pulled else None
            names = known if isinstance(known, list) else [known] if known else []
            full = [_with_registry(name, context) for name in names]
            if full != names:
                value = full if isinstance(known, list) else full[0]
                draft.fill(field.name, value, draft.sources[field.name])


def _with_registry(name: Any, context: Context) -> Any:
    """containers-registries.conf(5): what stands before the first slash is a registry if it has a
    dot or a port, or is ``localhost``."""
    if is_wrong(name):
        return name
    first, slash, _ = str(name).partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return name
    mirror = context.profile.registry_mirror.rstrip("/")
    full = f"{mirror or 'docker.io' if mirror or slash else 'docker.io/library'}/{name}"
    note(context.notes, "assumption.image_registry", short=str(name), full=full)
    return full


def _given_name(drafts: list[Draft], request: Request) -> None:
    """``--name`` names the operations that nobody named, if it can only mean one of each kind."""
    if not request.name:
        return
    nameless = [draft for draft in drafts if _takes_name(draft)]
    kinds = [draft.kind.id for draft in nameless]
    for draft in nameless:
        if kinds.count(draft.kind.id) == 1:
            spec = draft.kind.field(draft.kind.object)
            value = _checked(spec, request.name, "name")
            draft.fill(spec.name, value, Source(origin="flag", detail="name"))


def _takes_name(draft: Draft) -> bool:
    kind = draft.kind
    if not kind.object or kind.field(kind.object).flag != "name":
        return False
    source = draft.sources.get(kind.object)
    return kind.several and (source is None or source.origin == "default")


def _derived(drafts: list[Draft], context: Context, *, said_only: bool) -> None:
    for draft in drafts:
        for field in draft.kind.fields:
            if field.name not in draft.values:
                _derive(draft, field, drafts, context, said_only=said_only)


def _derive(
    draft: Draft, field: FieldSpec, drafts: list[Draft], context: Context, *, said_only: bool
) -> None:
    for origin in field.sources:
        if origin.how == "ask":
            continue
        found = _found(origin, draft, drafts, said_only=said_only)
        if found is None:
            continue
        value = _taken(origin, field, found.values[origin.field], context.profile)
        if value is None:
            continue
        where = f"{found.kind.id}.{origin.field}"
        draft.fill(field.name, value, Source(origin="default", detail=where))
        if field.name == draft.kind.object or value != draft.values.get(draft.kind.object):
            _note_derived(context.notes, draft.kind.id, field, value, where)
        return


def _note_derived(notes: Notes, kind: str, field: FieldSpec, value: Any, where: str) -> None:
    origin = where.rpartition(".")[2]
    note(notes, "assumption.derived", kind=kind, field=field.name, value=str(value), origin=origin)


def _found(origin: From, draft: Draft, drafts: list[Draft], *, said_only: bool) -> Draft | None:
    """The one operation that has a value for *origin*; None also when two disagree."""
    wanted = origin.kind or draft.kind.id
    others = [draft] if not origin.kind else [other for other in drafts if other.kind.id == wanted]
    others = [other for other in others if _together(origin.by, draft, other, drafts)]
    having = [other for other in others if other.values.get(origin.field)]
    if said_only:
        having = [o for o in having if o.sources[origin.field].origin != "default"]
    if not having or any(o.values[origin.field] != having[0].values[origin.field] for o in having):
        return None
    return having[0]


def _together(by: str, draft: Draft, other: Draft, drafts: list[Draft]) -> bool:
    """Whether *other* has to do with *draft*: the field *by* of one names the other, or it is
    empty and the other is the only one of its kind."""
    if not by:
        return True
    one, named = (draft, other) if any(f.name == by for f in draft.kind.fields) else (other, draft)
    said = one.values.get(by)
    if said:
        return bool(said == named.values.get(named.kind.object))
    return sum(each.kind.id == named.kind.id for each in drafts) == 1


def _taken(origin: From, field: FieldSpec, value: Any, profile: Profile) -> Any:
    """What *origin* gives for *field*; None when it fits none of the choices, or several."""
    if origin.how == "base":
        return (profile.name_prefix + _base(str(value)))[:NAME_LIMIT].strip("-")
    values = value if origin.how == "first" else [value]
    fitting = [one for one in values if not field.choices or one in field.choices]
    if len(fitting) != 1:
        return None
    one = field.type == "list" and not isinstance(fitting[0], list)
    return [fitting[0]] if one else fitting[0]


def _base(image: str) -> str:
    """The short name of an image as an RFC 1123 label: no registry, tag or digest."""
    last = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    label = "".join(char if char.isascii() and char.isalnum() else "-" for char in last)
    return label.strip("-")


def _site_defaults(drafts: list[Draft], context: Context) -> None:
    for draft in drafts:
        for field in draft.kind.fields:
            key = f"{draft.kind.id}.{field.name}"
            if field.name not in draft.values and key in context.profile.defaults:
                value = _profile_value(field, context.profile.defaults[key], key)
                draft.fill(field.name, value, Source(origin="profile", detail=key))


def _profile_value(field: FieldSpec, value: Any, key: str) -> Any:
    text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return _checked(field, text, key)


def _missing(drafts: list[Draft], context: Context) -> None:
    for index, draft in enumerate(drafts):
        # What can be derived from another field is asked last: the answer there may settle it.
        for field in sorted(draft.kind.fields, key=lambda field: bool(field.sources)):
            if _is_required(field, draft) and field.name not in draft.values:
                raise AskError(missing(field, index, draft, context.profile))


def _is_required(field: FieldSpec, draft: Draft) -> bool:
    addressed = "://" in str(draft.values.get(field.with_address, ""))
    return field.required or addressed or bool(draft.values.get(field.along))


def missing(field: FieldSpec, index: int, draft: Draft, profile: Profile) -> Question:
    """The question for a required field that nothing filled."""
    params = {"field": field.name, "kind": draft.kind.id}
    params["object"] = str(draft.values.get(draft.kind.object, "") or "")
    choices = choices_of(field) or _known(field, profile)
    return Question(
        code=field.prompt, field=f"{index}.{field.name}", params=params, choices=choices
    )


def _known(field: FieldSpec, profile: Profile) -> tuple[Choice, ...]:
    """Choices from the site's own lists, where these name things and not patterns."""
    names: dict[str, tuple[str, ...]] = {
        "image": tuple(profile.images) + profile.allowed_images,
        "osimage": tuple(profile.images) + profile.allowed_images,
        "network": profile.allowed_networks,
    }
    listed = names.get(field.shape, ())
    return tuple(Choice(value=name) for name in listed if not set(name) & set("*?["))


def _plain_defaults(drafts: list[Draft], context: Context) -> None:
    for draft in drafts:
        for field in draft.kind.fields:
            if field.name in draft.values:
                continue
            value = list(field.default) if field.type == "list" else field.default
            draft.fill(field.name, value, Source(origin="default", detail="default"))
            if value:
                params = {"kind": draft.kind.id, "field": field.name, "value": str(value)}
                note(context.notes, "assumption.default", **params)


def _untagged(drafts: list[Draft], context: Context) -> None:
    for draft in drafts:
        image = draft.values.get("image")
        if draft.kind.product == "image" and isinstance(image, str):
            last = image.rpartition("/")[2]
            if ":" not in last and "@" not in image:
                note(context.notes, "assumption.image_untagged", image=image)


def _assumed(drafts: list[Draft], context: Context) -> None:
    """What always has to be said about a kind, and about a field that has a value, once."""
    codes = [code for draft in drafts for code in draft.kind.assumes]
    codes += [
        code
        for draft in drafts
        for field in draft.kind.fields
        if draft.values.get(field.name)
        for code in field.assumes
    ]
    for code in dict.fromkeys(codes):
        note(context.notes, code)


def _intent_name(operations: tuple[Operation, ...], kind: KindSpec, profile: Profile) -> str:
    """What the code is called when nobody named it."""
    first = operations[0].fields.get(kind.object, "")
    subject = _subject(str(first[0] if isinstance(first, list) and first else first or ""), kind)
    if kind.several and kind.object == "name" and subject:
        return subject
    words = [kind.name.replace("_", "-"), subject]
    return (profile.name_prefix + "-".join(filter(None, words)))[:NAME_LIMIT].strip("-")


def _subject(value: str, kind: KindSpec) -> str:
    if kind.object and kind.field(kind.object).shape == "portspec":
        value = value.partition("/")[0]
    return _base(value)
