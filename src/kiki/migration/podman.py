"""What ``podman inspect`` says of pods and containers, as workloads.

Called by ``migrate``. Field names are those of podman 4.3 (libpod/define/container_inspect.go and
pod_inspect.go); a newer podman's lists in place of texts are read, too.
"""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from kiki.migration import environment, health, mounts, powers
from kiki.migration.given import Given
from kiki.migration.losses import Losses
from kiki.migration.ports import ports
from kiki.migration.secrecy import is_secret
from kiki.migration.workload import Container, Restart, Workload
from kiki.model.errors import UsageError
from kiki.model.inspected import Inspected

_RESTARTS: dict[str, Restart] = {
    "always": "Always", "unless-stopped": "Always", "on-failure": "OnFailure",
}  # fmt: skip
_STRONGEST: tuple[Restart, ...] = ("Always", "OnFailure", "Never")
_GRACE_S = 10  # podman's own
# Labels that tools put there for themselves.
_TOOLS = ("io.podman", "io.buildah", "io.kubernetes", "com.docker", "PODMAN_SYSTEMD", "org.opencon")


def workloads(found: Inspected, losses: Losses) -> tuple[Workload, ...]:
    """A workload for every pod and for every container of its own."""
    pods = [_of_pod(pod, found, losses) for pod in found.pods]
    return (*pods, *(_alone(found.containers[one], found, losses) for one in found.alone))


def _of_pod(pod: dict[str, Any], found: Inspected, losses: Losses) -> Workload:
    name = str(pod["Name"])
    infra = pod.get("InfraConfig") or {}
    inside = [one["Id"] for one in pod.get("Containers") or []]
    raw = [found.containers[one] for one in inside if one in found.containers]
    own = [one for one in raw if not one.get("IsInfra")]
    if not own:
        raise UsageError("migrate.pod_empty", name=name)
    own.sort(key=lambda one: str(one.get("Created", "")))
    host = bool(infra.get("HostNetwork"))
    made = _workload(name, own, found, losses, host_network=host)
    _pod_losses(name, infra, losses)
    hostname = str(pod.get("Hostname") or "")
    return replace(
        made,
        ports=ports(infra.get("PortBindings")),
        hosts=_hosts(infra.get("HostAdd"), name, losses),
        dns=tuple(infra.get("DNSServer") or ()),
        hostname="" if hostname in (name, "") else hostname,
    )


def _pod_losses(name: str, infra: dict[str, Any], losses: Losses) -> None:
    if infra.get("userns") not in ("", None, "host", "private"):
        losses.say("migrate.user_namespace", container=name)
    if infra.get("StaticIP") or infra.get("StaticMAC"):
        losses.say("migrate.address_fixed", container=name)


def _alone(raw: dict[str, Any], found: Inspected, losses: Losses) -> Workload:
    name = str(raw["Name"])
    if raw.get("Pod"):
        raise UsageError("migrate.in_pod", name=name, pod=str(raw["Pod"])[:12])
    host = raw["HostConfig"]
    network = host.get("NetworkMode") == "host"
    made = _workload(name, [raw], found, losses, host_network=network)
    hostname = str(raw["Config"].get("Hostname") or "")
    default = network or raw["Id"].startswith(hostname)
    return replace(
        made,
        ports=ports(host.get("PortBindings")),
        hosts=_hosts(host.get("ExtraHosts"), name, losses),
        dns=tuple(host.get("Dns") or ()),
        hostname="" if default else hostname,
    )


def _workload(
    name: str, raw: list[dict[str, Any]], found: Inspected, losses: Losses, *, host_network: bool
) -> Workload:
    given = [Given(one, found.images.get(str(one.get("Image")), {})) for one in raw]
    host = [one.host for one in given]
    groups = sorted({group for one in given for group in powers.groups(one, losses)})
    if host_network:
        losses.say("migrate.host_network", container=name)
    for one in given:
        _networks(one, losses)
    return Workload(
        name=name,
        containers=tuple(_container(one, found, losses) for one in given),
        restart=_restart(name, host, losses),
        host_network=host_network,
        host_pid=any(_shares(one, "PidMode", losses) for one in given),
        host_ipc=any(_shares(one, "IpcMode", losses) for one in given),
        grace_s=max(int(one.config.get("StopTimeout", _GRACE_S) or 0) for one in given),
        groups=tuple(groups),
        annotations=_annotations(given, losses),
    )


def _container(given: Given, found: Inspected, losses: Losses) -> Container:
    if not given.config.get("Image") and not given.raw.get("ImageName"):
        raise UsageError("migrate.no_image", name=given.name)
    variables = environment.variables(given)
    command, args, hidden = environment.command(given, variables, losses)
    _flags(given, losses)
    return Container(
        name=given.name,
        image=_image(given, losses),
        command=command,
        args=args,
        folder=given.folder,
        plain=environment.plain(given, variables, losses),
        secret=environment.secret(given, variables, hidden, losses),
        ports=given.exposed,
        mounts=mounts.mounts(given, found.volumes, losses),
        probe=health.probe(given, variables, losses),
        limits=powers.limits(given, losses),
        powers=powers.powers(given, losses),
        tty=bool(given.config.get("Tty")),
        stdin=bool(given.config.get("OpenStdin")),
        first="--init-ctr" in given.flags,
    )


