"""What is different between two states of one object, field by field, and the way back.

Called by ``check``. Pure. What the server itself keeps of every object is left out: who wrote
which field, versions, times, and the status. Values of a Secret become their lengths: that they
differ is said, what they are is not. Of those that Kiki itself keeps not even a length is said.
"""

import base64
from typing import Any, NamedTuple

Tree = Any
Path = tuple[str | int, ...]

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_KEPT_BY_SERVER = (
    "managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink",
)  # fmt: skip
_SHOWN = 300  # characters of a value


class Field(NamedTuple):
    """One difference. *old* or *new* is ABSENT where there is nothing."""

    path: Path
    old: Any
    new: Any


class _Absent:
    def __repr__(self) -> str:
        return "-"


ABSENT = _Absent()


def meant(one: Tree) -> Tree:
    """*one* without what the server keeps."""
    kept = {key: value for key, value in one.items() if key != "status"}
    about = kept.get("metadata") or {}
    kept["metadata"] = {key: value for key, value in about.items() if key not in _KEPT_BY_SERVER}
    return kept


def veiled(one: Tree, *, sizes: bool = True) -> Tree:
    """*one* with the values of a Secret as lengths, or without *sizes* as asterisks only, and what
    kubectl remembers of it gone."""
    if one.get("kind") != "Secret":
        return one
    hidden = dict(one)
    for key in ("data", "stringData"):
        if isinstance(one.get(key), dict):
            encoded = key == "data"
            hidden[key] = {
                name: veil(value, encoded, sizes=sizes) for name, value in one[key].items()
            }
    about = dict(one.get("metadata") or {})
    notes = dict(about.get("annotations") or {})
    if notes.pop(LAST_APPLIED, None) is not None:
        about["annotations"] = notes
        hidden["metadata"] = about
    return hidden


def veil(value: Any, encoded: bool, *, sizes: bool = True) -> str:
    """How long a secret value is, and nothing of it."""
    if not sizes:
        return "***"
    text = str(value)
    try:
        size = len(base64.b64decode(text, validate=True)) if encoded else len(text.encode())
    except ValueError:
        size = len(text)
    return f"*** ({size} bytes)"


def concealed(field: Field, *, sizes: bool = True) -> Field:
    """A difference of a Secret as it may be shown."""
    old, new = (_hidden(field.path, one, sizes=sizes) for one in (field.old, field.new))
    return Field(field.path, old, new)


def fields(old: Tree, new: Tree, path: Path = ()) -> list[Field]:
    """The differences, in order of their paths; a list of things with names is compared by them."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted(old.keys() | new.keys())
        return [
            field
            for key in keys
            for field in fields(old.get(key, ABSENT), new.get(key, ABSENT), (*path, key))
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [field for at, (a, b) in pairs for field in fields(a, b, (*path, at))]
    return [] if old == new else [Field(path, old, new)]


def _hidden(path: Path, value: Any, *, sizes: bool) -> Any:
    """A value of a Secret at *path*: its length where it is one of the secret ones."""
    if value is ABSENT or path[0] not in ("data", "stringData"):
        return "***" if LAST_APPLIED in path else value
    encoded = path[0] == "data"
    if isinstance(value, dict):
        return {name: veil(one, encoded, sizes=sizes) for name, one in value.items()}
    return veil(value, encoded, sizes=sizes)


def back(old: Tree, new: Tree) -> Tree:
    """The JSON merge patch (RFC 7386) that makes *old* of *new* again, of only what differs."""
    patch: dict[str, Any] = {}
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key, ABSENT), new.get(key, ABSENT)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            patch[key] = back(before, after)
        else:
            patch[key] = None if before is ABSENT else before
    return patch


def parted(patch: Tree) -> tuple[Tree, list[str]]:
    """The merge patch of a Secret without the values in it, and the keys of those: they are told
    to nobody, and held when they are about to be written over (``hold``)."""
    told = {key: value for key, value in patch.items() if key != "data"}
    notes = (told.get("metadata") or {}).get("annotations")
    if isinstance(notes, dict) and LAST_APPLIED in notes:
        rest = {key: value for key, value in notes.items() if key != LAST_APPLIED}
        told["metadata"] = {**told["metadata"], "annotations": rest}
    data = patch.get("data")
    if not isinstance(data, dict):  # none at all: there was no data before
        return patch if "data" in patch and data is None else told, []
    added = {key: None for key, value in data.items() if value is None}
    return told | ({"data": added} if added else {}), sorted(data.keys() - added.keys())


def spelled(path: Path) -> str:
    """A path as people write it: ``spec.template.spec.containers[0].image``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("-", "").replace("_", "").isalnum():
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def shown(field: Field, owners: list[str]) -> str:
    """One difference as lines of a diff; the first one says who owns the field."""
    named = f" ({', '.join(owners)})" if owners else ""
    lines = [f"@@ {spelled(field.path)}{named}"]
    lines += [f"-{line}" for line in written(field.old)]
    lines += [f"+{line}" for line in written(field.new)]
    return "\n".join(lines) + "\n"


def written(value: Any) -> list[str]:
    """A value as lines of YAML; none for what is not there."""
    if value is ABSENT:
        return []
    import yaml  # noqa: PLC0415 -- of the client's environment

    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, default_flow_style=False)
    lines = text.removesuffix("...\n").rstrip("\n").split("\n")
    return [line if len(line) <= _SHOWN else line[:_SHOWN] + "…" for line in lines]
