"""Create an ingress: which services a controller sends what comes from outside to.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
What its rules are is in ``routes``.
"""

from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes import routes
from kiki.targets.kubernetes.fields import Name, OptionalName, OptionalPort
from kiki.targets.kubernetes.objects import Context, Manifest, metadata
from kiki.targets.kubernetes.routes import Host, Path, PathType, PortName, Route, Rule, Secret

Target = Annotated[str, Meta(pattern=r"^(?:|[a-z](?:[-a-z0-9]*[a-z0-9])?)$(?!\n)", max_length=63)]


class Fields(Record, frozen=True):
    """One rule is *host* (empty: any), *path*, *service* and its *port* or *port_name*; *rules*
    are several, in place of these, for which *host* is the one that they don't say. *tls* is the
    secret with the certificate of all hosts that have none of their own. An empty
    *ingress_class* is the cluster's default one."""

    name: Name
    service: Target
    port: OptionalPort
    namespace: OptionalName = ""
    host: Host = ""
    path: Path = "/"
    port_name: PortName = ""
    rules: tuple[Rule, ...] = ()
    path_type: PathType = "Prefix"
    ingress_class: OptionalName = ""
    tls: Secret = ""

    def __post_init__(self) -> None:
        """ValueError for what the API server would refuse, or what would mean nothing."""
        if bool(self.rules) == bool(self.service):
            raise ValueError("an ingress has rules or one service - at `$.rules`")
        if self.rules and (self.port or self.port_name or self.path != "/"):
            raise ValueError("there are rules and a port or path - at `$.rules`")
        if self.service and bool(self.port) == bool(self.port_name):
            raise ValueError("a service has one port, by number or by name - at `$.port_name`")
        routes.check(_routes(self))


def _routes(fields: Fields) -> tuple[Route, ...]:
    found = [routes.route_of(rule, fields.path_type, fields.host) for rule in fields.rules] or [
        Route(
            service=fields.service,
            port=fields.port_name or str(fields.port),
            host=fields.host,
            path=fields.path,
            path_type=fields.path_type,
        )
    ]
    return tuple(replace(one, tls=one.tls or fields.tls) for one in found)


def risk(fields: Fields) -> Risk:
    """What it leads to is seen from outside the cluster."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Ingress."""
    made = _routes(fields)
    spec: Manifest = {"ingressClassName": fields.ingress_class} if fields.ingress_class else {}
    certificates = routes.certificates(made)
    spec |= {"tls": certificates} if certificates else {}
    spec["rules"] = routes.rules(made)
    about = metadata(fields.name, fields.namespace, fields.name)
    api = "networking.k8s.io/v1"
    return ({"apiVersion": api, "kind": "Ingress", "metadata": about, "spec": spec},)
