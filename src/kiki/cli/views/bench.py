"""What ``kiki bench`` measured.

Called by ``bench``. Shares are rounded down, so that 100% is all of them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from kiki.cli.layout import columns, one_line, table
from kiki.cli.look import Look

if TYPE_CHECKING:
    from kiki.benchmark.bench import Result
    from kiki.benchmark.figures import Figures, FreeFigures, Times
    from kiki.benchmark.scoring import Score
    from kiki.model.intent import Intent

_COLUMNS = ("requests", "right", "kinds", "fields", "valid", "asked", "asked_needlessly",
            "refused", "refused_needlessly", "wrong")  # fmt: skip
_FREE = ("requests", "parses", "kinds", "values", "valid", "declined", "right")


def human(result: "Result", look: Look) -> str:
    """A table for each part of the set, then what was wrong, times, tokens and the baseline."""
    engine = look.say("bench.rules_alone") if result.engine == "none" else result.engine
    parts = [look.say("bench.title", engine=engine, count=result.total.requests, n=result.repeat)]
    for part in ("tuned", "held_out"):
        of_part = [row for row in result.rows if row.part == part]
        if of_part:
            code = "bench.part_generic" if result.generic else f"bench.part_{part}"
            title = look.paint(look.say(code), "bold")
            parts.append(f"{title}\n{_figures(of_part, result.repeat, look)}")
    parts += [_wrong(result, look), _costs(result, look)]
    if result.free_rows:
        parts.append(_free(result, look))
    return "\n\n".join(parts)


def _figures(rows: "Sequence[Figures]", repeat: int, look: Look) -> str:
    names = (*_COLUMNS, "always") if repeat > 1 else _COLUMNS
    head = ["", *(look.say(f"bench.col_{name}", n=repeat) for name in names)]
    return _aligned([head, *([_name(row, look), *_cells(row, names)] for row in rows)])


def _name(row: "Figures", look: Look) -> str:
    if row.level:
        return f"  {row.lang} {look.say('bench.level_' + row.level)}"
    return row.lang or look.say("bench.both")


def _cells(row: "Figures", names: Sequence[str]) -> list[str]:
    cells = {
        "requests": str(row.requests),
        "right": _share(row.right, row.trials),
        "kinds": _share(row.kinds, row.intents),
        "fields": _share(row.fields_right, row.fields_meant),
        "valid": _share(row.valid, row.accepted),
        "asked": _share(row.asked, row.questions),
        "asked_needlessly": _share(row.asked_needlessly, row.intents),
        "refused": _share(row.refused, row.refusals),
        "refused_needlessly": _share(row.refused_needlessly, row.intents),
        "wrong": str(row.wrong_by_rules + row.wrong_by_model),
        "always": _share(row.always, row.requests),
    }
    return [cells[name] for name in names]


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole}%" if whole else "-"


def _aligned(rows: list[list[str]]) -> str:
    """A table with the numbers under each other's end."""
    widths = [max(columns(row[index]) for row in rows) for index in range(len(rows[0]))]
    padded = [
        [row[0], *(" " * (w - columns(c)) + c for c, w in zip(row[1:], widths[1:], strict=True))]
        for row in rows
    ]
    return table(padded, indent="  ")


def _wrong(result: "Result", look: Look) -> str:
    by_rules, by_model = result.total.wrong_by_rules, result.total.wrong_by_model
    said = look.say("bench.wrong", by_rules=by_rules, by_model=by_model)
    lines = [look.paint(said, "red") if by_rules else said]
    # The same in every run is told once.
    lines += dict.fromkeys(_wrong_lines(one, look) for one in result.wrong)
    return "\n".join(lines)


def _wrong_lines(one: "Score", look: Look) -> str:
    reader = look.say(f"bench.reader_{one.measured.reader}")
    read = _read(one.measured.intent, look)
    return f"  {one.sample.id} ({reader}): {one_line(one.sample.say)}\n      -> {read}"


def _read(intent: "Intent | None", look: Look) -> str:
    """The operations in one line, without what is empty."""
    return "; ".join(
        " ".join([operation.kind, *(f"{k}={look.value(v)}" for k, v in _said(operation.fields))])
        for operation in (intent.operations if intent else ())
    )


def _said(fields: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in fields.items() if value]


