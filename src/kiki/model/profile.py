"""A site's own defaults and limits, as read from its profile file.

Made by ``settings``; called by ``understand``, targets and policy. Every key is documented in
docs/configuration.md.
"""

from typing import Any

from kiki.model.records import Record


class Profile(Record, frozen=True):
    """What a site fixes once for all requests.

    *defaults* maps ``<target>.<kind>.<field>`` to a value; *images* maps a short image name to the
    full one the site uses; *allowed_images* and *allowed_networks* are shell patterns (empty: all);
    *registry_mirror* is a prefix for image names without a registry; *proxy* is an HTTP proxy
    URL for package downloads; *name_prefix* is put before generated names. Manifests are checked
    for *kube_version*, one of ``kube_versions.KNOWN`` (empty: the newest).
    """

    defaults: dict[str, Any] = {}
    images: dict[str, str] = {}
    allowed_images: tuple[str, ...] = ()
    allowed_networks: tuple[str, ...] = ()
    registry_mirror: str = ""
    proxy: str = ""
    name_prefix: str = ""
    kube_version: str = ""


NO_PROFILE = Profile()
