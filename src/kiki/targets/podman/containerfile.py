"""A Containerfile from what is wanted in an image.

Called by ``image_build``. Sources: Containerfile(5), and the names of the official images.
"""

import json

_APT = (
    "apt-get update && apt-get install -y --no-install-recommends {} && rm -rf /var/lib/apt/lists/*"
)
_DNF = "dnf install -y --setopt=install_weak_deps=False {} && dnf clean all"
_APK = "apk add --no-cache {}"
# How the distribution that an image is made of installs packages, by a part of the image's name.
_INSTALLERS = {
    "debian": _APT, "ubuntu": _APT, "node": _APT, "python": _APT, "nginx": _APT,
    "rocky": _DNF, "alma": _DNF, "centos": _DNF, "fedora": _DNF, "ubi": _DNF, "rhel": _DNF,
    "alpine": _APK,
}  # fmt: skip


def installer(base: str) -> str:
    """The command that installs packages in images made of *base*; ValueError when unknown."""
    name = base.rpartition("/")[2].partition("@")[0]
    if "alpine" in name:
        return _APK
    for known, command in _INSTALLERS.items():
        if name.startswith(known) or f"/{known}" in base:
            return command
    raise ValueError(f"it is not known how {base} installs packages")


def containerfile(
    base: str,
    packages: tuple[str, ...],
    environment: tuple[str, ...],
    ports: tuple[str, ...],
    user: str,
    health: list[str],
    command: list[str],
) -> str:
    """The text; commands as JSON, so that no shell reads them."""
    lines = [f"FROM {base}"]
    if packages:
        lines.append("RUN " + installer(base).format(" ".join(packages)))
    pairs = (pair.split("=", 1) for pair in environment)
    lines += [f"ENV {name}={json.dumps(value, ensure_ascii=False)}" for name, value in pairs]
    lines += [f"EXPOSE {port}" for port in ports]
    lines += [f"USER {user}"] if user else []
    lines += [f"HEALTHCHECK CMD {json.dumps(health)}"] if health else []
    lines += [f"CMD {json.dumps(command, ensure_ascii=False)}"] if command else []
    return "\n".join(lines) + "\n"
