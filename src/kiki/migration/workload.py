"""What is migrated, whatever it was written in: containers that run together, and what they need.

Made by ``podman`` and ``compose``; called by ``manifests``. Values of secrets never get this far:
there are only the names of variables.
"""

from typing import Literal

from kiki.model.records import Record

Restart = Literal["Always", "OnFailure", "Never"]


class Port(Record, frozen=True):
    """A port of a container. *host* is where it was published, 0 where it was not; *address* the
    one address of the host that it was published on."""

    container: int
    host: int = 0
    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"
    address: str = ""


class Mount(Record, frozen=True):
    """Something at *target*: a named volume or a path of the host (*source*), memory or an empty
    folder (*size* in bytes, 0: any), or the key *source* of the secret *source*."""

    sort: Literal["volume", "host", "memory", "empty", "secret"]
    target: str
    source: str = ""
    read_only: bool = False
    size: int = 0


class Probe(Record, frozen=True):
    """A health check: its command, seconds, and whether podman itself acts when it fails."""

    command: tuple[str, ...]
    interval_s: int = 30
    timeout_s: int = 30
    start_s: int = 0
    retries: int = 3
    acts: bool = False


class Powers(Record, frozen=True):
    """Who a container runs as, and what it may do."""

    user: int | None = None
    group: int | None = None
    read_only: bool = False
    privileged: bool = False
    no_new_privileges: bool = False
    unconfined: bool = False
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class Limits(Record, frozen=True):
    """Memory in bytes and processors in thousandths; 0 where nothing was said."""

    memory: int = 0
    cpu: int = 0
    memory_request: int = 0
    cpu_request: int = 0


class Container(Record, frozen=True):
    """One container. *plain* are its variables, *secret* the names of those whose values are
    secrets, *command* and *args* what differs from the image."""

    name: str
    image: str
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    folder: str = ""
    plain: dict[str, str] = {}
    secret: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()
    mounts: tuple[Mount, ...] = ()
    probe: Probe | None = None
    limits: Limits = Limits()
    powers: Powers = Powers()
    tty: bool = False
    stdin: bool = False
    first: bool = False


class Workload(Record, frozen=True):
    """Containers that share a network: a pod of podman's, or one container of its own. *ports* are
    those published for all of them. *first* containers run before the others."""

    name: str
    containers: tuple[Container, ...]
    ports: tuple[Port, ...] = ()
    restart: Restart = "Always"
    host_network: bool = False
    host_pid: bool = False
    host_ipc: bool = False
    hostname: str = ""
    hosts: dict[str, tuple[str, ...]] = {}
    dns: tuple[str, ...] = ()
    grace_s: int = 10
    groups: tuple[int, ...] = ()
    annotations: dict[str, str] = {}
    source: Literal["podman", "compose"] = "podman"


class Options(Record, frozen=True):
    """What a person chooses: the *namespace* (empty: that of the context), a deployment or a bare
    pod, the *service*'s type, and the *size* of each volume, as nobody knows it."""

    namespace: str = ""
    form: Literal["deployment", "pod"] = "deployment"
    service: str = "ClusterIP"
    size: str = "1Gi"
