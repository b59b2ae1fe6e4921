"""The whole run: what is chosen, what is counted, the times, and that nothing is kept."""

import json
from typing import Any

import pytest

from kiki.benchmark.bench import Bench, chosen
from kiki.benchmark.figures import times
from kiki.benchmark.samples import Answer, Asked, Sample
from kiki.engines.port import Completion, Prompt
from kiki.engines.scripted import ScriptedEngine
from kiki.model.agent import Progress, silent
from kiki.model.errors import UsageError

INSTALL = "ansible.package_install"


def clock() -> float:
    return 0.0


def sample(name: str, say: str, *answers: Answer, held_out: bool = False) -> Sample:
    return Sample(
        id=name, say=say, lang="ko", level="basic", held_out=held_out, answers=answers
    )  # fmt: skip


def installing(*names: str) -> Answer:
    return Answer(operations=(Asked(kind=INSTALL, fields={"names": list(names)}),))


RIGHT = sample("right", "nginx 설치", installing("nginx"))
WRONG = sample("wrong", "redis 설치", installing("nginx"), held_out=True)
STRANGE = sample("strange", "htop 뿌빠해줘", installing("htop"))
ASK = sample("ask", "디플로이먼트 만들어줘", Answer(question=("image",)))
REFUSE = sample("refuse", "nginx 설치하지 마", Answer())
ALL = (RIGHT, WRONG, STRANGE, ASK, REFUSE)


def test_rules_alone() -> None:
    result = Bench(None, clock).run(ALL, silent)
    total = result.total
    assert (result.engine, total.requests, total.trials, total.right) == ("none", 5, 5, 3)
    assert (total.intents, total.exact, total.kinds) == (3, 1, 2)
    assert (total.fields_right, total.fields_meant) == (1, 3)
    assert (total.asked, total.questions) == (1, 1)
    assert (total.refused, total.refusals) == (1, 1)
    assert (total.asked_needlessly, total.refused_needlessly) == (0, 1)
    assert (total.accepted, total.valid) == (2, 2)
    assert (total.wrong_by_rules, total.wrong_by_model) == (1, 0)
    assert total.by_rules == 4
    assert [one.sample.id for one in result.wrong] == ["wrong"]
    assert (result.asked, result.prompt_tokens) == (0, 0)


def test_rows_keep_what_is_held_out_apart() -> None:
    result = Bench(None, clock).run(ALL, silent)
    assert [(row.part, row.lang, row.level, row.requests) for row in result.rows] == [
        ("tuned", "ko", "basic", 4),
        ("tuned", "ko", "", 4),
        ("tuned", "", "", 4),
        ("held_out", "ko", "basic", 1),
        ("held_out", "ko", "", 1),
        ("held_out", "", "", 1),
    ]
    assert [row.wrong_by_rules for row in result.rows] == [0, 0, 0, 1, 1, 1]


class Counting:
    """Answers htop in every other call, with tokens."""

    name = "counting"

    def __init__(self) -> None:
        self.calls = 0

    def complete(self, prompt: Prompt) -> Completion:
        answer: dict[str, Any] = {"verb": "install"}
        if "verb" not in prompt.schema["properties"]:
            self.calls += 1
            found = [{"kind": INSTALL, "fields": {"names": ["htop"]}}] if self.calls % 2 else []
            answer = {"operations": found}
        return Completion(
            text=json.dumps(answer),
            model=self.name,
            prompt_tokens=100,
            completion_tokens=7,
        )


def test_what_is_right_now_and_then_is_not_right_always() -> None:
    # One run before the counted ones loads everything; it asks, too.
    result = Bench(Counting(), clock).run([STRANGE, RIGHT], silent, repeat=4)
    total = result.total
    assert (total.requests, total.trials, total.right, total.always) == (2, 8, 6, 1)
    assert (result.asked, result.prompt_tokens, result.completion_tokens) == (4, 600, 42)
    assert total.by_rules == 4


def test_the_baseline_is_judged_beside_it() -> None:
    play = "- hosts: all\n  tasks:\n  - apt: {name: htop, state: present}\n"
    answers = {"뿌빠": play, "설치하지 마": "No.", "": "- x: {"}
    engine = ScriptedEngine(answers)
    result = Bench(engine, clock).run([STRANGE, REFUSE, RIGHT], silent, free=True)
    total = result.free_rows[-1]
    assert (total.trials, total.right, total.intents, total.parses) == (3, 2, 2, 1)
    assert (total.kinds, total.values, total.others, total.declined) == (1, 1, 1, 1)
    with pytest.raises(UsageError) as raised:
        Bench(None, clock).run(ALL, silent, free=True)
    assert raised.value.code == "bench.no_engine"


def test_progress_is_told_before_each() -> None:
    told: list[Progress] = []
    Bench(None, clock).run([RIGHT, ASK], told.append, repeat=2)
    assert [one.params for one in told] == [
        {"number": str(n), "count": "4"} for n in range(1, 5)
    ]  # fmt: skip


def test_times_are_by_nearest_rank() -> None:
    assert times([]) == times([0.0])
    found = times(float(n) for n in range(1, 101))
    assert (found.p50, found.p95) == (50.0, 95.0)
    assert times([3.0, 1.0, 2.0]).p50 == 2.0


@pytest.mark.parametrize(
    ("only", "lang", "level", "fits"),
    [
        (["ansible.ping"], "", "", lambda one: "ansible.ping" in one.kinds),
        (["ping"], "ko", "", lambda one: one.lang == "ko" and "ansible.ping" in one.kinds),
        (["k8s"], "", "hard", lambda one: one.level == "hard" and one.kinds[0].startswith("k8s.")),
        (["held_out"], "en", "", lambda one: one.held_out and one.lang == "en"),
        (["typo", "order"], "", "", lambda one: one.trait in ("typo", "order")),
        (["question-ko-*"], "", "", lambda one: one.id.startswith("question-ko-")),
    ],
)
def test_what_is_chosen(only: list[str], lang: str, level: str, fits: Any) -> None:
    found = chosen(only, lang, level)
    assert found == tuple(one for one in chosen() if fits(one))


def test_nothing_chosen_is_a_mistake() -> None:
    with pytest.raises(UsageError) as raised:
        chosen(["nothere"], "ko", "basic")
    assert raised.value.params == {"only": "nothere ko basic"}
