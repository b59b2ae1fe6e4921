"""Quantities as numbers."""

from decimal import Decimal

import pytest

from kiki.targets.kubernetes.rules.pods import amount


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1", "1"),
        (2, "2"),
        (0.5, "0.5"),
        ("500m", "0.5"),
        ("1Ki", "1024"),
        ("1.5Gi", "1610612736"),
        ("2E", "2e18"),
        ("1Ei", "1152921504606846976"),
        ("1e3", "1000"),
        ("12E6", "12e6"),
        ("100n", "1e-7"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_amount(written: object, expected: str) -> None:
    assert amount(written) == Decimal(expected)


@pytest.mark.parametrize("written", ["", "1GB", "1 Gi", "x", True, None, [], "1e" + "9" * 30])
def test_no_amount(written: object) -> None:
    assert amount(written) is None
