"""What an approval is bound to: one digest over everything that decides what runs.

Called by service at plan, at approval and again before apply. If any part moves, the digest
moves and the approval is void.
"""

from typing import Any

from msgspec import UNSET, UnsetType

from kiki.model.people import Role
from kiki.model.records import Record, digest


class Decisive(Record, frozen=True):
    """All that decides what an apply does.

    *files* maps each path to its digest; *inventory* is the digest of the resolved inventory;
    *scope* is the Scope as builtins; *ansible_cfg* is the file's text; *collections* maps names
    to versions (``ansible.builtin`` has ansible-core's); *identity* is the target's own identity
    (cluster UID, cloud and project; the host list for Ansible); *secrets* maps names to version
    ids; *plan* is the plan's fingerprint; *later* maps each later stage to the digest of all that
    decides it, and is not there without any.
    """

    files: dict[str, str]
    inventory: str
    scope: dict[str, Any]
    ansible_cfg: str
    collections: dict[str, str]
    identity: dict[str, str]
    secrets: dict[str, str]
    plan: str
    later: dict[str, str] | UnsetType = UNSET

    def digest(self) -> str:
        """The one digest that a person approves."""
        return digest(self)


class Approval(Record, frozen=True):
    """A person's grant. *at* is RFC 3339 UTC. *name* is what was typed of a production context or
    cloud; *break_glass* is why the rule of four eyes was passed over; *roles* are those that the
    person had then in the change's project, not there without any."""

    digest: str
    approver: str
    at: str
    note: str = ""
    name: str = ""
    break_glass: str = ""
    roles: tuple[Role, ...] | UnsetType = UNSET
