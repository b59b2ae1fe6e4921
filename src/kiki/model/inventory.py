"""An inventory after Ansible itself has resolved it.

Called by execution, which makes it, targets, approval and views.
"""

from typing import Any, Literal

from kiki.model.records import Record, digest


class Place(Record, frozen=True):
    """A live system that is not a list of hosts, and that stands as the one host of an inventory.

    *name* is what a person calls it (a context, a cloud). *identity* is what an approval is bound
    to: of a cluster context, cluster, user, namespace, server, uid and version; of a cloud its
    address, project, user and region. *guarded*: the settings list it as production.
    """

    kind: Literal["cluster", "cloud"]
    name: str
    identity: dict[str, str]
    guarded: bool = False


class Inventory(Record, frozen=True):
    """The frozen result of ``ansible-inventory --list``.

    *text* is the YAML or JSON handed to every run of the change; *hosts* are the ones that the
    change's ``limit`` leaves, sorted; *groups* maps each group to its hosts. *place* is set where
    the only host is none, but a live system as a whole.
    """

    text: str
    hosts: tuple[str, ...]
    groups: dict[str, tuple[str, ...]] = {}
    hostvars: dict[str, dict[str, Any]] = {}
    place: Place | None = None

    def digest(self) -> str:
        """Digest of the text that runs get."""
        return digest({"text": self.text, "hosts": self.hosts})
