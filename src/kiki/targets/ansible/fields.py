"""The types of the values that operations take, with the limits that their consumers have.

Called by every operation. A value outside its limits is a ``msgspec.ValidationError`` that names
the field. No value of these types can hold Jinja, so none can change what a playbook means; free
text (a file's content) is written as data instead, see ``tasks.literal``.
"""

from typing import Annotated

from msgspec import Meta

# deb-control(5) and RPM names, with the version, architecture and group forms that apt and dnf take
PackageName = Annotated[str, Meta(pattern=r"^@?[A-Za-z0-9][A-Za-z0-9+._~:=^-]*$", max_length=200)]
# systemd.unit(5): ASCII letters, digits, ":-_." and "@"; at most 255 characters
ServiceName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9:_.@-]*$", max_length=255)]
# useradd(8): CAVEATS
UserName = Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_-]*\$?$", max_length=32)]
# Absolute, never the root itself, no "..", nothing invisible and no braces, which Jinja would read
AbsolutePath = Annotated[
    str,
    Meta(pattern=r"^(?!.*/\.\.(?:/|$))/+[^/\x00-\x1f\x7f{}][^\x00-\x1f\x7f{}]*$", max_length=4096),
]
OptionalPath = Annotated[
    str,
    Meta(pattern=r"^(?:|(?!.*/\.\.(?:/|$))/[^\x00-\x1f\x7f{}]*)$", max_length=4096),
]
FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$", max_length=255)]
Mode = Annotated[str, Meta(pattern=r"^[0-7]{3,4}$")]
Owner = Annotated[str, Meta(pattern=r"^(?:|[a-z_][a-z0-9_-]*\$?)$", max_length=32)]
SecretName = Annotated[str, Meta(pattern=r"^(?:|[A-Za-z_][A-Za-z0-9_-]*)$", max_length=100)]
_PORT = r"(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])"
Port = Annotated[str, Meta(pattern=rf"^{_PORT}(?:-{_PORT})?/(?:tcp|udp)$")]

PackageNames = Annotated[tuple[PackageName, ...], Meta(min_length=1, max_length=200)]
ServiceNames = Annotated[tuple[ServiceName, ...], Meta(min_length=1, max_length=200)]
UserNames = Annotated[tuple[UserName, ...], Meta(min_length=1, max_length=200)]
Ports = Annotated[tuple[Port, ...], Meta(min_length=1, max_length=200)]


def four_digits(mode: str) -> str:
    """*mode* with its leading zero: a reader of YAML takes ``644`` for a decimal number."""
    return mode.zfill(4)


def without_slash(path: str) -> str:
    """*path* without slashes at its end: the one way in which it is written."""
    return path.rstrip("/")


def check_ports(ports: tuple[str, ...]) -> None:
    """ValueError for a range whose end is before its start."""
    for port in ports:
        first, _, last = port.partition("/")[0].partition("-")
        if last and int(last) < int(first):
            raise ValueError(f"port range {port} ends before it starts")
