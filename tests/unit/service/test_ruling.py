"""The site's rules at every point of a change's life, and what the record keeps of them."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from kiki.model.change import Change
from kiki.model.errors import ApprovalNeeded, RefusedError, StateError, UsageError
from kiki.model.people import Role
from kiki.model.request import ClusterSource, Request, Scope
from kiki.policy.site.loading import load
from kiki.service.local import LocalAgent
from tests.unit.service.test_answering import HERE, PODS, Cluster
from tests.unit.service.world import World, failing, recording

PEOPLE: dict[str, tuple[Role, ...]] = {
    "kim": ("requester",),
    "lee": ("approver",),
    "ann": ("admin",),
}
RULE = "- id: {id}\n  when: {when}\n  then: {then}\n  reason: {{en: because, ko: 그래서}}\n"


class Rules:
    """A folder of rules, and agents that are held to it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        folder.mkdir()

    def write(self, then: str, when: str = "{}", name: str = "r") -> None:
        text = "zone: UTC\nrules:\n" + RULE.format(id=name, when=when, then=then)
        (self.folder / f"{name}.yaml").write_text(text)

    def agent(self, who: str = "kim", **more: Any) -> LocalAgent:
        return self.world.process(
            who, site=lambda: load(str(self.folder)), roles=lambda name, _: PEOPLE[name], **more
        )

    def submit(self, **more: Any) -> Change:
        return self.agent(**more).submit(self.world.request())

    def approve(self, who: str, change: Change, **how: str) -> Change:
        digest = change.stage.decisive.digest()  # type: ignore[union-attr]
        return self.agent(who).approve(change.id, digest, **how)


@pytest.fixture
def rules(durable: World, tmp_path: Path) -> Rules:
    return Rules(durable, tmp_path / "policy")


def test_a_denial_before_the_plan_refuses(rules: Rules) -> None:
    rules.write("{deny: true}", "{path: /srv/*}")
    change = rules.submit()
    assert (change.state, change.reason) == ("refused", "policy.site_denied")
    assert change.params["reason.ko"] == "그래서"
    assert rules.world.executor.orders == []


def test_a_denial_with_the_plan_known_refuses(rules: Rules) -> None:
    rules.write("{deny: true}", "{hosts_over: 1}")
    change = rules.submit()
    assert (change.state, change.reason) == ("refused", "policy.site_denied")
    assert change.stage.plan is not None and change.stage.plan.risk == "forbidden"


def test_a_broken_or_missing_folder_refuses_everything(rules: Rules) -> None:
    assert rules.submit().reason == "policy.site_folder_empty"
    (rules.folder / "a.yaml").write_text("rules: {")
    assert rules.submit().state == "refused"
    rules.write("{deny: tru}")
    assert rules.submit().state == "refused"


def test_a_rule_that_was_made_meanwhile_holds_at_the_approval_and_at_the_run(rules: Rules) -> None:
    rules.write("{warn: true}")
    change = rules.submit()
    approved = rules.approve("lee", change)
    other = rules.submit()
    rules.write("{deny: true}")
    with failing(RefusedError, "policy.site_denied"):
        rules.approve("lee", other)
    with failing(RefusedError, "policy.site_denied"):
        rules.agent("lee").run(approved.id)
    assert rules.world.stored(other).state == "awaiting_approval"
    assert rules.world.stored(approved).state == "approved"
    assert rules.world.executor.applies() == []
    rules.write("{warn: true}")
    assert rules.agent("lee").run(approved.id).state == "applied"


def test_the_clock_holds_back_the_run_only(rules: Rules) -> None:
    rules.write("{deny: true}", "{time: sun 08:00-10:00}")  # the world's clock is in it
    change = rules.approve("lee", rules.submit())
    with failing(RefusedError, "policy.site_denied"):
        rules.agent().run(change.id)
    rules.world.clock.move(3600)
    assert rules.agent().run(change.id).state == "applied"


