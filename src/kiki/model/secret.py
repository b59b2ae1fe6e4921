"""Names for secrets. Values never appear in any type of this package.

Called by ``understand``, which takes secrets out of messages, and by everything that handles one.
"""

from kiki.model.records import Record


class SecretRef(Record, frozen=True):
    """A secret's name. In a message and in an artifact's comments it is written
    ``{{secret:NAME}}``; in a playbook it is the variable ``kiki_secret_NAME``."""

    name: str


def placeholder(name: str) -> str:
    """The text that stands for the secret in a redacted message."""
    return "{{secret:" + name + "}}"


def variable(name: str) -> str:
    """The Ansible variable that holds the secret's value at run time."""
    return "kiki_secret_" + name.replace("-", "_")
