"""What ``kiki agent`` becomes: started with the Python of the server's environment.

That environment has Kiki's packages and not Kiki itself, which is found beside this file.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 -- before any import
sys.path.append(os.path.dirname(os.path.dirname(HERE)))  # noqa: PTH120

from kiki.server.main import main  # noqa: E402

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
