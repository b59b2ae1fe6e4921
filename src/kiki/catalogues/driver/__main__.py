"""Asks a live system for names, in a process of its own, and changes nothing there.

Started by ``catalogues.asking`` as a script with the Python of a client's environment, which has
neither Kiki nor msgspec: the modules of this folder import the standard library, each other, and
one client.

Standard input: one line of JSON with system (``clouds`` or ``clusters``), timeout_s, most (names of
one sort), sorts, and what the system's own module says. Standard output: one line of JSON with
``names`` by sort and ``errors`` by sort, or ``error``. An error is the name of its class and never
its text, as that may quote a credential.
"""

import importlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiki.catalogues.driver import listing
else:
    import listing


def answered(order: dict[str, Any]) -> dict[str, Any]:
    """What the system says, whatever its client raises."""
    try:
        system: listing.System = importlib.import_module(order["system"])
        return listing.answer(system, order)
    except Exception as error:  # noqa: BLE001 -- a client raises what it likes
        return {"error": listing.reason(error)}


def main() -> None:
    """One order, one answer; threads that still wait for the system end with the process."""
    print(json.dumps(answered(json.loads(sys.stdin.readline()))), flush=True)  # noqa: T201 -- the answer
    os._exit(0)


if __name__ == "__main__":
    main()
