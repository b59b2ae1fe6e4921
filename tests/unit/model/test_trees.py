"""Trees: every leaf has one path, and equal trees give the same bytes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiki.model.intent import Intent, Operation
from kiki.model.trees import canonical, leaves, path_of, put, shown

SCALARS = st.one_of(st.text(max_size=4), st.integers(), st.booleans())
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)


def test_paths_are_written_as_people_write_them() -> None:
    tree = {"spec": {"rules": [{"host": "a"}]}, "labels": {"app.kubernetes.io/name": "b", 'x"]': 1}}
    assert [(shown(path), leaf) for path, leaf in leaves(tree)] == [
        ("spec.rules[0].host", "a"),
        ('labels["app.kubernetes.io/name"]', "b"),
        ('labels["x\\"]"]', 1),
    ]


def test_what_has_nothing_inside_is_a_leaf() -> None:
    assert list(leaves({"podSelector": {}, "rules": []})) == [
        (("podSelector",), {}),
        (("rules",), []),
    ]


@settings(deadline=None)
@given(TREES)
def test_no_two_leaves_have_one_path(tree: Any) -> None:
    paths = [shown(path) for path, _ in leaves(tree)]
    assert len(set(paths)) == len(paths)


@settings(deadline=None)
@given(TREES)
def test_canonical_changes_nothing_but_the_order(tree: Any) -> None:
    assert canonical(tree) == tree
    assert sorted(map(str, leaves(canonical(tree)))) == sorted(map(str, leaves(tree)))


def test_equal_trees_give_one_digest() -> None:
    def digest(body: dict[str, Any]) -> str:
        operation = Operation(kind="k8s.object", fields={"body": canonical(body)})
        return Intent(target="k8s", name="a", operations=(operation,), reader="model").digest()

    assert digest({"a": 1, "b": {"c": 2, "d": 3}}) == digest({"b": {"d": 3, "c": 2}, "a": 1})


def test_a_tree_that_is_too_deep_is_refused() -> None:
    tree: Any = 1
    for _ in range(40):
        tree = {"a": tree}
    with pytest.raises(ValueError, match="too deep"):
        list(leaves(tree))


@pytest.mark.parametrize(
    "path",
    [("spec", "rules", 0, "host"), ("data", "app.conf"), ("a", 'b"c\\d'), ("a-b", 0, 1, "c")],
)
def test_a_path_is_read_as_it_is_shown(path: tuple[str | int, ...]) -> None:
    assert path_of(shown(path)) == path


@pytest.mark.parametrize(
    "text", ["", ".", "a.", ".a", "a..b", "[0]", "a[01]", "a[-1]", "a[b]", "a b", 'a["b', "a.0"]
)
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        path_of(text)


def test_a_path_has_an_end() -> None:
    with pytest.raises(ValueError, match="no path"):
        path_of(".".join(["a"] * 30))


def test_what_is_put_makes_its_way() -> None:
    tree = put({}, ("a", 0, "b"), 1)
    assert put(tree, ("a", 1), 2) == {"a": [{"b": 1}, 2]}
    assert tree == {"a": [{"b": 1}]}


@pytest.mark.parametrize("path", [("a", 1), ("a", "b"), ("b", "c")])
def test_nothing_is_put_where_it_has_no_place(path: tuple[str | int, ...]) -> None:
    with pytest.raises(ValueError, match="no "):
        put({"a": [], "b": 1}, path, 1)
