"""Workloads as Kubernetes manifests.

Called by ``migrate``. For each: a ConfigMap of its plain variables, a claim for each volume, a
service of its published ports, and the deployment, or the pod. Pure: the same workloads give the
same documents.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from kiki.migration.containers import container, used
from kiki.migration.losses import Losses
from kiki.migration.naming import dns_name, unique
from kiki.migration.volumes import Volumes
from kiki.migration.workload import Container, Options, Port, Workload

Document = dict[str, Any]
_NODE_PORTS = range(30000, 32768)
_ORDER = ("ConfigMap", "PersistentVolumeClaim", "Service", "Deployment", "Pod")


def documents(
    workloads: Iterable[Workload], options: Options, losses: Losses
) -> tuple[Document, ...]:
    """All documents, what others need first. A claim that several need is there once."""
    found: dict[tuple[str, str], Document] = {}
    taken: set[str] = set()
    for workload in workloads:
        name = unique(dns_name(workload.name), taken)
        if name != workload.name:
            losses.say("migrate.renamed", "info", old=workload.name, new=name)
        for one in _Made(workload, name, options, losses).documents():
            key = one["kind"], one["metadata"]["name"]
            if key[0] == "PersistentVolumeClaim" and key in found:
                losses.say("migrate.volume_shared", volume=key[1])
            found.setdefault(key, one)
    return tuple(sorted(found.values(), key=lambda one: _ORDER.index(one["kind"])))


class _Made:
    """What one workload becomes, under the name *name*."""

    def __init__(self, workload: Workload, name: str, options: Options, losses: Losses) -> None:
        self.workload = workload
        self.name = name
        self.options = options
        self.losses = losses
        self.volumes = Volumes(workload)

    def documents(self) -> list[Document]:
        """Its documents."""
        return [*self._configs(), *self._claims(), *self._services(), self._running()]

    def _configs(self) -> list[Document]:
        return [
            self._object("v1", "ConfigMap", self._own(one), data=dict(one.plain))
            for one in self.workload.containers
            if one.plain
        ]

    def _own(self, one: Container) -> str:
        """The name of what belongs to one container."""
        alone = len(self.workload.containers) == 1
        return self.name if alone else dns_name(f"{self.name}-{one.name}")

    def _claims(self) -> list[Document]:
        spec = {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": self.options.size}},
        }
        return [self._object("v1", "PersistentVolumeClaim", name, spec=spec)
                for name in self.volumes.claims]  # fmt: skip

    def _services(self) -> list[Document]:
        published = _by_service_port(self.workload.ports)
        if not published:
            return []
        self._told_of_ports(published)
        spec = {
            "type": self.options.service,
            "selector": self._selector,
            "ports": [self._port(one) for one in published],
        }
        return [self._object("v1", "Service", self.name, spec=spec)]

    def _told_of_ports(self, published: Sequence[Port]) -> None:
        shown = ", ".join(f"{one.host}->{one.container}" for one in published)
        if self.options.service == "ClusterIP" and self.workload.source == "podman":
            self.losses.say("migrate.service_inside", "info", name=self.name, ports=shown)
        for one in published:
            if one.address:
                params = {"port": str(one.host), "address": one.address}
                self.losses.say("migrate.port_address", name=self.name, **params)
        if self.workload.host_network:
            self.losses.say("migrate.host_network_ports", name=self.name)

    def _port(self, one: Port) -> Document:
        host = one.host or one.container
        node = {"nodePort": host} if self._is_node_port(host) else {}
        named = {"name": f"{one.protocol.lower()}-{host}", "protocol": one.protocol}
        return {**named, "port": host, "targetPort": one.container, **node}

    def _is_node_port(self, host: int) -> bool:
        return self.options.service == "NodePort" and host in _NODE_PORTS

    @property
    def _selector(self) -> dict[str, str]:
        return {"app.kubernetes.io/name": self.name}

    def _object(self, version: str, kind: str, name: str, **rest: Any) -> Document:
        where = {"namespace": self.options.namespace} if self.options.namespace else {}
        labels = {**self._selector, "app.kubernetes.io/managed-by": "kiki"}
        metadata = {"name": name, **where, "labels": labels}
        return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}

    def _running(self) -> Document:
        if self.options.form == "pod":
            made = self._object("v1", "Pod", self.name, spec=self._pod(self.workload.restart))
            if self.workload.annotations:
                made["metadata"]["annotations"] = dict(self.workload.annotations)
            return made
        if self.workload.restart != "Always":
            params = {"name": self.name, "policy": self.workload.restart}
            self.losses.say("migrate.restart", **params)
        metadata: Document = {"labels": {**self._selector, "app.kubernetes.io/managed-by": "kiki"}}
        if self.workload.annotations:
            metadata["annotations"] = dict(self.workload.annotations)
        # Two pods can't both have a volume of one node's while they are exchanged.
        strategy = {"strategy": {"type": "Recreate"}} if self._is_single else {}
        spec = {
            "replicas": 1,
            **strategy,
            "selector": {"matchLabels": self._selector},
            "template": {"metadata": metadata, "spec": self._pod("")},
        }
        return self._object("apps/v1", "Deployment", self.name, spec=spec)

    @property
    def _is_single(self) -> bool:
        return bool(self.volumes.claims) or self.workload.host_network

    def _pod(self, restart: str) -> Document:
        workload = self.workload
        spec: Document = {"restartPolicy": restart} if restart else {}
        spec |= {"automountServiceAccountToken": False}
        if workload.host_network:
            spec |= {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}
        spec |= {"hostPID": True} if workload.host_pid else {}
        spec |= {"hostIPC": True} if workload.host_ipc else {}
        spec |= {"hostname": dns_name(workload.hostname)} if workload.hostname else {}
        if workload.hosts:
            spec["hostAliases"] = [{"ip": address, "hostnames": list(names)}
                                   for address, names in workload.hosts.items()]  # fmt: skip
        if workload.dns:
            self.losses.say("migrate.dns", "info", name=self.name)
            spec["dnsConfig"] = {"nameservers": list(workload.dns)}
        if workload.grace_s != _KUBERNETES_GRACE_S:
            spec["terminationGracePeriodSeconds"] = workload.grace_s
        spec |= self._security()
        return spec | self._inside()

    def _security(self) -> Document:
        found: Document = {}
        if self.workload.groups:
            found["supplementalGroups"] = list(self.workload.groups)
        owners = {one.powers.group or one.powers.user for one in self.workload.containers
                  if one.powers.user and any(m.sort == "volume" for m in one.mounts)}  # fmt: skip
        if len(owners) == 1:
            group = owners.pop()
            self.losses.say("migrate.fs_group", "info", name=self.name, group=str(group))
            found["fsGroup"] = group
        return {"securityContext": found} if found else {}

    def _inside(self) -> Document:
        taken: set[str] = set()
        found: Document = {}
        for first in (True, False):
            made = [
                container(one, unique(dns_name(one.name), taken), self._own(one), self._open(one),
                          self.volumes)
                for one in self.workload.containers
                if one.first == first
            ]  # fmt: skip
            if made:
                found["initContainers" if first else "containers"] = made
        for one in self.workload.containers:
            if one.secret:
                self._told_of_secrets(one)
        return found | ({"volumes": self.volumes.written} if self.volumes.written else {})

    def _open(self, one: Container) -> tuple[Port, ...]:
        """The ports that the container *one* opens: of two that share a network only one can open
        a port, the first. A published one that no image exposes may be anybody's."""
        every = self.workload.containers
        running = [each for each in every if not each.first] or list(every)
        before = {used(port) for each in every[: every.index(one)] for port in each.ports}
        own = tuple(port for port in one.ports if used(port) not in before)
        claimed = {used(port) for each in running for port in each.ports}
        free = [port for port in self.workload.ports if used(port) not in claimed]
        if free and one is running[0]:
            if len(running) > 1:
                shown = ", ".join(str(port.container) for port in free)
                params = {"name": self.name, "container": one.name, "ports": shown}
                self.losses.say("migrate.port_whose", "info", **params)
            return (*own, *free)
        return own

    def _told_of_secrets(self, one: Container) -> None:
        """How the values get there, past every file: podman has them, a compose file's writer."""
        params = {"container": one.name, "variables": ", ".join(one.secret),
                  "secret": self._own(one)}  # fmt: skip
        names = "|".join(name for name in one.secret if not name.startswith("COMMAND_SECRET_"))
        if self.workload.source == "compose" or not names:
            self.losses.say("migrate.secret_needed_too", **params)
            return
        where = f" -n {self.options.namespace}" if self.options.namespace else ""
        command = (
            "podman inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "
            f"{one.name} | grep -E '^({names})=' | kubectl create secret generic{where} "
            f"{self._own(one)} --from-env-file=/dev/stdin"
        )
        self.losses.say("migrate.secret_needed", **params, command=command)


_KUBERNETES_GRACE_S = 30


def _by_service_port(ports: Iterable[Port]) -> list[Port]:
    """One for each port of the service; two with one number can't be told apart."""
    found = {(one.host or one.container, one.protocol): one for one in ports}
    return [found[key] for key in sorted(found)]
