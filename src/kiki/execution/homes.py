"""What a run needs to know about an installed Ansible, as absolute paths.

``kiki.provision.ansible.AnsibleHome`` is one. Called by every module here that starts a process.
"""

from pathlib import Path
from typing import Protocol

from kiki.model.errors import UsageError


class Home(Protocol):
    """*python* runs ansible_runner; *playbook* and *inventory* are Ansible's commands;
    *collections* is the folder that holds ``ansible_collections``."""

    @property
    def python(self) -> str:
        """The interpreter."""
        ...

    @property
    def playbook(self) -> str:
        """``ansible-playbook``."""
        ...

    @property
    def inventory(self) -> str:
        """``ansible-inventory``."""
        ...

    @property
    def collections(self) -> str:
        """The collections' folder."""
        ...


def collections_root(home: Home) -> Path:
    """The folder that holds ``ansible_collections``, whichever of the two was named."""
    folder = Path(home.collections)
    return folder.parent if folder.name == "ansible_collections" else folder


def mitogen(home: Home) -> Path:
    """The folder of Mitogen's strategies. UsageError ``execution.no_mitogen``: an environment that
    a site prepared may lack it."""
    library = Path(home.python).parent.parent / "lib"
    found = sorted(library.glob("python3*/site-packages/ansible_mitogen/plugins/strategy"))
    if not found:
        raise UsageError("execution.no_mitogen", path=str(library.parent))
    return found[0]
