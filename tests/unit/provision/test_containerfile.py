"""The image's recipe: what it copies is there, wherever it is built from; it starts what there is.

That it builds and runs was seen with podman 4.3 and buildah 1.28; see docs/containers.md.
"""

import json
import re

from kiki.cli.dispatch import parser_for
from tests.conftest import ROOT

RECIPE = (ROOT / "Containers" / "Containerfile.agent").read_text("utf-8")


def test_both_contexts_are_the_repository() -> None:
    assert (ROOT / "Containers").is_symlink()
    assert (ROOT / "Containers").resolve() == ROOT.resolve()


def test_what_is_copied_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", RECIPE, re.M)
    assert copied
    assert all((ROOT / "Containers" / name).exists() for line in copied for name in line.split())


def test_it_starts_the_agent_as_nobody_special() -> None:
    command = json.loads(re.findall(r"^CMD (\[.*\])$", RECIPE, re.M)[-1])
    assert parser_for(command[0]).read(command[1:]).host == "0.0.0.0"
    assert re.search(r"^USER 10001", RECIPE, re.M)
    assert "KIKI_NO_INSTALL=1" in RECIPE
