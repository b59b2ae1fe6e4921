"""Tasks that take something away for good, and versions that nobody has chosen.

Called by ``tasks``; ``plays`` asks which plays with such tasks run everywhere.
"""

import re
from typing import Any, Protocol

from kiki.targets.ansible.check.modules import BUILTIN
from kiki.targets.ansible.check.relations import FREE_FORM
from kiki.targets.ansible.check.report import Place, Report, has_template, shown

_PACKAGES = frozenset(
    (*(f"{BUILTIN}{name}" for name in ("apt", "dnf", "dnf5", "package", "pip")),
     *(f"community.general.{name}" for name in
       ("apk", "gem", "homebrew", "npm", "pacman", "snap", "yarn", "zypper", "flatpak")))
)  # fmt: skip
_CONTAINERS = re.compile(r"containers\.podman\.podman_(?:container|image)|kubernetes\.core\.k8s")
_TAGGED = re.compile(r"(?:^|/)[^/]*(?::(?!latest$)[^/]+|@sha256:.+)$")
# What is gone once its state is "absent", and can't be made again by the opposite state.
_LOST = frozenset(
    (f"{BUILTIN}file", f"{BUILTIN}user", "community.general.lvol", "community.general.lvg",
     "community.general.filesystem", "community.general.parted", "community.mysql.mysql_db",
     "community.postgresql.postgresql_db", "containers.podman.podman_volume",
     "containers.podman.podman_pod", "containers.podman.podman_container", "kubernetes.core.k8s",
     "kubernetes.core.helm", "openstack.cloud.server", "openstack.cloud.volume",
     "openstack.cloud.project", "openstack.cloud.stack", "openstack.cloud.image")
)  # fmt: skip
_DESTROYING = re.compile(
    r"\brm\s+-\w*[rR]|\bmkfs|\bwipefs\b|\bdd\s+.*\bof=/dev/|\b(?:lv|vg|pv)remove\b"
    r"|\buserdel\b|\bdrop\s+(?:database|table)\b|\bkubectl\s+delete\b|\bpodman\s+\S*\s*(?:rm|prune)\b",
    re.IGNORECASE,
)
_TOP = re.compile(r"/+(?:bin|boot|dev|etc|home|lib|lib64|opt|proc|root|sbin|srv|sys|usr|var)?/*")


class Notes(Protocol):
    """Where removals are noted."""

    removals: list[Place]


def check_task(
    module: str, args: dict[str, Any], place: Place, report: Report, notes: Notes
) -> None:
    """One task of the module *module* (its full name)."""
    _check_versions(module, args, place, report)
    gone = module in _LOST and args.get("state") in ("absent", "deleted")
    command = " ".join(str(args[key]) for key in (FREE_FORM, "cmd") if key in args)
    if gone or (command and _DESTROYING.search(command)):
        notes.removals.append(place)
    path = args.get("path", args.get("dest", args.get("name")))
    if gone and module == f"{BUILTIN}file" and isinstance(path, str) and _TOP.fullmatch(path):
        report.error("rm_everything", place, path=path)


def _check_versions(module: str, args: dict[str, Any], place: Place, report: Report) -> None:
    if not report.foreign:
        return  # somebody asked for it, in words that were kept
    if module in _PACKAGES and args.get("state") == "latest":
        report.warn("version_latest", (*place, "state"))
    if module == f"{BUILTIN}git" and args.get("version", "HEAD") == "HEAD":
        report.warn("version_unpinned", place)
    if _CONTAINERS.fullmatch(module):
        key = "name" if module.endswith("_image") else "image"
        _check_images(args, key, args.get("tag"), place, report)


def _check_images(value: Any, key: str, tag: Any, place: Place, report: Report) -> None:
    """Images that are named without a version, wherever they stand in *value*."""
    if isinstance(value, dict):
        image = value.get(key)
        if isinstance(image, str) and tag in (None, "latest") and _is_unpinned(image):
            report.warn("image_latest", (*place, key), image=shown(image))
        for name, each in value.items():
            _check_images(each, "image", None, (*place, name), report)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _check_images(each, key, tag, (*place, index), report)


def _is_unpinned(image: str) -> bool:
    return not has_template(image) and not _TAGGED.search(image)


def check_play(hosts: Any, removals: list[Place], place: Place, report: Report) -> None:
    """A play that takes things away on every host there is."""
    if hosts in ("all", "*", ["all"], ["*"]) and removals:
        report.warn("removal_everywhere", (*place, "hosts"), count=str(len(removals)))
