"""Which Ansible and which collections are installed.

Called by ``runner``. Read from files: asking ``ansible-galaxy`` takes seconds.
"""

import json
import subprocess
from pathlib import Path

from kiki.execution.homes import Home, collections_root
from kiki.model.errors import TemporaryError

_ASK = "import importlib.metadata as m; print(m.version('ansible-core'))"


def installed(home: Home) -> dict[str, str]:
    """Versions by name, sorted; ansible-core's is that of ``ansible.builtin``."""
    found = {"ansible.builtin": _core(home)}
    for manifest in collections_root(home).glob("ansible_collections/*/*/MANIFEST.json"):
        name, version = _collection(manifest)
        found[name] = version
    return dict(sorted(found.items()))


def _core(home: Home) -> str:
    """ansible-core's version: from its folder in the environment, else by asking its Python."""
    library = Path(home.python).parent.parent / "lib"
    found = sorted(library.glob("python3*/site-packages/ansible_core-*.dist-info"))
    if len(found) == 1:
        return found[0].name.removeprefix("ansible_core-").removesuffix(".dist-info")
    return _asked(home)


def _asked(home: Home) -> str:
    try:
        asked = subprocess.run(
            [home.python, "-c", _ASK], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise TemporaryError(
            "execution.ansible_unusable", path=home.python, why=str(error)
        ) from error
    return asked.stdout.strip()


def _collection(manifest: Path) -> tuple[str, str]:
    """Name and version; a manifest that can't be read counts as version ``?``."""
    name = f"{manifest.parts[-3]}.{manifest.parts[-2]}"
    try:
        about = json.loads(manifest.read_text("utf-8"))["collection_info"]
        return name, str(about["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return name, "?"
