"""A variable of the environment that a setting names (``env:NAME``).

Called by ``store.key_sources`` when the value is needed and not before: it is a key, and no
``Settings`` ever holds it.
"""

import os


def variable(name: str) -> str:
    """The variable's value; empty when it is not set."""
    return os.environ.get(name, "")
