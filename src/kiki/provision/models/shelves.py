"""The folders in which model files lie.

Called by the rest of ``models`` and ``kiki model``. The first folder is where ``pull`` puts files;
the others are looked into only. A file is known by its name and trusted only by its hash.
"""

from collections.abc import Iterable
from pathlib import Path

from kiki.provision import places
from kiki.provision.models.catalogue import Model

SYSTEM = Path("/var/lib/kiki/models")


class Shelves:
    """Where to look, in order. *dirs* are the site's own, from the settings."""

    def __init__(self, dirs: Iterable[str], state_dir: str) -> None:
        self.state = Path(state_dir) / "models"
        clone = places.clone()
        named = [Path(one).expanduser().absolute() for one in dirs]
        usual = [self.state, *([clone / "models"] if clone else []), SYSTEM]
        self.folders = tuple(dict.fromkeys([*named, *usual]))

    @property
    def home(self) -> Path:
        """The folder for new files."""
        return self.folders[0]

    def find(self, model: Model) -> Path | None:
        """The model's file, proven or not; None when it is in no folder."""
        return next((path for path in self.paths(model) if _there(path)), None)

    def paths(self, model: Model) -> list[Path]:
        """Where the model's file may be."""
        return [folder / model.file for folder in self.folders]

    def ours(self, path: Path) -> bool:
        """Whether the file lies where Kiki itself puts files, so that it may move or remove it."""
        return path.parent in (self.home, self.state)

    def partial(self, model: Model) -> Path:
        """The file that a download fills before it is proven."""
        return self.home / f".{model.file}.partial"


def _there(path: Path) -> bool:
    """Whether the file is there for this user: one in a closed folder is not."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def made(folder: Path) -> None:
    """Make the folder and what is missing above it, for this user alone; OSError."""
    for one in reversed([folder, *folder.parents]):
        if not one.is_dir():
            one.mkdir(mode=0o700, exist_ok=True)
