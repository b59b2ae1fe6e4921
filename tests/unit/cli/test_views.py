"""Parts of views that a code may hide in: a person must read words."""

import pytest

from kiki.cli.look import Look
from kiki.cli.views import outcome as outcome_view
from kiki.cli.views import plan as plan_view
from kiki.cli.views import question as question_view
from kiki.cli.views import reading as reading_view
from kiki.model.change import Outcome, Stage, Undo
from kiki.model.finding import Finding
from kiki.model.intent import Assumption, Choice, Question
from kiki.model.languages import Lang
from kiki.model.plan import Action, Plan

ASKED = Question(
    code="doubt.block",
    field="0.kind",
    params={"word": "block", "ports": "80/tcp"},
    choices=(
        Choice(value="ansible.firewall_close", label="question.kind.ansible.firewall_close"),
        Choice(value="nginx", label="the web server"),
    ),
)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Close a firewall port"), ("ko", "방화벽 포트 닫기")]
)
def test_a_choice_is_put_in_words(lang: Lang, words: str) -> None:
    look = Look(lang)
    shown = question_view.human(ASKED, look)
    assert f"1) ansible.firewall_close  {words}" in shown
    assert "2) nginx  the web server" in shown
    assert "question.kind" not in shown
    labels = [choice["label"] for choice in question_view.as_json(ASKED, look)["choices"]]
    assert labels[0].startswith(words)


@pytest.mark.parametrize(("lang", "words"), [("en", "password is yes"), ("ko", "password = 예")])
def test_a_switch_that_was_assumed_is_put_in_words(lang: Lang, words: str) -> None:
    params = {"kind": "ansible.sudo_grant", "field": "password", "value": "True"}
    item = Assumption(code="assumption.default", params=params)
    assert words in reading_view.assumed(item, Look(lang))


def test_what_a_run_shows_beside_its_end_is_in_its_summary() -> None:
    off = Finding(code="ansible.firewall_off", severity="warning", params={"hosts": "n2"})
    done = Outcome(changed=("n2",), verified="passed", remarks=(off,))
    shown = outcome_view.human(done, Look("en"))
    assert "The firewall is off on n2" in shown
    assert "ufw enable" in shown
    (told,) = outcome_view.as_json(done, Look("en"))["remarks"]
    assert (told["code"], told["severity"]) == ("ansible.firewall_off", "warning")


def test_a_failure_says_its_cause_and_what_helps() -> None:
    params = {"host": "n1", "task": "Set x", "message": "sysctl: permission denied on key"}
    known = Outcome(
        failed=("n1",),
        reason="ansible.task_failed",
        params=params | {"cause": "execution.kernel_refused"},
    )
    said, cause, helps = outcome_view.as_json(known, Look("en"))["why"]
    assert "permission denied on key" in said
    assert cause.startswith("The host's kernel refuses")
    assert "container" in helps
    assert helps in outcome_view.human(known, Look("en"))
    plain = Outcome(failed=("n1",), reason="ansible.task_failed", params=params)
    assert len(outcome_view.as_json(plain, Look("en"))["why"]) == 2
    lost = {"host": "n1", "message": "No route", "cause": "execution.unreachable"}
    away = Outcome(unreachable=("n1",), reason="ansible.host_unreachable", params=lost)
    assert outcome_view.as_json(away, Look("en"))["why"][0].count("No route") == 1


def _card(plan: Plan) -> str:
    undo = Undo(kind="exact")
    return plan_view.human(Stage(target="ansible", name="case", plan=plan, undo=undo), Look("en"))


def test_a_plan_that_changes_nothing_says_nothing_of_undo() -> None:
    change = Action(subject="h1", task="Write /a", verb="create")
    failure = Action(subject="h1", task="Write /b", verb="error", message="no space")
    assert "Undo" in _card(Plan(actions=(change,)))
    assert "Undo" not in _card(Plan(actions=(change, failure), errored=True))
    assert "Undo" not in _card(Plan(actions=(Action(subject="h1", task="a", verb="none"),)))
    assert "Undo" not in _card(Plan(actions=(), unreachable=("h1",)))


def test_all_that_a_plan_removes_is_named() -> None:
    names = [f"container-{number}" for number in range(30)]
    gone = Action(subject="h1", task="Prune", verb="delete", before={"containers": names})
    assert "container-29" in _card(Plan(actions=(gone,)))
