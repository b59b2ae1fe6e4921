"""An operation on the user's own manifests as a command of kubectl.

Called by those operations.
"""

from typing import Protocol

from kiki.targets.kubernetes.asking import kubectl


class Told(Protocol):
    """The fields of such an operation."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Files and folders."""
        ...

    @property
    def namespace(self) -> str:
        """The namespace of what names none."""
        ...

    @property
    def kustomize(self) -> bool:
        """Whether they are kustomizations."""
        ...

    @property
    def recursive(self) -> bool:
        """Whether what lies deeper counts."""
        ...


def told(verb: str, fields: Told) -> str:
    """``kubectl apply -f web.yaml -f db -R -n shop``."""
    option = "-k" if fields.kustomize else "-f"
    words = [word for path in fields.paths for word in (option, path)]
    return kubectl(verb, *words, *(["-R"] if fields.recursive else []), namespace=fields.namespace)
