"""Changes of several stages: one grant for all, each stage run as a change of its own."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from kiki.model.change import Change
from kiki.model.errors import (
    ApprovalNeeded,
    KikiError,
    PermanentError,
    RefusedError,
    StateError,
    UsageError,
)
from kiki.model.intent import Intent, Later, Operation, Reading
from kiki.model.request import CloudSource, InventorySource, Request, Scope
from kiki.model.windows import window
from kiki.policy.site.loading import load
from kiki.service import authority, definitions, foreseeing, parting, planning
from kiki.service.local import LocalAgent
from tests.unit.service.test_back import REMOVED
from tests.unit.service.world import (
    EVERY,
    NEW,
    TASK,
    Killed,
    World,
    disk_full,
    failing,
    recording,
)

ALL = ("n1", "n2", "web-0")
INVENTORY = "[tier_web]\nweb-0 ansible_host={{server:web-0}}\n"
MADE = Operation(kind="ansible.directory_create", fields={"path": "/srv/x"})


def reading(*_: object) -> Reading:
    """What a definition would come to, but with hosts in the cloud's place."""

    def intent(name: str) -> Intent:
        return Intent(target="ansible", name=name, operations=(MADE,), reader="flags")

    source = InventorySource(form="inline", text=INVENTORY, origin="shop.yaml: hosts")
    later = Later(
        name="hosts", intent=intent("shop-hosts"), scope=Scope(inventory=source),
        servers=("web-0",), project="shop",
    )  # fmt: skip
    return Reading(reader="flags", intent=intent("shop"), later=(later,))


class Lab:
    """A world in which the servers of a definition come to be when its first stage runs."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.known: dict[str, str] = {}
        self.comes = True
        monkeypatch.setattr(definitions, "reading", reading)
        monkeypatch.setattr(foreseeing, "addresses", lambda *_: dict(self.known))
        monkeypatch.setattr(parting, "_PAUSE_S", 0.0)
        monkeypatch.setattr(parting, "BOOT_S", 0.0)
        world.recordings.update(
            check=recording(dict.fromkeys(ALL, "changed")),
            apply=recording(dict.fromkeys(ALL, "changed")),
            again=recording(dict.fromkeys(ALL, "ok")),
        )
        during = world.executor.during

        def made(order: object) -> None:
            if self.comes and getattr(order, "mode", "") == "apply":
                self.known = {"web-0": "10.9.0.5"}
            during(order)  # type: ignore[arg-type]

        monkeypatch.setattr(world.executor, "during", made)

    def submit(self) -> Change:
        request = Request(target="ansible", flags={"vdc": "shop.yaml"}, scope=self.world.scope())
        return self.world.agent.submit(request)

    def approved(self) -> Change:
        change = self.submit()
        assert change.state == "awaiting_approval", change.reason
        assert change.stage.decisive is not None
        return self.world.agent.approve(change.id, change.stage.decisive.digest())

    def parts(self, change: Change) -> list[Change]:
        stored = self.world.stored(change)
        return list(foreseeing.children(self.world.parts(), stored))


@pytest.fixture
def lab(world: World, monkeypatch: pytest.MonkeyPatch) -> Lab:
    return Lab(world, monkeypatch)


def test_one_grant_covers_all_and_names_who_gave_it(lab: Lab) -> None:
    change = lab.approved()
    later = change.later[0]
    assert later.plan is not None and later.part and not later.part.seen
    assert [(one.subject, one.task, one.verb) for one in later.plan.actions] == [
        ("web-0", TASK, "unknown")
    ]
    done = lab.world.other.run(change.id)
    (part,) = lab.parts(done)
    assert (done.state, part.state) == ("applied", "applied")
    assert part.approval is not None and change.approval is not None
    assert (part.approval.approver, part.approval.note) == ("kim", change.id)
    assert (part.request.requester, part.part_of) == ("kim", change.id)
    assert part.stage.inventory is not None and "10.9.0.5" in part.stage.inventory.text
    assert done.stage.outputs == {"addresses": {"web-0": "10.9.0.5"}}
    told = next(one for one in lab.world.records(part) if one.event == "pass_on")
    assert told.data["granted"] == change.approval.digest
    assert lab.world.real.ledger.verify() == ()


def test_the_sites_rules_are_asked_about_every_stage(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def other(*_: object) -> Reading:
        made = reading()
        (hosts,) = made.later
        operation = replace(MADE, fields={"path": "/etc/later"})
        return replace(
            made, later=(replace(hosts, intent=replace(hosts.intent, operations=(operation,))),)
        )

    monkeypatch.setattr(definitions, "reading", other)
    (tmp_path / "rules.yaml").write_text(
        "zone: UTC\nrules:\n- id: etc\n  when: {path: /etc/*}\n  then: {deny: true}\n"
        "  reason: {en: not here, ko: 안 됨}\n"
    )
    lab.world.agent = lab.world.process("kim", site=lambda: load(str(tmp_path)))
    change = lab.submit()
    assert (change.state, change.reason) == ("refused", "policy.site_denied")
    assert change.stages[0].ruling is not None and not change.stages[0].ruling.denied
    assert change.stages[1].ruling is not None and change.stages[1].ruling.denied


OF_HOSTS = "{host: 'web-*'}"


def ruled(lab: Lab, folder: Path, then: str, when: str = OF_HOSTS) -> Callable[..., LocalAgent]:
    """Agents that are held to one rule; ``lab.world.agent`` is kim's."""
    (folder / "rules.yaml").write_text(
        f"zone: UTC\nrules:\n- id: r\n  when: {when}\n  then: {then}\n"
        "  reason: {en: because, ko: 그래서}\n"
    )

    def agent(who: str, **more: Any) -> LocalAgent:
        roles = {"roles": lambda *_: ("admin",)} | more
        return lab.world.process(who, site=lambda: load(str(folder)), **roles)

    lab.world.agent = agent("kim")
    return agent


