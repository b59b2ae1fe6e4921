"""Which of the clone's files are needed where Kiki runs: not its tests, tools and labs.

Called by ``packing``.
"""

from collections.abc import Iterator
from pathlib import Path

from kiki.model.errors import UsageError
from kiki.provision import places

FOLDERS = ("docs", "requirements", "src")
FILES = (
    "ARCHITECTURE.md", "CHANGELOG.md", "Containerfile.agent", "Containerfile.llama", "LICENSE",
    "README.ko.md", "README.md", "kiki.kube", "kiki.py", "pod-llama-ansible.yaml",
    "pod-openvino-ansible.yaml", "pyproject.toml",
)  # fmt: skip
LINK = "Containers"  # to the folder itself: see Containerfile.agent
_LEFT_OUT = ("__pycache__",)
_ENDINGS = (".pyc", ".pyo")


def root() -> Path:
    """The clone. UsageError ``archive.no_clone`` where Kiki was installed as a package."""
    found = places.clone()
    if found is None:
        raise UsageError("archive.no_clone")
    return found


def files(clone: Path) -> Iterator[tuple[str, Path]]:
    """Name in the archive and path of each file, in the order of their names."""
    named = [clone / name for name in FILES]
    below = [path for folder in FOLDERS for path in (clone / folder).rglob("*")]
    for path in sorted([*named, *below]):
        if path.is_file() and not path.is_symlink() and _wanted(path):
            yield path.relative_to(clone).as_posix(), path


def _wanted(path: Path) -> bool:
    return not path.name.endswith(_ENDINGS) and not any(part in _LEFT_OUT for part in path.parts)
