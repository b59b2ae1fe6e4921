"""An intent to manifests: one file with one document per object.

Called by ``target``, also on the path of ``kiki gen``: it imports the code of the asked kinds and
nothing heavy. Pure: the same intent and profile give the same bytes.
"""

import msgspec
from msgspec.structs import replace

from kiki.documents.write import to_yaml
from kiki.model.artifact import Artifact, File, header
from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.targets import code_only
from kiki.targets.code_only import Asked
from kiki.targets.kubernetes.acting import ENDINGS, Act, joined
from kiki.targets.kubernetes.fields import INVALID, FileName
from kiki.targets.kubernetes.given import laying
from kiki.targets.kubernetes.objects import Context, Further, Manifest, accounts_once

SCRIPT = ".sh"
"""How files of commands end, which hold no manifests."""


def render(intent: Intent, profile: Profile) -> Artifact:
    """``<name>.yaml`` with a document for every object, namespaces first; what acts on objects that
    are there has files of its own, as ``acting`` names them, and the user's own lie beside a page
    of them.

    UsageError ``k8s.<what>_invalid`` for a value that Kubernetes would not take,
    ``k8s.kind_unknown`` for an operation that is not of this target.
    """
    wanted = tuple(asked(operation) for operation in intent.operations)
    if any(hasattr(module, "command") for module, _ in wanted):
        return _commands(intent, wanted)
    name, context = _file_name(intent.name), _context(wanted, profile)
    contexts = [replace(context, given=one.given) for one in intent.operations]
    told = tuple(zip(wanted, contexts, strict=True))
    digest = intent.digest()
    files = tuple(
        file for act in ENDINGS for file in _files(name, act, _doing(act, told), header(digest))
    )
    return Artifact(target="k8s", intent_digest=digest, entry=files[0].path, files=files)


Told = tuple[Asked, Context]


def _doing(act: Act, told: tuple[Told, ...]) -> list[Told]:
    return [each for each in told if getattr(each[0][0], "ACT", "apply") == act]


def _files(name: str, act: Act, told: list[Told], about: tuple[str, ...]) -> list[File]:
    """What the operations that do *act* make; nothing where there are none."""
    if not told:
        return []
    if act == "given":
        return _given(name, told, about)
    return [_file(name, act, told, about)]


def _given(name: str, told: list[Told], about: tuple[str, ...]) -> list[File]:
    """The user's own files, and the page of them."""
    parts = [(fields.namespace, context.given) for (_, fields), context in told]
    about = (*about, *(module.equivalent(fields) for (module, fields), _ in told))
    return [laying.page(parts, name + ENDINGS["given"], about), *laying.files_of(parts)]


def _file(name: str, act: Act, told: list[Told], about: tuple[str, ...]) -> File:
    """The objects of operations that do *act*."""
    made = [one for (module, fields), context in told for one in module.manifests(fields, context)]
    if act == "apply":
        made = accounts_once(made)
        made.sort(key=_not_a_namespace)
    else:
        made = joined(made)
        about = (*about, *(one[0].equivalent(one[1], context) for one, context in told))
    return File(path=name + ENDINGS[act], text=to_yaml(made, about))


def _commands(intent: Intent, wanted: tuple[Asked, ...]) -> Artifact:
    """What only reads has no manifest: the same questions as commands of kubectl, for a person.
    UsageError ``k8s.read_apart`` beside an operation that makes something."""
    if not all(hasattr(module, "command") for module, _ in wanted):
        kinds = ", ".join(dict.fromkeys(operation.kind for operation in intent.operations))
        raise UsageError("k8s.read_apart", kinds=kinds)
    path, digest = f"{_file_name(intent.name)}{SCRIPT}", intent.digest()
    lines = [f"# {line}" for line in header(digest)]
    lines += [module.command(fields) for module, fields in wanted]
    files = (File(path=path, text="\n".join(lines) + "\n"),)
    return Artifact(target="k8s", intent_digest=digest, entry=path, files=files)


def asked(operation: Operation) -> Asked:
    """The module of *operation* and its values, checked."""
    return code_only.asked(operation, "kubernetes", INVALID)


def _context(asked: tuple[Asked, ...], profile: Profile) -> Context:
    listening: dict[str, int] = {}
    exposed: dict[str, tuple[int, ...]] = {}
    for module, fields in asked:
        if hasattr(module, "listening"):
            where, port = module.listening(fields)
            listening[where] = port
        if hasattr(module, "exposing"):
            where, ports = module.exposing(fields)
            exposed[where] = tuple(dict.fromkeys((*exposed.get(where, ()), *ports)))
    return Context(
        profile=profile,
        listening=listening,
        exposed=exposed,
        containers=_containers(asked, profile),
    )


def _containers(asked: tuple[Asked, ...], profile: Profile) -> dict[str, tuple[Further, ...]]:
    """What operations add to the pods of others; UsageError ``k8s.container_alone`` for one whose
    workload is not in the request."""
    runs = {module.listening(fields)[0] for module, fields in asked if hasattr(module, "listening")}
    found: dict[str, tuple[Further, ...]] = {}
    for module, fields in asked:
        if hasattr(module, "further"):
            where, one = module.further(fields, Context(profile=profile))
            if where not in runs:
                raise UsageError("k8s.container_alone", name=fields.name, workload=fields.workload)
            found[where] = (*found.get(where, ()), one)
    return found


def _file_name(name: str) -> str:
    try:
        return msgspec.convert(name, FileName)
    except msgspec.ValidationError as error:
        params = {"object": "k8s", "path": "name", "value": name}
        raise UsageError("k8s.name_invalid", **params) from error


def _not_a_namespace(manifest: Manifest) -> bool:
    """Namespaces sort first: a file is applied from its top."""
    return bool(manifest["kind"] != "Namespace")