@pytest.mark.parametrize(
    ("then", "refused"),
    [
        ("{four_eyes: true}", "approval.four_eyes"),
        ("{type: HOSTS}", "approval.word_unsaid"),
        ("{ticket: true}", "approval.ticket_missing"),
    ],
)
def test_rules_about_hosts_that_are_not_there_yet_hold_at_the_approval(
    lab: Lab, tmp_path: Path, then: str, refused: str
) -> None:
    agent = ruled(lab, tmp_path, then)
    change = lab.submit()
    assert change.stage.ruling is not None and change.stage.ruling.wanting("deny") == ()
    assert change.stage.decisive is not None
    with pytest.raises(KikiError) as failure:
        lab.world.agent.approve(change.id, change.stage.decisive.digest())
    assert failure.value.code == refused
    agent("lee").approve(change.id, change.stage.decisive.digest(), name="HOSTS", ticket="OPS-1")
    assert lab.world.agent.run(change.id).state == "applied"


def test_two_people_for_hosts_that_are_not_there_yet(lab: Lab, tmp_path: Path) -> None:
    agent = ruled(lab, tmp_path, "{approvers: 2}")
    change = lab.approved()
    assert change.state == "awaiting_approval" and change.stage.decisive is not None
    change = agent("lee").approve(change.id, change.stage.decisive.digest())
    assert change.state == "approved"
    assert lab.world.agent.run(change.id).state == "applied"
    assert [one.roles for one in lab.parts(change)] == [("admin",)] == [change.roles]


def test_a_rule_made_meanwhile_about_a_later_stage_holds_back_the_first(
    lab: Lab, tmp_path: Path
) -> None:
    ruled(lab, tmp_path, "{warn: true}")
    change = lab.approved()
    ruled(lab, tmp_path, "{approvers: 2}")
    with pytest.raises(KikiError) as failure:
        lab.world.agent.run(change.id)
    assert failure.value.code == "approval.too_few"
    assert lab.world.executor.applies() == []


def test_words_of_one_stage_are_among_those_of_all(lab: Lab, tmp_path: Path) -> None:
    agent = ruled(lab, tmp_path, "{type: ALL}", "{target: ansible}")
    text = (tmp_path / "rules.yaml").read_text().replace("id: r", "id: all")
    (tmp_path / "more.yaml").write_text(
        text.replace("ALL", "HOSTS").replace("target: ansible", "host: 'web-*'")
    )
    change = lab.submit()
    assert change.stage.decisive is not None
    for typed in ("ALL", "HOSTS"):
        with failing(UsageError, "approval.other_word"):
            agent("lee").approve(change.id, change.stage.decisive.digest(), name=typed)
    agent("lee").approve(change.id, change.stage.decisive.digest(), name="ALL, HOSTS")
    done = lab.world.agent.run(change.id)
    assert done.state == "applied"
    (part,) = lab.parts(done)
    parts = lab.world.parts("kim", site=lambda: load(str(tmp_path)))
    assert part.approval is not None
    with failing(ApprovalNeeded, "approval.word_unsaid"):
        authority.hold_grant(parts, part, replace(part.approval, name="ALLHOSTS"))


