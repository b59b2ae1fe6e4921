"""The versions of Kubernetes that can be checked for: those whose schemas ship.

Called by ``settings`` and the CLI, which take one from people, and by the target ``k8s``, which has
the schemas. A unit test compares the list with the files. Imports nothing: it is on the path of
``kiki gen``.
"""

KNOWN = ("1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37")
NEWEST = KNOWN[-1]


def minor(said: str) -> str:
    """The version that *said* means (``1.29``, ``v1.29``, ``v1.29.4+k3s1``); empty when its schemas
    don't ship."""
    parts = said.strip().removeprefix("v").split(".")
    name = ".".join(parts[:2])
    return name if name in KNOWN else ""
