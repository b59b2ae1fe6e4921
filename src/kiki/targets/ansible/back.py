"""The fields of the operation that takes one action back: those that are always the same, and the
values that the host had before.

Called by ``undo``. A value from a host is text or whatever the look made of it: it has to be one
that the kind's own ``Fields`` takes, and becomes one of their type.
"""

from typing import Any

import msgspec

from kiki.model.change import Undo
from kiki.model.intent import Operation
from kiki.model.plan import Action
from kiki.targets.ansible.compose import kind_of, module_of
from kiki.targets.ansible.tasks import Reverse


def fields_back(reverse: Reverse, action: Action) -> dict[str, Any] | Undo:
    """The fields for *reverse*; an ``Undo`` that says why what there was can't be brought back."""
    if not reverse.before:
        return dict(reverse.fields)
    if any(name not in action.before for name in reverse.before):
        code = action.unread or "ansible.before_not_seen"
        return Undo(kind="impossible", reason=code, params={"task": action.task})
    values = {name: action.before[name] for name in reverse.before}
    try:
        return _converted(reverse.operation, {**reverse.fields, **values})
    except (msgspec.ValidationError, UnicodeEncodeError):
        params = {"task": action.task}
        return Undo(kind="impossible", reason="ansible.before_unfit", params=params)


def _converted(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """*fields* as JSON values of the types that *kind* has for them."""
    module = module_of(Operation(kind=kind_of(kind), fields={}))
    made = msgspec.to_builtins(msgspec.convert(fields, module.Fields, strict=False))
    return {name: made[name] for name in fields}
