"""A change of a cluster on the command line: which one it is comes first, production is typed."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from kiki.model.change import Change
from kiki.model.exits import Exit
from kiki.model.inventory import Inventory, Place
from tests.unit.cli.conftest import ID, checked, planned

IDENTITY = {
    "context": "prod-1", "cluster": "main", "user": "kim", "namespace": "demo",
    "server": "https://api.example.com", "uid": "1-2-3", "version": "v1.33.1",
}  # fmt: skip


def of_cluster(agent: Any, *, guarded: bool) -> None:
    """Have the agent plan for a cluster."""

    def submitted(raw: Any) -> Change:
        change = planned(checked(raw))
        place = Place(kind="cluster", name="prod-1", identity=IDENTITY, guarded=guarded)
        inventory = Inventory(text="{}", hosts=("prod-1",), place=place)
        return replace(change, stages=(replace(change.stage, inventory=inventory),))

    agent._submitted = submitted


ASK = ("--message", "install nginx", "--context", "prod-1")


@pytest.mark.parametrize("guarded", [False, True])
def test_the_plan_begins_with_the_cluster(kiki: Any, agent: Any, guarded: bool) -> None:
    of_cluster(agent, guarded=guarded)
    ended = kiki(*ASK)
    card = ended.out[ended.out.index("\nPlan\n") :]
    assert card.split()[:4] == ["Plan", "CLUSTER", "[", "prod-1"]
    assert ("[ prod-1 ] PRODUCTION" in card) is guarded
    assert "https://api.example.com, cluster main, user kim, namespace demo, v1.33.1" in card
    sent = agent.calls[0][1][0].scope.cluster
    assert (sent.context, sent.named) == ("prod-1", True)


def test_the_cluster_is_in_the_json(kiki: Any, agent: Any) -> None:
    of_cluster(agent, guarded=True)
    found = json.loads(kiki(*ASK, "--json").out)["change"]["stages"][0]["plan"]["place"]
    assert found == {"kind": "cluster", "name": "prod-1", "identity": IDENTITY, "guarded": True}


def test_yes_is_no_approval_for_production(kiki: Any, agent: Any) -> None:
    of_cluster(agent, guarded=True)
    assert kiki(*ASK, "--yes").code == Exit.AWAITING_APPROVAL
    assert "approve" not in [name for name, _ in agent.calls]
    of_cluster(agent, guarded=False)
    assert kiki(*ASK, "--yes").code == Exit.DONE


@pytest.mark.parametrize(
    ("typed", "code"),
    [("yes", Exit.AWAITING_APPROVAL), ("prod", Exit.AWAITING_APPROVAL), ("prod-1", Exit.DONE),
     ("r", Exit.REJECTED)],
)  # fmt: skip
def test_on_a_terminal_the_name_is_typed(kiki: Any, agent: Any, typed: str, code: Exit) -> None:
    of_cluster(agent, guarded=True)
    assert kiki(*ASK, typed=[typed]).code == code


@pytest.mark.parametrize(
    ("flags", "code"),
    [((), Exit.AWAITING_APPROVAL), (("--yes",), Exit.AWAITING_APPROVAL),
     (("--context", "prod-2"), Exit.USAGE), (("--context", "prod-1"), Exit.DONE)],
)  # fmt: skip
def test_approve_wants_the_name_too(
    kiki: Any, agent: Any, flags: tuple[str, ...], code: Exit
) -> None:
    of_cluster(agent, guarded=True)
    kiki(*ASK)
    assert kiki("approve", ID, *flags).code == code
