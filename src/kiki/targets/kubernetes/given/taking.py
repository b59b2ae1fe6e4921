"""An intent with the user's own manifests that it names, read once and looked through first.

Called by ``target.take_in``. What is taken is kept with the change for good, so that all that must
not be kept is found before: values of a Secret in plain. With any error no text is taken at all, as
nobody can say what a file that can't be read holds. For a deletion only names are taken.
"""

import posixpath
import re
from collections.abc import Iterator

from msgspec.structs import replace

from kiki.documents.read import Parsed, read_yaml
from kiki.documents.write import to_yaml
from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.model.finding import Finding, has_errors
from kiki.model.intent import Intent, Operation
from kiki.targets.kubernetes.check import items_of
from kiki.targets.kubernetes.given.gathering import Wanted, gathered
from kiki.targets.kubernetes.items import Item, dig
from kiki.targets.kubernetes.kept import FIELD, only_names
from kiki.targets.kubernetes.render import asked
from kiki.targets.kubernetes.rules.naming import CLUSTER_WIDE
from kiki.targets.port import Files, Taken

APPLY, DELETE = "k8s.manifests_apply", "k8s.manifests_delete"
_VALUES = re.compile(r"\{\{-?\s*(?:\.(?:Values|Release|Chart|Capabilities)\b|include\s|template\s)")
_LAST = "kubectl.kubernetes.io/last-applied-configuration"
_KUSTOMIZATIONS = ("Kustomization", "Component")


def take_in(intent: Intent, files: Files) -> Taken:
    """*intent* with its files; those that have theirs already keep them. Findings name the user's
    own file and line."""
    findings: list[Finding] = []
    known: dict[str, Finding] = {}
    operations = []
    for operation in intent.operations:
        if operation.kind in (APPLY, DELETE) and not operation.given:
            operation = _filled(operation, files, findings, known)
        operations.append(operation)
    if not has_errors(tuple(findings)):
        return Taken(intent=replace(intent, operations=tuple(operations)))
    findings.sort(key=lambda found: (found.file, found.line, found.column))
    return Taken(intent=intent, findings=tuple(findings))


def _filled(
    operation: Operation, files: Files, findings: list[Finding], known: dict[str, Finding]
) -> Operation:
    _, fields = asked(operation)
    given = []
    for file in gathered(fields, files):
        if isinstance(file, UsageError):
            findings.append(_refused(file))
            continue
        items = _items(file, findings)
        for item in items:
            _judge(item, operation.kind, fields.namespace, known)
            findings += item.findings
        given.append(file if operation.kind == APPLY else _names(file, items))
    if not has_errors(tuple(findings)) and not any(file.text.strip() for file in given):
        empty = Finding(code="k8s.nothing_here", severity="error", params={"file": _said(fields)})
        findings.append(replace(empty, file=fields.paths[0]))
    return replace(operation, given=tuple(given))


def _said(fields: Wanted) -> str:
    return ", ".join(fields.paths)


def _refused(error: UsageError) -> Finding:
    params = {key: str(value) for key, value in error.params.items()}
    place = params.get("path") or params.get("file") or ""
    return Finding(code=error.code, severity="error", file=place, params=params)


def _items(file: File, findings: list[Finding]) -> list[Item]:
    """The objects of *file*; a template is named as such, and not for what YAML makes of it."""
    template = _VALUES.search(file.text)
    if template:
        findings.append(_template(file, template.start()))
        return []
    parsed = read_yaml(file.text, file.path)
    wrong = [found for found in parsed.findings if found.severity == "error"]
    items = list(items_of(parsed, wrong))
    if not wrong and not items:
        wrong.append(_nothing(parsed))
    findings += wrong
    return items


def _template(file: File, at: int) -> Finding:
    line = file.text.count("\n", 0, at) + 1
    column = at - (file.text.rfind("\n", 0, at) + 1) + 1
    params = {"file": file.path, "folder": posixpath.dirname(file.path) or "."}
    return Finding(
        code="k8s.given_template", severity="error", file=file.path, line=line, column=column,
        params=params,
    )  # fmt: skip


def _nothing(parsed: Parsed) -> Finding:
    params = {"file": parsed.file}
    return Finding(code="k8s.nothing_here", severity="error", file=parsed.file, params=params)


def _judge(item: Item, kind: str, namespace: str, known: dict[str, Finding]) -> None:
    """What stops a file from being taken, whatever the schema says of it."""
    if item.kind in _KUSTOMIZATIONS and item.group == "kustomize.config.k8s.io":
        item.report("k8s.given_is_kustomization", "error", ("kind",))
        return
    if not (item.api and item.kind and item.name):
        item.report("k8s.given_unnamed", "error", ("metadata",))
        return
    if namespace and item.namespace not in ("", namespace):
        path = ("metadata", "namespace")
        item.report("k8s.given_namespace", "error", path, said=namespace, value=item.namespace)
    if kind == APPLY:
        _secret(item)
    _twice(item, namespace, known)


def _secret(item: Item) -> None:
    if item.kind != "Secret" or item.group:
        return
    for field, path in _plain(item):
        item.report("k8s.given_secret", "error", path, field=field, name=item.name)


def _plain(item: Item) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where values of a Secret stand in plain; base64 hides nothing."""
    for field in ("data", FIELD):
        values = item.data.get(field)
        if not values:
            continue
        if field != FIELD or not isinstance(values, dict) or not only_names(values):
            yield field, (field,)
    if dig(item.data, "metadata", "annotations", _LAST):
        yield f"metadata.annotations.{_LAST}", ("metadata", "annotations", _LAST)


def _twice(item: Item, namespace: str, known: dict[str, Finding]) -> None:
    """One object is there once; otherwise the last of two would win without a word."""
    where = "" if item.kind in CLUSTER_WIDE else item.namespace or namespace
    key = f"{item.group}/{item.kind} {where}/{item.name}"
    line, column = item.parsed.line_of(item.root, item.index)
    first = known.get(key)
    if first is not None:
        item.report("k8s.given_twice", "error", (), first=f"{first.file}:{first.line}")
        return
    here = Finding(code="", severity="info", file=item.parsed.file, line=line, column=column)
    known[key] = here


def _names(file: File, items: list[Item]) -> File:
    """Which objects are in *file*, and nothing else of them."""
    parts = []
    for item in items:
        where = {"namespace": item.namespace} if item.namespace else {}
        about = {"name": item.name, **where}
        parts.append({"apiVersion": item.api, "kind": item.kind, "metadata": about})
    return replace(file, text=to_yaml(parts) if parts else "")
