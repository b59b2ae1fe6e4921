"""What the process's surroundings say before any setting is read.

Called by ``cli.main`` on its fastest path: imports nothing.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def language(environ: "Mapping[str, str]") -> str:
    """``ko`` or ``en``: KIKI_LANG, else the locale as POSIX orders its variables."""
    chosen = environ.get("KIKI_LANG", "")
    if chosen in ("ko", "en"):
        return chosen
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "ko" if environ[name].startswith("ko") else "en"
    return "en"


def completion(environ: "Mapping[str, str]") -> "dict[str, str] | None":
    """What argcomplete's shell code asks, or None when no shell is asking: ``line`` up to the
    cursor, ``start`` (how many of its first words start Kiki), ``between`` (what separates
    answers), ``shell``, and ``space`` (what ends a single answer)."""
    if "_ARGCOMPLETE" not in environ:
        return None
    line, point = environ.get("COMP_LINE", ""), environ.get("COMP_POINT", "")
    return {
        "line": line[: int(point)] if point.isdigit() else line,
        "start": environ["_ARGCOMPLETE"],
        "between": environ.get("_ARGCOMPLETE_IFS", "\v"),
        "shell": environ.get("_ARGCOMPLETE_SHELL", "bash"),
        "space": "" if environ.get("_ARGCOMPLETE_SUPPRESS_SPACE") == "1" else " ",
    }


def plain(environ: "Mapping[str, str]") -> bool:
    """Whether the user wants no colours: NO_COLOR (no-color.org) or a dumb terminal."""
    return bool(environ.get("NO_COLOR")) or environ.get("TERM", "") in ("", "dumb")


def proxies(environ: "Mapping[str, str]") -> "dict[str, str]":
    """The proxies that the environment names, as other programs read it: ``http``, ``https`` and
    ``no`` (names that need none), each only if it is set."""
    found = {
        name: environ.get(f"{name}_proxy") or environ.get(f"{name.upper()}_PROXY") or ""
        for name in ("http", "https", "no")
    }
    return {name: value for name, value in found.items() if value}


def openstack(environ: "Mapping[str, str]") -> "dict[str, str]":
    """OpenStack's own variables (``OS_CLOUD``, ``OS_AUTH_URL`` ...), as its programs read them. One
    of them may be a password: they are for the process that asks the cloud and for nobody else."""
    return {name: value for name, value in environ.items() if name.startswith("OS_") and value}


def browser(environ: "Mapping[str, str]") -> bool:
    """Whether a page can be shown to whoever is here; over SSH it would open elsewhere."""
    if environ.get("SSH_CONNECTION"):
        return False
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
