"""The strict YAML reader: data, places, and every trap named at its place."""

import math
import string
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kiki.documents.read import MAX_SIZE, read_yaml, text_of
from kiki.documents.write import to_yaml
from kiki.model.errors import UsageError


def codes(text: str) -> list[tuple[str, int, int]]:
    return [(found.code, found.line, found.column) for found in read_yaml(text, "f.yaml").findings]


def test_data_and_places() -> None:
    parsed = read_yaml("# note\na:\n  - x: 1\n    w: [2, 3]\n---\n\nb: {c: d}\n", "f.yaml")
    assert parsed.documents == ({"a": [{"x": 1, "w": [2, 3]}]}, {"b": {"c": "d"}})
    assert parsed.findings == ()
    assert parsed.line_of(()) == (2, 1)
    assert parsed.line_of(("a",)) == (2, 1)
    assert parsed.line_of(("a", 0, "w")) == (4, 5)
    assert parsed.line_of(("a", 0, "w", 1)) == (4, 12)
    assert parsed.line_of(("a", 7, "nothing")) == (2, 1)
    assert parsed.line_of(("b", "c"), document=1) == (7, 5)
    assert parsed.line_of(("b",), document=9) == (0, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", ("documents.duplicate_key", 3, 1)),
        ("x:\n  a: 1\n  a: 3\n", ("documents.duplicate_key", 3, 3)),
        ("1: a\ntrue: b\n", ("documents.duplicate_key", 2, 1)),
        ("a:\n\tb: 1\n", ("documents.tab", 2, 1)),
        ("a: b\n\tc: 1\n", ("documents.tab", 2, 1)),
        ("a: b: c\n", ("documents.colon", 1, 5)),
        ("a: 'x\n", ("documents.unclosed", 2, 1)),
        ("a: [1, 2\n", ("documents.unclosed", 2, 1)),
        ("a: 1\n- b\n", ("documents.indentation", 2, 1)),
        ("- a\nb: 1\n", ("documents.indentation", 2, 1)),
        ("a: - b\n", ("documents.indentation", 1, 4)),
        ("a: @x\n", ("documents.special_character", 1, 4)),
        ("a: %x\n", ("documents.special_character", 1, 4)),
        ('a: "\\q"\n', ("documents.escape", 1, 5)),
        ("a: b\nc: \x01\n", ("documents.control_character", 2, 4)),
        ("a: \ud800\n", ("documents.control_character", 1, 4)),
        ("a: *x\n", ("documents.alias_unknown", 1, 4)),
        ("a: &x\n  b: *x\n", ("documents.alias_loop", 2, 6)),
        ("a: !!python/object/apply:os.system [ls]\n", ("documents.unsafe_tag", 1, 4)),
        ("a: !!python/name:os.system x\n", ("documents.unsafe_tag", 1, 4)),
        ("a: !!int x\n", ("documents.tag_mismatch", 1, 4)),
        ("? [a]\n: b\n", ("documents.key_not_scalar", 1, 3)),
        ("<<: 1\n", ("documents.merge", 1, 1)),
        ("a: yes\n", ("documents.boolean_word", 1, 4)),
        ("on: x\n", ("documents.boolean_word", 1, 1)),
        ("mode: 0777\n", ("documents.octal", 1, 7)),
        ("at: 12:30:45\n", ("documents.sexagesimal", 1, 5)),
        ("at: 12:30.5\n", ("documents.sexagesimal", 1, 5)),
        ("a: y\n", ("documents.reads_differently", 1, 4)),
        ("a: 1e3\n", ("documents.reads_differently", 1, 4)),
        ("a: 0o17\n", ("documents.reads_differently", 1, 4)),
        ("a: -.5\n", ("documents.reads_differently", 1, 4)),
        ("a: 08\n", ("documents.reads_differently", 1, 4)),
        ("a: " + "9" * 5000 + "\n", ("documents.number_too_long", 1, 4)),
        ("a: b\n...\nc: d\n", ("documents.syntax", 3, 1)),
    ],
)
def test_what_is_wrong_is_named_at_its_place(text: str, expected: tuple[str, int, int]) -> None:
    assert codes(text) == [expected]


@pytest.mark.parametrize(
    "text", ["a: 'yes'\n", 'b: "0777"\n', "c: true\n", "e: 10.0.0.1\n", "f: 08:00x\n"]
)
def test_what_is_right_gives_no_finding(text: str) -> None:
    assert codes(text) == []


def test_one_broken_document_does_not_hide_the_others() -> None:
    parsed = read_yaml("a: 1\n---\nb: [\n---\nc: 3\nc: 4\n", "f.yaml")
    assert parsed.documents == ({"a": 1}, {"c": 3})
    assert [(found.code, found.line) for found in parsed.findings] == [
        ("documents.unclosed", 4),
        ("documents.duplicate_key", 6),
    ]


