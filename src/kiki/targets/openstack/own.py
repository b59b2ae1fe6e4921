"""Heat templates of the user's own: read once, checked under the user's own paths, made a stack.

Called by ``target`` for the kind ``openstack.template_apply``. The template and the values stand in
the intent from then on, as manifests do (docs/decisions/0024-own-manifests.md); the stack goes the
way of ``stacks``. Nested templates, files that a template reads, and types of an environment's own
are refused: Heat knows such a file by where it lay when it was sent, so that each further plan
would call it changed. Limits: heat.conf, ``max_template_size``.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kiki.documents.read import Parsed, read_yaml
from kiki.model.artifact import Artifact, File
from kiki.model.errors import UsageError
from kiki.model.finding import Finding, has_errors
from kiki.model.intent import Intent, Operation
from kiki.model.records import Record
from kiki.targets.openstack.check import VERSION, check
from kiki.targets.openstack.render import asked
from kiki.targets.openstack.stacks import Fields, One
from kiki.targets.port import Files, Taken

KIND = "openstack.template_apply"
FOLDER = "given/"
LARGEST = 524_288
_SECRET = re.compile(r"\{\{secret:([A-Za-z_][A-Za-z0-9_-]{0,99})\}\}")
_TRUE = ("true", "1", "yes", "on", "y", "t")
Path = Annotated[str, Meta(min_length=1, max_length=4096)]
Pair = Annotated[str, Meta(pattern=r"^[^=\x00-\x1f]+=")]


class Given(Record, frozen=True):
    """The template at *path* becomes the stack *stack* (empty: called as the file is), with the
    *parameters* (``name=value``) over those of the *environments*."""

    path: Path
    stack: str = ""
    parameters: tuple[Pair, ...] = ()
    environments: tuple[Path, ...] = ()


def take_in(intent: Intent, files: Files) -> Taken:
    """*intent* with its files; those that have theirs already keep them."""
    operations, findings = [], []
    for operation in intent.operations:
        if operation.kind == KIND and not operation.given:
            operation, found = _filled(operation, files)
            findings += found
        operations.append(operation)
    if has_errors(tuple(findings)):
        return Taken(intent=intent, findings=tuple(findings))
    return Taken(intent=msgspec.structs.replace(intent, operations=tuple(operations)))


def _filled(operation: Operation, files: Files) -> tuple[Operation, list[Finding]]:
    fields: Given = asked(operation)[1]
    given, findings = [], []
    for path in (fields.path, *fields.environments):
        try:
            given.append(File(path=path, text=files.read(path)))
        except UsageError as error:
            params = {key: str(value) for key, value in error.params.items()}
            findings.append(Finding(code=error.code, severity="error", file=path, params=params))
    if findings:
        return operation, findings
    filled = msgspec.structs.replace(operation, given=tuple(given))
    return filled, [*_judged(given[0]), *_environments(given[1:]), *_values(filled)]


# -- what is looked at before anything is kept --------------------------------------------------


def _judged(file: File) -> Iterator[Finding]:
    if len(file.text.encode()) > LARGEST:
        sizes = {"size": str(len(file.text.encode())), "limit": str(LARGEST)}
        yield Finding(
            code="openstack.own_too_large", severity="error", file=file.path, params=sizes
        )
        return
    alone = Artifact(target="openstack", intent_digest="", entry=file.path, files=(file,))
    found = check(alone)
    yield from (one for one in found if one.severity == "error")
    parsed = read_yaml(file.text, file.path)
    if has_errors(found) or not isinstance(parsed.documents[0], dict):
        return
    if VERSION not in parsed.documents[0]:
        yield _finding(parsed, (), "own_no_template")
    for path, name in _fetched(parsed.documents[0], ()):
        yield _finding(parsed, path, "own_nested", name=name)


def _fetched(
    value: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where another file is named."""
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _fetched(one, (*path, index))
    if not isinstance(value, dict):
        return
    for key, one in value.items():
        nested = (
            key == "type" and isinstance(one, str) and one.endswith((".yaml", ".yml", ".template"))
        )
        if nested or (key == "get_file" and len(value) == 1):
            yield (*path, key), str(one)
        else:
            yield from _fetched(one, (*path, key))


