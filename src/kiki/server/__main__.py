"""What ``kiki agent`` and ``kiki worker`` become: started with the server's environment's Python.

That environment has Kiki's packages and not Kiki itself, which is found beside this file.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 -- before any import
sys.path.append(os.path.dirname(os.path.dirname(HERE)))  # noqa: PTH120

from kiki.server import main, working  # noqa: E402

if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        raise SystemExit(working.main(sys.argv[2:]))
    raise SystemExit(main.main(sys.argv[1:]))
