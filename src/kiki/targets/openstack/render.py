"""An intent to a HOT template: one file, one stack.

Called by ``target``, also on the path of ``kiki gen``: it imports the code of the asked kinds and
nothing heavy. Pure: the same intent and profile give the same bytes.
"""

import msgspec

from kiki.documents.write import to_yaml
from kiki.model.artifact import Artifact, File, header
from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.model.trees import leaves
from kiki.targets import code_only
from kiki.targets.code_only import Asked
from kiki.targets.openstack.fields import INVALID, SILENT, FileName
from kiki.targets.openstack.joining import join, parameter_names
from kiki.targets.openstack.template import Part

SCRIPT = ".sh"


def render(intent: Intent, profile: Profile) -> Artifact:
    """``<name>.yaml`` with the stack's template.

    UsageError ``openstack.<what>_invalid`` for a value that OpenStack would not take,
    ``openstack.kind_unknown`` for an operation that is not of this target,
    ``openstack.name_twice`` for two operations with one name, ``openstack.needs_another`` for a
    generic one that names what another makes, ``openstack.server_not_here`` where a thing is for a
    server that the message does not make, ``openstack.read_apart`` for looks beside makings.
    """
    path = f"{_file_name(intent.name)}.yaml"
    wanted = tuple(asked(operation) for operation in intent.operations)
    if any(hasattr(module, "act") for module, _ in wanted):
        from kiki.targets.openstack import acting  # noqa: PLC0415 -- lazy: few messages act

        return acting.render(intent, wanted, _file_name(intent.name))
    if any(hasattr(module, "command") for module, _ in wanted):
        return _commands(intent, wanted)
    parts = tuple(module.part(fields, profile) for module, fields in wanted)
    _refuse_needing(intent)
    _refuse_without(wanted, parts)
    digest = intent.digest()
    template = join(parts) if parts else {}
    files = (File(path=path, text=to_yaml([template], header(digest))),)
    return Artifact(target="openstack", intent_digest=digest, entry=path, files=files)


def _commands(intent: Intent, wanted: tuple[Asked, ...]) -> Artifact:
    """What only reads has no template: the same questions as commands of OpenStack's client, for a
    person. UsageError ``openstack.read_apart`` beside an operation that makes something."""
    if not all(hasattr(module, "command") for module, _ in wanted):
        kinds = ", ".join(dict.fromkeys(operation.kind for operation in intent.operations))
        raise UsageError("openstack.read_apart", kinds=kinds)
    path, digest = f"{_file_name(intent.name)}{SCRIPT}", intent.digest()
    lines = [f"# {line}" for line in header(digest)]
    lines += [module.command(fields) for module, fields in wanted]
    files = (File(path=path, text="\n".join(lines) + "\n"),)
    return Artifact(target="openstack", intent_digest=digest, entry=path, files=files)


def hidden(intent: Intent, profile: Profile) -> dict[str, str]:
    """The hidden parameters of the template of *intent*, with the secret that each one takes: its
    value is in no file."""
    wanted = tuple(asked(operation) for operation in intent.operations)
    if any(hasattr(module, "command") or hasattr(module, "act") for module, _ in wanted):
        return {}
    parts = tuple(module.part(fields, profile) for module, fields in wanted)
    found: dict[str, str] = {}
    for names, (module, fields) in zip(parameter_names(parts), wanted, strict=True):
        taken = module.hidden(fields) if hasattr(module, "hidden") else {}
        found |= {names[local]: secret for local, secret in taken.items()}
    return found


def asked(operation: Operation) -> Asked:
    """The module of *operation* and its values, checked."""
    server = operation.kind == "openstack.server_create"
    names = INVALID if server else {**INVALID, "name": "openstack.catalogue_name_invalid"}
    return code_only.asked(operation, "openstack", names, silent=SILENT)


def _file_name(name: str) -> str:
    try:
        return msgspec.convert(name, FileName)
    except msgspec.ValidationError as error:
        params = {"object": "openstack", "path": "name", "value": name}
        raise UsageError("openstack.name_invalid", **params) from error


def _refuse_needing(intent: Intent) -> None:
    """Heat makes resources in any order, unless one refers to the other; a name does not."""
    bodies = [one.fields.get("body") or {} for one in intent.operations]
    named = zip(intent.operations, bodies, strict=True)
    made = [one.fields.get("name") or body.get("name") for one, body in named]
    for index, (operation, body) in enumerate(zip(intent.operations, bodies, strict=True)):
        others = [name for at, name in enumerate(made) if at != index and name]
        for path, leaf in leaves(body):
            if path != ("name",) and leaf in others:
                params = {"value": str(leaf), "type": str(operation.fields.get("type"))}
                raise UsageError("openstack.needs_another", **params)


def _refuse_without(wanted: tuple[Asked, ...], parts: tuple[Part, ...]) -> None:
    """What Heat can only find where the same template makes it."""
    made = {(one.sort, one.name) for part in parts for one in part.makes}
    for module, fields in wanted:
        for sort, name in module.needs(fields) if hasattr(module, "needs") else ():
            if (sort, name) not in made:
                raise UsageError(f"openstack.{sort}_not_here", name=name)