@pytest.mark.parametrize("when", [OF_HOSTS, "{target: ansible}"])
def test_a_rule_raises_the_risk_of_what_can_not_be_looked_at(
    lab: Lab, tmp_path: Path, when: str
) -> None:
    ruled(lab, tmp_path, "{risk: high, warn: true}", when)
    change = lab.approved()
    assert [one.plan.risk for one in change.stages if one.plan] == ["high", "high"]
    assert "policy.site_warned" in [one.code for one in change.later[0].findings]
    done = lab.world.agent.run(change.id)
    assert done.state == "applied", done.params


@pytest.mark.parametrize("known", [{}, {"web-0": "10.9.0.5"}])
def test_a_rule_that_refuses_a_later_stage_is_told(
    lab: Lab, tmp_path: Path, known: dict[str, str]
) -> None:
    lab.known = known
    ruled(lab, tmp_path, "{deny: true}")
    change = lab.submit()
    assert (change.state, change.reason) == ("refused", "policy.site_denied")
    assert change.params["reason.ko"] == "그래서"
    assert lab.world.executor.applies() == []


def test_what_has_to_be_typed_for_a_later_stage_is_told_with_the_plan(
    lab: Lab, tmp_path: Path
) -> None:
    ruled(lab, tmp_path, "{type: HOSTS}")
    change = lab.submit()
    assert change.stage.ruling is not None and change.stage.ruling.words == ("HOSTS",)
    planned = [one for one in lab.world.records(change) if one.event == "plan"]
    assert planned[0].data["rules"]["said"] == {"r": ["type"]}


@pytest.mark.parametrize("when", ["{project: shop}", "{cloud: tenant}"])
def test_rules_about_a_project_that_is_not_there_yet_are_asked(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, when: str
) -> None:
    def tenants(*_: object) -> Reading:
        made = reading()
        (hosts,) = made.later
        scope = Scope(cloud=CloudSource(name="tenant"))
        return replace(made, later=(replace(hosts, scope=scope, servers=()),))

    def looked(*_: object) -> None:
        raise PermanentError("cloud.denied")

    monkeypatch.setattr(definitions, "reading", tenants)
    monkeypatch.setattr(planning, "looked", looked)
    ruled(lab, tmp_path, "{four_eyes: true}", when)
    change = lab.submit()
    assert change.later[0].part and change.later[0].part.unseen == "vdc.stage_login_missing"
    assert change.later[0].ruling is not None and change.later[0].ruling.four_eyes
    assert change.stage.decisive is not None
    with failing(RefusedError, "approval.four_eyes"):
        lab.world.agent.approve(change.id, change.stage.decisive.digest())


def test_what_is_approved_is_the_bytes_of_every_stage(lab: Lab, world: World) -> None:
    change = lab.submit()
    later, decisive = change.later[0], change.stage.decisive
    assert later.decisive is not None and decisive is not None
    assert decisive.later == {"1 hosts": later.decisive.digest()}
    other = replace(decisive, later={"1 hosts": "sha256:0"})
    assert other.digest() != decisive.digest() != replace(decisive, later={}).digest()
    alone = msgspec.json.encode(world.submit())
    assert not any(name in alone for name in (b'"part"', b'"part_of"', b'"later"'))


def test_a_stage_that_is_another_one_now_is_not_run(lab: Lab) -> None:
    change = lab.approved()
    lab.world.recordings["check"] = recording(dict.fromkeys(ALL, "changed"), task="Enable x")
    lab.world.clock.move(1)
    done = lab.world.agent.run(change.id)
    (part,) = lab.parts(done)
    assert (done.state, done.reason) == ("partly_applied", "vdc.stage_halted")
    assert (part.state, part.reason, part.params["what"]) == (
        "cancelled", "vdc.stage_differs", "plan",
    )  # fmt: skip
    assert len(lab.world.executor.applies()) == 1


