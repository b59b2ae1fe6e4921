"""Create a secret of a cluster, whose values are secrets that Kiki keeps.

Called through the registry by ``understand`` (fields), ``kubernetes.render`` (manifests) and
``target`` (what an approval is bound to). The values are filled in when it is planned and applied;
see ``kept``. Its keys say its type: kubernetes.io/docs, "Secrets", types of Secret.
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.model.secret import REFERENCE
from kiki.targets.kubernetes import logins
from kiki.targets.kubernetes.fields import INVALID as SHARED
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.kept import FIELD, name_in
from kiki.targets.kubernetes.objects import Context, Manifest, metadata
from kiki.targets.kubernetes.pods import pairs

_KEY = r"(?!\.\.)[A-Za-z0-9_.-]{1,253}"
Entry = Annotated[str, Meta(pattern=rf"^{_KEY}={REFERENCE}$(?!\n)")]

_TYPES = {
    "kubernetes.io/tls": {"tls.crt", "tls.key"},
    logins.TYPE: {logins.KEY},
}
INVALID = {**SHARED, "data": "k8s.secret_data_invalid"}
SILENT = ("data",)


class Fields(Record, frozen=True):
    """*data* are ``KEY={{secret:NAME}}``: a value in plain would stand in the file."""

    name: Name
    data: tuple[Entry, ...]
    namespace: OptionalName = ""

    def __post_init__(self) -> None:
        """ValueError where nothing is in it, or a key is there twice."""
        keys = pairs(self.data)
        if not keys or len(keys) < len(self.data):
            raise ValueError("a secret has each key once, and at least one - at `$.data`")


def risk(fields: Fields) -> Risk:
    """Whoever may read secrets of the namespace has the values; one of this name may be in use."""
    return "medium"


def secrets(fields: Fields) -> tuple[str, ...]:
    """The names of the secrets in it."""
    return tuple(name_in(value) for value in pairs(fields.data).values())


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Secret, with the names of its values."""
    about = metadata(fields.name, fields.namespace, fields.name)
    data = pairs(fields.data)
    kind = next((known for known, keys in _TYPES.items() if keys <= data.keys()), "Opaque")
    head = {"apiVersion": "v1", "kind": "Secret", "metadata": about}
    return ({**head, "type": kind, FIELD: data},)
