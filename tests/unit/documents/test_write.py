"""The YAML writer: what it writes is read back as the same data by both generations of readers."""

import math
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiki.documents.write import Tagged, to_yaml
from kiki.model.errors import UsageError

TRAPS = [
    "yes", "No", "ON", "off", "y", "N", "true", "False", "null", "~", "", " ", "NULL",
    "nil", "0644", "0o17", "0x1F", "0b11", "1_000", "12:30:45", "1:20", "2024-01-02",
    "2024-01-02 10:00:00", "1e3", "1.", ".5", "+1", "-1", "-", "--", "---", "...", ".inf",
    "-.INF", ".nan", "=", "<<", "a: b", "a:b", "a:", "a #b", "a#b", "#a", "&a", "*a", "!a",
    "|a", ">a", "%a", "@a", "`a", "?", "? a", ": a", "- a", "{{ x }}", "a {{ x }}",
    "{% if %}", "[a]", "{a", ",a", "'a'", '"a"', 'a "b" \'c\'', "a\\b", " lead", "trail ",
    "tab\tin", "line\nbreak", "ends\n", "ends\n\n", "\nstarts", "  indented\nthen\n",
    "\tindented\nthen", "a\n  \nb", "a \nb", "\n", "\n\n", "\r\n", "a\x85b", "a\u2028b",
    "\ufeffa", "\xa0", "\u200b", "한글", "한글: 값", "10.0.0.1", "10.0.0.0/24", "80/tcp",
    "nginx:1.27", "100m", "64Mi", "😀", "\x00", "\x7f", "\uffff", "a\n---\nb",
    "# not a comment\nx", "01", "08", "0.0", "1,000", "1.2.3", "1e", "0x", "2024-13-45x",
    "\n\n x\n",
]  # fmt: skip

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(TRAPS)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def load_11(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def load_12(text: str) -> Any:
    ruamel = pytest.importorskip("ruamel.yaml")
    return ruamel.YAML(typ="safe", pure=True).load(text)


@given(DATA)
@settings(deadline=None, max_examples=300)
def test_yaml_1_1_reads_back_the_same_data(data: Any) -> None:
    assert load_11(to_yaml([data])) == data


@given(DATA)
@settings(deadline=None, max_examples=150)
@example([[]])
def test_yaml_1_2_reads_back_the_same_data(data: Any) -> None:
    assert load_12(to_yaml([data])) == data


@pytest.mark.parametrize("text", TRAPS)
@pytest.mark.parametrize("load", [load_11, load_12])
def test_a_text_stays_a_text_wherever_it_stands(text: str, load: Any) -> None:
    data = {"value": text, "list": [text, {"in": text}, [text]], "map": {text: text}}
    assert load(to_yaml([data])) == data
    assert load(to_yaml([text])) == text


@given(st.lists(DATA, min_size=1, max_size=3))
@settings(deadline=None, max_examples=60)
def test_several_documents(documents: list[Any]) -> None:
    text = to_yaml(documents)
    assert list(yaml.load_all(text, Loader=yaml.CSafeLoader)) == documents


def test_style_is_what_linters_want() -> None:
    play = {
        "name": "Web", "mode": "0644", "port": 80, "on": True, "none": None, "empty": [], "map": {},
        "tasks": [{"name": "One", "args": ["a", ["b", "c"]]}, {"name": "Two"}],
        "text": "line one\n\n  line two\n", "said": "{{ who }}", "ratio": 1e20,
    }  # fmt: skip
    assert to_yaml([play], ["Made by a test.", "", "second"]) == (
        "# Made by a test.\n#\n# second\n---\n"
        'name: Web\nmode: "0644"\nport: 80\n"on": true\nnone: null\nempty: []\nmap: {}\n'
        "tasks:\n  - name: One\n    args:\n      - a\n      - - b\n        - c\n  - name: Two\n"
        'text: |\n  line one\n\n    line two\nsaid: "{{ who }}"\nratio: 1.0e+20\n'
    )


def test_special_floats() -> None:
    low, high, none = load_11(to_yaml([[-math.inf, math.inf, math.nan]]))
    assert (low, high) == (-math.inf, math.inf)
    assert math.isnan(none)


def test_tags_on_scalars_and_collections() -> None:
    value = {"a": Tagged(tag="!unsafe", value="{{ x }}"), "b": Tagged(tag="!t", value=[1])}
    assert to_yaml([value]) == '---\na: !unsafe "{{ x }}"\nb: !t\n  - 1\n'
    assert to_yaml([Tagged(tag="!t", value={"a": 1})]) == "---\n--- !t\na: 1\n".removeprefix(
        "---\n"
    )


def test_a_comment_can_not_break_out_of_its_line() -> None:
    text = to_yaml([{"a": 1}], ["x\nevil: 1\u2028more: 2\x1b[31m"])
    assert load_11(text) == {"a": 1}
    assert "\x1b" not in text


def test_no_documents() -> None:
    assert to_yaml([]) == ""
    assert to_yaml([], ["only"]) == "# only\n"


def test_what_can_not_be_written_is_refused() -> None:
    with pytest.raises(UsageError, match=r"documents\.not_text"):
        to_yaml(["\ud800"])
    with pytest.raises(UsageError, match=r"documents\.key_too_long"):
        to_yaml([{"k" * 1001: 1}])
    with pytest.raises(TypeError):
        to_yaml([object()])


def test_the_same_data_gives_the_same_bytes_in_its_own_order() -> None:
    assert to_yaml([{"b": 1, "a": 2}]) == "---\nb: 1\na: 2\n"
