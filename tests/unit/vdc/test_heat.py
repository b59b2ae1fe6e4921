"""The golden templates and those of many servers, judged by a real Heat, offline.

Needs a Python that has openstack-heat: ``HEAT_PYTHON=/path/to/python``.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from tools.many_servers import definition

from kiki.vdc.compiling import compiled
from tests.unit.vdc.given import found

pytestmark = pytest.mark.slow

TESTS = Path(__file__).resolve().parents[2]
ORACLE = TESTS / "unit/targets/openstack/heat_oracle.py"


def test_heat_takes_every_template() -> None:
    python = os.environ.get("HEAT_PYTHON", "")
    if not python:
        pytest.skip("HEAT_PYTHON names no Python that has openstack-heat")
    texts = {
        str(path): path.read_text("utf-8")
        for path in sorted((TESTS / "golden/vdc").glob("*/expected/*.yaml"))
    }
    many = found(definition(400)).definition
    assert many is not None
    texts |= {file.path: file.text for file in compiled(many).templates.files}
    lines = "\n".join(json.dumps({"template": text}) for text in texts.values())
    done = subprocess.run(
        [python, str(ORACLE)], input=lines, capture_output=True, text=True, check=True
    )
    answers = [json.loads(line)["error"] for line in done.stdout.splitlines()]
    assert dict(zip(texts, answers, strict=True)) == dict.fromkeys(texts)
