"""Takes out of what a cloud says what is nobody's to see.

Called by ``reading``, over the whole of each answer. Standard library only.
"""

import re
from typing import Any

HIDDEN = "********"
# Names of entries, in a thing's own properties and in what people write into metadata.
_NAMES = re.compile(
    r"pass(?:word|wd|phrase)|secret|private_?key|credential|user_data|api_?key|access_?key"
    r"|auth_?token|^token$|adminpass",
    re.IGNORECASE,
)


def without_secrets(told: Any) -> Any:
    """*told*, with the values of entries hidden whose names say that they are secret."""
    if isinstance(told, list):
        return [without_secrets(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {key: _hidden(key, value) for key, value in told.items()}


def _hidden(key: Any, value: Any) -> Any:
    if isinstance(key, str) and _NAMES.search(key) and value and isinstance(value, str):
        return HIDDEN
    return without_secrets(value)
