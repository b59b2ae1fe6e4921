"""Hosts as an inventory names them: how each is reached, whether it answers, its keys, its facts.

Called by ``execution.hosts``, which finds them, and by the views of ``kiki hosts``. Nothing here
ever decides a plan.
"""

from typing import Any, Literal

from kiki.model.records import Record

KeyState = Literal["", "known", "new", "changed", "revoked"]
Answer = Literal["answers", "refused", "silent", "no_name", "not_ssh", "failed", "bastion"]


class Way(Record, frozen=True):
    """How Ansible reaches one host. *user* is empty where ssh's own configuration decides, *jump*
    is the bastion in between, *arguments* are further words for ssh."""

    host: str
    address: str
    port: int = 22
    user: str = ""
    connection: str = "ssh"
    jump: str = ""
    key_file: str = ""
    groups: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


class HostKey(Record, frozen=True):
    """A public key of a host. *name* is how a file of known hosts names the host, *blob* the key
    in base64, *fingerprint* as ``ssh-keygen -l`` shows it."""

    name: str
    type: str
    blob: str
    fingerprint: str
    state: KeyState = ""
    place: str = ""  # file:line of the key that is there already, or of another one


class Reached(Record, frozen=True):
    """What came of asking one host, without logging in. *key* says whether its key is one that ssh
    would accept; *via* is the bastion that was asked instead."""

    host: str
    answer: Answer
    ms: int = 0
    key: KeyState = ""
    keys: tuple[HostKey, ...] = ()
    via: str = ""
    detail: str = ""


class HostFacts(Record, frozen=True):
    """What a host said of itself *at* a time (RFC 3339 UTC). *reason* is the code of why it could
    not be asked, with *message*; *facts* may then be older ones, or none."""

    host: str
    at: str = ""
    facts: dict[str, Any] = {}
    reason: str = ""
    message: str = ""
