"""Since when, and until when, Kubernetes has a kind or a field, beside a chosen version.

Called by ``apis`` and ``validate`` when something is not in the chosen version: only then other
versions' schemas are read. What came before the oldest of them is told by ``history.json``.
"""

from kiki.model.kube_versions import KNOWN
from kiki.targets.kubernetes.schema import last_versions, schemas


def after(version: str) -> tuple[str, ...]:
    """The known versions that are newer than *version*, oldest first."""
    return KNOWN[KNOWN.index(version) + 1 :]


def before(version: str) -> tuple[str, ...]:
    """The known versions that are older than *version*, newest first."""
    return KNOWN[: KNOWN.index(version)][::-1]


def kind_since(name: str, version: str) -> str:
    """The first version after *version* that has the kind *name* (``apps/v1/Deployment``)."""
    return next((one for one in after(version) if name in schemas(one).kinds), "")


def kind_until(name: str, version: str) -> str:
    """The last version before *version* that had the kind *name*."""
    last = last_versions().get(name, "")
    if last and last not in KNOWN:
        return last
    return next((one for one in before(version) if name in schemas(one).kinds), "")


def kind_ends(name: str, version: str) -> str:
    """The last version that has the kind *name*, which *version* has; empty while it stays."""
    last = last_versions().get(name, "")
    return last if last in KNOWN and version in KNOWN[: KNOWN.index(last) + 1] else ""


def field_since(definition: str, field: str, version: str) -> str:
    """The first version after *version* in which *definition* has *field*."""
    return next((one for one in after(version) if _has(one, definition, field)), "")


def field_until(definition: str, field: str, version: str) -> str:
    """The last version before *version* in which *definition* had *field*."""
    return next((one for one in before(version) if _has(one, definition, field)), "")


def _has(version: str, definition: str, field: str) -> bool:
    found = schemas(version).find(definition)
    return found is not None and field in found.fields
