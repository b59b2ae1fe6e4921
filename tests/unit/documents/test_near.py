"""The nearest known name."""

import pytest

from kiki.documents.near import near


@pytest.mark.parametrize(
    ("name", "expected"),
    [("imagepullpolicy", "imagePullPolicy"), ("replica", "replicas"), ("zzz", ""), ("", "")],
)
def test_near(name: str, expected: str) -> None:
    assert near(name, ("replicas", "imagePullPolicy", "image")) == expected
