"""The real OpenVINO GenAI with a real model, started, asked and stopped like the other engine."""

import json

import jsonschema_rs
import pytest

from tests.models.conftest import Lab
from tests.models.having import SMOL, fetched, installed
from tests.models.test_llama import MESSAGES, asked

pytestmark = pytest.mark.models


def test_it_answers_and_its_own_form_of_the_model_is_kept(fresh: Lab) -> None:
    installed("openvino")
    fetched(SMOL, "openvino")
    given = asked(MESSAGES[1])
    first = fresh.engine(SMOL, "openvino").complete(given)
    jsonschema_rs.validate(given.schema, json.loads(first.text))
    assert first.model == SMOL
    assert fresh.engine(SMOL, "openvino").complete(given) == first
    [made] = (fresh.state / "models" / "states").glob("*-openvino/kiki.done")
    before = made.stat().st_mtime_ns
    fresh.stop()
    assert fresh.engine(SMOL, "openvino").complete(given).text == first.text
    assert made.stat().st_mtime_ns == before


def test_what_was_changed_of_it_is_made_again(fresh: Lab) -> None:
    installed("openvino")
    fetched(SMOL, "openvino")
    given = asked(MESSAGES[1])
    first = fresh.engine(SMOL, "openvino").complete(given)
    [weights] = (fresh.state / "models" / "states").glob("*-openvino/openvino_model.bin")
    fresh.stop()
    with weights.open("r+b") as file:
        file.seek(1000)
        file.write(b"\x00\x01\x02\x03")
    assert fresh.engine(SMOL, "openvino").complete(given).text == first.text
