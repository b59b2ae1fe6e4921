"""By what a thing of a cloud is known to be as it was: its status, and when it last changed.

Called by ``acts``, and by the module ``kiki_cloud`` of an apply, which gets this file along with
its program (targets/openstack/acts.py). Standard library only.
"""

from typing import Any

_CHANGED = ("updated", "updated_at", "updated_time")


def mark(thing: dict[str, Any]) -> str:
    """A text that is another one when the thing has changed, as far as its service tells."""
    changed = next((str(thing[key]) for key in _CHANGED if thing.get(key)), "-")
    flavor = thing.get("flavor")
    kept = str(flavor.get("original_name") or flavor.get("id")) if isinstance(flavor, dict) else "-"
    return f"{status(thing)} {changed} {kept} {thing.get('port_id') or '-'}"


def status(thing: dict[str, Any]) -> str:
    """How the thing is, in its service's own word; ``-`` for what has none."""
    return str(thing.get("status") or thing.get("stack_status") or "-")
