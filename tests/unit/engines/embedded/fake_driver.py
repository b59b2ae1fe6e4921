"""A model's server without a model: the real life cycle and HTTP, with answers from a file.

Started by the tests as a script, as the real driver is. The order's ``path`` is a JSON file that
says how it behaves; every start and every question is a line in the log beside that file.
"""

import json
import os
import sys
import time
from pathlib import Path

DRIVER = Path(__file__).parents[4] / "src" / "kiki" / "engines" / "embedded" / "driver"
sys.path.insert(0, str(DRIVER))

import completions  # type: ignore[import-not-found]  # noqa: E402
import lifecycle  # type: ignore[import-not-found]  # noqa: E402


class Fake:
    def load(self, order, key):  # type: ignore[no-untyped-def]
        self.path = Path(order["path"])
        self.told("start", os.getpid())
        if "load_s" in self.behaviour():
            time.sleep(self.behaviour()["load_s"])
        if "fails" in self.behaviour():
            raise RuntimeError(self.behaviour()["fails"])
        name = self.behaviour().get("model", order["model"])
        return completions.CompletionServer(key, name, self.answer).url

    def behaviour(self):  # type: ignore[no-untyped-def]
        return json.loads(self.path.read_text())

    def told(self, *what):  # type: ignore[no-untyped-def]
        with self.path.with_suffix(".log").open("a") as file:
            file.write(json.dumps(what) + "\n")

    def prepare(self, prefix, tell):  # type: ignore[no-untyped-def]
        if self.behaviour().get("tells"):
            tell("prefix")
        self.told("prepare", prefix)

    def answer(self, body, gone):  # type: ignore[no-untyped-def]
        self.told("question", os.getpid())
        behaviour = self.behaviour()
        if behaviour.get("noise"):
            sys.stderr.write("noise " * behaviour["noise"] + "\n")
            sys.stderr.flush()
        if behaviour.get("dies"):
            os._exit(3)
        if behaviour.get("dies_once") and not self.path.with_suffix(".died").exists():
            self.path.with_suffix(".died").touch()
            os._exit(3)
        if behaviour.get("refuses"):
            raise completions.TooLong
        deadline = time.monotonic() + behaviour.get("takes_s", 0)
        while time.monotonic() < deadline and not gone():
            time.sleep(0.01)
        text = behaviour.get("text") or json.dumps(body)
        return completions.Answered(text, 7, 3)


if __name__ == "__main__":
    given = json.loads(sys.stdin.readline())
    lifecycle.let_go()
    lifecycle.run(given, Fake)
