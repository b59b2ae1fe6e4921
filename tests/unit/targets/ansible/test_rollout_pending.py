"""Which causes still wait for their follow-up after a rollout that was cut."""

from types import SimpleNamespace

import pytest

from kiki.model.change import Done, Outcome, Ran
from kiki.model.intent import Intent
from kiki.model.plan import Action, Plan
from kiki.targets.ansible import pending

CAUSE, FOLLOW_UP = "Write f", "Reload f"


def test_where_nobody_heard_it_the_cause_may_have_been_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """n1 was brought to its end, n2 was under way, and nobody came to n3."""
    step = SimpleNamespace(causes=(("kiki_1", CAUSE),), task=SimpleNamespace(name=FOLLOW_UP))
    monkeypatch.setattr(pending, "steps_of", lambda intent: (step,))
    actions = tuple(
        Action(subject=host, task=task, verb="update")
        for host in ("n1", "n2", "n3")
        for task in (CAUSE, FOLLOW_UP)
    )
    done = {"n1": Done(changed=(CAUSE, FOLLOW_UP)), "n2": Done(heard=False)}
    outcome = Outcome(changed=("n1",), unsure=("n2",), left=("n3",), done=done)
    ran = Ran(plan=Plan(actions=actions, hosts=("n1", "n2", "n3")), outcome=outcome)
    intent = Intent(target="ansible", name="x", operations=(), reader="rules")
    assert pending.pending(intent, (ran,)) == {"n2": [CAUSE]}
