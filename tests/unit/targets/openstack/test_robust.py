"""No file may make the check raise: data of any shape in any place ends in findings."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiki.documents.write import to_yaml
from kiki.model.artifact import Artifact, File
from kiki.targets.openstack.check import check

TESTS = Path(__file__).parents[3]
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
ODD += [[[]], [None], {"": None}, {1: 2}, {True: []}, ["a", {"b": None}], [{}], {"get_param": {}}]
ODD += [{"get_attr": []}, {"if": []}, {"str_replace": 1}, {"get_resource": ["a"]}, {"get_file": {}}]


def templates() -> list[Any]:
    texts = [
        path.read_text()
        for path in sorted((TESTS / "golden/openstack/check").glob("*/*.yaml"))
        if path.parent.name not in ("broken_yaml", "several")
    ]
    lines = (TESTS / "data/heat-templates.jsonl").read_text().splitlines()
    texts += [json.loads(line)["template"] for line in lines[:20]]
    return [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts]


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


def plain(data: Any) -> Any:
    """Without the dates that PyYAML makes of versions."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(value) for value in data]
    return data if isinstance(data, str | int | float | bool | None) else str(data)


@pytest.mark.parametrize("seed", range(3))
def test_anything_anywhere_ends_in_findings(seed: int) -> None:
    chance = random.Random(seed)
    every = [plain(template) for template in templates()]
    for _ in range(300):
        template = chance.choice(every)
        wrong = replaced(template, chance.choice(places(template)), chance.choice(ODD))
        file = File(path="f.yaml", text=to_yaml([wrong]))
        found = check(Artifact(target="openstack", intent_digest="", entry="f.yaml", files=(file,)))
        assert all(isinstance(value, str) for one in found for value in one.params.values())
