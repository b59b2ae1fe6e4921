"""From what a cluster says of a program to a plan.

Called by ``target``. The driver's answer (``execution/clusters/driver/check.py``) comes as the
report of the cluster's one host. Nothing of it is trusted to be more than text.
"""

from typing import Any

from kiki.model.finding import Finding
from kiki.model.inventory import Inventory
from kiki.model.plan import Action, Plan, Verb
from kiki.model.run import RunResult
from kiki.targets.kubernetes.held import names
from kiki.targets.kubernetes.program import MODULE

UNJUDGED = "k8s.live_webhook_no_dry_run"
_SAID = ("k8s.live_not_there", "k8s.live_finalizers", "k8s.live_owned",
         "k8s.live_emptydir", "k8s.live_in_turn", "k8s.live_may_be_evicted",
         "k8s.live_held", "k8s.live_not_held", "k8s.live_left_behind")  # fmt: skip
"""What is told of an object that is deleted, drained or freed, and stops nothing."""
_VERBS: tuple[Verb, ...] = ("create", "update", "delete", "none", "error")
_TOLD = ("create", "update", "delete", "unknown")
"""Verbs with which it is noted how it was before; of a drain it is, though a budget holds it up: an
undo of what it got done asks whether the node is as that left it."""


def plan(result: RunResult, inventory: Inventory) -> Plan:
    """One action for each object, in the program's order. An object that the server refuses is an
    ``error`` with a finding for each reason; one that can't be tried is ``unknown``."""
    host = inventory.hosts[0]
    said = result.reports.get(host, {})
    objects = said.get("objects", []) if isinstance(said, dict) else []
    actions = tuple(_action(host, one) for one in objects)
    findings = tuple(found for one in objects for found in _findings(one))
    return Plan(
        actions=actions,
        hosts=inventory.hosts,
        errored=not objects or any(action.verb == "error" for action in actions),
        complete=all(action.verb != "unknown" for action in actions),
        findings=findings,
    )


def _action(host: str, one: dict[str, Any]) -> Action:
    codes = [str(problem["code"]) for problem in one["problems"]]
    problems = [code for code in codes if code not in _SAID]
    verb: Verb = next((known for known in _VERBS if known == one["verb"]), "error")
    if problems:
        verb = "unknown" if set(problems) == {UNJUDGED} else "error"
    before: dict[str, Any] = {"object": one["object"], "uid": one["uid"]}
    if one["back"] is not None:
        before["patch"] = one["back"]
    if kept := names(one):
        before["held"] = kept
    before |= {key: one[key] for key in ("kept", "once", "evicted", "rolled") if one.get(key)}
    return Action(
        subject=host,
        task=one["title"],
        verb=verb,
        module=MODULE,
        diff=one["diff"],
        reason="k8s.live_see_findings" if codes else one["note"],
        before=before if verb in _TOLD or "evicted" in before else {},
    )


def _findings(one: dict[str, Any]) -> list[Finding]:
    return [
        Finding(
            code=problem["code"],
            severity="warning" if problem["code"] in (UNJUDGED, *_SAID) else "error",
            params={"object": one["title"], **problem["params"]},
        )
        for problem in one["problems"]
    ]
