"""The kinds of operation that there are, and the fields of one.

Called by ``kiki kinds``.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from kiki.cli.layout import table, wrap
from kiki.cli.look import Look
from kiki.messages import known, text
from kiki.model.languages import Lang
from kiki.model.vocabulary import FieldSpec, KindSpec

_LANGS: tuple[Lang, ...] = ("ko", "en")


def listing(kinds: Iterable[KindSpec], look: Look) -> str:
    """Kinds with what they do, by target, and how to see one."""
    parts = []
    by_target = sorted(kinds, key=lambda kind: kind.target)
    for target, of_target in groupby(by_target, key=lambda kind: kind.target):
        rows = [[look.paint(kind.name, "bold"), _about(kind, look)] for kind in of_target]
        parts += [look.paint(target, "cyan"), table(rows, indent="  "), ""]
    return "\n".join([*parts, look.label("kinds_next")])


def detail(kind: KindSpec, said: Sequence[str], look: Look) -> str:
    """One kind: what it does, its fields, and requests that are read as it."""
    parts = [f"{look.paint(kind.id, 'bold')}  {_about(kind, look)}"]
    if kind.fields:
        rows = [_row(field, look) for field in kind.fields]
        parts += ["", look.heading("kind_fields"), table(rows, indent="  ")]
    if said:
        parts += ["", look.heading("kind_examples"), *(f"  {one}" for one in said)]
    parts += ["", wrap(look.label("kind_code", command=_command(kind)), look.width)]
    return "\n".join(parts)


def as_json(kind: KindSpec, look: Look) -> dict[str, Any]:
    """Keys: id, target, name, about, fields (name, type, shape, required, default, choices, flag,
    minimum, maximum)."""
    fields = [
        {
            "name": field.name,
            "type": field.type,
            "shape": field.shape,
            "required": field.required,
            "default": None if field.required else field.default,
            "choices": list(field.choices),
            "flag": field.flag,
            "minimum": field.minimum,
            "maximum": field.maximum,
        }
        for field in kind.fields
    ]
    return {
        "id": kind.id,
        "target": kind.target,
        "name": kind.name,
        "about": _about(kind, look),
        "fields": fields,
    }


def abouts(kind: KindSpec) -> list[str]:
    """What the kind does, in every language."""
    return [text(_code(kind), lang).text for lang in _LANGS if known(_code(kind), lang)]


def _about(kind: KindSpec, look: Look) -> str:
    return look.say(_code(kind)) if known(_code(kind), look.lang) else ""


def _code(kind: KindSpec) -> str:
    return f"question.kind.{kind.id}"


def _row(field: FieldSpec, look: Look) -> list[str]:
    return [look.paint(field.name, "bold"), _values(field, look), _default(field, look)]


def _values(field: FieldSpec, look: Look) -> str:
    """What the field takes: its choices, or the name of its shape with its limits."""
    if field.choices:
        return " | ".join(field.choices)
    shape = look.label(f"shape_{field.shape}")
    if field.type == "list":
        shape = look.label("shape_list", of=shape)
    if field.minimum is not None and field.maximum is not None:
        return f"{shape} {field.minimum}–{field.maximum}"
    return shape


def _default(field: FieldSpec, look: Look) -> str:
    if field.required:
        return look.paint(look.label("field_required"), "yellow")
    if field.default in (None, "", [], {}):
        return look.label("field_optional")
    return look.label("field_default", value=look.value(field.default))


def _command(kind: KindSpec) -> str:
    """A command line that makes the code of the kind without words, with what it must have."""
    given = " ".join(
        f"--{field.flag} …" if field.flag else f"--set {field.name}=…"
        for field in kind.fields
        if field.required
    )
    return f"kiki gen -t {kind.target} --kind {kind.name} {given}".rstrip()
