"""The order in which objects of several files can be made: what others stand on comes first.

Called by ``program`` and ``operations.manifests_delete``.
"""

from kiki.targets.kubernetes.objects import Manifest

_FIRST = ("Namespace", "CustomResourceDefinition")


def ranked(bodies: list[Manifest]) -> list[Manifest]:
    """*bodies* with namespaces and then definitions first; the others stay in their order."""
    return sorted(bodies, key=rank)


def rank(body: Manifest) -> int:
    """How early *body* is made."""
    return _FIRST.index(body["kind"]) if body["kind"] in _FIRST else len(_FIRST)
