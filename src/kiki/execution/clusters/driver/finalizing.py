"""What holds a namespace that stays Terminating, and what stays behind when it is let go.

Called by ``check``. Two lists of finalizers can hold it: its own (``metadata``) and the one for
what is in it (``spec``), which the namespace controller empties when nothing is left; of why it
could not, it writes conditions (kubernetes.io/docs/reference, NamespaceStatus). What is still there
then is stored under a namespace that is gone.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver import contents
    from kiki.execution.clusters.driver.connection import Api
    from kiki.execution.clusters.driver.kinds import Kinds
else:
    import contents
    from connection import Api
    from kinds import Kinds

_OF_CLUSTER = "kubernetes"  # the finalizer that every namespace has
_LONGEST = 1000
Live = dict[str, Any]
Problem = dict[str, Any]


def told(api: Api, kinds: Kinds, live: Live) -> tuple[str, list[Problem]]:
    """The diff of letting *live* go, and what is to be known of it, as codes with parameters."""
    left = contents.others(api, kinds, live["metadata"]["name"], [])
    lines = [f"@@ {where}\n-{one}" for where, listed in _finalizers(live) for one in listed]
    lines += [f"  stays behind: {one}" for one in left]
    problems = _held(live) or _waiting(live)
    problems += [_problem("left_behind", objects=", ".join(left))] if left else []
    return "\n".join(lines) + "\n", problems


def _finalizers(live: Live) -> list[tuple[str, list[str]]]:
    parts = ("metadata", "spec")
    return [
        (f"{part}.finalizers", [str(one) for one in (live.get(part) or {}).get("finalizers") or []])
        for part in parts
    ]


def _held(live: Live) -> list[Problem]:
    """The conditions that say why it can't go, in the controller's own words."""
    listed = (live.get("status") or {}).get("conditions") or []
    return [
        _problem("held", reason=str(one.get("type")), message=str(one.get("message"))[:_LONGEST])
        for one in listed
        if one.get("status") == "True"
    ]


def _waiting(live: Live) -> list[Problem]:
    """Where no condition says why and no other finalizer does: it may go by itself."""
    names = [one for _, listed in _finalizers(live) for one in listed]
    if any(one != _OF_CLUSTER for one in names):
        return []
    return [_problem("not_held", since=str(live["metadata"]["deletionTimestamp"]))]


def _problem(what: str, **params: str) -> Problem:
    return {"code": f"k8s.live_{what}", "params": params}
