"""The document: equal to what is checked in, whole, and true of the server that runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tools import render_openapi

from kiki.server import openapi
from kiki.server.operations import OPERATIONS
from tests.unit.server.running import Running

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
LEFT_OUT = ("logout", "password", "put_person", "remove_person", "events")
"""What would end the token or the accounts that the others are asked with, or never ends itself."""


def test_what_is_checked_in_is_what_is_served(shared: Running) -> None:
    assert render_openapi.PAGE.read_text("utf-8") == render_openapi.rendered(), "make docs"
    assert shared.ask("GET", "/openapi.json", role="").json == json.loads(render_openapi.rendered())


def test_every_operation_is_in_it() -> None:
    paths = openapi.document()["paths"]
    told = {(path, method.upper()) for path, found in paths.items() for method in found}
    assert told == {(one.path, one.method) for one in OPERATIONS}


def test_every_reference_leads_somewhere() -> None:
    document = openapi.document()
    known = set(document["components"]["schemas"])
    assert {ref.rpartition("/")[2] for ref in references(document)} <= known


@pytest.mark.skipif(not SCHEMATHESIS.exists(), reason="schemathesis is not installed")
def test_no_request_that_the_document_allows_or_forbids_breaks_the_server(
    shared: Running, tmp_path: Path
) -> None:
    command = [
        str(SCHEMATHESIS), "run", f"{shared.url}/openapi.json",
        "--header", f"Authorization: Bearer {shared.tokens['admin']}",
        "--checks", "not_a_server_error", "--max-examples", "6", "--seed", "7",
        "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all",
        "--request-timeout", "20", "--generation-database", "none", "--max-failures", "5",
    ]  # fmt: skip
    for name in LEFT_OUT:
        command += ["--exclude-operation-id", name]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=280)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert not [one for one in shared.logged if one.get("event") == "broken"]


def references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for one in value.values() for ref in references(one)]
    if isinstance(value, list):
        return [ref for one in value for ref in references(one)]
    return []
