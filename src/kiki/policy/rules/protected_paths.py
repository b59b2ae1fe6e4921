"""Paths without which a host doesn't boot, can't be reached or has lost its users.

Making or removing them is refused. Paths are compared without case and after normalisation; what
can't be told from the text alone (``..``, ``~``, ``$HOME``, templates, relative paths) is refused
as well. A link on the host that leads into a protected place is not seen here.
"""

from kiki.model.finding import Finding
from kiki.model.intent import Operation
from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import is_generic, matches, normal, noun, plain, verb
from kiki.policy.touched import Touched, touched

# ruff: noqa: S108 -- these are places to keep away from, not files to use

TREES = (
    *("/boot", "/dev", "/proc", "/sys", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec"),
    *("/etc/sudoers.d", "/etc/pam.d", "/etc/ssh", "/etc/selinux", "/etc/ld.so.conf.d"),
    *("/root/.ssh", "/home/*/.ssh", "/var/lib/dpkg", "/var/lib/rpm", "/var/lib/systemd"),
    "/var/backups/kiki",  # what undo brings back
)
"""Protected with everything below them."""

PLACES = (
    *("/", "/etc", "/usr", "/var", "/home", "/root", "/opt", "/srv", "/tmp", "/run", "/mnt"),
    *("/media", "/usr/local", "/usr/share", "/usr/include", "/usr/src", "/etc/systemd"),
    *("/var/lib", "/var/log", "/var/cache", "/var/spool", "/var/tmp", "/var/run", "/var/lock"),
    *("/etc/passwd*", "/etc/shadow*", "/etc/group*", "/etc/gshadow*", "/etc/sudoers*"),
    *("/etc/fstab", "/etc/crypttab", "/etc/nsswitch.conf", "/etc/ld.so.*", "/etc/machine-id"),
    *("/etc/subuid*", "/etc/subgid*", "/etc/systemd/system", "/etc/network", "/etc/netplan"),
)
"""Protected themselves; what is below them may be made and removed."""

HOMES = ("/home/*",)

_UNTOLD = ("~*", "*$*", "*{{*", "*{%*", "*{#*")


def judge(case: Case) -> tuple[Opinion, ...]:
    """Opinions on every path that an operation names or writes."""
    return tuple(opinion for found in touched(case) for opinion in _opinions(found))


def _opinions(found: Touched) -> tuple[Opinion, ...]:
    operation, path = found.operation, found.path
    code = _refusal(operation, path)
    if code:
        return (_refused(found, code),)
    if matches(normal(path), HOMES) and _below(normal(path), 2) and noun(operation) != "user":
        return (_home(operation, path),)
    return ()


def _refusal(operation: Operation, path: str) -> str:
    """The code of what is wrong with *path*, empty when nothing is."""
    if any(ord(char) < 32 for char in path) or matches(path, _UNTOLD):
        return "policy.path_untold"
    if ".." in plain(path).replace("\\", "/").split("/"):
        return "policy.path_traversal"
    if not plain(path).startswith("/"):
        return "" if "page" in operation.fields else "policy.path_relative"
    return "policy.path_protected" if _is_protected(normal(path)) else ""


def _is_protected(path: str) -> bool:
    if matches(path, TREES) or matches(path, [f"{tree}/*" for tree in TREES]):
        return True
    return any(matches(path, [place]) and _same_depth(path, place) for place in PLACES)


def _same_depth(path: str, place: str) -> bool:
    """The ``*`` of a place stays inside one component."""
    return path.count("/") == place.count("/")


def _below(path: str, depth: int) -> bool:
    return path.count("/") == depth


def _refused(found: Touched, code: str) -> Opinion:
    """Refusal for a path that somebody chose and that is written, for a user's home, and for what
    is generic; a high risk, and no more, for one that is only named or that a kind always
    writes."""
    operation = found.operation
    params = {"kind": operation.kind, "path": found.path}
    known = noun(operation) in ("user", "web") or is_generic(operation)
    if (found.said and found.written) or known:
        return Finding(code=code, severity="error", params=params)
    return Concern(code=code, risk="high", params=params)


def _home(operation: Operation, path: str) -> Opinion:
    """A whole home directory: removing it is refused, making or changing it is noted."""
    params = {"kind": operation.kind, "path": path}
    if verb(operation) == "remove":
        return Finding(code="policy.path_home", severity="error", params=params)
    return Concern(code="policy.path_home", risk="high", params=params)
