"""Create a config map.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest, metadata
from kiki.targets.kubernetes.pods import pairs

_KEY = r"(?!\.\.)[A-Za-z0-9_.-]{1,253}"
Entry = Annotated[str, Meta(pattern=rf"^{_KEY}=[^\x00]*$(?!\n)", max_length=100_000)]
OptionalKey = Annotated[str, Meta(pattern=rf"^(?:|{_KEY})$(?!\n)")]
Content = Annotated[str, Meta(max_length=500_000)]  # a config map holds 1 MiB


class Fields(Record, frozen=True):
    """*data* are ``KEY=value``; *file* is one more key, whose value is *content*."""

    name: Name
    data: tuple[Entry, ...]
    namespace: OptionalName = ""
    file: OptionalKey = ""
    content: Content = ""

    def __post_init__(self) -> None:
        """ValueError where nothing is in it, one key is there twice, or a content has no key."""
        keys = [one.partition("=")[0] for one in self.data] + ([self.file] if self.file else [])
        if not keys or len(set(keys)) < len(keys):
            raise ValueError("a config map has each key once, and at least one - at `$.data`")
        if self.content and not self.file:
            raise ValueError("a content needs the key under which it stands - at `$.file`")


def risk(fields: Fields) -> Risk:
    """Nothing reads it yet."""
    return "low"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The ConfigMap."""
    about = metadata(fields.name, fields.namespace, fields.name)
    data = pairs(fields.data) | ({fields.file: fields.content} if fields.file else {})
    return ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": data},)
