"""The types of the values that operations take, with podman's own limits.

Called by every operation; what both targets have (paths, names of secrets) is Ansible's. No value
of these types can hold Jinja. Sources: podman-run(1), podman-build(1), containers-
registries.conf(5), and the reference grammar of the OCI distribution specification.
"""

from typing import Annotated, Literal

from msgspec import Meta

# libpod's define.NameRegex; names of containers, pods, volumes, networks and secrets
_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_HOST = r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
_REGISTRY = rf"(?:{_HOST}(?::\d{{1,5}})?|[A-Za-z0-9-]+:\d{{1,5}})"
_IMAGE = (
    rf"(?:{_REGISTRY}/)?{_COMPONENT}(?:/{_COMPONENT})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?"
    r"(?:@sha256:[0-9a-f]{64})?"
)
_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}"
_NUMBER = r"\d{1,5}"
_PUBLISHED = rf"(?:{_ADDRESS}:)?{_NUMBER}:{_NUMBER}(?:/(?:tcp|udp|sctp))?"
# Nothing that Jinja, a terminal or podman's own separators would read
_PATH = r"(?!.*/\.\.(?:/|:|\Z))/[^\x00-\x1f\x7f{}:,]*"
_MOUNT = rf"(?:{_PATH}|{_NAME}):{_PATH}(?::[A-Za-z]+(?:,[A-Za-z]+)*)?"
_SIZE = r"[1-9]\d{0,9}[bkmg]?"
_CPUS = r"(?:0\.\d{1,3}|[1-9]\d{0,3}(?:\.\d{1,3})?)"
_WORDS = r"[^\x00-\x1f\x7f{}]+"
_ASSIGNED = r"[A-Za-z_][A-Za-z0-9_]*=[^\x00-\x1f\x7f{}]*"
# A part of the value, or all of it, may be a secret of Kiki: kiki.model.secret.placeholder
_GIVEN = (
    r"[A-Za-z_][A-Za-z0-9_]*="
    r"(?:[^\x00-\x1f\x7f{}]|\{\{secret:[A-Za-z_][A-Za-z0-9_-]{0,99}\}\})*"
)
# Where skopeo has images, containers-transports(5); paths are whole ones
_FOLDER = r"(?!\S*/\.\.(?:/|:|\Z))/[^\x00-\x20\x7f{}:,]*"
_TAG = r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
_LOCATION = (
    rf"(?:(?:docker://|containers-storage:){_IMAGE}|dir:{_FOLDER}|oci(?:-archive)?:{_FOLDER}{_TAG}"
    rf"|docker-archive:{_FOLDER}(?::{_IMAGE})?)"
)
_ACCOUNT = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"

# Whole values
_A_NAME, _NO_NAME = rf"^{_NAME}\Z", rf"^(?:|{_NAME})\Z"
_AN_IMAGE = rf"^{_IMAGE}\Z"
_A_PORT, _A_MOUNT = rf"^{_PUBLISHED}\Z", rf"^{_MOUNT}\Z"
_A_SIZE, _SOME_CPUS = rf"^(?:|{_SIZE})\Z", rf"^(?:|{_CPUS})\Z"
_A_PAIR, _SOME_WORDS = rf"^{_ASSIGNED}\Z", rf"^(?:|{_WORDS})\Z"
_A_GIVEN = rf"^{_GIVEN}\Z"
_A_COMMAND, _A_LOCATION = rf"^{_WORDS}\Z", rf"^{_LOCATION}\Z"
_A_REGISTRY = rf"^(?:{_REGISTRY}|[A-Za-z0-9-]+)\Z"
CODES = {
    _A_NAME: "podman.invalid_name",
    _NO_NAME: "podman.invalid_name",
    _AN_IMAGE: "podman.invalid_image",
    _A_PORT: "podman.invalid_port",
    _A_MOUNT: "podman.invalid_mount",
    _A_SIZE: "podman.invalid_size",
    _SOME_CPUS: "podman.invalid_cpus",
    _A_PAIR: "podman.invalid_environment",
    _A_GIVEN: "podman.invalid_environment",
    _SOME_WORDS: "podman.invalid_words",
    _A_COMMAND: "podman.invalid_words",
    _A_LOCATION: "podman.invalid_location",
    _A_REGISTRY: "podman.invalid_registry",
}
"""What is wrong with a value that does not match, as a code."""

Name = Annotated[str, Meta(pattern=_A_NAME, max_length=128)]
OptionalName = Annotated[str, Meta(pattern=_NO_NAME, max_length=128)]
Names = Annotated[tuple[Name, ...], Meta(min_length=1, max_length=50)]
Image = Annotated[str, Meta(pattern=_AN_IMAGE, max_length=400)]
Images = Annotated[tuple[Image, ...], Meta(min_length=1, max_length=50)]
Published = Annotated[str, Meta(pattern=_A_PORT)]
ContainerPort = Annotated[str, Meta(pattern=rf"^{_NUMBER}(?:/(?:tcp|udp|sctp))?\Z")]
Mounted = Annotated[str, Meta(pattern=_A_MOUNT, max_length=4096)]
Size = Annotated[str, Meta(pattern=_A_SIZE)]
Cpus = Annotated[str, Meta(pattern=_SOME_CPUS)]
Assignment = Annotated[str, Meta(pattern=_A_PAIR, max_length=4096)]
Given = Annotated[str, Meta(pattern=_A_GIVEN, max_length=4096)]
Words = Annotated[str, Meta(pattern=_SOME_WORDS, max_length=4096)]
Command = Annotated[str, Meta(pattern=_A_COMMAND, max_length=4096)]
Location = Annotated[str, Meta(pattern=_A_LOCATION, max_length=4096)]
User = Annotated[str, Meta(pattern=rf"^(?:|{_ACCOUNT}(?::{_ACCOUNT})?)\Z")]
Subnet = Annotated[str, Meta(pattern=r"^(?:|[0-9A-Fa-f:.]{2,39}/\d{1,3})\Z")]
Registry = Annotated[str, Meta(pattern=_A_REGISTRY, max_length=255)]
Login = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.@+$-]*\Z", max_length=255)]
Restart = Literal["no", "on-failure", "always", "unless-stopped"]


def check_published(ports: tuple[str, ...]) -> None:
    """ValueError for a number that is no port."""
    for port in ports:
        for number in port.partition("/")[0].split(":")[-2:]:
            if not 1 <= int(number) <= 65_535:
                raise ValueError(f"{port} is no port: 1 to 65535")


def host_paths(mounts: tuple[str, ...]) -> tuple[str, ...]:
    """The paths of the host that containers with these *mounts* may write."""
    parts = (mount.split(":") for mount in mounts)
    return tuple(
        one[0] for one in parts if one[0].startswith("/") and "ro" not in one[-1].split(",")
    )


def path_of(location: str) -> str:
    """The path of the host at which a location is; empty for registries and podman's storage."""
    kind, _, rest = location.partition(":")
    return rest.partition(":")[0] if kind not in ("docker", "containers-storage") else ""
