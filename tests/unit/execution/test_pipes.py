"""Values through named pipes."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.execution.pipes import NO_TEMPLATE, Pipe, Template, variables


def test_the_first_reader_gets_the_value_and_nothing_is_left(tmp_path: Path) -> None:
    pipe = Pipe(tmp_path / "p", "geheim" * 50_000)
    assert pipe.path.is_fifo()
    assert pipe.path.stat().st_mode & 0o777 == 0o600
    assert pipe.path.read_text() == "geheim" * 50_000
    pipe.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [5, 1_000_000])
def test_a_pipe_that_nobody_reads_can_be_closed(tmp_path: Path, size: int) -> None:
    before = threading.active_count()
    Pipe(tmp_path / "p", "x" * size).close()
    assert threading.active_count() == before
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_stops_half_way_blocks_nobody(tmp_path: Path) -> None:
    pipe = Pipe(tmp_path / "p", "x" * 1_000_000)
    with pipe.path.open("rb", buffering=0) as reader:
        assert reader.read(10) == b"x" * 10
    started = time.monotonic()
    pipe.close()
    assert time.monotonic() - started < 2


def test_a_pipe_that_somebody_else_removed_can_be_closed(tmp_path: Path) -> None:
    pipe = Pipe(tmp_path / "p", "x")
    pipe.path.unlink()
    started = time.monotonic()
    pipe.close()
    assert time.monotonic() - started < 2


def as_ansible_has_it(value: Any) -> Any:
    """What Ansible's decoder of JSON makes of a marked text: the text as it is."""
    return value.get(NO_TEMPLATE, value)


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(
    st.dictionaries(
        st.from_regex(r"kiki_secret_[a-z0-9_]{1,9}", fullmatch=True), texts, max_size=4
    ),
    texts,
    texts,
)
def test_any_value_arrives_as_it_is(values: dict[str, str], key: str, text: str) -> None:
    written = variables(values, {"kiki_inventory_passwords": {key: text}})
    assert written.isascii()
    found = json.loads(written, object_hook=as_ansible_has_it)
    assert found == {**values, "kiki_inventory_passwords": {key: text}}


def test_every_value_is_marked_as_no_template() -> None:
    nested = {"h": "x", "t": Template("{{ a }}"), "l": ["{{ 1 }}", 7, True]}
    written = json.loads(variables({"kiki_secret_a": "{{ 1 }}"}, {"n": nested}))
    unsafe = {"__ansible_unsafe": "{{ 1 }}"}
    told = {"h": {"__ansible_unsafe": "x"}, "t": "{{ a }}", "l": [unsafe, 7, True]}
    assert written == {"kiki_secret_a": unsafe, "n": told}
