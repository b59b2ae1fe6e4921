"""No file may make the check raise: data of any shape in any place ends in findings."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiki.documents.write import to_yaml
from kiki.model.artifact import Artifact, File
from kiki.targets.kubernetes.check import check

HERE = Path(__file__).parent
GOLDEN = HERE.parents[2] / "golden/k8s/check"
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    float("inf"),
    float("nan"),
    10**400,
    "1e99999999999999999999",
    "",
    "x",
    "\n",
    [],
    {},
]
ODD += [[[]], [None], {"": None}, {1: 2}, {True: []}, ["a", {"b": None}], [{}], {"name": []}]


def documents() -> list[Any]:
    texts = [(HERE / "valid.yaml").read_text()]
    for path in sorted(GOLDEN.glob("*/*.yaml")):
        if path.parent.name not in ("broken_yaml", "empty"):
            texts.append(path.read_text())
    return [one for text in texts for one in yaml.safe_load_all(text)]


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in items:
            found += places(value, (*path, key))
    return found


def replaced(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = replaced(copy[path[0]], path[1:], value)
    return copy


@pytest.mark.parametrize("seed", range(3))
def test_anything_anywhere_ends_in_findings(seed: int) -> None:
    chance = random.Random(seed)
    every = documents()
    for _ in range(300):
        picked = chance.sample(every, 3)
        index = chance.randrange(3)
        place = chance.choice(places(picked[index]))
        picked[index] = replaced(picked[index], place, chance.choice(ODD))
        file = File(path="f.yaml", text=to_yaml(picked))
        found = check(Artifact(target="k8s", intent_digest="", entry="f.yaml", files=(file,)))
        assert all(isinstance(value, str) for one in found for value in one.params.values())
