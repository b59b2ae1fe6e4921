"""The fast reader of simple documents says what the full reader says, or leaves the document."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiki.documents.full import read_fully
from kiki.documents.read import Root, read_yaml
from kiki.documents.simple import NotSimple, Simple, read_simple
from kiki.documents.tree import Node
from kiki.model.finding import Finding

GOLDEN = Path(__file__).parents[2] / "golden"
MANIFEST = """\
# of the shop
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: "shop"}
spec:
  replicas: 2  # for now
  template:
    spec:
      containers:
      - name: "web"
        image: registry.example.net:5000/shop/web@sha256:0a
        args: ["--port=80", --level, 'in fo']
        command:
          - sh
          - -c
        env: []

        # as the chart has it
      - name: side
        livenessProbe:
---
kind: ConfigMap
data:
  a.conf: |
    [main]
      key = value

    # kept
  b: |-
    x: 1
  korean: 한국어 문장
"""


def paths(node: Node, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    yield (*path, "nothing there")
    for key, (_, _, inner) in node.entries.items():
        yield from paths(inner, (*path, key))


def agrees(text: str) -> bool:
    """Whether *text* is simple; it must be for the full reader what it is for the other then."""
    try:
        simple = read_simple(text)
    except NotSimple:
        return False
    findings: list[Finding] = []
    full = read_fully(text, "f", 3, findings)
    assert findings == []
    assert full is not None
    assert repr(simple.data) == repr(full.data)  # True is no 1, and the order of keys is kept
    by_lines, by_tree = Root(text, "f", 3, simple), Root(text, "f", 3, full)
    for path in paths(full):
        assert by_lines.place(path) == by_tree.place(path), path
    return True


def documents(text: str) -> list[str]:
    """*text* cut before each ``---`` that begins a line, the first with what is before it."""
    first, *others = ("\n" + text).split("\n---")
    starts = [first.removeprefix("\n")] if others and first.strip() else []
    texts = [f"---{other}\n" for other in others] or [first.removeprefix("\n")]
    return [*starts, *texts]


def test_what_is_usual_is_simple() -> None:
    note, *objects = [agrees(text) for text in documents(MANIFEST)]
    assert not note
    assert objects == [True, True]
    parsed = read_yaml(MANIFEST, "f")
    assert parsed.findings == ()
    container = ("spec", "template", "spec", "containers", 1, "name")
    assert parsed.line_of(container) == (20, 9)
    assert parsed.line_of(("data", "b"), 1) == (30, 3)
    assert parsed.documents[1]["data"]["a.conf"] == "[main]\n  key = value\n\n# kept\n"


@pytest.mark.parametrize(
    "text",
    [
        "", "# nothing\n", "a\n", "- \n", "-\n  a: 1\n", "- - a\n", "a: 1\na: 2\n",
        "{a: 1, a: 2}\n",
        "a: yes\n", "a: 010\n", "yes: 1\n", "1: a\n", "a: &x 1\n", "a: *x\n", "a: !x 1\n",
        "a: >\n  x\n", "a: |2\n  x\n", "a: |\n  x", "a: |\n\n  x\n", "a: |\n    x\n  y\n",
        "a: b\n  c\n", "a: b\n  - c\n", "a: b: c\n", "a: b:\n", "a: 'b\n", "a: 'it''s'\n",
        'a: "\\n"\n', "a:\n\tb: 1\n", "a:\n    b: 1\n  c: 2\n", "  a: 1\nb: 2\n", "a: 1\n- b\n",
        "- a\nb: 1\n", "a: [b, [c]]\n", "a: {b: {c: 1}}\n", "a: [b,\n  c]\n", "? a\n: b\n",
        "<<: {a: 1}\n", "a: - b\n", "a: b\n...\n", "--- a\n", "%YAML 1.1\n---\na: 1\n",
        "a: x\x85y\n", "-  a: 1\n- a: 2\n", "a: @b\n", "a: b #c: d\n: e\n",
    ],
)  # fmt: skip
def test_what_is_left_to_the_full_reader(text: str) -> None:
    with pytest.raises(NotSimple):
        read_simple(text)


def test_every_golden_document_is_the_same_by_both() -> None:
    files = [*GOLDEN.rglob("*.yaml"), *GOLDEN.rglob("*.yml")]
    texts = [file.read_bytes().decode("utf-8", "replace") for file in files]
    simple = [agrees(text) for each in texts for text in documents(each)]
    assert sum(simple) > 500  # what Kiki itself writes, above all


def test_a_simple_document_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiki.documents.full.Builder", None)  # the full reader
    parsed = read_yaml("a:\n- b: c\n  d: {e: 1}\n", "f")
    assert isinstance(parsed.roots[0]._simple, Simple)
    assert parsed.line_of(("a", 0, "d")) == (3, 3)
    assert parsed.tag_of(("a", 0)) == ""


WORDS = st.sampled_from(
    ["a", "b", "name", "1", "0x1f", "1.5", "null", "~", "true", "no", "-x", "--", "-", "x y", "a:b",
     "a: b", "a:", "x #y", "#", "'q'", '"q"', "'", '"a\\"', "[]", "{}", "[a, 'b c']",
     "{a: 1, b: c}", "{a}", "&x", "*x", "!t",
     "|", "|-", ">", "|+", "가나", "%", "@", "<<", "?", "...", "", " "]
)  # fmt: skip
LINES = st.builds(
    "{}{}{}{}{}".format, st.sampled_from(["", " ", "  ", "   ", "    ", "      "]),
    st.sampled_from(["", "", "", "- ", "-   ", "- - "]),
    st.sampled_from(["", "a: ", "b: ", "c: ", "name: ", "'q': ", "a.b/c:", "d:  ", "on: ", "가: "]),
    WORDS, st.sampled_from(["", "", "", " ", " # c", "#c"]),
)  # fmt: skip


@settings(max_examples=3000)
@given(st.lists(LINES, min_size=1, max_size=7), st.sampled_from(["\n", ""]))
def test_both_agree_about_any_lines(lines: list[str], end: str) -> None:
    text = "\n".join(lines) + end
    for chunk in ("---\n" + text, text):
        if not any(line.startswith("---") for line in lines):
            agrees(chunk)
