"""What a program would do to a cluster, asked of the server and changing nothing there.

Asked as ``check``. Every step is tried as a dry run, several at a time; what the server would store
is compared with what it has. What it refuses is a problem of that step alone. Order: folder and
entry of the program, namespace, values of secrets by variable. Answer: ``objects``, in order; each
is also said when it is known.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver import (
        budgets,
        comparing,
        contents,
        draining,
        finalizing,
        leaving,
        owners,
        refusals,
        revisions,
        taints,
    )
    from kiki.execution.clusters.driver.connection import (
        APPLY,
        MERGE,
        STRATEGIC,
        THREADS,
        Api,
        Refused,
    )
    from kiki.execution.clusters.driver.kinds import Kinds, NotServed
    from kiki.execution.clusters.driver.program import Step, steps
else:
    import budgets
    import comparing
    import contents
    import draining
    import finalizing
    import leaving
    import owners
    import refusals
    import revisions
    import taints
    from connection import APPLY, MERGE, STRATEGIC, THREADS, Api, Refused
    from kinds import Kinds, NotServed
    from program import Step, steps

MANAGER = "kiki"
_WHOLE = ("apply", "create")  # acts whose object is all there is to be
Found = dict[str, Any]


def answer(api: Api, order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, Any]:
    """See the module."""
    wanted = steps(order["folder"], order["entry"], order.get("values"))
    checker = Checker(api, order["namespace"], wanted, after=order.get("ask") == "verify")

    def tell(step: Step) -> Found:
        found = checker.check(step)
        problems = found["problems"] if found["verb"] == "error" else []
        say({key: found[key] for key in ("title", "verb")} | {"problems": problems})
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        return {"objects": list(pool.map(tell, wanted))}


class Checker:
    """Tries the steps of one program; *after* is for a look after its apply."""

    def __init__(
        self, api: Api, namespace: str, wanted: list[Step], *, after: bool = False
    ) -> None:
        self._api = api
        self._after = after
        self._kinds = Kinds(api, namespace)
        self._wanted = wanted
        self._made = {
            step.body["metadata"]["name"]
            for step in wanted
            if step.act in _WHOLE and step.body["kind"] == "Namespace"
        }
        self._defined = {kind for step in wanted if (kind := defined(step))}

    def check(self, step: Step) -> Found:
        """What *step* would do: title, verb, diff, back (a merge patch), uid, note and problems, of
        which each is a code with parameters. Of a Secret also held, the keys whose values are
        written over and stand nowhere in this, and the version of the object that has them."""
        found = self._found(step)
        try:
            if self._kinds.unplaced(step.body):
                return found | problem("no_namespace")
            live = self._live(step)
            return found | self._tried(step, live)
        except NotServed:
            kind, api = step.body["kind"], step.body["apiVersion"]
            if f"{api.rpartition('/')[0]}/{kind}" in self._defined:
                return found | self._of_new_kind(step)
            return found | problem("kind_not_served", kind=kind, api=api)
        except Refused as refused:
            return found | {"problems": [refusals.explained(refused, step.body)], "verb": "error"}

    def _of_new_kind(self, step: Step) -> Found:
        """An object whose kind is made by this very program: nobody can try it before, and it can't
        be there."""
        if step.act == "delete":
            return problem("not_there") | {"verb": "none"}
        return created(step) | {"note": "k8s.kind_to_come"}

    def _found(self, step: Step) -> Found:
        blank: Found = {"verb": "none", "diff": "", "back": None, "uid": "", "note": ""}
        about = step.body["metadata"]
        known = {"apiVersion": step.body["apiVersion"], "kind": step.body["kind"]}
        known |= {"name": about["name"], "namespace": about.get("namespace", "")}
        return {"title": step.title, "object": known, "problems": [], **blank}

    def _live(self, step: Step) -> Found | None:
        try:
            return self._api.get(self._kinds.path(step.body))
        except Refused as refused:
            if refused.reason == "NotFound":
                return None
            raise

    def _tried(self, step: Step, live: Found | None) -> Found:
        if step.act == "finalize":
            return self._finalized(live)
        if live is not None and live["metadata"].get("deletionTimestamp") and step.act != "delete":
            return problem("being_deleted", since=str(live["metadata"]["deletionTimestamp"]))
        if step.act == "delete":
            return self._deleted(step, live)
        if live is None and step.act not in _WHOLE:
            return problem("gone" if step.act == "patch" else "missing")
        if live is not None and step.act == "restart":
            return self._restarted(step, live)
        if live is not None and step.act == "rollback":
            return self._rolled_back(step, live)
        if live is not None and step.act == "taint":
            return self._tainted(step, live)
        if live is not None and step.act == "drain":
            return self._drained(step, live)
        if live is not None and step.act == "adjust" and (strange := strangers(step.body, live)):
            return problem("no_container", **strange)
        if live is None and self._comes_with_its_namespace(step):
            return created(step) | {"note": "k8s.namespace_to_come"}
        if step.act == "create":
            return self._created(step, live)
        try:
            return self._compared(step, live, self._send(step, force=step.force))
        except Refused as refused:
            conflicts = refusals.conflicts(refused)
            if not conflicts:
                raise
        after = self._send(step, force=True)
        return self._compared(step, live, after) | {"problems": conflicts, "verb": "error"}

    def _created(self, step: Step, live: Found | None) -> Found:
        """What must not be there; afterwards it is, and as it was to be."""
        if live is None:
            listed = self._kinds.path(step.body).rpartition("/")[0]
            query = {"fieldManager": MANAGER, "fieldValidation": "Strict"}
            self._api.tried("POST", listed, step.body, **query)
            return created(step)
        if not self._after:
            return problem("exists") | {"uid": live["metadata"]["uid"]}
        return self._compared(step, live, self._send(step._replace(act="apply"), force=True))

    def _send(self, step: Step, *, force: bool) -> Found:
        """The object as the server would store it."""
        path = self._kinds.path(step.body)
        if step.act != "apply":
            kind = MERGE if step.act == "patch" else STRATEGIC
            return self._api.tried("PATCH", path, step.body, kind, fieldManager=MANAGER)
        query = {"fieldManager": MANAGER, "force": str(force).lower()}
        return self._api.tried("PATCH", path, step.body, APPLY, **query)

    def _compared(self, step: Step, live: Found | None, after: Found) -> Found:
        if live is None:
            return created(step)
        old, new = comparing.meant(live), comparing.meant(after)
        found = comparing.fields(old, new)
        secret = step.body["kind"] == "Secret"
        parts = [
            comparing.shown(
                comparing.concealed(field, sizes=not step.kept) if secret else field,
                others(live, field.path),
            )
            for field in found
        ]
        patch = comparing.back(old, new) if found else None
        told: Found = {"back": patch}
        if secret and patch is not None:
            told["back"], told["held"] = comparing.parted(patch)
            told["version"] = str(live["metadata"]["resourceVersion"])
        return {
            "verb": "update" if found else "none",
            "diff": "".join(parts),
            "uid": live["metadata"]["uid"],
            **told,
        }

    def _restarted(self, step: Step, live: Found) -> Found:
        """A restart is done once: what was done is not done again to see whether it was."""
        if self._after:
            return {"verb": "none", "uid": live["metadata"]["uid"]}
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        found = self._compared(step, live, self._send(dated(step, now), force=False))
        return found | {"back": None, "once": True}

    def _rolled_back(self, step: Step, live: Found) -> Found:
        """The template of a former revision. As a restart it is done once: what was the revision
        before is another one afterwards."""
        if self._after:
            return {"verb": "none", "uid": live["metadata"]["uid"]}
        if live["spec"].get("paused"):
            return problem("paused")
        known = revisions.of(live, self._api.get(revisions.path(live)).get("items") or [])
        number = step.body["rollback"]["revision"]
        wanted = revisions.chosen(known, number)
        if wanted is None:
            there = ", ".join(str(one.number) for one in known) or "-"
            return problem("no_revision", revision=str(number or "-"), there=there)
        body = {**step.body, **revisions.patch(wanted)}
        del body["rollback"]
        adjust = step._replace(act="adjust", body=body)
        return self._compared(step, live, self._send(adjust, force=False)) | {"rolled": True}

    def _tainted(self, step: Step, live: Found) -> Found:
        """The node with its taints; with those that evict, the pods that may have to go."""
        told = step.body["taint"]
        wanted = taints.changed(live["spec"].get("taints") or [], told["state"], told["taints"])
        body = {**step.body, "spec": {"taints": wanted or None}}
        del body["taint"]
        found = self._compared(
            step, live, self._send(step._replace(act="patch", body=body), force=False)
        )
        evicts = any(one.get("effect") == "NoExecute" for one in told["taints"])
        if found["verb"] == "none" or told["state"] == "absent" or not evicts:
            return found
        pods = draining.pods_of(self._api, step.body["metadata"]["name"]).going
        names = list(map(draining.called, pods))
        return found | ({"problems": _about("may_be_evicted", names)} if names else {})

    def _drained(self, step: Step, live: Found) -> Found:
        """A node that takes no pods any more, and those that leave it."""
        node = step.body["metadata"]["name"]
        pods = draining.pods_of(self._api, node)
        closed = bool((live.get("spec") or {}).get("unschedulable"))
        if closed and not pods.going:
            return {"verb": "none", "uid": live["metadata"]["uid"]}
        lines = [] if closed else ["@@ spec.unschedulable", "+true"]
        lines += [f"- evicted: Pod {draining.called(pod)}" for pod in pods.going]
        lines += [f"  stays: Pod {name}" for name in pods.staying]
        bare = [] if step.body["drain"]["unmanaged"] else pods.bare
        told = {"bare_pods": bare, "budget": budgets.held(self._api, pods.going)}
        wrong = [one for what, names in told.items() if names for one in _about(what, names)]
        noted = _about("emptydir", pods.scratch) if pods.scratch else []
        turns = [] if wrong else budgets.in_turn(self._api, node, pods.going)
        noted += [{"code": "k8s.live_in_turn", "params": one} for one in turns]
        return {
            "verb": "error" if wrong else "update",
            "diff": "\n".join(lines) + "\n",
            "back": None if closed else {"spec": {"unschedulable": None}},
            "uid": live["metadata"]["uid"],
            "problems": [*wrong, *noted],
            "evicted": True,
        }

    def _deleted(self, step: Step, live: Found | None) -> Found:
        if live is None:
            missing = not (step.uid or self._after)
            return (problem("not_there") if missing else {}) | {"verb": "none"}
        uid = str(live["metadata"]["uid"])
        if step.uid and uid != step.uid:
            return problem("other_object")
        rest = self._left_inside(step)
        if rest:
            return problem("namespace_not_empty", objects=", ".join(rest))
        self._api.tried("DELETE", self._kinds.path(step.body), {"preconditions": {"uid": uid}})
        found: Found = {"verb": "delete", "uid": uid}
        if step.uid:  # an undo's: it was made by the change
            return found
        diff, problems = leaving.told(self._api, self._kinds, live)
        found |= {"diff": diff, "problems": problems, "kept": leaving.kept(live)}
        if live["kind"] != "Secret":
            return found
        held = sorted(live.get("data") or {})
        return found | {"held": held, "version": str(live["metadata"]["resourceVersion"])}

    def _finalized(self, live: Found | None) -> Found:
        """A namespace that stays Terminating without what holds it; what is in it stays behind."""
        if live is None:
            return ({} if self._after else problem("not_there")) | {"verb": "none"}
        if not live["metadata"].get("deletionTimestamp"):  # afterwards: another one of that name
            return {"verb": "none"} if self._after else problem("not_terminating")
        diff, problems = finalizing.told(self._api, self._kinds, live)
        uid = str(live["metadata"]["uid"])
        return {"verb": "delete", "uid": uid, "diff": diff, "problems": problems}

    def _left_inside(self, step: Step) -> list[str]:
        """What else would go with a namespace, where that is in the way: in an undo."""
        if step.body["kind"] != "Namespace" or not step.uid:
            return []
        ours = [one.body for one in self._wanted if one.act == "delete"]
        return contents.others(self._api, self._kinds, step.body["metadata"]["name"], ours)

    def _comes_with_its_namespace(self, step: Step) -> bool:
        """Whether the namespace of *step* is made by this very program, and is not there yet."""
        place = self._kinds.place(step.body)
        if place not in self._made:
            return False
        try:
            self._api.get(f"/api/v1/namespaces/{place}")
        except Refused as refused:
            return refused.reason == "NotFound"
        return False


def others(live: Found, path: comparing.Path) -> list[str]:
    """The owners of a field beside Kiki."""
    return [name for name in owners.owners(live, path) if name != MANAGER]


def dated(step: Step, now: str) -> Step:
    """A restart with the time *now* where Ansible puts its own."""
    pods = step.body["spec"]["template"]["metadata"]
    notes = dict.fromkeys(pods["annotations"], now)
    return step._replace(
        body={**step.body, "spec": {"template": {"metadata": {"annotations": notes}}}}
    )


def strangers(body: Found, live: Found) -> dict[str, str]:
    """The containers that a patch names and *live* does not have: they would be added. Empty when
    there are none."""
    asked, there = _containers(body), _containers(live)
    strange = [name for name in asked if name not in there]
    return {"names": ", ".join(strange), "there": ", ".join(there)} if strange else {}


def _containers(one: Found) -> list[str]:
    pods = ((one.get("spec") or {}).get("template") or {}).get("spec") or {}
    return [str(each["name"]) for each in pods.get("containers") or []]


def defined(step: Step) -> str:
    """``group/kind`` that a step makes a definition of, or takes one away; empty for any other."""
    if step.body["kind"] != "CustomResourceDefinition":
        return ""
    spec = step.body.get("spec") or {}
    return f"{spec.get('group')}/{(spec.get('names') or {}).get('kind')}"


def created(step: Step) -> Found:
    """An object that is not there yet."""
    body = comparing.veiled(step.body, sizes=not step.kept)
    lines = [f"+{line}" for line in comparing.written(body)]
    return {"verb": "create", "diff": "\n".join(lines) + "\n"}


def _about(what: str, pods: list[str]) -> list[Found]:
    """A problem with the names of pods."""
    return [{"code": f"k8s.live_{what}", "params": {"pods": ", ".join(pods)}}]


def problem(what: str, **params: str) -> Found:
    """Why a step can't be done."""
    return {"verb": "error", "problems": [{"code": f"k8s.live_{what}", "params": params}]}