def test_a_separator_inside_a_block_text_is_text() -> None:
    assert read_yaml("a: |\n  x\n  ---\n  y\n", "f").documents == ({"a": "x\n---\ny\n"},)


def test_directives_and_comments_before_the_first_document() -> None:
    assert read_yaml("%YAML 1.1\n# c\n---\na: 1\n", "f").documents == ({"a": 1},)
    assert read_yaml("\ufeffa: 1\r\nb: 2\r\n", "f").documents == ({"a": 1, "b": 2},)
    assert read_yaml("# only a comment\n", "f").documents == ()
    assert read_yaml("", "f").documents == ()


def test_local_tags_are_kept_and_their_values_stay_text() -> None:
    parsed = read_yaml("a: !unsafe 1\nb: !vault |\n  $ANSIBLE\nc: !x {d: yes}\n", "f")
    assert parsed.documents[0] == {"a": "1", "b": "$ANSIBLE\n", "c": {"d": True}}
    assert [parsed.tag_of((key,)) for key in "abc"] == ["!unsafe", "!vault", "!x"]
    assert parsed.tag_of(("c", "d")) == parsed.tag_of(("z",)) == ""


def test_anchors_aliases_and_merges() -> None:
    text = "base: &b {x: 1, w: 2}\nk: &n 5\na:\n  <<: *b\n  w: 3\nm: *n\nl:\n  <<: [*b, {z: 9}]\n"
    parsed = read_yaml(text, "f")
    assert parsed.documents == tuple(yaml.load_all(text, Loader=yaml.CSafeLoader))
    assert parsed.findings == ()
    assert parsed.line_of(("a", "x")) == (1, 11)


def test_an_alias_bomb_ends_quickly_and_is_named() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 12):
        lines.append(f"a{level}: &a{level} [" + ", ".join([f"*a{level - 1}"] * 10) + "]")
    parsed = read_yaml("\n".join(lines), "f")
    assert [found.code for found in parsed.findings] == ["documents.alias_bomb"]
    assert parsed.documents == ()


@pytest.mark.parametrize("deep", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_deep_nesting_is_refused_and_not_a_crash(deep: str) -> None:
    assert [found.code for found in read_yaml(deep, "f").findings] == ["documents.too_deep"]


def test_a_file_over_the_limit_is_not_looked_at() -> None:
    assert codes("a" * (MAX_SIZE + 1)) == [("documents.too_large", 0, 0)]


def test_bytes_that_are_not_text_are_refused() -> None:
    assert text_of(b"\xef\xbb\xbfa: 1", "f") == "a: 1"
    with pytest.raises(UsageError, match=r"documents\.binary\(file=f, offset=1\)"):
        text_of(b"a\xff\xfe", "f")


def test_only_a_plain_text_takes_in_another_mapping() -> None:
    parsed = read_yaml("'<<': {x: 1}\n", "f")
    assert parsed.findings == ()
    assert parsed.documents == ({"<<": {"x": 1}},)


ALPHABET = st.sampled_from(list("0123456789+-._:eExXobyYnN ~tT"))


@given(st.text(ALPHABET, max_size=12))
@settings(deadline=None, max_examples=500)
def test_plain_texts_mean_what_they_mean_to_pyyaml(text: str) -> None:
    parsed = read_yaml(f"k: {text}", "f")
    try:
        expected = yaml.load(f"k: {text}", Loader=StringDates)
    except yaml.YAMLError:
        assert parsed.findings
        return
    except ValueError:  # PyYAML's own slip: 0b__ and the like
        return
    got = parsed.documents[0]
    assert same(got, expected)


class StringDates(yaml.CSafeLoader):
    """PyYAML's reading, but for dates, which stay text."""


StringDates.add_constructor(
    "tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node)
)
StringDates.add_constructor(
    "tag:yaml.org,2002:value", lambda loader, node: loader.construct_scalar(node)
)


def same(left: Any, right: Any) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    return type(left) is type(right) and bool(left == right)


@given(st.text(st.sampled_from(list(string.printable + "한&*!|>%@`")), max_size=60))
@settings(deadline=None, max_examples=500)
def test_no_text_makes_it_raise(text: str) -> None:
    parsed = read_yaml(text, "f")
    assert len(parsed.documents) == len(parsed.roots)


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=10)


@given(
    st.recursive(
        VALUES,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3)
            | st.dictionaries(st.text(max_size=5), inner, min_size=1, max_size=3)
        ),
    )
)
@settings(deadline=None, max_examples=150)
def test_it_reads_what_we_write_without_a_finding(data: Any) -> None:
    try:
        text = to_yaml([data])
    except UsageError:
        return
    parsed = read_yaml(text, "f")
    assert parsed.documents == (data,)
    assert parsed.findings == ()
