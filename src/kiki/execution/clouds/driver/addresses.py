"""A server's addresses in few words, of which Nova says much.

Called by ``verify`` and ``things``. Standard library only.
"""

from typing import Any

_UUID = 36


def brief(value: Any) -> Any:
    """A server's addresses by network, of which Nova says much more; anything else as it is."""
    if isinstance(value, list):
        return [brief(one) for one in value]
    if not isinstance(value, dict) or not value or not all(map(_addresses, value.values())):
        return value
    return {
        name: [each["addr"] for each in found]
        for name, found in value.items()
        if len(name) != _UUID or name.count("-") != 4
    }


def _addresses(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and "addr" in one for one in value)
