"""An inventory after Ansible itself has resolved it.

Called by execution, which makes it, targets, approval and views.
"""

from typing import Any

from kiki.model.records import Record, digest


class Inventory(Record, frozen=True):
    """The frozen result of ``ansible-inventory --list``.

    *text* is the YAML or JSON handed to every run of the change; *hosts* are the ones that the
    change's ``limit`` leaves, sorted; *groups* maps each group to its hosts.
    """

    text: str
    hosts: tuple[str, ...]
    groups: dict[str, tuple[str, ...]] = {}
    hostvars: dict[str, dict[str, Any]] = {}

    def digest(self) -> str:
        """Digest of the text that runs get."""
        return digest({"text": self.text, "hosts": self.hosts})
