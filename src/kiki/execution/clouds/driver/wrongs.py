"""What an act's plan says of a thing: what is in the way, what is told beside, and what changes.

Called by the modules that judge acts.
"""

from typing import Any

Found = dict[str, Any]


def problem(code: str, /, **params: str) -> Found:
    """An error of the act: it can't be done."""
    return {"verb": "error", "problems": [note(code, **params)]}


def note(code: str, /, **params: str) -> Found:
    """A finding; whether it stops anything says targets/openstack/planned.py."""
    return {"code": f"openstack.act_{code}", "params": params}


def becomes(what: str, was: str, will: str) -> str:
    """One property that changes, as ``templates.difference`` shows it."""
    return f"@@ {what}\n-{was}\n+{will}\n"
