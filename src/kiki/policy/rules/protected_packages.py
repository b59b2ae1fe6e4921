"""Packages without which a host doesn't boot, can't be reached or can't be managed any more.

Removing them is refused: by name, by version or architecture (``sudo=1.9``, ``sudo.x86_64``), by
a pattern that covers one (``python3*``), and by group (``@core``).
"""

import fnmatch
import re

from kiki.model.finding import Finding
from kiki.model.intent import Operation
from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import noun, on_hosts, plain, texts, verb

PROTECTED = (
    # boot and kernel
    *("kernel", "kernel-core", "kernel-modules", "linux-image", "linux-image-amd64", "grub2"),
    *("grub-pc", "grub-efi-amd64", "grub2-common", "grub2-efi-x64", "shim-x64", "dracut"),
    *("initramfs-tools", "systemd", "systemd-sysv", "systemd-libs", "systemd-udev", "udev", "init"),
    # the way in, and up
    *("openssh", "openssh-server", "openssh-sftp-server", "ssh", "sshd", "sudo", "pam"),
    *(
        "libpam-modules",
        "libpam-runtime",
        "login",
        "passwd",
        "shadow-utils",
        "dbus",
        "dbus-broker",
        "polkit",
    ),
    *("networkmanager", "network-manager", "netplan.io", "ifupdown", "iproute", "iproute2"),
    # what everything is linked with and run by
    *("glibc", "glibc-common", "libc6", "libc-bin", "bash", "dash", "coreutils", "util-linux"),
    *("filesystem", "setup", "base-files", "base-passwd", "mount", "e2fsprogs", "libselinux"),
    *("libselinux1", "openssl-libs", "rocky-release", "redhat-release", "centos-release"),
    # package management, and the Python that Ansible runs on
    *("python3", "python3-minimal", "python3-libs", "libpython3-stdlib", "platform-python"),
    *("python3-apt", "python3-dnf", "dnf", "dnf-data", "yum", "apt", "rpm", "rpm-libs", "dpkg"),
)
"""Exact names, lower case."""

FAMILIES = (
    r"kernel(-core|-modules(-core|-extra)?|-uek|-rt)?",
    r"linux-(image|modules)-[\w.+-]+",
    r"python3(\.\d+)?(-minimal|-libs)?",
    r"libpython3[\w.+-]*",
    r"grub2?-(efi|pc|tools|common)[\w.+-]*",
)
"""Whole names that carry versions inside."""

GROUPS = ("@core", "@base", "@minimal*", "@^*", "@server*")

_VERSION = r"(-\d[\w.+~:^-]*)?"  # name-version, as dnf takes it
_ARCHITECTURE = r"[:.](amd64|arm64|i386|i686|x86_64|aarch64|ppc64le|s390x|noarch|any|all)$"
_REMOVED_STATES = frozenset({"absent", "removed"})


def judge(case: Case) -> tuple[Opinion, ...]:
    """Opinions on every package that an operation takes away."""
    return tuple(
        _opinion(operation, name)
        for operation in on_hosts(case.intent)
        if noun(operation) == "package" and not _keeps(operation)
        for name in texts(operation, "names", "name")
        if is_protected(name)
    )


def _keeps(operation: Operation) -> bool:
    asked = {plain(state) for state in texts(operation, "state")}
    return verb(operation) in ("install", "update") and not asked & _REMOVED_STATES


def _opinion(operation: Operation, name: str) -> Opinion:
    params = {"kind": operation.kind, "package": name}
    if verb(operation) in ("remove", "install", "update"):
        return Finding(code="policy.package_protected", severity="error", params=params)
    return Concern(code="policy.package_protected", risk="high", params=params)


def is_protected(name: str) -> bool:
    """Whether *name*, as dnf and apt would take it, can reach a protected package."""
    short = _without_details(plain(name))
    if short.startswith("@"):
        return any(fnmatch.fnmatchcase(short, group) for group in GROUPS)
    if any(char in short for char in "*?["):
        return any(fnmatch.fnmatchcase(package, short) for package in PROTECTED)
    known = "|".join([*map(re.escape, PROTECTED), *FAMILIES])
    return re.fullmatch(f"({known}){_VERSION}", short) is not None


def _without_details(name: str) -> str:
    """Without version (``=1.2``), release (``/stable``) and architecture."""
    bare = re.split(r"[=/<> ]", name)[0]
    return re.sub(_ARCHITECTURE, "", bare)
