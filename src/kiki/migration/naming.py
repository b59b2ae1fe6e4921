"""Names that Kubernetes takes, from names that podman and compose take.

Called by ``manifests``, ``podman`` and ``compose``.
"""

import re

LONGEST = 63  # RFC 1123


def dns_name(name: str) -> str:
    """*name* as a label of RFC 1035, which services need: small letters, digits and dashes, a
    letter first. The same name gives the same one."""
    clean = re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-")
    clean = clean if clean[:1].isalpha() else f"c-{clean}".rstrip("-")
    return clean[:LONGEST].rstrip("-")


def unique(wanted: str, taken: set[str]) -> str:
    """*wanted*, with a number where it is taken; it is taken from now on."""
    name, number = wanted, 2
    while name in taken:
        name = f"{wanted[: LONGEST - len(str(number)) - 1]}-{number}"
        number += 1
    taken.add(name)
    return name