def _image(given: Given, losses: Losses) -> str:
    image = str(given.raw.get("ImageName") or given.config["Image"])
    if image.startswith("localhost/"):
        losses.say("migrate.image_local", container=given.name, image=image)
    return image


def _restart(name: str, host: Iterable[dict[str, Any]], losses: Losses) -> Restart:
    """The strongest of all; those of one pod share it."""
    said = [str((one.get("RestartPolicy") or {}).get("Name") or "no") for one in host]
    found = {_RESTARTS.get(one, "Never") for one in said}
    if len(found) > 1:
        losses.say("migrate.restart_mixed", name=name, policies=", ".join(sorted(set(said))))
    if any((one.get("RestartPolicy") or {}).get("MaximumRetryCount") for one in host):
        losses.say("migrate.restart_count", name=name)
    return next(one for one in _STRONGEST if one in found)


def _shares(given: Given, key: str, losses: Losses) -> bool:
    """Whether it sees what is the host's own. Sharing with one other container is lost."""
    mode = str(given.host.get(key) or "")
    if mode == "host":
        losses.say("migrate.host_namespace", container=given.name, what=key[:3].upper())
    if mode.startswith("container:") and not given.raw.get("Pod"):
        losses.say("migrate.shared_namespace", container=given.name, what=key[:3].upper())
    return mode == "host"


def _networks(given: Given, losses: Losses) -> None:
    mode = str(given.host.get("NetworkMode") or "")
    if mode.startswith("container:") and not given.raw.get("Pod"):
        losses.say("migrate.shared_namespace", container=given.name, what="NET")
    if mode == "none":
        losses.say("migrate.network_none", container=given.name)
    if "--network" in given.flags or "--net" in given.flags:
        names = sorted((given.raw.get("NetworkSettings") or {}).get("Networks") or {})
        if names and mode != "host":
            shown = ", ".join(names)
            losses.say("migrate.network_named", "info", container=given.name, networks=shown)
    if given.host.get("UsernsMode") not in ("", None, "host", "private"):
        losses.say("migrate.user_namespace", container=given.name)


def _hosts(said: Any, name: str, losses: Losses) -> dict[str, tuple[str, ...]]:
    """Addresses, each with its names, in order. An address that only podman knows is lost."""
    found: dict[str, list[str]] = {}
    for one in said or []:
        host, _, address = str(one).partition(":")
        if address.strip("[]") and not address.startswith("host-gateway"):
            found.setdefault(address.strip("[]"), []).append(host)
        else:
            losses.say("migrate.host_entry", container=name, entry=str(one))
    return {address: tuple(names) for address, names in sorted(found.items())}


def _annotations(given: Iterable[Given], losses: Losses) -> dict[str, str]:
    """What people wrote on the containers themselves; not what came with the image."""
    found: dict[str, str] = {}
    for one in given:
        of_image = one.image.get("Labels") or {}
        for key, value in sorted((one.config.get("Labels") or {}).items()):
            if key.startswith(_TOOLS) or of_image.get(key) == value:
                continue
            variables = environment.variables(one)
            secret = is_secret(key, str(value)) or environment.repeats(one, variables, str(value))
            if environment.is_key(key) and not secret:
                found.setdefault(key, str(value))
            else:
                losses.say("migrate.label_dropped", container=one.name, label=key)
    return found


# What inspect shows in numbers of which nobody can tell the given from the default, or not at all:
# the flags tell. The kubelet of each node decides the first ones.
_NODES = ("--pids-limit", "--memory-swap", "--cpuset-cpus", "--cpuset-mems", "--oom-score-adj",
          "--log-driver")  # fmt: skip
_NO_FIELD = ("--ulimit", "--sysctl", "--init", "--systemd", "--stop-signal")


def _flags(given: Given, losses: Losses) -> None:
    for flag in sorted(given.flags):
        if flag in _NODES:
            losses.say("migrate.node_decides", container=given.name, flag=flag)
        elif flag in _NO_FIELD:
            losses.say("migrate.no_field", container=given.name, flag=flag)
        elif flag == "--rm":
            losses.say("migrate.auto_remove", "info", container=given.name)
        elif flag == "--gpus":
            losses.say("migrate.device", container=given.name, devices=flag)
    devices = given.host.get("Devices") or []
    if devices and not given.host.get("Privileged"):
        shown = ", ".join(sorted(str(one.get("PathOnHost")) for one in devices))
        losses.say("migrate.device", container=given.name, devices=shown)
    elif "--device" in given.flags:
        losses.say("migrate.device", container=given.name, devices="--device")