def _environments(given: list[File]) -> Iterator[Finding]:
    for file in given:
        parsed = read_yaml(file.text, file.path)
        yield from (one for one in parsed.findings if one.severity == "error")
        data = parsed.documents[0] if len(parsed.documents) == 1 else None
        if not isinstance(data, dict):
            yield _finding(parsed, (), "own_environment", name="-")
            continue
        for key in data:
            if key not in ("parameters", "parameter_defaults"):
                yield _finding(parsed, (key,), "own_environment", name=str(key))


def _values(operation: Operation) -> Iterator[Finding]:
    """Values for what is no parameter, those that are missing, and hidden ones in plain."""
    template = _template(operation)
    known: dict[str, Any] = template.get("parameters") or {}
    values = _told(operation)
    file = operation.given[0].path

    def wrong(what: str, name: str, **params: str) -> Finding:
        code = f"openstack.own_{what}"
        return Finding(code=code, severity="error", file=file, params={"name": name, **params})

    for name, value in values.items():
        plain = _SECRET.sub("", str(value))
        if "{{" in plain or "{%" in plain:
            yield wrong("braces", name)
        elif name not in known:
            yield wrong("parameter_unknown", name, known=", ".join(sorted(known)) or "-")
        elif _hidden(known[name]) and not _SECRET.fullmatch(str(value)):
            yield wrong("hidden_plain", name)
        elif not _hidden(known[name]) and _SECRET.search(str(value)):
            yield wrong("secret_shown", name)
    for name, about in known.items():
        if isinstance(about, dict) and "default" not in about and name not in values:
            yield wrong("parameter_missing", str(name))


def _hidden(about: Any) -> bool:
    return isinstance(about, dict) and str(about.get("hidden", "")).lower() in _TRUE


def _finding(parsed: Parsed, path: tuple[str | int, ...], what: str, **params: str) -> Finding:
    line, column = parsed.line_of(path)
    return Finding(
        code=f"openstack.{what}", severity="error", file=parsed.file, line=line, column=column,
        params={"file": parsed.file, **params},
    )  # fmt: skip


# -- the stack ------------------------------------------------------------------------------------


def fields_of(operation: Operation) -> Fields:
    """The stack that *operation* is; none before its files are taken in."""
    fields: Given = asked(operation)[1]
    if not operation.given:
        return Fields(source=fields.path, stacks=())
    known: dict[str, Any] = _template(operation).get("parameters") or {}
    values = {name: one for name, one in _told(operation).items() if name in known}
    secret = {name: one for name, one in values.items() if _hidden(known[name])}
    found = {name: _SECRET.fullmatch(str(one)) for name, one in secret.items()}
    one = One(
        name=fields.stack or posixpath.basename(fields.path).rpartition(".")[0],
        file=laid(fields.path),
        hidden={name: match[1] for name, match in found.items() if match},
        parameters={name: one for name, one in values.items() if name not in secret},
    )
    return Fields(source=fields.path, stacks=(one,))


def laid(path: str) -> str:
    """Where the user's file stands in an artifact: never outside, whatever its path is."""
    steps = ("up" if step == ".." else step for step in posixpath.normpath(path).split("/"))
    return FOLDER + "/".join(step for step in steps if step)


def files_of(operation: Operation) -> tuple[File, ...]:
    """The template, byte for byte; what environments say stands in the page."""
    return tuple(File(path=laid(one.path), text=one.text) for one in operation.given[:1])


def _template(operation: Operation) -> dict[str, Any]:
    file = operation.given[0]
    documents = read_yaml(file.text, file.path).documents
    return documents[0] if documents and isinstance(documents[0], dict) else {}


def _told(operation: Operation) -> dict[str, Any]:
    """The values by parameter: those of later environments count more, and what was said most."""
    values: dict[str, Any] = {}
    for section in ("parameter_defaults", "parameters"):
        for file in operation.given[1:]:
            documents = read_yaml(file.text, file.path).documents
            told = documents[0] if documents and isinstance(documents[0], dict) else {}
            values |= told.get(section) or {}
    pairs = [one.partition("=") for one in operation.fields.get("parameters") or ()]
    return values | {name.strip(): value for name, _, value in pairs}
