"""The check against what Heat's own classes say of the templates of openstack/heat-templates.

tests/data/heat-templates.jsonl: ``path``, ``template``, and ``errors`` as Heat 27 has them.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kiki.model.artifact import Artifact, File
from kiki.model.finding import Finding
from kiki.targets.openstack.check import check

DATA = Path(__file__).parents[3] / "data/heat-templates.jsonl"
CASES = [json.loads(line) for line in DATA.read_text().splitlines()]
# Its config is a list where Heat wants a map. The oracle did not look at values; Heat does:
# 'Property error: config: "[...]" is not a map'.
WRONG_VALUES = {"hot/software-config/example-templates/example-chef-template.yaml"}


def findings(case: dict[str, Any]) -> tuple[Finding, ...]:
    file = File(path=case["path"], text=case["template"])
    return check(Artifact(target="openstack", intent_digest="", entry=file.path, files=(file,)))


def named(error: str, found: tuple[Finding, ...]) -> bool:
    """Whether a finding says what Heat's *error* says, of the same resource."""
    resource, _, what = error.partition(": ")
    resource = resource.partition(" ")[0]
    name = what.split()[-1]
    for one in found:
        if not re.match(rf"resources\.{re.escape(resource)}(\.|$)", one.params.get("path", "")):
            continue
        params = one.params
        if what.startswith("unknown type") and params.get("type") == name:
            return True
        if what.startswith("missing required") and name in (
            params.get("instead"),
            params.get("property") if one.code == "openstack.property_missing" else None,
        ):
            return True
        if what.startswith(("hidden", "unknown property")) and params.get("property") == name:
            return True
    return False


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["path"])
def test_what_heat_accepts_is_accepted_and_what_it_names_is_named(case: dict[str, Any]) -> None:
    found = findings(case)
    if not case["errors"]:
        errors = [one.code for one in found if one.severity == "error"]
        wanted = ["openstack.type_wrong"] if case["path"] in WRONG_VALUES else []
        assert errors == wanted
    missed = [error for error in case["errors"] if not named(error, found)]
    assert missed == []


def test_the_oracle_has_both_kinds() -> None:
    assert len(CASES) > 60
    assert any(case["errors"] for case in CASES)
    assert not named("web: unknown type X", ())


def test_a_renamed_property_is_explained_and_not_refused() -> None:
    case = {
        "path": "t.yaml",
        "template": "heat_template_version: 2021-04-16\nresources:\n  p:\n"
        "    type: OS::Neutron::Port\n    properties: {network_id: net}\n",
    }
    (found,) = findings(case)
    assert (found.code, found.severity, found.line) == ("openstack.property_renamed", "warning", 5)
    assert found.params["instead"] == "network"


def test_every_path_of_a_finding_is_a_line_of_the_file() -> None:
    for case in CASES:
        lines = case["template"].count("\n") + 1
        assert all(0 < one.line <= lines for one in findings(case))
