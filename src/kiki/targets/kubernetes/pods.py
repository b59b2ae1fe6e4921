"""The pods of every workload: what may be said of their container, and their specification.

Called by the operations that run pods and by ``operations.container_add``. What is added unasked is
what no image can mind; docs/operations/k8s/pods.md says what and why.
"""

import shlex
from typing import Annotated, Any, Literal

from msgspec import Meta

from kiki.model.records import Record
from kiki.targets.kubernetes.fields import Image, Name, OptionalName, OptionalPort
from kiki.targets.kubernetes.objects import Context, Manifest, image, labels, place, selector
from kiki.targets.kubernetes.volumes import Mount, mounted, volumes

TEXT = r"[^\x00-\x08\x0b-\x1f\x7f]"
KEY = r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_QUANTITY = r"[0-9]{1,15}(?:\.[0-9]{1,6})?(?:m|[kMGTPE]|[KMGTPE]i)?"
_EFFECT = r"NoSchedule|PreferNoSchedule|NoExecute"

Line = Annotated[str, Meta(pattern=rf"^{TEXT}*$(?!\n)", max_length=4000)]
# k8s.io/apimachinery, IsEnvVarName; what begins with a digit no shell can read
Variable = Annotated[
    str, Meta(pattern=rf"^[A-Za-z_.-][A-Za-z0-9_.-]*={TEXT}*$(?!\n)", max_length=4000)
]
Label = Annotated[
    str, Meta(pattern=rf"^{KEY}=(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{{0,61}}[A-Za-z0-9])?)?$(?!\n)")
]
_ONE = rf"{KEY}=(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{{0,61}}[A-Za-z0-9])?)?"
PodLabels = Annotated[str, Meta(pattern=rf"^(?:|{_ONE}(?:,{_ONE}){{0,9}})$(?!\n)", max_length=1000)]
Toleration = Annotated[
    str, Meta(pattern=rf"^{KEY}(?:=[A-Za-z0-9_.-]{{0,63}})?(?::(?:{_EFFECT}))?$(?!\n)")
]
Quantity = Annotated[str, Meta(pattern=rf"^(?:|{_QUANTITY})$(?!\n)")]
HttpPath = Annotated[str, Meta(pattern=r"^(?:|/[^\x00-\x20\x7f]*)$(?!\n)", max_length=1000)]
Spread = Literal["", "nodes", "zones", "one-per-node"]
# Well-known labels of nodes
_TOPOLOGY = {"nodes": "kubernetes.io/hostname", "zones": "topology.kubernetes.io/zone"}
Source = Annotated[
    str, Meta(pattern=r"^(?:configmap|secret)/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$(?!\n)")
]

KeyOf = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z_.-][A-Za-z0-9_.-]*=(?:configmap|secret)"
        r"/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?:(?!\.{1,2}$)[A-Za-z0-9._-]{1,253}$(?!\n)"
    ),
]


class ContainerFields(Record, frozen=True, kw_only=True):
    """One container. *command* and *args* are written as in a shell. *env* are ``KEY=value``,
    *env_keys* ``VARIABLE=configmap/NAME:KEY`` or ``=secret/NAME:KEY``, *env_from* all keys of a
    ``configmap/NAME`` or ``secret/NAME``. *mounts*: see ``volumes``. *readiness* and *liveness* are
    paths of HTTP requests to *port*, which 0 leaves open."""

    image: Image
    port: OptionalPort = 0
    command: Line = ""
    args: Line = ""
    env: tuple[Variable, ...] = ()
    env_keys: tuple[KeyOf, ...] = ()
    env_from: tuple[Source, ...] = ()
    cpu_request: Quantity = "100m"
    memory_request: Quantity = "128Mi"
    cpu_limit: Quantity = ""
    memory_limit: Quantity = ""
    readiness: HttpPath = ""
    liveness: HttpPath = ""
    mounts: tuple[Mount, ...] = ()

    def __post_init__(self) -> None:
        """ValueError for a command that no shell could read, and for a variable said twice."""
        for name in ("command", "args"):
            _words(getattr(self, name), name)
        keys = pairs(self.env_keys)
        if len(keys) < len(self.env_keys) or keys.keys() & pairs(self.env).keys():
            raise ValueError("a variable has one value - at `$.env_keys`")


