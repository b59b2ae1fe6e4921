"""The operation that takes a change back: deletions and merge patches of exactly named objects, and
objects that were deleted.

Called by ``target`` for the kind ``k8s.back``, which only an undo makes: it has no words, and no
request can ask for it. Its code is a program as it is, not manifests.
"""

from typing import Any

from kiki.model.artifact import Artifact
from kiki.model.intent import Intent
from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.program import PLAYBOOK, Step, titled, written

KIND = "k8s.back"


class Fields(Record, frozen=True):
    """*deleted* are objects that the change made, each with apiVersion, kind, name, namespace and
    the uid that it must still have; *patched* those that it changed, with the merge patch; *made*
    are those that it deleted, whole, to be made again. *held* are the values of Secrets among
    these: by the object's title and the key of its data, the name under which each is kept."""

    deleted: tuple[dict[str, str], ...] = ()
    patched: tuple[dict[str, Any], ...] = ()
    made: tuple[dict[str, Any], ...] = ()
    held: dict[str, dict[str, str]] = {}


def secrets(fields: Fields) -> tuple[str, ...]:
    """The names of the values that are given back."""
    return tuple(name for keys in fields.held.values() for name in keys.values())


def is_back(intent: Intent) -> bool:
    """Whether *intent* is the undo of another one."""
    return any(operation.kind == KIND for operation in intent.operations)


def risk(fields: Fields) -> Risk:
    """Deleting takes whatever was put into an object since with it."""
    return "medium"


def render(intent: Intent, fields: tuple[Fields, ...]) -> Artifact:
    """The program: patches first, then what was deleted, then deletions, what was made last
    first."""
    steps = [
        _filled("patch", {**_object(one), **_merged(one)}, each)
        for each in fields
        for one in each.patched
    ]
    steps += [_filled("apply", one, each) for each in fields for one in each.made]
    steps += [
        Step(act="delete", body=_object(one), uid=one.get("uid", ""))
        for each in fields
        for one in reversed(each.deleted)
    ]
    digest = intent.digest()
    return Artifact(target="k8s", intent_digest=digest, entry=PLAYBOOK, files=written(steps))


def _filled(act: str, body: dict[str, Any], fields: Fields) -> Step:
    """A step with the values that its object had."""
    return Step(act=act, body=body, values=fields.held.get(titled(body), {}), coded=True)


def _object(one: dict[str, Any]) -> dict[str, Any]:
    where = {"namespace": one["namespace"]} if one.get("namespace") else {}
    about = {"name": one["name"], **where}
    return {"apiVersion": one["apiVersion"], "kind": one["kind"], "metadata": about}


def _merged(one: dict[str, Any]) -> dict[str, Any]:
    """The patch, with the object's name beside what it changes of the metadata."""
    about = {**_object(one)["metadata"], **one["patch"].get("metadata", {})}
    return {**one["patch"], "metadata": about}
