"""The parts that every manifest of Kiki has in common, and what one operation knows of the others.

Called by the operations. Labels follow kubernetes.io/docs, "Recommended Labels".
"""

from typing import Any

from kiki.model.artifact import File
from kiki.model.profile import Profile
from kiki.model.records import Record

Manifest = dict[str, Any]


class Further(Record, frozen=True):
    """A further container for the pods of a workload: its *manifest*, what it *mounts*, and
    whether it runs ``beside`` the first one, or before it as ``init``."""

    role: str
    manifest: Manifest
    mounts: tuple[str, ...] = ()


class Context(Record, frozen=True):
    """What an operation may use beyond its own fields.

    *listening* maps ``namespace/workload`` to the port that its container is said to listen
    on; *exposed* the same key to the ports that services of this request send traffic to, and
    *containers* to the further containers that operations of this request add to its pods.
    *given* are the user's own files that the operation is about.
    """

    profile: Profile = Profile()
    listening: dict[str, int] = {}
    exposed: dict[str, tuple[int, ...]] = {}
    containers: dict[str, tuple[Further, ...]] = {}
    given: tuple[File, ...] = ()


def place(namespace: str, name: str) -> str:
    """The key of a deployment in a :class:`Context`."""
    return f"{namespace}/{name}"


def selector(name: str) -> dict[str, str]:
    """The labels by which the pods of *name* are found."""
    return {"app.kubernetes.io/name": name}


def labels(name: str) -> dict[str, str]:
    """The labels of everything that is made for *name*."""
    return {**selector(name), "app.kubernetes.io/managed-by": "kiki"}


def metadata(name: str, namespace: str, made_for: str) -> Manifest:
    """An object's metadata; without a namespace the one of the caller's kubeconfig holds."""
    named = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {**named, "labels": labels(made_for)}


def image(name: str, profile: Profile) -> str:
    """The image as the site has it: its own name for a short one, and its registry mirror."""
    full = profile.images.get(name, name)
    if not profile.registry_mirror or _has_registry(full):
        return full
    return f"{profile.registry_mirror.rstrip('/')}/{full}"


def _has_registry(name: str) -> bool:
    first, slash, _ = name.partition("/")
    return bool(slash) and ("." in first or ":" in first or first == "localhost")


def accounts_once(made: list[Manifest]) -> list[Manifest]:
    """*made* without the bare service accounts of which it has another document: several
    operations may give rights to one account, and another one may say more about it."""
    kept: list[Manifest] = []
    for index, one in enumerate(made):
        bare = one["kind"] == "ServiceAccount" and "labels" not in one["metadata"]
        others = (*kept, *made[index + 1 :]) if bare else ()
        if not any(_same_account(one, other, later=other not in kept) for other in others):
            kept.append(one)
    return kept


def _same_account(one: Manifest, other: Manifest, *, later: bool) -> bool:
    """Whether *other* stands for the bare account *one*; of two bare ones the first is kept."""
    same = other["kind"] == one["kind"] and _place_of(other) == _place_of(one)
    return same and not (later and "labels" not in other["metadata"])


def _place_of(manifest: Manifest) -> str:
    return place(manifest["metadata"].get("namespace", ""), manifest["metadata"]["name"])