def test_after_that_all_of_it_is_planned_live_and_asked_again(lab: Lab) -> None:
    change = lab.approved()
    good = lab.world.recordings["check"]
    lab.world.recordings["check"] = recording(dict.fromkeys(ALL, "changed"), task="Enable x")
    lab.world.agent.run(change.id)
    lab.world.recordings["check"] = good
    again = lab.world.agent.replan(change.id)
    assert again.state == "awaiting_approval" and again.approval is None
    assert again.later[0].part and again.later[0].part.seen
    assert again.stage.decisive is not None
    lab.world.agent.approve(again.id, again.stage.decisive.digest())
    assert lab.world.agent.run(again.id).state == "applied"
    assert [one.state for one in lab.parts(again)] == ["cancelled", "applied"]


def test_a_plan_that_was_made_live_must_be_the_same(lab: Lab) -> None:
    lab.known = {"web-0": "10.9.0.5"}
    change = lab.approved()
    assert change.later[0].part and change.later[0].part.seen
    other = recording(dict.fromkeys(ALL, "changed"), diff=NEW.replace("directory", "link"))
    lab.world.recordings["check"] = other
    done = lab.world.agent.run(change.id)
    assert done.state == "partly_applied"
    assert lab.parts(done)[0].reason == "vdc.stage_differs"


def test_a_stage_is_approved_though_the_first_has_nothing_to_do(lab: Lab) -> None:
    verdicts = {"n1": "ok", "n2": "ok", "web-0": "changed"}
    lab.known = {"web-0": "10.9.0.5"}
    lab.world.recordings.update(check=recording(verdicts), apply=recording(verdicts))
    change = lab.approved()
    done = lab.world.agent.run(change.id)
    assert done.state == "applied" and lab.parts(done)[0].state == "applied"
    lab.world.recordings.update(check=recording(dict.fromkeys(ALL, "ok")))
    assert lab.submit().state == "applied"  # nothing to do anywhere: nobody is asked


def test_a_failed_stage_leaves_what_is_before_it_and_says_so(lab: Lab) -> None:
    change = lab.approved()
    verdicts = {"n1": "changed", "n2": "changed", "web-0": "failed"}
    lab.world.recordings["apply"] = recording(verdicts, message="no space")
    done = lab.world.agent.run(change.id)
    assert (done.state, done.params["stage"]) == ("partly_applied", "hosts")
    assert done.stage.outcome is not None and done.stage.outcome.changed == ("n1", "n2")
    assert [one.state for one in lab.parts(done)] == ["failed"]


@pytest.mark.parametrize(("line", "told"), [
    ("sun 08:00-10:00 for n1 zone UTC", False), ("sun 08:00-10:00 zone UTC", True),
])  # fmt: skip
def test_an_override_is_for_the_stages_whose_window_is_closed(
    lab: Lab, line: str, told: bool
) -> None:
    lab.world.agent = lab.world.process("kim", windows=(window(line),))
    done = lab.world.agent.run(lab.approved().id, override="disk is full")
    (part,) = lab.parts(done)
    assert (done.state, part.state) == ("applied", "applied"), done.params
    assert "window_override" in lab.world.events(done)
    assert ("window_override" in lab.world.events(part)) == told


