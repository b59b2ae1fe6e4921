"""Compiles ``understand/commands/programs/*.yaml``: called by ``compile_vocabulary.py``.

Each file is a list of groups: *forms* with the *options* that all of them have, and *sure*.
"""

from pathlib import Path
from typing import Any

import msgspec
import yaml

from kiki.understand.commands.programs import Form

Forms = dict[str, list[Form]]


def forms(folder: Path) -> Forms:
    """The forms of every program, in the order of the files and of their lines."""
    found: Forms = {}
    for path in sorted(folder.glob("*.yaml")):
        for group in yaml.safe_load(path.read_text("utf-8")):
            for written in group["forms"]:
                for name, form in _made(written, group):
                    found.setdefault(name, []).append(form)
    return dict(sorted(found.items()))


def _made(written: dict[str, Any], group: dict[str, Any]) -> list[tuple[str, Form]]:
    programs, *words = written["call"].split()
    data = {key: value for key, value in written.items() if key != "call"}
    data["words"] = words
    data["options"] = {**group.get("options", {}), **written.get("options", {})}
    data["sure"] = group.get("sure", True)
    data["creates"] = group.get("creates", False)
    return [(name, msgspec.convert(data, Form)) for name in programs.split("|")]
