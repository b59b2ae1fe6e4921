"""The published form and the types say the same, and any file gets an answer."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tools.render_vdc_schema import rendered

from kiki.vdc.compiling import compiled
from kiki.vdc.drawing import drawn
from kiki.vdc.presets import PRESETS, preset
from kiki.vdc.shape import published
from tests.unit.vdc.given import found, small

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "vdc"
SHOP = yaml.safe_load((GOLDEN / "shop" / "definition.yaml").read_text("utf-8"))
ODD = st.sampled_from(
    [None, True, 0, -1, 7, 1.5, "", "x", "none", "web", "10.0.0.0/8", "192.168.10.7", "1GB", [], {},
     [1], ["web"], {"x": 1}, "a -> b: 1/tcp", "edge", "front", "db-0", "::1", "\u0000", "가"]
)  # fmt: skip


def test_the_files_are_what_the_types_say() -> None:
    assert published().decode() == rendered()
    assert published("ko").decode() == rendered("ko")


def test_both_languages_have_the_same_form() -> None:
    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(item) for key, item in value.items()
                    if key != "description" or not isinstance(item, str)}  # fmt: skip
        return [bare(item) for item in value] if isinstance(value, list) else value

    assert bare(json.loads(published("ko"))) == bare(json.loads(published()))


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_of_the_form_and_define_the_same(name: str) -> None:
    both = [yaml.safe_load(preset(name, lang)) for lang in ("en", "ko")]
    assert both[0] == both[1]
    jsonschema.validate(both[0], json.loads(published()))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every value in *value* is."""
    if not isinstance(value, dict | list):
        return [path]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    inside = [one for key, item in items for one in places(item, (*path, key))]
    return [path, *inside] if path else inside


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


@given(st.data())
def test_nothing_that_a_file_says_breaks_anything(data: st.DataObject) -> None:
    changed = put(SHOP, data.draw(st.sampled_from(places(SHOP))), data.draw(ODD))
    read = found(changed) if "\u0000" not in str(changed) else None
    if read is None:
        return
    errors = [one for one in read.findings if one.severity == "error"]
    if not errors:
        assert read.definition is not None
        compiled(read.definition)
        drawn(read.definition, "svg"), drawn(read.definition, "mermaid")


@given(st.data())
def test_the_form_is_judged_as_a_validator_of_json_schema_does(data: st.DataObject) -> None:
    changed = put(SHOP, data.draw(st.sampled_from(places(SHOP))), data.draw(ODD))
    if "\u0000" in str(changed):
        return
    valid = jsonschema.Draft202012Validator(json.loads(published())).is_valid(changed)
    assert valid == (found(changed).definition is not None)


def test_an_empty_section_is_none() -> None:
    assert found(small(rules=None, tiers=None, quotas=None)).definition is not None


def test_an_empty_list_of_steps_is_none() -> None:
    assert found(small(hosts=None, podman={"vm": None}, kubernetes=None)).definition is not None
