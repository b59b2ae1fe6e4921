"""What a container needs to reach the package index as this machine reaches it.

pip's machine-wide configuration, its variables, the proxy, and the files and folders that these
name. Those are mounted below ``INSIDE``, so that they take no place of the container's own, and the
settings are rewritten to match. Used by test_other_machines.py. No address is known here.
"""

import os
import re
from pathlib import Path

INSIDE = "/run/machine"
CONFIGURATION = ("/etc/pip.conf", "/etc/xdg/pip/pip.conf")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
# What Debian's programs trust; the machine's own authority may be in it.
TRUSTED = "/etc/ssl/certs/ca-certificates.crt"
# An absolute path, also in a file: address, but not the path of another address.
PATH = re.compile(r"(?:(?<=file://)|(?<![\w./:-]))/[\w.+@-]+(?:/[\w.+@-]+)*")


def options(folder: Path) -> list[str]:
    """Podman's options; the rewritten configuration files go to *folder*."""
    variables = {name: value for name, value in os.environ.items() if _passed(name)}
    if Path(TRUSTED).exists():
        variables.setdefault("PIP_CERT", TRUSTED)
    texts = {path: Path(path).read_text() for path in CONFIGURATION if Path(path).is_file()}
    named = {path for text in [*variables.values(), *texts.values()] for path in _paths(text)}
    return [
        *(f"--env={name}={_moved(value)}" for name, value in variables.items()),
        *(f"--volume={path}:{INSIDE}{path}:ro" for path in sorted(named)),
        *(f"--volume={_copy(folder, path, text)}:{path}:ro" for path, text in texts.items()),
    ]


def _passed(name: str) -> bool:
    return name.startswith("PIP_") or name.lower() in PROXIES


def _paths(text: str) -> set[str]:
    return {path for path in PATH.findall(text) if _ours(path)}


def _ours(path: str) -> bool:
    return Path(path).exists() and not path.startswith("/dev/")


def _moved(text: str) -> str:
    return PATH.sub(lambda found: INSIDE + found[0] if _ours(found[0]) else found[0], text)


def _copy(folder: Path, path: str, text: str) -> Path:
    copy = folder / path.strip("/").replace("/", "-")
    copy.write_text(_moved(text))
    return copy
