"""Tasks on the SSH keys with which a user may log in.

Called by the operations on keys.
"""

from typing import Any

from kiki.model.plan import Verb
from kiki.targets.ansible.tasks import Reverse, Task

_SHOWN = 24  # characters of a key that has no comment, as a title names it


def key_task(user: str, key: str, *, present: bool) -> Task:
    """A task after which *key* is, or is not, among those of *user*."""
    verb: Verb = "create" if present else "delete"
    state: dict[str, Any] = {} if present else {"state": "absent"}
    title = f"Add SSH key {called(key)} to" if present else f"Remove SSH key {called(key)} from"
    return Task(
        name=f"{title} {user}",
        module="ansible.posix.authorized_key",
        args={"user": user, "key": key, **state},
        verb=verb,
        items=((key, key),),
        needs=(f"user:{user}", "package:*"),
        gone="" if present else "Failed to lookup user",
        network=key.startswith("https://"),
        reverses=(_reverse(user, key, present=present),),
    )


def called(key: str) -> str:
    """What people call *key*: its address or comment, else its beginning and end."""
    sort, _, rest = key.partition(" ")
    blob, _, comment = rest.partition(" ")
    if key.startswith("https://"):
        return key
    return comment or f"{sort} {blob[:8]}...{blob[-_SHOWN + 11 :]}"


def _reverse(user: str, key: str, *, present: bool) -> Reverse:
    """A list of keys at an address may be another one by then."""
    if key.startswith("https://"):
        return Reverse(kind="impossible", reason="ansible.undo_key_list")
    back = "sshkey_remove" if present else "sshkey_add"
    fields = {"user": user, "key": key}
    if present:
        return Reverse(
            kind="exact",
            operation=back,
            fields=fields,
            only=("create",),
            otherwise="ansible.undo_key_gone",
        )
    reason = "ansible.undo_key_options"
    return Reverse(kind="compensating", reason=reason, operation=back, fields=fields)
