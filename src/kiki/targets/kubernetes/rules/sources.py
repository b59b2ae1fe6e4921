"""Config maps and secrets that pods take variables and files from, against those of the same files.

Called by ``check`` once, with the objects of all files. What is not in the files may be in the
cluster: a name is looked for only where the files have objects of its sort in its namespace, and a
key only where they have the object itself. What is ``optional`` may be missing.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from kiki.targets.kubernetes.items import Item, Path, dig, mappings, text
from kiki.targets.kubernetes.rules.pods import containers

# In env, and in envFrom: the field, and the kind that it names
_OF_KEYS = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
_OF_ALL = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))
# Of volumes: the field, the kind, and that field's own for the name
_VOLUMES = (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName"))
_KINDS = ("ConfigMap", "Secret")
_DATA = ("data", "stringData", "binaryData")


class _Reference(NamedTuple):
    """Where an object of *kind* is named, the *field* of its *name* there, and a *key* of it."""

    path: Path
    kind: str
    field: str
    name: str
    key: str


_Known = dict[tuple[str, str], dict[str, list[Item]]]


def judge(items: Sequence[Item]) -> None:
    """Report names and keys that the files don't have."""
    known = _gathered(items)
    for item in items:
        root = item.pod_path
        for told in _references(item, root) if root else ():
            _look(item, told, known.get((told.kind, item.namespace), {}))


def _gathered(items: Sequence[Item]) -> _Known:
    """The config maps and secrets by kind and namespace, then by name."""
    known: _Known = {}
    for item in items:
        if item.kind in _KINDS and not item.group:
            named = known.setdefault((item.kind, item.namespace), {})
            named.setdefault(item.name, []).append(item)
    return known


def _look(item: Item, told: _Reference, known: dict[str, list[Item]]) -> None:
    """Report what is *told* and is in none of *known*, which are all of its kind, by name."""
    found = known.get(told.name, [])
    params = {"kind": told.kind, "name": told.name}
    if known and not found:
        item.report("k8s.source_not_here", "warning", (*told.path, told.field), **params)
    elif found and told.key and not any(told.key in _keys(one) for one in found):
        path = (*told.path, "key")
        item.report("k8s.key_not_here", "warning", path, value=told.key, **params)


def _keys(item: Item) -> set[str]:
    parts = [dig(item.data, part) for part in _DATA]
    return {text(key) for part in parts if isinstance(part, dict) for key in part}


def _references(item: Item, root: Path) -> Iterator[_Reference]:
    for at, container in containers(item, root):
        for where, one in mappings(container, "env"):
            for field, kind in _OF_KEYS:
                path = (*at, *where, "valueFrom", field)
                yield from _told(path, kind, dig(one, "valueFrom", field))
        for where, one in mappings(container, "envFrom"):
            for field, kind in _OF_ALL:
                yield from _told((*at, *where, field), kind, one.get(field))
    for where, volume in mappings(item.data, *root, "volumes"):
        for field, kind, name in _VOLUMES:
            yield from _told((*where, field), kind, volume.get(field), name)


def _told(path: Path, kind: str, source: Any, field: str = "name") -> Iterator[_Reference]:
    """What *source* names, unless it may be missing."""
    named = isinstance(source, dict) and source.get("optional") is not True
    name = text(source.get(field)) if named else ""
    if name:
        yield _Reference(path, kind, field, name, text(source.get("key")))