class PodFields(ContainerFields, frozen=True, kw_only=True):
    """A workload whose pods run one container, called as the workload is. *labels* are further
    ones; *tolerations* are ``key[=value][:effect]``. *spread*: over ``nodes`` or ``zones`` as
    evenly as goes, or ``one-per-node``: never two on one node, even if a pod then waits. *near* and
    *apart* are labels, ``key=value,...``, of other pods of the namespace: only on nodes where pods
    with all of them run, or only where none does."""

    name: Name
    namespace: OptionalName = ""
    labels: tuple[Label, ...] = ()
    node_selector: tuple[Label, ...] = ()
    tolerations: tuple[Toleration, ...] = ()
    spread: Spread = ""
    near: PodLabels = ""
    apart: PodLabels = ""
    pull_secret: OptionalName = ""
    service_account: OptionalName = ""


def _words(line: str, name: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise ValueError(f"{error} - at `$.{name}`") from error


def pairs(listed: tuple[str, ...]) -> dict[str, str]:
    """``KEY=value`` texts as a mapping; of a key that stands twice the last value counts."""
    return {key: value for key, _, value in (one.partition("=") for one in listed)}


def all_labels(fields: PodFields) -> dict[str, str]:
    """Kiki's own labels and those that were said; a selector's label can't be said otherwise."""
    return {**pairs(fields.labels), **labels(fields.name)}


def template(fields: PodFields, context: Context, restart: str = "") -> Manifest:
    """The template of the workload's pods."""
    return {"metadata": {"labels": all_labels(fields)}, "spec": spec(fields, context, restart)}


def spec(fields: PodFields, context: Context, restart: str = "") -> Manifest:
    """The specification of the pods: the container, those that other operations of the request
    add, and the volumes of all."""
    further = context.containers.get(place(fields.namespace, fields.name), ())
    made: Manifest = {"restartPolicy": restart} if restart else {}
    made |= _account(fields)
    made["securityContext"] = {"seccompProfile": {"type": "RuntimeDefault"}}
    made |= _placed(fields)
    if first := [one.manifest for one in further if one.role == "init"]:
        made["initContainers"] = first
    own = container(fields, fields.name, open_ports(fields, context), context)
    made["containers"] = [own, *(one.manifest for one in further if one.role != "init")]
    mounts = (*fields.mounts, *(mount for one in further for mount in one.mounts))
    return {**made, "volumes": volumes(mounts)} if mounts else made


def _account(fields: PodFields) -> Manifest:
    """The account and its token: only who was given an account talks to the API server."""
    if fields.service_account:
        return {"serviceAccountName": fields.service_account}
    return {"automountServiceAccountToken": False}


def _placed(fields: PodFields) -> Manifest:
    made: Manifest = {}
    if fields.pull_secret:
        made["imagePullSecrets"] = [{"name": fields.pull_secret}]
    if fields.node_selector:
        made["nodeSelector"] = pairs(fields.node_selector)
    if fields.tolerations:
        made["tolerations"] = [_toleration(one) for one in fields.tolerations]
    return made | _spread(fields) | _affinity(fields)


def _spread(fields: PodFields) -> Manifest:
    """How evenly the pods of the workload are spread; kubernetes.io/docs, "Pod Topology Spread
    Constraints"."""
    if fields.spread not in _TOPOLOGY:
        return {}
    own = {"labelSelector": {"matchLabels": selector(fields.name)}}
    key = _TOPOLOGY[fields.spread]
    even = {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", **own}
    return {"topologySpreadConstraints": [even]}


def _affinity(fields: PodFields) -> Manifest:
    """With which pods these share a node, and with which they don't; kubernetes.io/docs, "Assigning
    Pods to Nodes"."""
    own = selector(fields.name) if fields.spread == "one-per-node" else {}
    apart = [one for one in (own, _labels(fields.apart)) if one]
    near = [one for one in (_labels(fields.near),) if one]
    made = {
        name: {
            "requiredDuringSchedulingIgnoredDuringExecution": [_on_its_node(one) for one in said]
        }
        for name, said in (("podAffinity", near), ("podAntiAffinity", apart))
        if said
    }
    return {"affinity": made} if made else {}


def _labels(text: str) -> dict[str, str]:
    return pairs(tuple(text.split(","))) if text else {}


def _on_its_node(labels: dict[str, str]) -> Manifest:
    return {"topologyKey": _TOPOLOGY["nodes"], "labelSelector": {"matchLabels": labels}}


def _toleration(text: str) -> Manifest:
    """``key=value:effect``; without a value any will do, without an effect every one."""
    said, _, effect = text.partition(":")
    key, equal, value = said.partition("=")
    made: Manifest = {"key": key, "operator": "Equal" if equal else "Exists"}
    made |= {"value": value} if equal else {}
    return {**made, "effect": effect} if effect else made


def listening(fields: PodFields) -> tuple[str, int]:
    """The workload's place and port, for the services of the same request."""
    return place(fields.namespace, fields.name), fields.port


def open_ports(fields: PodFields, context: Context) -> tuple[int, ...]:
    """Where the container listens: as it is said, or where services of the request send to."""
    sent = context.exposed.get(place(fields.namespace, fields.name), ())
    return (fields.port,) if fields.port else sent


def container(
    fields: ContainerFields, name: str, listening: tuple[int, ...], context: Context
) -> Manifest:
    """The container *name*."""
    made: Manifest = {"name": name, "image": image(fields.image, context.profile)}
    for field in ("command", "args"):
        if words := _words(getattr(fields, field), field):
            made[field] = words
    made |= _environment(fields)
    made |= _ports(fields, listening)
    if limits := _resources(fields):
        made["resources"] = limits
    if fields.mounts:
        made["volumeMounts"] = [mounted(one) for one in fields.mounts]
    return made


def _environment(fields: ContainerFields) -> Manifest:
    said = [{"name": key, "value": value} for key, value in pairs(fields.env).items()]
    said += [_taken(key, source) for key, source in pairs(fields.env_keys).items()]
    made: Manifest = {"env": said} if said else {}
    if fields.env_from:
        made["envFrom"] = [_source(one) for one in fields.env_from]
    return made


def _taken(variable: str, text: str) -> Manifest:
    """A variable with the value that one key of an object has when the container starts."""
    source, _, key = text.partition(":")
    sort, _, name = source.partition("/")
    reference = "configMapKeyRef" if sort == "configmap" else "secretKeyRef"
    return {"name": variable, "valueFrom": {reference: {"name": name, "key": key}}}


def _source(text: str) -> Manifest:
    sort, _, name = text.partition("/")
    return {"configMapRef" if sort == "configmap" else "secretRef": {"name": name}}


def _ports(fields: ContainerFields, listening: tuple[int, ...]) -> Manifest:
    """Ports, and whether the container answers on the first one."""
    if not listening:
        return {}
    port = listening[0]
    made: Manifest = {"ports": [{"containerPort": one, "protocol": "TCP"} for one in listening]}
    ready: dict[str, Any] = {"tcpSocket": {"port": port}}
    if fields.readiness:
        ready = {"httpGet": {"path": fields.readiness, "port": port}}
    made["readinessProbe"] = ready
    if fields.liveness:
        made["livenessProbe"] = {"httpGet": {"path": fields.liveness, "port": port}}
    return made


def _resources(fields: ContainerFields) -> Manifest:
    """Requests and limits; a limit that fits every image does not exist, so none is added."""
    requests = fields.cpu_request, fields.memory_request
    return amounts(requests, (fields.cpu_limit, fields.memory_limit))


def amounts(requests: tuple[str, str], limits: tuple[str, str]) -> Manifest:
    """What a container asks for and may take at most, each of processor and memory, without what
    is empty."""
    made: Manifest = {}
    for part, said in (("requests", requests), ("limits", limits)):
        if given := {
            what: much for what, much in zip(("cpu", "memory"), said, strict=True) if much
        }:
            made[part] = given
    return made
