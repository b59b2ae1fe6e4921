"""Create a key pair from a public key; the private one stays with its owner.

Called through the registry by ``understand`` (fields) and ``openstack.render`` (the part of the
template).
"""

from typing import Annotated

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets.openstack.template import Made, Part, Resource, Section, label, output

_NAME = r"^[A-Za-z0-9 ._-]+$(?!\n)"  # Nova API, "Import (or create) Keypair"; @ since 2.92
_ALGORITHM = r"(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp[0-9]{3}|sk-[a-z0-9@.-]+)"


class Fields(Record, frozen=True):
    """*public_key* is the one line of the public key's file."""

    name: Annotated[str, Meta(pattern=_NAME, max_length=255)]
    public_key: Annotated[
        str,
        Meta(pattern=rf"^{_ALGORITHM} AAAA[A-Za-z0-9+/]+={{0,3}}(?: [^\x00-\x1f\x7f]*)?$(?!\n)"),
    ]


def risk(fields: Fields) -> Risk:
    """Nobody may do more before a server is made with it."""
    return "low"


def part(fields: Fields, profile: Profile) -> Part:
    """The key pair. The id of it is its name."""
    properties: Section = {"name": fields.name, "public_key": fields.public_key}
    return Part(
        name=label(fields.name, "keypair"),
        summary=f"Key pair {fields.name}",
        parameters={},
        resources={"keypair": {"type": "OS::Nova::KeyPair", "properties": properties}},
        outputs={"key_name": output("Name of the key pair", "keypair")},
        makes=(Made(sort="keypair", name=fields.name, value=Resource(name="keypair")),),
    )