def test_the_risk_is_raised_and_never_lowered(rules: Rules) -> None:
    rules.write("{risk: high}")
    change = rules.submit()
    assert change.stage.plan is not None and change.stage.plan.risk == "high"


def test_four_eyes_by_a_rule(rules: Rules) -> None:
    rules.write("{four_eyes: true}")
    change = rules.submit()
    with failing(RefusedError, "approval.four_eyes"):
        rules.approve("kim", change)
    assert rules.approve("kim", change, break_glass="fire").state == "approved"


def test_what_the_requester_was_counts_when_nobody_knows_it_any_more(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.write("{approvers: 2}", "{role: [requester]}")
    change = rules.submit()
    monkeypatch.setitem(PEOPLE, "kim", ())  # logged out
    assert change.roles == ("requester",)
    assert rules.approve("lee", change).state == "awaiting_approval"
    assert rules.approve("ann", change).state == "approved"


def test_what_an_approver_was_counts_when_nobody_knows_it_any_more(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.write("{approver_role: approver}")
    change = rules.approve("lee", rules.submit())
    assert change.approval is not None and change.approval.roles == ("approver",)
    monkeypatch.setitem(PEOPLE, "lee", ())  # logged out
    assert rules.agent("ann").run(change.id).state == "applied"


def test_without_roles_the_record_is_what_it_was(world: World) -> None:
    told = msgspec.json.encode(world.approved())
    assert b'"roles"' not in told


def test_two_people(rules: Rules) -> None:
    rules.write("{approvers: 2}")
    change = rules.approve("lee", rules.submit())
    assert change.state == "awaiting_approval"
    assert [one.approver for one in change.granted] == ["lee"]
    with failing(StateError, "approval.again"):
        rules.approve("lee", change)
    done = rules.approve("ann", change)
    assert done.state == "approved"
    assert done.approval is not None and done.approval.approver == "ann"
    assert rules.agent().run(done.id).state == "applied"
    events = rules.world.events(done)
    assert events.index("approve_part") < events.index("approve")
    assert rules.agent().audit() == ()


def test_an_approval_for_another_plan_does_not_count(rules: Rules) -> None:
    rules.write("{approvers: 2}")
    change = rules.approve("lee", rules.submit())
    change = rules.agent().replan(change.id)
    assert change.granted == ()
    assert rules.approve("ann", change).state == "awaiting_approval"


def test_a_second_approval_wanted_after_the_first_holds_back_the_run(rules: Rules) -> None:
    rules.write("{warn: true}")
    change = rules.approve("lee", rules.submit())
    rules.write("{approvers: 2}")
    with failing(RefusedError, "approval.too_few") as caught:
        rules.agent().run(change.id)
    assert caught.value.params["count"] == "1"


def test_somebody_of_a_role(rules: Rules) -> None:
    rules.write("{approver_role: admin}")
    change = rules.approve("lee", rules.submit())
    assert change.state == "awaiting_approval"
    assert rules.approve("ann", change).state == "approved"


@pytest.mark.parametrize(
    ("wanted", "roles", "state"),
    [
        ("operator", ("admin",), "approved"),
        ("operator", ("approver", "operator"), "approved"),
        ("operator", ("approver",), "awaiting_approval"),
        ("requester", ("approver", "operator"), "approved"),
        ("approver", ("admin",), "approved"),
        ("viewer", ("approver",), "approved"),
        ("admin", ("approver", "operator"), "awaiting_approval"),
    ],
)
def test_who_is_above_a_role_serves_as_it(
    rules: Rules, monkeypatch: pytest.MonkeyPatch, wanted: str, roles: tuple[str, ...], state: str
) -> None:
    rules.write("{approver_role: " + wanted + "}")
    monkeypatch.setitem(PEOPLE, "lee", roles)
    assert rules.approve("lee", rules.submit()).state == state


def test_two_people_are_not_together_what_neither_is(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.write("{approver_role: admin}")
    for name, role in (("lee", "approver"), ("ann", "operator")):
        monkeypatch.setitem(PEOPLE, name, (role,))
    assert rules.approve("ann", rules.approve("lee", rules.submit())).state == "awaiting_approval"


def test_the_glass_passes_over_people_and_over_nothing_else(rules: Rules) -> None:
    rules.write("{approvers: 3, approver_role: admin}")
    change = rules.submit()
    done = rules.approve("kim", change, break_glass="fire")
    assert (done.state, rules.world.events(done)[-1]) == ("approved", "break_glass")
    assert rules.agent().run(done.id).state == "applied"
    other = rules.submit()
    rules.write("{ticket: true}")
    with failing(ApprovalNeeded, "approval.ticket_missing"):
        rules.approve("kim", other, break_glass="fire")


def test_a_word_to_be_typed(rules: Rules) -> None:
    rules.write("{type: production}")
    change = rules.submit()
    with failing(ApprovalNeeded, "approval.word_unsaid"):
        rules.approve("lee", change)
    with failing(UsageError, "approval.other_word"):
        rules.approve("lee", change, name="prod")
    done = rules.approve("lee", change, name="production")
    assert rules.agent().run(done.id).state == "applied"


def test_what_was_said_is_kept_and_recorded_without_the_texts(rules: Rules) -> None:
    rules.write("{warn: true}")
    change = rules.approve("lee", rules.submit())
    ruling = change.stage.ruling
    assert ruling is not None
    assert (ruling.phase, ruling.asked) == ("approval", ("r",))
    assert [one.rule for one in ruling.said] == ["r"]
    records = rules.world.records(change)
    told = [record.data["rules"] for record in records if "rules" in record.data]
    assert len(told) == 3
    assert {one["phase"] for one in told} == {"request", "plan", "approval"}
    assert told[-1]["said"] == {"r": ["warn"]}
    assert told[-1]["digest"] == ruling.digest
    assert "because" not in str(told)
    done = rules.agent().run(change.id)
    assert done.stage.ruling is not None and done.stage.ruling.phase == "run"


def test_an_undo_is_asked_about_as_well(rules: Rules) -> None:
    rules.write("{warn: true}")
    change = rules.agent().run(rules.approve("lee", rules.submit()).id)
    rules.write("{deny: true}", "{undo: true}")
    assert rules.agent().undo(change.id).reason == "policy.site_denied"


def test_without_a_folder_nothing_is_asked(world: World) -> None:
    change = world.applied()
    assert change.stage.ruling is None
    assert all("rules" not in record.data for record in world.records(change))


def looking(rules: Rules, cluster: ClusterSource | None) -> Change:
    scope = Scope(cluster=cluster)
    request = Request(flags={"kind": "objects-list", "set.resource": "pods"}, target="k8s")
    agent = rules.agent(clusters=lambda: Cluster({"tables": [PODS]}))
    return agent.submit(replace(request, scope=scope))


def test_looks_are_let_alone_unless_a_rule_is_for_them(rules: Rules) -> None:
    rules.write("{deny: true}", "{target: k8s}")
    assert looking(rules, HERE).state == "answered"
    rules.write("{deny: true}", "{cluster: lab, reads: true}")
    assert looking(rules, HERE).reason == "policy.site_denied"
    rules.write("{deny: true}", "{cluster: prod, reads: true}")
    assert looking(rules, HERE).state == "answered"


def test_a_look_at_who_knows_which_cluster_can_not_be_judged(rules: Rules) -> None:
    rules.write("{deny: true}", "{cluster: prod, reads: true}")
    assert looking(rules, ClusterSource(kubeconfig="/k")).reason == "policy.site_failed"


def test_a_look_at_hosts(rules: Rules) -> None:
    rules.world.recordings["read"] = recording({"n1": "ok", "n2": "ok"}, task="Ping")
    rules.write("{deny: true}", "{host: n2, reads: true}")
    asked = rules.world.request(kind="ping")
    assert rules.agent().submit(asked).reason == "policy.site_denied"
    rules.write("{deny: true}", "{host: n3, reads: true}")
    assert rules.agent().submit(asked).state == "answered"
