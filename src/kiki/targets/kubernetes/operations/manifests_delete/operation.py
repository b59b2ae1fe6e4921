"""Delete the objects that manifests of the user's own name.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). Of the
files only the names of objects are known here (``given.taking``). What was made last goes first,
and namespaces go at the end.
"""

from kiki.documents.read import read_yaml
from kiki.model.artifact import File
from kiki.model.plan import Risk
from kiki.targets.kubernetes.given.command import told
from kiki.targets.kubernetes.given.order import ranked
from kiki.targets.kubernetes.given.paths import Given
from kiki.targets.kubernetes.objects import Context, Manifest
from kiki.targets.kubernetes.rules.naming import CLUSTER_WIDE

ACT = "delete"


class Fields(Given, frozen=True):
    """Which files."""


def risk(fields: Fields) -> Risk:
    """What is deleted is gone."""
    return "high"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """Which objects."""
    found = [one for file in context.given for one in _named(file, fields.namespace)]
    return tuple(reversed(ranked(found)))


def _named(file: File, namespace: str) -> list[Manifest]:
    made = []
    for one in read_yaml(file.text, file.path).documents:
        about = one["metadata"]
        bare = not namespace or about.get("namespace") or one["kind"] in CLUSTER_WIDE
        made.append(one if bare else {**one, "metadata": {**about, "namespace": namespace}})
    return made


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    return told("delete", fields)
