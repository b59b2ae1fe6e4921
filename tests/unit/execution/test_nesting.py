"""How deep YAML may be nested."""

import pytest

from kiki.execution.nesting import DEPTH, too_deep


def nested(form: str, depth: int) -> str:
    match form:
        case "flow":
            return "[" * depth + "]" * depth
        case "dashes":
            return "- " * depth + "x"
        case "keys":
            return "".join(" " * level + "a:\n" for level in range(depth))
        case _:  # a list in the column of its key: two levels for each column
            pairs = [" " * level + "a:\n" + " " * level + "-\n" for level in range(depth // 2)]
            return "".join(pairs) + " " * (depth // 2) + "a: b\n" * (depth % 2)


@pytest.mark.parametrize("form", ["flow", "dashes", "keys", "indentless"])
def test_a_depth_that_is_allowed_and_the_next(form: str) -> None:
    assert not too_deep(nested(form, DEPTH))
    assert too_deep(nested(form, DEPTH + 1))


@pytest.mark.parametrize("text", ["", "n[1:3]\n" * 500, "[a]\n" * 500, "a: {b: [1, 2]}\n" * 500])
def test_many_brackets_are_not_deep(text: str) -> None:
    assert not too_deep(text)
