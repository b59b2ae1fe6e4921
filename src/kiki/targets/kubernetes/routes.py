"""The rules of ingresses, as kubectl writes them: ``shop.example.com/api*=api:8080,tls=shop-tls``.

Called by the operation that makes ingresses. Source: the API server's validation of
networking.k8s.io/v1 Ingress and ``kubectl create ingress``.
"""

from typing import Annotated, Literal

from msgspec import Meta

from kiki.model.records import Record
from kiki.targets.kubernetes.objects import Manifest

_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_HOST = rf"(?:\*\.)?(?:{_LABEL}\.)+[a-z](?:[-a-z0-9]{{0,61}}[a-z0-9])?"
# No // and no /./ or /../, which the server refuses in exact and prefix paths
_PATH = r"(?!.*//)(?!.*/\.{1,2}(?:/|=|\Z))/[A-Za-z0-9._~%+/-]{0,500}"
_PORT_NAME = r"(?!.*--)(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?"
_SECRET = rf"{_LABEL}(?:\.{_LABEL})*"
Host = Annotated[str, Meta(pattern=rf"^(?:|{_HOST})$(?!\n)", max_length=253)]
Path = Annotated[str, Meta(pattern=rf"^{_PATH}$(?!\n)")]
PortName = Annotated[str, Meta(pattern=rf"^(?:|{_PORT_NAME})$(?!\n)")]
Secret = Annotated[str, Meta(pattern=rf"^(?:|{_SECRET})$(?!\n)", max_length=253)]
PathType = Literal["Prefix", "Exact", "ImplementationSpecific"]
Rule = Annotated[
    str,
    Meta(
        pattern=rf"^(?:{_HOST})?(?:/[A-Za-z0-9._~%+/-]{{0,500}})?\*?=[a-z](?:[-a-z0-9]{{0,61}}[a-z0-9])?"
        rf":(?:[0-9]{{1,5}}|{_PORT_NAME})(?:,tls={_SECRET})?$(?!\n)"
    ),
]
LAST_PORT = 65_535


class Route(Record, frozen=True):
    """Where what comes for *host* and *path* goes: *port* is a number or a name. An empty *host*
    is any; *tls* names the secret with the host's certificate."""

    service: str
    port: str
    host: str = ""
    path: str = "/"
    path_type: PathType = "Prefix"
    tls: str = ""


def route_of(text: str, path_type: PathType, host: str) -> Route:
    """The rule *text*, of which a ``*`` after the path makes a prefix. What it does not say is
    *path_type* and *host*. ValueError for a number that is no port."""
    place, _, rest = text.partition("=")
    target, _, tls = rest.partition(",tls=")
    service, _, port = target.partition(":")
    named, slash, path = place.partition("/")
    prefix = place.endswith("*")
    if port.isdigit() and not 1 <= int(port) <= LAST_PORT:
        raise ValueError(f"{port} is no port - at `$.rules`")
    return Route(
        service=service,
        port=port,
        host=named.rstrip("*") or host,
        path=(slash + path).rstrip("*") or "/",
        path_type="Prefix" if prefix else path_type,
        tls=tls,
    )


def check(routes: tuple[Route, ...]) -> None:
    """ValueError where one place leads to two services, or a certificate has no host."""
    places = [(one.host, one.path, one.path_type) for one in routes]
    if len(set(places)) < len(places):
        raise ValueError("two rules have the same host and path - at `$.rules`")
    if any(one.tls and not one.host for one in routes):
        raise ValueError("a certificate belongs to a host - at `$.tls`")
    hosts: dict[str, str] = {}
    for one in routes:
        if hosts.setdefault(one.host, one.tls) != one.tls:
            raise ValueError(f"{one.host} has two certificates - at `$.rules`")


def rules(routes: tuple[Route, ...]) -> list[Manifest]:
    """The rules: one for each host, with its paths in the order given."""
    hosts = dict.fromkeys(one.host for one in routes)
    return [_rule(host, [one for one in routes if one.host == host]) for host in hosts]


def _rule(host: str, routes: list[Route]) -> Manifest:
    named: Manifest = {"host": host} if host else {}
    return {**named, "http": {"paths": [_path(one) for one in routes]}}


def _path(one: Route) -> Manifest:
    port = {"number": int(one.port)} if one.port.isdigit() else {"name": one.port}
    backend = {"service": {"name": one.service, "port": port}}
    return {"path": one.path, "pathType": one.path_type, "backend": backend}


def certificates(routes: tuple[Route, ...]) -> list[Manifest]:
    """Which hosts have which secret; without a secret a host has no TLS."""
    secrets = dict.fromkeys(one.tls for one in routes if one.tls)
    return [
        {"hosts": list(dict.fromkeys(r.host for r in routes if r.tls == tls)), "secretName": tls}
        for tls in secrets
    ]
