"""A pod's spec as podman 4.3 takes it.

Called by ``playable``. What is left out would be ignored in silence, or refused.
"""

from collections.abc import Iterable
from typing import Any

from kiki.migration.losses import Losses
from kiki.migration.naming import dns_name

Document = dict[str, Any]
_SPEC = ("restartPolicy", "hostNetwork", "hostPID", "hostIPC", "hostname", "hostAliases",
         "dnsConfig", "dnsPolicy", "securityContext", "shareProcessNamespace")  # fmt: skip
_CONTAINER = ("name", "image", "imagePullPolicy", "command", "args", "workingDir", "tty", "stdin",
              "env", "envFrom", "volumeMounts", "livenessProbe", "resources",
              "securityContext")  # fmt: skip
# Secrets are not among them: 4.3.1 ends with a nil pointer where "optional" is not said, and else
# writes their base64 into the files. It ignores "subPath" and mounts all of the volume.
_SOURCES = ("hostPath", "persistentVolumeClaim", "configMap", "emptyDir")
# Said by other findings, or without a meaning on one machine.
_SILENT = ("containers", "initContainers", "volumes", "ports", "readinessProbe", "startupProbe",
           "automountServiceAccountToken", "terminationMessagePath", "terminationMessagePolicy",
           "schedulerName", "enableServiceLinks")  # fmt: skip
_LOWEST = 1024  # ports below it are root's


def playable_pod(
    name: str, spec: Document, services: Iterable[Document], losses: Losses
) -> Document:
    """The spec; *services* are those that lead to this pod."""
    made: Document = {key: spec[key] for key in _SPEC if key in spec}
    _dropped(name, spec, _SPEC, losses)
    volumes, known = _volumes(name, spec, losses)
    published = _published(name, services, losses)
    for key in ("initContainers", "containers"):
        inside = [one for one in spec.get(key) or [] if isinstance(one, dict)]
        if inside:
            made[key] = [_container(one, name, known, published, losses) for one in inside]
    if made.get("hostNetwork"):  # 4.3 refuses ports beside it
        for one in (*made.get("initContainers", ()), *made.get("containers", ())):
            one.pop("ports", None)
    for port in published:
        losses.say("migrate.port_nobodys", name=name, port=str(port[0]))
    return made | ({"volumes": volumes} if volumes else {})


def _dropped(name: str, said: Document, kept: tuple[str, ...], losses: Losses) -> None:
    for key in sorted(said):
        if key not in kept and key not in _SILENT and said[key] not in (None, [], {}, ""):
            losses.say("migrate.field_dropped", name=name, field=key)


def _volumes(name: str, spec: Document, losses: Losses) -> tuple[list[Document], dict[str, str]]:
    """The volumes that are kept, and their old and new names: to 4.3 an ``emptyDir`` is a named
    volume like others, and two pods' must not be one."""
    found, names = [], {}
    for one in spec.get("volumes") or []:
        old = str(one["name"])
        source = next((key for key in one if key != "name"), "emptyDir")
        if source not in _SOURCES:
            losses.say("migrate.volume_dropped", name=name, volume=old, sort=source)
            continue
        if source == "persistentVolumeClaim":
            losses.say("migrate.volume_data", volume=str(one[source].get("claimName")))
        if (one.get("emptyDir") or {}).get("medium"):
            losses.say("migrate.memory_volume", "info", name=name, volume=old)
        names[old] = dns_name(f"{name}-{old}") if source == "emptyDir" else old
        found.append({**one, "name": names[old]})
    return found, names


def _published(
    name: str, services: Iterable[Document], losses: Losses
) -> dict[tuple[Any, str], int]:
    """The port of the host for each target port, a number or a name."""
    found: dict[tuple[Any, str], int] = {}
    for service in services:
        for port in (service.get("spec") or {}).get("ports") or []:
            host = int(port.get("nodePort") or port["port"])
            target = port.get("targetPort", port["port"])
            found[target, str(port.get("protocol") or "TCP")] = host
            if host < _LOWEST:
                losses.say("migrate.port_low", name=name, port=str(host))
    return found


def _container(
    one: Document,
    pod: str,
    known: dict[str, str],
    published: dict[tuple[Any, str], int],
    losses: Losses,
) -> Document:
    name = f"{pod}/{one.get('name')}"
    made: Document = {key: one[key] for key in _CONTAINER if key in one}
    _dropped(name, one, _CONTAINER, losses)
    mounts = _mounts(one, name, known, losses)
    made.pop("volumeMounts", None)
    made |= {"volumeMounts": mounts} if mounts else {}
    ports = _ports(one, published)
    made |= {"ports": ports} if ports else {}
    _probe(one, made, name, losses)
    _secrets(one, losses)
    return made


def _mounts(one: Document, name: str, known: dict[str, str], losses: Losses) -> list[Document]:
    found = [each for each in one.get("volumeMounts") or [] if str(each.get("name")) in known]
    for each in found:
        if each.get("subPath"):
            losses.say("migrate.sub_path", container=name, target=str(each.get("mountPath")))
    return [{**each, "name": known[str(each["name"])]}
            for each in found if not each.get("subPath")]  # fmt: skip


def _ports(one: Document, published: dict[tuple[Any, str], int]) -> list[Document]:
    """The ports; what a service leads to is published on the host, once."""
    made = []
    for port in one.get("ports") or []:
        protocol = str(port.get("protocol") or "TCP")
        number = port.get("containerPort")
        ways = ((number, protocol), (port.get("name"), protocol))
        found = [published.pop(way) for way in ways if way in published]
        host = found[0] if found else port.get("hostPort")
        kept = {key: port[key] for key in ("name", "containerPort", "protocol") if key in port}
        made.append(kept | ({"hostPort": host} if host else {}))
    return made


def _probe(one: Document, made: Document, name: str, losses: Losses) -> None:
    """Podman has one health check, and makes it of the liveness probe."""
    others = [key for key in ("readinessProbe", "startupProbe") if one.get(key)]
    if others and "livenessProbe" not in one:
        made["livenessProbe"] = one[others[0]]
        losses.say("migrate.probe_one", "info", container=name, probe=others[0])
        others = others[1:]
    if "livenessProbe" in made:
        made["livenessProbe"] = _numbered(made["livenessProbe"], one)
    for key in others:
        losses.say("migrate.field_dropped", name=name, field=key)


def _numbered(probe: Document, one: Document) -> Document:
    """The probe with numbers for names of ports: 4.3 takes a name for the port 0."""
    numbers = {port.get("name"): port.get("containerPort") for port in one.get("ports") or []}
    found = dict(probe)
    for way in ("httpGet", "tcpSocket"):
        said = found.get(way)
        if isinstance(said, dict) and said.get("port") in numbers:
            found[way] = {**said, "port": numbers[said["port"]]}
    return found


def _secrets(one: Document, losses: Losses) -> None:
    named = [(each.get("valueFrom") or {}).get("secretKeyRef") for each in one.get("env") or []]
    named += [each.get("secretRef") for each in one.get("envFrom") or []]
    for each in named:
        if each:
            losses.say("migrate.secret_for_podman", name=str(each.get("name")))
