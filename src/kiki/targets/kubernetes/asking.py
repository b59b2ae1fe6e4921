"""What the kinds that read have in common: their values, and the same question as a command.

Called by those operations. Nothing here reaches a shell: the command is for a person to see.
"""

import shlex
from typing import Annotated

from msgspec import Meta

# A plural, a singular, a short name or a kind, perhaps with its group: pods, deploy, Ingress,
# certificates.cert-manager.io
Resource = Annotated[
    str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9]*(?:\.[a-z0-9.-]+)?$(?!\n)", max_length=100)
]
OptionalResource = Annotated[
    str, Meta(pattern=r"^(?:|[A-Za-z][A-Za-z0-9]*(?:\.[a-z0-9.-]+)?)$(?!\n)", max_length=100)
]
# An object of any kind: some have dots and colons in their names (system:node)
ObjectName = Annotated[
    str, Meta(pattern=r"^[a-z0-9](?:[-a-z0-9.:]*[a-z0-9])?$(?!\n)", max_length=253)
]
OptionalObjectName = Annotated[
    str, Meta(pattern=r"^(?:|[a-z0-9](?:[-a-z0-9.:]*[a-z0-9])?)$(?!\n)", max_length=253)
]
# Label selectors: a=b, a!=b, a in (b,c), a, !a, with commas between
Selector = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._/=!, ()-]*$(?!\n)", max_length=500)]
Since = Annotated[str, Meta(pattern=r"^(?:|[1-9]\d{0,5}[smh])$(?!\n)")]
Lines = Annotated[int, Meta(ge=0, le=100_000)]
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def seconds(since: str) -> int:
    """``10m`` in seconds; 0 for nothing."""
    return int(since[:-1]) * _SECONDS[since[-1]] if since else 0


def kubectl(*words: str, **options: str) -> str:
    """A line for a shell. An option is left out when it is empty, and has no value when that is
    ``yes``."""
    given = [word for word in words if word]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        given += [flag] if value == "yes" else [f"{flag}={value}"] if value else []
    return shlex.join(["kubectl", *given])


def yes(told: bool) -> str:
    """An option without a value."""
    return "yes" if told else ""
