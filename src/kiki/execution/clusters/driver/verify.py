"""Whether what a program was for is there and works: nothing left to do, and every workload up.

Asked as ``verify``, after an apply. Order: folder, entry, namespace, rollout_s. Answer: ``objects``
(as ``check`` gives them: all should be ``none``) and ``down``, the objects that are not up after
that time, each with title, code and parameters of the reason. What is waited for is said.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver import check, draining, reasons, rollout
    from kiki.execution.clusters.driver.connection import Api, Refused
    from kiki.execution.clusters.driver.kinds import Kinds
    from kiki.execution.clusters.driver.program import Step, steps
else:
    import check
    import draining
    import reasons
    import rollout
    from connection import Api, Refused
    from kinds import Kinds
    from program import Step, steps

STEP_S = 1.0
_GOING = ("delete", "finalize")
Say = Callable[[Any], None]


def answer(api: Api, order: dict[str, Any], say: Say) -> dict[str, Any]:
    """See the module."""
    until = time.monotonic() + order["rollout_s"]
    kinds = Kinds(api, order["namespace"])
    wanted = steps(order["folder"], order["entry"], order.get("values"))
    down = _waited(api, kinds, [step for step in wanted if _waited_for(step)], until, say)
    found = check.answer(api, order, lambda said: None)
    return {**found, "down": down}


def _waited_for(step: Step) -> bool:
    if step.act in ("adjust", "patch") and "spec" not in step.body:
        return False  # labels move no pod
    return step.act in (*_GOING, "drain") or step.body["kind"] in rollout.KINDS


def _waited(
    api: Api, kinds: Kinds, waiting: list[Step], until: float, say: Say
) -> list[dict[str, Any]]:
    """Ask again until all is well, nothing can become well any more, or the time is over."""
    told: dict[str, str] = {}
    while True:
        states = [(step, _state(api, kinds, step)) for step in waiting]
        waiting = [step for step, state in states if not state.up]
        for step, state in states:
            if told.get(step.title) != state.text:
                told[step.title] = state.text
                say({"title": step.title, "up": state.up, "text": state.text})
        hopeless = any(state.hopeless for _, state in states)
        if not waiting or hopeless or time.monotonic() >= until:
            return [_explained(api, kinds, step) for step in waiting]
        time.sleep(STEP_S)


def _state(api: Api, kinds: Kinds, step: Step) -> rollout.State:
    try:
        live = api.get(kinds.path(step.body))
    except Refused as refused:
        if refused.reason != "NotFound":
            raise
        gone = step.act in _GOING
        return rollout.State(up=gone, text="" if gone else "not there")
    if step.act == "drain":
        left = len(draining.pods_of(api, live["metadata"]["name"]).going)
        return rollout.State(up=not left, text=f"{left} pods left")
    if step.act in _GOING:
        replaced = bool(step.uid) and live["metadata"]["uid"] != step.uid
        replaced = replaced or (step.act == "finalize" and not _terminating(live))
        return rollout.State(up=replaced, text="being deleted")
    return rollout.state(live)


def _terminating(live: dict[str, Any]) -> bool:
    return bool(live["metadata"].get("deletionTimestamp"))


def _explained(api: Api, kinds: Kinds, step: Step) -> dict[str, Any]:
    """Why *step*'s object is not as it should be."""
    try:
        live = api.get(kinds.path(step.body))
    except Refused as refused:
        return _down(step, "gone", message=refused.reason)
    if step.act == "drain":
        going = draining.pods_of(api, live["metadata"]["name"]).going
        return _down(step, "not_drained", pods=", ".join(map(draining.called, going)))
    if step.act in _GOING:
        holders = ", ".join(live["metadata"].get("finalizers") or [])
        holders = holders or ", ".join((live.get("spec") or {}).get("finalizers") or []) or "-"
        return _down(step, "not_deleted", finalizers=holders)
    code, params = reasons.why(api, kinds, live)
    return _down(step, code, **params)


def _down(step: Step, what: str, **params: str) -> dict[str, Any]:
    return {"title": step.title, "code": f"k8s.down_{what}", "params": params}
