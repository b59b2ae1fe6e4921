"""Our check and our templates against a real Heat, offline.

Needs a Python that has openstack-heat: ``HEAT_PYTHON=/path/to/python`` (see heat_oracle.py).
"""

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kiki.documents.read import read_yaml
from kiki.documents.write import to_yaml
from kiki.targets.openstack import values
from kiki.targets.openstack.schema import Property, heat, resource_type
from kiki.targets.openstack.source import Source

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
GOLDEN = HERE.parents[2] / "golden/openstack/render"
ANYTHING = ["x", "yes", "true", "80", "-5", "", 0, 1, -1, 6, 70000, 1.5, True, None, [], ["a"], {}]
ANYTHING += [{"a": "b"}, [{"a": 1}], "10.0.0.1", "10.0.0.0/24", "a" * 300]


@pytest.fixture(scope="module")
def python() -> str:
    found = os.environ.get("HEAT_PYTHON", "")
    if not found:
        pytest.skip("HEAT_PYTHON names no Python that has openstack-heat")
    return found


def ask(python: str, questions: list[dict[str, Any]]) -> list[str | None]:
    lines = "\n".join(map(json.dumps, questions))
    command = [python, str(HERE / "heat_oracle.py")]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line)["error"] for line in done.stdout.splitlines()]


def made(chance: random.Random, prop: Property, depth: int) -> Any:
    if chance.random() < 0.3 or depth > 3:
        return chance.choice(ANYTHING)
    if prop.allowed and chance.random() < 0.8:
        return chance.choice(prop.allowed)
    match prop.type:
        case "string":
            return chance.choice(["abc", "10.0.0.1", "10.0.0.0/24"])
        case "list":
            inner = prop.items or Property(type="string")
            return [made(chance, inner, depth + 1) for _ in range(chance.randrange(3))]
        case "map":
            return given(chance, prop.properties or {}, depth + 1)
    return {"integer": 7, "number": 1.5, "boolean": True, "any": "x"}[prop.type]


def given(chance: random.Random, known: dict[str, Property], depth: int = 0) -> dict[str, Any]:
    found = {
        name: made(chance, prop, depth)
        for name, prop in known.items()
        if chance.random() < (0.95 if prop.required else 0.25)
        and not prop.instead  # only a running Heat translates old names
    }
    return found | ({"bogus": 1} if chance.random() < 0.05 else {})


def ours(kind: str, properties: dict[str, Any]) -> bool:
    known = resource_type(kind)
    assert known is not None
    parsed = read_yaml(to_yaml([{"properties": properties}]), "f")
    version = heat().versions["2021-04-16"]
    source = Source(parsed, version, frozenset(), frozenset())
    values.check(source, known.properties, properties, ("properties",))
    return not any(finding.severity == "error" for finding in source.findings)


def test_properties_are_judged_as_heat_judges_them(python: str) -> None:
    chance = random.Random(27)
    kinds = [name for name in heat().types if (kind := resource_type(name)) and not kind.status]
    questions = []
    for _ in range(3000):
        kind = chance.choice(kinds)
        known = resource_type(kind)
        assert known is not None
        questions.append({"type": kind, "properties": given(chance, known.properties)})
    answers = ask(python, questions)
    assert 500 < sum(answer is None for answer in answers) < 2500
    wrong = [
        (question, answer)
        for question, answer in zip(questions, answers, strict=True)
        if ours(question["type"], question["properties"]) is not (answer is None)
    ]
    assert wrong == []


def test_our_templates_are_valid_for_heat(python: str) -> None:
    files = sorted(GOLDEN.glob("*/expected/*.yaml"))
    answers = ask(python, [{"template": path.read_text()} for path in files])
    assert len(files) > 10
    assert [answer for answer in answers if answer] == []


def test_heat_would_say_so(python: str) -> None:
    template = (GOLDEN / "mission_gen/expected/demo-server.yaml").read_text()
    broken = template.replace("get_param: network", "get_param: nowhere")
    (answer,) = ask(python, [{"template": broken}])
    assert "nowhere" in (answer or "")
