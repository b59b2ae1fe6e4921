"""What the user's manifests leave out and a server-side apply can't do without.

Called by ``program``. A list with keys needs the keys of each entry, and servers before 1.21 have
no default for that of a service's port ("element 0: associative list with keys has an element that
omits key field protocol", seen with 1.20). The API's own default is filled in, and nothing else.
"""

from typing import Any

from kiki.targets.kubernetes.objects import Manifest

_PROTOCOL = "TCP"  # kubernetes.io/docs, ServicePort: 'Default is TCP'


def filled(body: Manifest) -> Manifest:
    """*body* with the protocol of each port of a service."""
    if body["kind"] != "Service" or body["apiVersion"] != "v1":
        return body
    spec: Any = body.get("spec")
    ports = spec.get("ports") if isinstance(spec, dict) else None
    if not isinstance(ports, list):
        return body
    whole = [{**one, "protocol": one.get("protocol") or _PROTOCOL} for one in ports]
    return {**body, "spec": {**spec, "ports": whole}}
