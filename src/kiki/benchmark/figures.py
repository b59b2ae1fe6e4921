"""Scores counted up: rows for parts, languages and levels, the times, and the baseline's.

Called by ``bench``. Counts only; shares are made where they are shown.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal

from kiki.benchmark.freeform import Judged
from kiki.benchmark.samples import LEVELS, Level
from kiki.benchmark.scoring import Score
from kiki.model.languages import Lang
from kiki.model.records import Record

Part = Literal["tuned", "held_out"]
PARTS: tuple[Part, ...] = ("tuned", "held_out")
LANGUAGES: tuple[Lang, ...] = ("ko", "en")


class Figures(Record, frozen=True):
    """Counts over one group; an empty *part*, *lang* or *level* means all.

    *trials* is requests times runs; everything but *requests* and *always* (right in every run)
    counts trials. *intents*, *questions* and *refusals* are those whose best answer is one.
    *exact*, *kinds*, *fields_right* of *fields_meant*, *asked_needlessly* and *refused_needlessly*
    are of the intents; *asked* of the questions and *refused* of the refusals, whatever was asked
    or said. *valid* is of the *accepted*. *by_rules* needed no model.
    """

    part: Part | Literal[""] = ""
    lang: Lang | Literal[""] = ""
    level: Level | Literal[""] = ""
    requests: int = 0
    trials: int = 0
    right: int = 0
    always: int = 0
    intents: int = 0
    exact: int = 0
    kinds: int = 0
    fields_right: int = 0
    fields_meant: int = 0
    asked_needlessly: int = 0
    refused_needlessly: int = 0
    questions: int = 0
    asked: int = 0
    refusals: int = 0
    refused: int = 0
    accepted: int = 0
    valid: int = 0
    wrong_by_rules: int = 0
    wrong_by_model: int = 0
    by_rules: int = 0
    failures: int = 0


class Times(Record, frozen=True):
    """Seconds: half, and all but one in twenty, of the trials took at most this long."""

    p50: float = 0.0
    p95: float = 0.0


class FreeFigures(Record, frozen=True):
    """Counts over the baseline's answers in one language; an empty *lang* means all.

    *intents* are the requests that code is the right answer to; *parses*, *kinds*, *values*,
    *valid* are of these. *others* want a question or a refusal, *declined* is of these.
    """

    lang: Lang | Literal[""] = ""
    trials: int = 0
    right: int = 0
    intents: int = 0
    parses: int = 0
    kinds: int = 0
    values: int = 0
    valid: int = 0
    others: int = 0
    declined: int = 0


def rows(scores: Sequence[Score]) -> tuple[Figures, ...]:
    """The figures of each part, language and level that has requests, after each language those of
    all its levels, and after each part those of both languages."""
    found: list[Figures] = []
    for part in PARTS:
        of_part = [one for one in scores if one.sample.held_out == (part == "held_out")]
        for lang in LANGUAGES:
            of_lang = [one for one in of_part if one.sample.lang == lang]
            for level in LEVELS:
                group = [one for one in of_lang if one.sample.level == level]
                found += [count(group, part, lang, level)] if group else []
            found += [count(of_lang, part, lang)] if of_lang else []
        found += [count(of_part, part)] if of_part else []
    return tuple(found)


def free_rows(judged: Sequence[Judged]) -> tuple[FreeFigures, ...]:
    """The baseline's figures for each language that has requests, then for all."""
    found = []
    for lang in LANGUAGES:
        group = [one for one in judged if one.sample.lang == lang]
        found += [count_free(group, lang)] if group else []
    return (*found, count_free(judged)) if judged else ()


def count_free(judged: Sequence[Judged], lang: Lang | Literal[""] = "") -> FreeFigures:
    """The baseline's figures over *judged*."""
    meant = [one for one in judged if one.sample.sort == "intent"]
    others = [one for one in judged if one.sample.sort != "intent"]
    return FreeFigures(
        lang=lang,
        trials=len(judged),
        right=sum(one.right for one in judged),
        intents=len(meant),
        parses=sum(one.parses for one in meant),
        kinds=sum(one.kinds for one in meant),
        values=sum(one.values for one in meant),
        valid=sum(one.valid for one in meant),
        others=len(others),
        declined=sum(one.declined for one in others),
    )


def count(
    scores: Sequence[Score],
    part: Part | Literal[""] = "",
    lang: Lang | Literal[""] = "",
    level: Level | Literal[""] = "",
) -> Figures:
    """The figures of *scores*, which the names describe."""
    meant = [one for one in scores if one.sample.sort == "intent"]
    questions = [one for one in scores if one.sample.sort == "question"]
    refusals = [one for one in scores if one.sample.sort == "refusal"]
    accepted = [one for one in scores if one.measured.outcome == "intent"]
    wrong = [one for one in scores if one.wrong]
    return Figures(
        part=part,
        lang=lang,
        level=level,
        requests=len({one.sample.id for one in scores}),
        trials=len(scores),
        right=sum(one.right for one in scores),
        always=_always(scores),
        intents=len(meant),
        exact=sum(one.right for one in meant),
        kinds=sum(one.kinds for one in meant),
        fields_right=sum(one.fields_right for one in meant),
        fields_meant=sum(one.fields_meant for one in meant),
        asked_needlessly=_ended(meant, "question") - _ended_right(meant, "question"),
        refused_needlessly=_ended(meant, "refusal") - _ended_right(meant, "refusal"),
        questions=len(questions),
        asked=_ended(questions, "question"),
        refusals=len(refusals),
        refused=_ended(refusals, "refusal"),
        accepted=len(accepted),
        valid=sum(one.measured.valid for one in accepted),
        wrong_by_rules=sum(one.measured.reader == "rules" for one in wrong),
        wrong_by_model=sum(one.measured.reader == "model" for one in wrong),
        by_rules=sum(one.measured.by_rules for one in scores),
        failures=_ended(scores, "failure"),
    )


def times(seconds: Iterable[float]) -> Times:
    """The percentiles of *seconds*, by nearest rank."""
    ordered = sorted(seconds)
    return Times(p50=_rank(ordered, 50), p95=_rank(ordered, 95)) if ordered else Times()


def _rank(ordered: Sequence[float], percent: int) -> float:
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _always(scores: Sequence[Score]) -> int:
    by_sample = groupby(sorted(scores, key=lambda one: one.sample.id), lambda one: one.sample.id)
    return sum(all(one.right for one in runs) for _, runs in by_sample)


def _ended(scores: Iterable[Score], outcome: str) -> int:
    return sum(one.measured.outcome == outcome for one in scores)


def _ended_right(scores: Iterable[Score], outcome: str) -> int:
    return sum(one.measured.outcome == outcome and one.right for one in scores)