def test_a_window_that_ends_between_two_stages(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    during = lab.world.executor.during

    def long(order: object) -> None:
        during(order)  # type: ignore[arg-type]
        lab.world.clock.move(3600 if getattr(order, "mode", "") == "apply" else 0)

    lab.world.agent = lab.world.process("kim", windows=(window("sun 08:00-10:00 zone UTC"),))
    change = lab.approved()
    monkeypatch.setattr(lab.world.executor, "during", long)
    done = lab.world.agent.run(change.id, override="disk is full")
    assert done.state == "applied", done.params
    assert "window_override" not in lab.world.events(lab.parts(done)[0])


def test_servers_without_an_address_stop_it(lab: Lab) -> None:
    lab.comes = False
    done = lab.world.agent.run(lab.approved().id)
    assert (done.state, done.reason) == ("partly_applied", "vdc.stage_no_address")
    assert lab.parts(done) == []


def test_the_way_back_begins_with_the_last_stage(lab: Lab) -> None:
    done = lab.world.agent.run(lab.approved().id)
    removed = recording(dict.fromkeys(ALL, "changed"), "Remove directory /srv/x", REMOVED)
    lab.world.recordings.update(
        check=removed, apply=removed,
        again=recording(dict.fromkeys(ALL, "ok"), "Remove directory /srv/x"),
    )  # fmt: skip
    back = lab.world.agent.undo(done.id)
    (part,) = lab.parts(done)
    assert back.state == "awaiting_approval", back.reason
    assert back.undoes == part.id
    assert [one.part.later.undoes for one in back.later if one.part] == [done.id]
    assert back.stage.decisive is not None
    lab.world.agent.approve(back.id, back.stage.decisive.digest())
    before = len(lab.world.executor.applies())
    ended = lab.world.agent.run(back.id)
    assert ended.state == "applied", (ended.reason, ended.params)
    hosts = [order.inventory.hosts for order in lab.world.executor.applies()[before:]]
    assert hosts == [("web-0",), ("n1", "n2")]
    assert [lab.world.stored(one).state for one in (part, done)] == ["undone", "undone"]


def test_done_again_it_has_its_stages(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    change = lab.submit()
    monkeypatch.setattr(definitions, "reading", lambda *_: pytest.fail("the file is not read"))
    again = lab.world.agent.redo(change.id)
    assert [one.artifact for one in again.stages] == [one.artifact for one in change.stages]


def run(agent: LocalAgent, change: Change) -> None:
    with suppress(Killed, KikiError):
        agent.run(change.id)


def points_of(lab: Lab, change: Change, error: Callable[[], BaseException]) -> int:
    with lab.world.armed(10**6, error) as points:
        lab.world.agent.run(change.id)
        return len(points.names)


@pytest.mark.parametrize("error", [Killed, disk_full])
def test_killed_anywhere_nothing_goes_on_by_itself(
    lab: Lab, error: Callable[[], BaseException]
) -> None:
    count = points_of(lab, lab.approved(), error)
    assert count > 60
    for at in range(0, count, 5):
        lab.known = {}
        change = lab.approved()
        began = len(lab.world.executor.applies())
        with lab.world.armed(at, error):
            run(lab.world.agent, change)
        lab.world.settle()
        ended = lab.world.stored(change)
        applies = len(lab.world.executor.applies()) - began
        lab.world.agent.find(EVERY)
        assert len(lab.world.executor.applies()) - began == applies <= 2
        for part in lab.parts(ended):
            assert part.state not in ("approved", "awaiting_approval", "checked", "planned"), at
        assert lab.world.executor.alive == 0
        assert ended.state in (
            "approved", "interrupted", "applied", "partly_applied", "failed", "stale",
        ), (at, ended.state)  # fmt: skip


def test_a_cancel_from_elsewhere_stops_the_stage_that_runs(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = lab.approved()
    during = lab.world.executor.during

    def cancelled(order: object) -> None:
        during(order)  # type: ignore[arg-type]
        if getattr(order, "mode", "") == "apply" and lab.parts(change):
            lab.world.other.cancel(change.id)

    monkeypatch.setattr(lab.world.executor, "during", cancelled)
    run(lab.world.agent, change)
    assert lab.world.stored(change).state == "cancelled"
    assert [one.state for one in lab.parts(change)] == ["cancelled"]
    with pytest.raises(StateError):
        lab.world.agent.run(change.id)


def test_what_a_stage_did_and_nothing_takes_back_is_said(lab: Lab) -> None:
    verdicts = {"n1": "changed", "n2": "changed", "web-0": "ok"}
    done = lab.approved()
    lab.world.recordings.update(apply=recording(verdicts))
    done = lab.world.agent.run(done.id)
    (part,) = lab.parts(done)
    removed = recording(dict.fromkeys(ALL, "changed"), "Remove directory /srv/x", REMOVED)
    lab.world.recordings.update(check=removed)
    back = lab.world.agent.undo(done.id)
    assert back.reading is not None and back.reading.intent is not None
    told = [one for one in back.reading.intent.assumptions if one.code == "undo.stage_left"]
    assert [one.params["id"] for one in told] == [part.id]
    assert (back.undoes, back.later) == (done.id, ())
