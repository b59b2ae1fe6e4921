"""Make an object of any kind that Kubernetes has.

Called through the registry by ``kubernetes.render``. What follows from the rest of an object is
filled in here and said by nobody: apiVersion and kind, a container's name, the labels by which a
workload finds its own pods, the API of what is scaled.
"""

from typing import Annotated, Any

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.generic import OURS, is_offered
from kiki.targets.kubernetes.items import POD_PATHS, dig
from kiki.targets.kubernetes.objects import Context, Manifest, image, metadata, selector
from kiki.targets.kubernetes.schema import schemas

TypeName = Annotated[str, Meta(pattern=r"^[a-z0-9.-]+(?:/[a-z0-9]+)?/[A-Z][A-Za-z]+$(?!\n)")]
_SELECTING = ("Deployment", "DaemonSet", "ReplicaSet", "StatefulSet")
_CONTAINERS = ("initContainers", "containers")
# Its other fields are of no such limits as those of the kinds that have words.
INVALID = {"name": "k8s.name_invalid", "namespace": "k8s.name_invalid"}


class Fields(Record, frozen=True):
    """*type* is ``apiVersion/kind``; *body* is everything but these and the metadata."""

    type: TypeName
    name: Name
    body: dict[str, Any]
    namespace: OptionalName = ""

    def __post_init__(self) -> None:
        if not is_offered(self.type):
            raise ValueError(f"{self.type} is not offered - at `$.type`")
        if ours := [key for key in OURS if key in self.body]:
            raise ValueError(f"{ours[0]} is no part of the body - at `$.body`")


def risk(fields: Fields) -> Risk:
    """Nobody has looked at what this kind of object can do: always high."""
    return "high"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The object."""
    api, _, kind = fields.type.rpartition("/")
    about = metadata(fields.name, fields.namespace, fields.name)
    body = _with_containers(fields.body, kind, fields.name, context)
    body = _scaled(_selected(body, kind, about))
    return ({"apiVersion": api, "kind": kind, "metadata": about, **body},)


def _with_containers(tree: Any, kind: str, name: str, context: Context) -> Any:
    """The images as the site has them; the containers are called as the object is."""
    path = POD_PATHS.get(kind)
    pods = dig(tree, *path) if path else None
    if not path or not isinstance(pods, dict):
        return tree
    for sort in _CONTAINERS:
        found = pods.get(sort)
        if isinstance(found, list):
            start = name if sort == "containers" else f"{name}-init"
            named = [_container(one, start, index, context) for index, one in enumerate(found)]
            tree = _put(tree, (*path, sort), named)
    return tree


def _container(one: Any, name: str, index: int, context: Context) -> Any:
    if not isinstance(one, dict):
        return one
    own = {"name": name if not index else f"{name}-{index + 1}", **one}
    if isinstance(own.get("image"), str):
        own["image"] = image(own["image"], context.profile)
    return own


def _selected(tree: Any, kind: str, about: Manifest) -> Any:
    """A workload finds its pods by a label that both have, unless somebody said another one."""
    if kind not in _SELECTING or dig(tree, "spec", "selector") is not None:
        return tree
    tree = _put(tree, ("spec", "selector"), {"matchLabels": selector(about["name"])})
    said = dig(tree, "spec", "template", "metadata", "labels")
    labels = {**about["labels"], **(said if isinstance(said, dict) else {})}
    return _put(tree, ("spec", "template", "metadata", "labels"), labels)


def _scaled(tree: Any) -> Any:
    """Whoever says what is scaled does not say in which API it is."""
    target = dig(tree, "spec", "scaleTargetRef")
    if not isinstance(target, dict) or "apiVersion" in target:
        return tree
    found = [known for known in schemas().kinds if known.endswith(f"/{target.get('kind')}")]
    api = found[0].rpartition("/")[0] if len(found) == 1 else ""
    return _put(tree, ("spec", "scaleTargetRef", "apiVersion"), api) if api else tree


def _put(tree: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """*tree* with *value* at *path*; mappings on the way are made."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(tree, list) and isinstance(step, int):
        return [_put(one, rest, value) if at == step else one for at, one in enumerate(tree)]
    known = tree if isinstance(tree, dict) else {}
    return {**known, step: _put(known.get(step), rest, value)}
