"""Volumes and what they are attached to.

Called by the operations that make or attach one.
"""

from typing import Any

from kiki.model.profile import Profile
from kiki.targets.openstack.template import Named, Section, given


def image(name: str, profile: Profile) -> Named:
    """The image that a volume begins with."""
    about = "Image that the volume begins with"
    known_as = profile.images.get(name, "")
    return Named(sort="image", name=name, parameter="image", about=about, known_as=known_as)


def volume(name: str, size: int, volume_type: str, image: Any) -> Section:
    """The OS::Cinder::Volume."""
    properties = {"name": name, "size": size, **given(volume_type=volume_type, image=image)}
    return {"type": "OS::Cinder::Volume", "properties": properties}


def attachment(volume: Any, server: str) -> Section:
    """What attaches *volume* to the server that is called *server*."""
    about = "Server that the volume is attached to"
    where = Named(sort="server", name=server, parameter="server", about=about)
    properties = {"instance_uuid": where, "volume_id": volume}
    return {"type": "OS::Cinder::VolumeAttachment", "properties": properties}
