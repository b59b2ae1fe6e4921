"""Which values may not stand in a manifest.

Called by ``podman`` and ``compose``. What ``understand.secrets`` would take out of a message is a
secret, and so is a variable whose name says that it is one, whatever its value looks like.
"""

import re

from kiki.understand.secrets import MIN_REPEATED, masked, redact

__all__ = ["MIN_REPEATED", "is_secret", "secrets_in", "tells"]

_NAME = re.compile(
    r"password|passwd|passphrase|secret|token(?![a-z])|credential|(?:api|private|access)_?key"
    r"|(?:^|[_.-])(?:pass|pwd|pw)(?:$|[_.-])",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[_.-](?:file|path|dir|name|id|url|host|port)$", re.IGNORECASE)


def is_secret(name: str, value: str) -> bool:
    """Whether the variable *name* holds a secret. Names of files with secrets are none."""
    if not value:
        return False
    if redact(f"{name}={value}").values:
        return not (_PLACE.search(name) and masked(value) == value)
    return _NAME.search(name) is not None and not _PLACE.search(name)


def secrets_in(words: tuple[str, ...]) -> tuple[str, ...]:
    """The secrets that stand in the words of a command, longest first."""
    found = set(redact(" ".join(words)).values.values())
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


def tells(text: str) -> bool:
    """Whether *text* has a secret in it."""
    return masked(text) != text
