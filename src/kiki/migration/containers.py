"""One container as it stands in a pod's manifest.

Called by ``manifests``.
"""

from collections.abc import Iterable
from typing import Any

from kiki.migration.volumes import Volumes, quantity
from kiki.migration.workload import Container, Limits, Port, Powers, Probe


def container(
    one: Container, name: str, own: str, ports: Iterable[Port], volumes: Volumes
) -> dict[str, Any]:
    """The entry of ``containers``. *own* is the name of its ConfigMap and its Secret."""
    found: dict[str, Any] = {"name": name, "image": one.image}
    found |= {"command": list(one.command)} if one.command else {}
    found |= {"args": list(one.args)} if one.args else {}
    found |= {"workingDir": one.folder} if one.folder else {}
    found |= {"tty": True} if one.tty else {}
    found |= {"stdin": True} if one.stdin else {}
    found |= _ports(ports)
    found |= _variables(one, own)
    mounts = volumes.mounts(one)
    found |= {"volumeMounts": mounts} if mounts else {}
    if one.probe is not None and not one.first:
        found |= _probes(one.probe)
    found |= _limits(one.limits)
    return found | _powers(one.powers)


def used(port: Port) -> tuple[int, str]:
    """What of a port a container opens."""
    return port.container, port.protocol


def _ports(ports: Iterable[Port]) -> dict[str, Any]:
    found = sorted({used(port) for port in ports})
    made = [{"containerPort": number, "protocol": protocol} for number, protocol in found]
    return {"ports": made} if made else {}


def _variables(one: Container, own: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if one.plain:
        found["envFrom"] = [{"configMapRef": {"name": own}}]
    if one.secret:
        found["env"] = [
            {"name": name, "valueFrom": {"secretKeyRef": {"name": own, "key": name}}}
            for name in one.secret
        ]
    return found


def _probes(probe: Probe) -> dict[str, Any]:
    made = {
        "exec": {"command": list(probe.command)},
        "periodSeconds": probe.interval_s,
        "timeoutSeconds": probe.timeout_s,
        "failureThreshold": probe.retries,
    }
    if probe.start_s:
        made["initialDelaySeconds"] = probe.start_s
    return {"readinessProbe": made} | ({"livenessProbe": made} if probe.acts else {})


def _limits(limits: Limits) -> dict[str, Any]:
    most = _amounts(limits.memory, limits.cpu)
    asked = _amounts(limits.memory_request, limits.cpu_request)
    found = ({"requests": asked} if asked else {}) | ({"limits": most} if most else {})
    return {"resources": found} if found else {}


def _amounts(memory: int, cpu: int) -> dict[str, str]:
    found = {"cpu": str(cpu // 1000) if cpu % 1000 == 0 else f"{cpu}m"} if cpu else {}
    return found | ({"memory": quantity(memory)} if memory else {})


def _powers(powers: Powers) -> dict[str, Any]:
    found: dict[str, Any] = {}
    found |= {"privileged": True} if powers.privileged else {}
    found |= {"runAsUser": powers.user} if powers.user is not None else {}
    found |= {"runAsGroup": powers.group} if powers.group is not None else {}
    found |= {"readOnlyRootFilesystem": True} if powers.read_only else {}
    found |= {"allowPrivilegeEscalation": False} if powers.no_new_privileges else {}
    found |= {"seccompProfile": {"type": "Unconfined"}} if powers.unconfined else {}
    changed = {"add": list(powers.add), "drop": list(powers.drop)}
    kept = {key: names for key, names in changed.items() if names}
    found |= {"capabilities": kept} if kept else {}
    return {"securityContext": found} if found else {}
