"""Every kind of Kubernetes' newest schemas as ``k8s.object`` takes it.

Called by ``targets.official``. What the cluster or our own code fills in is no part of a shape:
status, metadata, a container's name, the API of a reference. Nor is what can't be said in words
(bytes, times, whatever has no schema), or a restart policy of a container's own.
"""

from collections.abc import Mapping
from typing import Any

from kiki.model.official import Objection, Shape, TypeSpec
from kiki.targets.kubernetes.items import POD_PATHS
from kiki.targets.kubernetes.schema import Type, schemas
from kiki.targets.official import Called, names, words_of

# Not made by people: lists, questions to the API server, what the cluster writes itself. And
# Secrets: their values would stand in the file.
_WITHHELD = frozenset((
    "Secret", "Event", "Binding", "ComponentStatus", "Node", "Lease", "ControllerRevision",
    "Endpoints", "EndpointSlice", "CSINode", "CSIStorageCapacity", "Scale", "TokenRequest",
))  # fmt: skip
_ENDINGS = ("List", "Review", "Eviction", "EvictionRequest", "Candidate", "StorageVersion")
_SCALARS = {
    "str": "text", "quantity": "text", "int32": "integer", "int64": "integer", "number": "number",
    "bool": "switch", "int-or-str": "int_or_text",
}  # fmt: skip
_FILLED_IN = {"apiVersion", "status", "metadata", "kind"}
_SELECTING = ("DaemonSetSpec", "DeploymentSpec", "ReplicaSetSpec", "StatefulSetSpec")
_SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
OURS = ("apiVersion", "kind", "metadata")
_ENDED = ("Job", "CronJob")  # their pods have to end: core/v1 PodSpec, restartPolicy


def is_offered(name: str) -> bool:
    """Whether anybody may make the kind *name* (``apps/v1/Deployment``)."""
    kind = name.rpartition("/")[2]
    return name in schemas().kinds and kind not in _WITHHELD and not kind.endswith(_ENDINGS)


def withheld(name: str) -> str:
    """The code for why the kind *name*, with its API or not, is not offered; empty for no kind."""
    if name.rpartition("/")[2] == "Secret":
        return "k8s.withheld_secret"
    known = any(name in (one, one.rpartition("/")[2]) for one in schemas().kinds)
    return "k8s.withheld_kind" if known else ""


def objection(name: str, tree: Any) -> Objection | None:
    """What our own code fills in stands in no body."""
    ours = [key for key in OURS if isinstance(tree, dict) and key in tree]
    return Objection("k8s.body_ours", {"type": name, "field": ours[0]}) if ours else None


def types(kind: str, called: Mapping[str, Called]) -> tuple[TypeSpec, ...]:
    """Every kind in its newest stable version; in another only if ``types.json`` says so."""
    chosen: dict[str, str] = {}
    for name in sorted(schemas().kinds, key=_rank):
        short = name.rpartition("/")[2]
        if is_offered(name) and (name in called or chosen.get(short) not in called):
            chosen[short] = name
    return tuple(_spec(kind, name, called.get(name, Called())) for name in sorted(chosen.values()))


def _rank(name: str) -> tuple[int, str]:
    """The order in which a kind's versions win: alpha, beta, stable."""
    version = name.split("/")[-2]
    return (0 if "alpha" in version else 1 if "beta" in version else 2), version


def _spec(kind: str, name: str, called: Called) -> TypeSpec:
    return TypeSpec(
        kind=kind,
        name=name,
        names=names(name.rpartition("/")[2], called),
        properties=frozenset(word for key in _properties(name) for word in words_of(key)),
        usual=called.usual,
    )


def _properties(name: str) -> list[str]:
    known = schemas()
    fields = known.definition(known.kinds[name]).fields
    spec = fields.get("spec", "")
    return [*fields, *(known.definition(spec[1:]).fields if spec[:1] == "#" else ())]


def shape(name: str) -> Shape:
    """What may be said about the kind *name* (``apps/v1/Deployment``) beside its name and
    namespace."""
    kind = name.rpartition("/")[2]
    ended = POD_PATHS[kind] if kind in _ENDED else ()
    return _Walker(ended).map(schemas().kinds[name], True, ())


class _Walker:
    """Makes shapes of definitions. *ended* is where pods are that have to end."""

    def __init__(self, ended: tuple[Any, ...]) -> None:
        self._ended = ended

    def map(self, definition: str, required: bool, path: tuple[str, ...]) -> Shape:
        """A mapping with the properties of *definition*."""
        return Shape("map", required, inside=lambda: self._inside(definition, path))

    def _inside(self, definition: str, path: tuple[str, ...]) -> dict[str, Shape]:
        known = schemas().definition(definition)
        filled = _filled(definition, path)
        needed = set(known.required) - ({"selector"} if definition.endswith(_SELECTING) else set())
        made = {
            key: self._shape(kind, key in needed, (*path, key), definition)
            for key, kind in known.fields.items()
            if key not in filled and key not in known.deprecated
        }
        if path and path == self._ended:
            made["restartPolicy"] = Shape("choice", True, ("Never", "OnFailure"))
        return {key: found for key, found in made.items() if found is not None}

    def _shape(
        self, kind: Type, required: bool, path: tuple[str, ...], inside: str
    ) -> Shape | None:
        if isinstance(kind, list):
            return self._compound(kind, required, path)
        if kind[0] == "#" and path[-1] == "status":
            return None  # what the cluster says of the object
        if kind[0] == "#":
            return self.map(kind[1:], required, path)
        if path[-1] == "kind" and inside.endswith("CrossVersionObjectReference"):
            return Shape("choice", required, _SCALED)
        sort = _SCALARS.get(kind)
        return Shape(sort, required) if sort else None  # type: ignore[arg-type]

    def _compound(self, kind: list[Any], required: bool, path: tuple[str, ...]) -> Shape | None:
        if kind[0] == "enum":
            return Shape("choice", required, tuple(filter(None, kind[1:])))
        if kind[0] == "map":
            return Shape("pairs", required) if kind[1] in ("str", "quantity") else None
        item = self._shape(kind[1], True, path, "")
        return Shape("list", required, inside=lambda: {"": item}) if item else None


def _filled(definition: str, path: tuple[str, ...]) -> set[str]:
    """The fields that nobody says: those of the object itself, and what our code fills in."""
    if not path:
        return _FILLED_IN
    if definition == "meta.v1.ObjectMeta":
        fields = schemas().definition(definition).fields
        return set(fields) - {"labels", "annotations"}
    named_for_it = definition in ("core.v1.Container", "core.v1.EphemeralContainer")
    # "restart policy" is the pods': few containers have one of their own.
    return {"name", "restartPolicy"} if named_for_it else {"apiVersion"}
