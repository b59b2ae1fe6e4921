"""The operation of several stacks, one after another: templates that were given, as they are.

Called by ``target`` for the kind ``openstack.stacks``. It has no words: ``service.definitions``
makes it of a definition of a virtual data centre. The entry of its code is a page that lists the
stacks in their order; ``program`` makes tasks of it. Pure.
"""

from typing import Any

import msgspec

from kiki.documents.read import read_yaml
from kiki.documents.write import to_yaml
from kiki.model.artifact import Artifact, File, header
from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.plan import Risk
from kiki.model.records import Record

KIND = "openstack.stacks"
OWN = "openstack.template_apply"
ENDING = ".stacks.yaml"


class One(Record, frozen=True, omit_defaults=True):
    """One stack, of the template *file*. With *project* it is made in that project of *domain*,
    which an earlier one may make. *operator* is the parameter that takes the id of whoever applies
    it, *hidden* the parameters that take kept secrets, *parameters* the values of others."""

    name: str
    file: str
    project: str = ""
    domain: str = ""
    operator: str = ""
    hidden: dict[str, str] = {}
    parameters: dict[str, Any] = {}


class Fields(Record, frozen=True):
    """*source* is the file that the templates were made of."""

    source: str
    stacks: tuple[One, ...]


def is_stacks(intent: Intent) -> bool:
    """Whether *intent* is of this kind."""
    return any(operation.kind in (KIND, OWN) for operation in intent.operations)


def fields_of(operation: Operation) -> Fields:
    """The values of *operation*; those of a template of the user's own are made of its files."""
    if operation.kind == OWN:
        from kiki.targets.openstack import own  # noqa: PLC0415 -- lazy: it has stacks itself

        return own.fields_of(operation)
    return msgspec.convert(operation.fields, Fields)


def risk(fields: Fields) -> Risk:
    """People, rights and quotas may be among it."""
    return "medium"


def secrets(intent: Intent) -> dict[str, str]:
    """The hidden parameters of all stacks, with the secret that each takes."""
    stacks = [one for operation in intent.operations for one in fields_of(operation).stacks]
    return {name: secret for one in stacks for name, secret in one.hidden.items()}


def render(intent: Intent) -> Artifact:
    """The page and the templates."""
    known = intent.digest()
    _require_alone(intent)
    stacks = [one for operation in intent.operations for one in fields_of(operation).stacks]
    listed: list[Any] = [msgspec.to_builtins(one) for one in stacks]
    path = f"{intent.name}{ENDING}"
    page = File(path=path, text=to_yaml([{"stacks": listed}], header(known)))
    laid = (page, *(file for one in intent.operations for file in files(one)))
    return Artifact(target="openstack", intent_digest=known, entry=path, files=laid)


def _require_alone(intent: Intent) -> None:
    """UsageError ``openstack.own_apart`` beside another operation, and for one stack twice."""
    kinds = [one.kind for one in intent.operations]
    names = [one.name for each in intent.operations if each.kind in (KIND, OWN)
             for one in fields_of(each).stacks]  # fmt: skip
    if set(kinds) - {KIND, OWN} or len(set(names)) < len(names):
        raise UsageError("openstack.own_apart", kinds=", ".join(dict.fromkeys(kinds)))


def files(operation: Operation) -> tuple[File, ...]:
    """The templates of *operation*."""
    if operation.kind != OWN:
        return operation.given
    from kiki.targets.openstack import own  # noqa: PLC0415 -- lazy: as above

    return own.files_of(operation)


def is_page(artifact: Artifact) -> bool:
    """Whether *artifact* was made here."""
    return bool(artifact.intent_digest) and artifact.entry.endswith(ENDING)


def templates(artifact: Artifact) -> tuple[Artifact, ...]:
    """Each template of a page by itself: none is part of another one."""
    return tuple(
        msgspec.structs.replace(artifact, entry=file.path, files=(file,))
        for file in artifact.files
        if file.path != artifact.entry
    )


def listed(artifact: Artifact) -> tuple[One, ...]:
    """The stacks of a page, in their order."""
    (page,) = read_yaml(artifact.text_of(artifact.entry), artifact.entry).documents
    return msgspec.convert(page["stacks"], tuple[One, ...])


def unseen(artifact: Artifact) -> list[dict[str, Any]]:
    """Each stack of a page and all that its template would make, as the driver's ``check`` tells
    it, for a cloud that can't be asked yet."""
    found: list[dict[str, Any]] = []
    for one in listed(artifact):
        (template,) = read_yaml(artifact.text_of(one.file), one.file).documents
        found.append(_object(f"Stack {one.name}"))
        for name, body in template["resources"].items():
            found.append(_object(f"{name} {body['type']}"))
            found += _members(name, body)
    return found


def _members(name: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The servers of a group."""
    told = body.get("properties") or {}
    inner = told.get("resource_def") if body["type"] == "OS::Heat::ResourceGroup" else None
    if not isinstance(inner, dict):
        return []
    count = range(int(told.get("count", 1)))
    return [_object(f"{name}/{number} {inner['type']}") for number in count]


def _object(title: str) -> dict[str, Any]:
    return {"title": title, "verb": "create", "problems": [], "diff": "", "note": ""}
