"""Requests of the set as examples of a kind of operation.

Called by ``kiki kinds``. Every example is one that ``kiki bench`` measures, and none of those that
are held out.
"""

from functools import cache

from kiki.benchmark.samples import Sample, load
from kiki.model.languages import Lang

MOST = 3


def of(kind: str, lang: Lang, most: int = MOST) -> tuple[str, ...]:
    """The shortest basic requests in *lang* that mean one operation of *kind* and nothing else."""
    said = [one.say for one in _basic() if one.kinds == (kind,) and one.lang == lang]
    return tuple(sorted(dict.fromkeys(said), key=len)[:most])


@cache
def _basic() -> tuple[Sample, ...]:
    return tuple(one for one in load() if one.level == "basic" and not one.held_out)
