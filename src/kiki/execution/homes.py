"""What a run needs to know about an installed Ansible, as absolute paths.

``kiki.provision.ansible.AnsibleHome`` is one. Called by every module here that starts a process.
"""

from pathlib import Path
from typing import Protocol


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
