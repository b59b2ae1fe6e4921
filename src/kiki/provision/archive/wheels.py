"""Every wheel that the locks of some environments name, each proven by its hash.

Called by ``packing``. They are those for the Python and the machine that run this: a wheel with
compiled code fits no other. ``installers.wheels`` finds them where the archive is unpacked.
"""

from collections.abc import Iterable
from pathlib import Path

from kiki.provision import installers, places
from kiki.provision.installers import Report

# The locks that an environment needs, in the words of ``kiki setup``.
LOCKS = {
    "base": ("base",),
    "ansible": ("ansible", "collections"),
    "llama": ("llama",),
    "openvino": ("openvino",),
    "openstack": ("openstack",),
    "kubernetes": ("kubernetes",),
    "server": ("server",),
}
USUAL = ("base", "ansible", "openstack", "kubernetes", "server")


def locks(names: Iterable[str]) -> list[Path]:
    """The lock files of the environments *names*, and of the base one, without repetition."""
    wanted = dict.fromkeys(lock for name in ("base", *names) for lock in LOCKS[name])
    return [places.lock(lock) for lock in wanted]


def fetch(names: Iterable[str], folder: Path, report: Report) -> None:
    """Put the wheels into *folder*; what ``installers.download`` raises."""
    folder.mkdir(parents=True)
    installers.download(folder, locks(names), report)
