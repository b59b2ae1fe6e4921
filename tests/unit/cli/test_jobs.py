"""``kiki jobs`` and ``kiki run --queue``: the queue, seen and filled from the command line."""

import json
from typing import Any

from kiki.model.errors import TemporaryError
from kiki.model.exits import Exit
from kiki.model.job import Job, JobFilter, failure
from kiki.model.request import Request

AT = "2026-01-31T09:00:00.000Z"


def job(name: str, **fields: Any) -> Job:
    return Job(**({"id": name, "change": f"c-{name}", "kind": "run", "actor": "kim", "created": AT}
                  | fields))  # fmt: skip


def test_an_empty_queue_is_said(kiki: Any, agent: Any) -> None:
    assert "No jobs" in kiki("jobs").out
    assert "작업이 없습니다" in kiki("jobs", "--lang", "ko").out
    assert agent.calls[-1] == ("jobs", (JobFilter(open=True),))


def test_jobs_are_shown_with_whose_they_are(kiki: Any, agent: Any) -> None:
    error = failure(TemporaryError("job.owned", id="c-3"))
    agent.queued = (
        job("1", state="running", worker="w1", machine="mill", lost=True),
        job("2", priority="high"),
        job("3", state="failed", error=error),
    )
    shown = kiki("jobs", "--all")
    assert shown.code == Exit.DONE
    assert agent.calls[-1] == ("jobs", (JobFilter(),))
    lost, waiting = shown.out.splitlines()[1:3]
    assert "lost" in lost and "mill/w1" in lost
    assert "waiting" in waiting and "high" in waiting
    assert "worked on by another" in shown.out
    told = json.loads(kiki("jobs", "--json").out)["jobs"]
    assert [one["state"] for one in told] == ["running", "queued", "failed"]
    assert told[0]["lost"] and told[2]["error"] == "job.owned"


def test_a_run_is_queued_and_not_waited_for(kiki: Any, agent: Any) -> None:
    change = agent.submit(Request(message="Nginx 설치"))
    ended = kiki("run", change.id, "--priority", "high")
    assert ended.code == Exit.DONE and "kiki jobs" in ended.out
    assert agent.calls[-1] == ("enqueue", (change.id, "run", "high", ""))
    kiki("run", change.id, "--queue", "--override-window", "disk is full")
    assert agent.calls[-1] == ("enqueue", (change.id, "run", "normal", "disk is full"))


def test_a_priority_is_one_of_three(kiki: Any) -> None:
    assert kiki("run", "x", "--priority", "urgent").code == Exit.USAGE
