"""A driver that plays a script: what ``drivers`` starts in unit tests instead of the real one.

The script is the order's ``argv[-1]``, a playbook whose lines are ``# say {json}``, ``# sleep s``,
``# die``, ``# deaf`` or ``# silent``.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path


def play(line: str) -> None:
    verb, _, rest = line.removeprefix("# ").partition(" ")
    if verb == "say":
        os.write(1, (rest + "\n").encode())
    elif verb == "sleep":
        time.sleep(float(rest))
    elif verb == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    elif verb == "die":
        sys.exit("MemoryError: no room")


order = sys.stdin.readline()
if order:
    argv, env = json.loads(order)["argv"], json.loads(order)["env"]
    Path(env["ANSIBLE_CONFIG"]).with_name("argv.json").write_text(json.dumps(argv))
    for each in Path(argv[-1]).read_text().splitlines():
        play(each)
