"""What containers mount, as people write it: ``pvc/data:/var/lib/data``, ``empty/shared:/data``.

Called by ``pods``. A volume that several containers of a pod name is one volume, which they share.
"""

from typing import Annotated

from msgspec import Meta

from kiki.targets.kubernetes.objects import Manifest

_NAME = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
Mount = Annotated[
    str,
    Meta(
        pattern=rf"^(?:pvc|configmap|secret|empty)/{_NAME}:/[^\x00-\x1f\x7f:]*(?::ro)?$(?!\n)",
        max_length=1000,
    ),
]
# The field of a volume, and that field's own for the name
_SORTS = {
    "pvc": ("persistentVolumeClaim", "claimName"),
    "configmap": ("configMap", "name"),
    "secret": ("secret", "secretName"),
    "empty": ("emptyDir", ""),
}


def _parts(mount: str) -> tuple[str, str, str, bool]:
    """The sort, the name, the path, and whether it is only read."""
    sort, _, rest = mount.partition("/")
    name, _, path = rest.partition(":")
    return sort, name, path.removesuffix(":ro"), path.endswith(":ro")


def _called(sort: str, name: str) -> str:
    """The volume's own name in the pod: two sorts may have things of the same name."""
    return f"{sort}-{name}"[:63].rstrip("-")


def mounted(mount: str) -> Manifest:
    """The mount of a container."""
    sort, name, path, only_read = _parts(mount)
    made: Manifest = {"name": _called(sort, name), "mountPath": path}
    return {**made, "readOnly": True} if only_read else made


def volumes(mounts: tuple[str, ...]) -> list[Manifest]:
    """The volumes of a pod whose containers have *mounts*, each once."""
    return [_volume(sort, name) for sort, name in dict.fromkeys(_parts(one)[:2] for one in mounts)]


def _volume(sort: str, name: str) -> Manifest:
    field, named = _SORTS[sort]
    return {"name": _called(sort, name), field: {named: name} if named else {}}
