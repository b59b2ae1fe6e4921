"""A model's server process: reads an order, lets go of who started it, and serves until it is idle.

Started by ``engines.embedded.host`` as a script with the Python of llama.cpp's or OpenVINO's own
environment, which has neither Kiki nor msgspec: the modules of this folder import the standard
library, each other, and one of the two.

Standard input: one line of JSON, the order; ``lifecycle`` lists its keys. It holds no secret: the
key of the HTTP server is made here and handed out through a socket that only this user can open.
An order with a host is to be served in the foreground: ``serving`` lists its keys.
"""

import importlib
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiki.engines.embedded.driver import lifecycle, serving
else:
    import lifecycle
    import serving


def backend(name: str) -> "lifecycle.Backend":
    """What runs the model; imported late, as each needs another environment."""
    module = importlib.import_module({"llama": "llama", "openvino": "genai"}[name])
    made: lifecycle.Backend = module.Backend()
    return made


def main() -> None:
    """Serve in a grandchild, so that whoever started it has nothing to wait for."""
    order = json.loads(sys.stdin.readline())
    if "host" in order:
        sys.exit(serving.run(order, lambda: backend(order["backend"])))
    lifecycle.let_go()
    lifecycle.run(order, lambda: backend(order["backend"]))


if __name__ == "__main__":
    main()
