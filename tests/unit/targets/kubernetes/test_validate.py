"""The schema walk against the official JSON Schemas themselves, on manifests broken at random."""

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiki.documents.read import read_yaml
from kiki.documents.write import to_yaml
from kiki.targets.kubernetes.items import Item
from kiki.targets.kubernetes.schema import NEWEST, schemas
from kiki.targets.kubernetes.validate import Validator

kubernetes_validate = pytest.importorskip("kubernetes_validate")
jsonschema_rs = pytest.importorskip("jsonschema_rs")

HERE = Path(__file__).parent
VALID = [
    document
    for document in yaml.safe_load_all((HERE / "valid.yaml").read_text())
    if document is not None
]
# What the OpenAPI document does not say and our walk does
STRICTER = {"k8s.value_not_allowed", "k8s.number_too_large", "k8s.quantity_invalid"}
STRICTER |= {"k8s.base64_invalid", "k8s.item_twice", "k8s.field_deprecated"}


@cache
def official(version: str) -> tuple[dict[str, Any], Path]:
    root = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    folder = root / f"v{version}.0-local-strict"
    return json.loads((folder / "_definitions.json").read_text())["$defs"], folder


@cache
def oracle(version: str, kind: str) -> Any:
    definitions, _ = official(version)
    name = next(
        name
        for name, body in definitions.items()
        for gvk in body.get("x-kubernetes-group-version-kind", [])
        if "/".join(filter(None, (gvk["group"], gvk["version"], gvk["kind"]))) == kind
    )
    return jsonschema_rs.validator_for({"$ref": f"#/$defs/{name}", "$defs": definitions})


def ours(data: dict[str, Any], version: str = NEWEST) -> set[str]:
    parsed = read_yaml(to_yaml([data]), "f.yaml")
    item = Item(parsed, 0, parsed.documents[0])
    known = schemas(version)
    Validator(known, item).check(known.kinds[f"{item.api}/{item.kind}"])
    return {finding.code for finding in item.findings} - STRICTER


def kind_of(data: dict[str, Any]) -> str:
    return f"{data['apiVersion']}/{data['kind']}"


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        if isinstance(value, dict | list):
            found += places(value, (*path, key))
        else:
            found.append((*path, key))
    return found


def broken(data: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(data))
    path = chance.choice(
        [place for place in places(copy) if place[0] not in ("kind", "apiVersion")]
    )
    parent: Any = copy
    for step in path[:-1]:
        parent = parent[step]
    match chance.randrange(4):
        case 0:
            del parent[path[-1]]
        case 1 if isinstance(parent, dict):
            parent["addedByTest"] = "x"
        case 2 if isinstance(parent, dict):
            parent[str(path[-1]) + "s"] = parent.pop(path[-1])
        case _:
            parent[path[-1]] = chance.choice(["text", 7, 1.5, True, [], {}, ["a"], {"a": "b"}, -1])
    return copy


@pytest.mark.parametrize("data", VALID, ids=lambda data: data["kind"])
def test_valid_objects_have_no_finding(data: dict[str, Any]) -> None:
    assert oracle(NEWEST, kind_of(data)).is_valid(data)
    assert ours(data) == set()


@pytest.mark.parametrize("data", VALID, ids=lambda data: data["kind"])
def test_broken_objects_are_judged_as_the_official_schema_does(data: dict[str, Any]) -> None:
    chance = random.Random(data["kind"])
    judged = set()
    for _ in range(120):
        wrong = broken(data, chance)
        valid = oracle(NEWEST, kind_of(data)).is_valid(wrong)
        assert (ours(wrong) == set()) is valid, wrong
        judged.add(valid)
    assert False in judged


@pytest.mark.parametrize("version", ["1.29", "1.31", "1.33", "1.35"])
@pytest.mark.parametrize("data", VALID, ids=lambda data: data["kind"])
def test_older_versions_agree_with_their_own_schemas(data: dict[str, Any], version: str) -> None:
    if kind_of(data) not in schemas(version).kinds:
        return
    valid = oracle(version, kind_of(data)).is_valid(data)
    assert (ours(data, version) == set()) is valid


def test_every_kind_of_the_newest_version_is_known() -> None:
    definitions, folder = official(NEWEST)
    assert folder.exists()
    written = {
        "/".join(filter(None, (gvk["group"], gvk["version"], gvk["kind"])))
        for body in definitions.values()
        for gvk in body.get("x-kubernetes-group-version-kind", [])
        if "metadata" in body.get("properties", {})
    }
    left_out = written - set(schemas().kinds)
    assert {kind.rpartition("/")[2] for kind in left_out} <= {"Status", "APIGroup", "WatchEvent"}
