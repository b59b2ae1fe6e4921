"""Where the lock files are and where environments go.

Called by the rest of ``provision``. Standard library only, as it runs before anything is installed;
for the same reason it reads its variables itself instead of ``settings``: ``KIKI_VENV`` (the base
environment's folder), ``KIKI_ANSIBLE``, ``KIKI_LLAMA``, ``KIKI_OPENVINO``, ``KIKI_OPENSTACK``,
``KIKI_KUBERNETES`` and ``KIKI_SERVER`` (environments that a site prepared itself) and
``KIKI_NO_INSTALL`` (never install anything)."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def clone() -> Path | None:
    """The clone that this code runs from; None when it was installed as a package."""
    root = PACKAGE.parents[1]
    return root if (root / "kiki.py").is_file() and PACKAGE.parent.name == "src" else None


def command() -> str:
    """What a user types to start Kiki: the launcher's path in a clone, else ``kiki``."""
    root = clone()
    if not root:
        return "kiki"
    return "./kiki.py" if Path.cwd() == root else str(root / "kiki.py")


def lock(name: str) -> Path:
    """The hash-locked requirement file *name*: the clone's, or its copy in the wheel."""
    root = clone()
    folder = root / "requirements" if root else PACKAGE / "provision" / "requirements"
    return folder / f"{name}.txt"


def wheels() -> Path | None:
    """The folder with every package that an archive of ``kiki bundle make`` brought; None in a
    clone."""
    root = clone()
    found = root / "wheels" if root else None
    return found if found and found.is_dir() else None


def base() -> Path | None:
    """The folder of the environment that runs Kiki in a clone; None when installed."""
    root = clone()
    if os.environ.get("KIKI_VENV"):
        return Path(os.environ["KIKI_VENV"]).absolute()
    return root / ".venv" if root else None


def ansible() -> Path:
    """The folder of Ansible's environment."""
    return beside("ansible")


def beside(name: str) -> Path:
    """The folder of a further environment: beside the base one, or in the user's data folder."""
    first = base()
    return first.with_name(f"{first.name}-{name}") if first else data() / name


def data() -> Path:
    """Kiki's folder among the user's data."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "kiki"


def prepared_ansible() -> Path | None:
    """The environment with Ansible that the site prepared itself, if it names one."""
    return prepared("ansible")


def prepared(name: str) -> Path | None:
    """The environment *name* that the site prepared itself, if it names one."""
    named = os.environ.get(f"KIKI_{name.upper()}")
    return Path(named).absolute() if named else None


def may_install() -> bool:
    """Whether Kiki may install anything."""
    return os.environ.get("KIKI_NO_INSTALL", "") in ("", "0")
