"""Whether two intents ask for the same.

Called by ``scoring``. Two are the same when their operations are, or else their code: an omitted
target port that means the container's is the same as that port said.
"""

import re
from typing import Any

from kiki import pipeline
from kiki.model.errors import PermanentError
from kiki.model.intent import Intent
from kiki.model.profile import Profile
from kiki.model.records import canonical
from kiki.model.request import Request
from kiki.targets import registry
from kiki.targets.ansible import names

Plain = tuple[str, dict[str, Any]]  # kind and fields; lists sorted, one name for each thing

# A play's tasks run one after another; manifests and templates say what is to be, all at once.
_IN_ORDER = ("ansible", "podman")
# Fields whose values go by several names: httpd is apache2 (targets/ansible/names.json).
_NAMED: dict[str, names.Sort] = {"package": "packages", "service": "services", "group": "groups"}
_FAMILY = "(family)"  # no field is called so
_HEADER = re.compile(r"\A(?:#[^\n]*\n)+")


def same(one: Intent, other: Intent, request: Request, profile: Profile) -> bool:
    """Whether both ask for the same operations, or come to the same code."""
    if one.target != other.target:
        return False
    if _ordered(one) == _ordered(other):
        return True
    if kinds_of(one) != kinds_of(other):
        return False
    code = _code(one, request, profile)
    return code is not None and code == _code(other, request, profile)


def kinds_of(intent: Intent) -> list[str]:
    """The kinds of its operations; one operation split in two counts once."""
    return sorted(kind for kind, _ in plain(intent))


def plain(intent: Intent) -> list[Plain]:
    """The operations, each thing by its first name, lists sorted, and neighbours that differ in one
    list only put together (``install a`` and ``install b`` is ``install a, b``)."""
    found: list[Plain] = []
    for operation in intent.operations:
        spec = registry.kind(operation.kind)
        fields = {
            name: _plain_value(value, spec.field(name).shape)
            for name, value in operation.fields.items()
        }
        fields |= {_FAMILY: operation.family} if operation.family else {}
        last = found[-1] if found else None
        joined = _joined(last[1], fields) if last and last[0] == operation.kind else None
        if last and joined is not None:
            found[-1] = (operation.kind, joined)
        else:
            found.append((operation.kind, fields))
    return found


def _ordered(intent: Intent) -> list[bytes]:
    found = [canonical([kind, fields]) for kind, fields in plain(intent)]
    return found if intent.target in _IN_ORDER else sorted(found)


def _plain_value(value: Any, shape: str) -> Any:
    if not isinstance(value, list | tuple):
        return value
    sort = _NAMED.get(shape)
    return sorted({names.canonical(sort, one) if sort else one for one in value})


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any] | None:
    different = [name for name in one if one[name] != other.get(name)]
    if len(different) != 1 or not isinstance(one[different[0]], list):
        return None
    name = different[0]
    return {**one, name: sorted({*one[name], *other[name]})}


def _code(intent: Intent, request: Request, profile: Profile) -> list[str] | None:
    """The text of every file without its header, which has the intent's digest."""
    try:
        artifact = pipeline.render(intent, request, profile)
    except PermanentError:  # values that no code can be made of
        return None
    return sorted(_HEADER.sub("", file.text) for file in artifact.files)
