"""Goes through the set: reads every request, compares, counts; and the baseline.

Called by the CLI through ``wiring``. Everything happens in this process. It keeps nothing: no
change, no ledger, no run folder.
"""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import TypeVar

from kiki.benchmark import freeform
from kiki.benchmark.figures import Figures, FreeFigures, Times, count, free_rows, rows, times
from kiki.benchmark.measuring import Clock, measure
from kiki.benchmark.samples import GENERIC, Sample, load
from kiki.benchmark.scoring import Score, score
from kiki.engines.port import Engine
from kiki.model.agent import Listener, Progress
from kiki.model.errors import UsageError
from kiki.model.profile import Profile
from kiki.model.records import Record

T = TypeVar("T")


class Result(Record, frozen=True):
    """All that was measured. *rules* are the times of the rules alone, *overall* those from words
    to checked code with the engine; *asked* is how many trials asked a model; *generic*: it was
    asked about official types, too."""

    engine: str
    repeat: int
    scores: tuple[Score, ...]
    rows: tuple[Figures, ...]
    total: Figures
    rules: Times
    overall: Times
    asked: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    generic: bool = False
    judged: tuple[freeform.Judged, ...] = ()
    free_rows: tuple[FreeFigures, ...] = ()
    free_times: Times = Times()

    @property
    def wrong(self) -> tuple[Score, ...]:
        """Each trial that was accepted as something that was not meant."""
        return tuple(one for one in self.scores if one.wrong)


def chosen(
    only: Sequence[str] = (), lang: str = "", level: str = "", *, generic: bool = False
) -> tuple[Sample, ...]:
    """The requests of the set in this language and level, to which one of *only* applies: an id
    with wildcards, a target, a kind (with or without its target), a trait, ``tuned`` or
    ``held_out``; with *generic* those of the other set, that of official types. UsageError
    ``bench.nothing_chosen``."""
    found = tuple(
        sample
        for sample in (load(GENERIC) if generic else load())
        if lang in ("", sample.lang)
        and level in ("", sample.level)
        and (not only or any(_applies(word, sample) for word in only))
    )
    if not found:
        raise UsageError("bench.nothing_chosen", only=" ".join((*only, lang, level)).strip())
    return found


def _applies(word: str, sample: Sample) -> bool:
    part = "held_out" if sample.held_out else "tuned"
    names = {name for kind in sample.kinds for name in (kind, *kind.split("."))}
    return word in {part, sample.trait, *names} or fnmatchcase(sample.id, word)


class Bench:
    """*engine* None measures the rules alone. The site's profile is not used: its own names would
    change what is right. *clock* gives seconds. With *generic* the engine may fill in official
    types, whatever the setting says."""

    def __init__(self, engine: Engine | None, clock: Clock, *, generic: bool = False) -> None:
        self._generic = generic
        self._engine = engine
        self._clock = clock
        self._profile = Profile()

    def run(
        self, samples: Sequence[Sample], listener: Listener, *, repeat: int = 1, free: bool = False
    ) -> Result:
        """Measure each of *samples* *repeat* times; with *free* the baseline, too, once. UsageError
        ``bench.no_engine`` and ``bench.generic_engine`` when there is none for that, and
        ``bench.generic_free``; what an engine raises that is down goes on."""
        if self._generic and free:
            raise UsageError("bench.generic_free")
        if self._generic and self._engine is None:
            raise UsageError("bench.generic_engine")
        if free and self._engine is None:
            raise UsageError("bench.no_engine")
        self._score(samples[0])  # loads words, targets and schemas; not counted
        scores = _told("progress.bench", list(samples) * repeat, self._score, listener)
        written = [sample for sample in samples if freeform.comparable(sample)] if free else []
        judged = _told("progress.bench_free", written, self._judge, listener)
        return Result(
            engine=self._engine.name if self._engine else "none",
            repeat=repeat,
            scores=scores,
            rows=rows(scores),
            total=count(scores),
            rules=times(one.measured.rules_s for one in scores),
            overall=times(one.measured.all_s for one in scores),
            asked=sum(not one.measured.by_rules for one in scores) if self._engine else 0,
            prompt_tokens=sum(one.measured.prompt_tokens for one in scores),
            completion_tokens=sum(one.measured.completion_tokens for one in scores),
            generic=self._generic,
            judged=judged,
            free_rows=free_rows(judged),
            free_times=times(one.all_s for one in judged),
        )

    def _score(self, sample: Sample) -> Score:
        measured = measure(sample, self._engine, self._profile, self._clock, generic=self._generic)
        return score(sample, measured, self._profile)

    def _judge(self, sample: Sample) -> freeform.Judged:
        engine = self._engine
        if engine is None:
            raise UsageError("bench.no_engine")
        return freeform.write(sample, engine, self._profile, self._clock)


def _told(
    code: str, samples: Sequence[Sample], work: Callable[[Sample], T], listener: Listener
) -> tuple[T, ...]:
    """*work* done on each of *samples*, with a word before each."""
    found = []
    for number, sample in enumerate(samples, 1):
        listener(Progress(code=code, params={"number": str(number), "count": str(len(samples))}))
        found.append(work(sample))
    return tuple(found)
