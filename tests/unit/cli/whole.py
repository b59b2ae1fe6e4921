"""The whole of Kiki behind a command line, in this process and with a state folder of its own."""

import io
import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from kiki.cli.dispatch import dispatch
from kiki.cli.screen import Screen
from tests.unit.engines.serving import KEY


class Ended(NamedTuple):
    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Kiki:
    """Kiki with a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            "HOME": str(folder),
            "KIKI_STATE": str(folder / "state"),
            "PATH": os.defpath,
            "LANG": "en_US.UTF-8",
            "API_KEY": KEY,
        }

    def __call__(self, *words: str, terminal: bool = False, **more: str) -> Ended:
        out, err = io.StringIO(), Terminal() if terminal else io.StringIO()
        screen = Screen(out, err, io.StringIO(), plain=not terminal)
        code = dispatch(list(words), environ=self.environ | more, screen=screen)
        return Ended(code, out.getvalue(), err.getvalue())

    def changes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self("changes", "--json").out)["changes"]
        return found

    def shown(self) -> dict[str, Any]:
        change = json.loads(self("show", self.changes()[0]["id"], "--json").out)
        found: dict[str, Any] = change["change"]
        return found
