"""The rules accept nothing that was not meant: over every request that is not held out."""

import time

import pytest

from kiki.benchmark.measuring import measure
from kiki.benchmark.samples import Sample, load
from kiki.benchmark.scoring import score
from kiki.model.profile import Profile


def tuned() -> list[object]:
    return [pytest.param(sample, id=sample.id) for sample in load() if not sample.held_out]


@pytest.mark.parametrize("sample", tuned())
def test_nothing_wrong_is_accepted(sample: Sample) -> None:
    measured = measure(sample, None, Profile(), time.perf_counter)
    assert not score(sample, measured, Profile()).wrong, measured.intent