def _costs(result: "Result", look: Look) -> str:
    total = result.total
    lines = [
        look.say("bench.by_rules", share=_share(total.by_rules, total.trials)),
        look.say("bench.times_rules", **_times(result.rules)),
        look.say("bench.times_overall", **_times(result.overall)),
    ]
    if result.asked:
        tokens = {"prompt": result.prompt_tokens, "completion": result.completion_tokens}
        lines.append(look.say("bench.tokens", asked=result.asked, **tokens))
    if total.failures:
        lines.append(look.paint(look.say("bench.failures", count=total.failures), "yellow"))
    return "\n".join(lines)


def _times(times: "Times") -> dict[str, str]:
    return {"p50": _duration(times.p50), "p95": _duration(times.p95)}


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _free(result: "Result", look: Look) -> str:
    head = ["", *(look.say(f"bench.col_{name}") for name in _FREE)]
    rows = [[row.lang or look.say("bench.both"), *_free_cells(row)] for row in result.free_rows]
    title = look.paint(look.say("bench.free_title"), "bold")
    kiki = look.say("bench.free_kiki", share=_share(result.total.right, result.total.trials))
    times = look.say("bench.times_free", **_times(result.free_times))
    return f"{title}\n{_aligned([head, *rows])}\n{kiki}\n{times}"


def _free_cells(row: "FreeFigures") -> list[str]:
    shares = (row.parses, row.kinds, row.values, row.valid)
    return [
        str(row.trials),
        *(_share(part, row.intents) for part in shares),
        _share(row.declined, row.others),
        _share(row.right, row.trials),
    ]


def as_json(result: "Result", model: str) -> dict[str, Any]:
    """Keys: engine, model, generic, repeat, requests, figures, total, wrong (id, say, reader,
    operations), times, tokens, free (figures, times) or null."""
    return {
        "engine": result.engine,
        "model": model,
        "generic": result.generic,
        "repeat": result.repeat,
        "requests": result.total.requests,
        "figures": [msgspec.to_builtins(row) for row in result.rows],
        "total": msgspec.to_builtins(result.total),
        "wrong": [_wrong_one(one) for one in result.wrong],
        "times": {"rules": _plain(result.rules), "overall": _plain(result.overall)},
        "tokens": {
            "asked": result.asked,
            "prompt": result.prompt_tokens,
            "completion": result.completion_tokens,
        },
        "free": _free_json(result) if result.free_rows else None,
    }


def _free_json(result: "Result") -> dict[str, Any]:
    return {
        "figures": [msgspec.to_builtins(row) for row in result.free_rows],
        "times": _plain(result.free_times),
        "tokens": {
            "asked": len(result.judged),
            "prompt": sum(one.prompt_tokens for one in result.judged),
            "completion": sum(one.completion_tokens for one in result.judged),
        },
    }


def _plain(times: "Times") -> dict[str, float]:
    return {"p50_ms": round(1000 * times.p50, 3), "p95_ms": round(1000 * times.p95, 3)}


def _wrong_one(one: "Score") -> dict[str, Any]:
    return {
        "id": one.sample.id,
        "say": one.sample.say,
        "reader": one.measured.reader,
        "operations": _operations(one),
    }


def _operations(one: "Score") -> list[dict[str, Any]]:
    intent = one.measured.intent
    return [
        {"kind": operation.kind, "fields": operation.fields}
        for operation in (intent.operations if intent else ())
    ]


def results(result: "Result") -> list[dict[str, Any]]:
    """One entry a trial, for a file. Held-out requests are there by their id only."""
    return [
        {
            "id": one.sample.id,
            "held_out": one.sample.held_out,
            "say": "" if one.sample.held_out else one.sample.say,
            "outcome": one.measured.outcome,
            "right": one.right,
            "reader": one.measured.reader,
            "code": one.measured.code,
            "asked": one.measured.asked,
            "valid": one.measured.valid,
            "operations": _operations(one),
            "ms": round(1000 * one.measured.all_s, 3),
        }
        for one in result.scores
    ]


def free_results(result: "Result") -> list[dict[str, Any]]:
    """One entry an answer in free YAML, for a file."""
    return [
        {
            "id": one.sample.id,
            "declined": one.declined,
            "parses": one.parses,
            "kinds": one.kinds,
            "values": one.values,
            "valid": one.valid,
            "right": one.right,
            "ms": round(1000 * one.all_s, 3),
        }
        for one in result.judged
    ]
