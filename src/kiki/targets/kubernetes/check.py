"""The strict offline check of Kubernetes manifests, ours or anybody's.

Called by ``target.check``. Reads every file, finds each object's schema, and runs the rules of
``rules/`` over what is there. No I/O but the schema files.
"""

from collections.abc import Iterator
from typing import Any

from kiki.documents.read import Parsed, read_yaml
from kiki.model.artifact import Artifact
from kiki.model.errors import UsageError
from kiki.model.finding import Finding
from kiki.model.kube_versions import KNOWN, NEWEST, minor
from kiki.targets.kubernetes.apis import definition_of
from kiki.targets.kubernetes.items import Item, dig, mappings, text
from kiki.targets.kubernetes.rules import links, naming, pods, secrets, services, sources
from kiki.targets.kubernetes.schema import Schemas, schemas
from kiki.targets.kubernetes.validate import Validator


def check(artifact: Artifact, version: str = "") -> tuple[Finding, ...]:
    """All findings, by file and line, against the API of Kubernetes *version*, the newest known if
    it is empty. UsageError ``k8s.version_unknown`` with those that are known."""
    known = schemas(_known(version))
    parsed = [read_yaml(file.text, file.path) for file in artifact.files]
    findings = [finding for one in parsed for finding in one.findings]
    items = [item for one in parsed for item in items_of(one, findings)]
    if not items and not findings:
        findings.append(_nothing_in(artifact.entry))
    _judge(items, known)
    findings += [finding for item in items for finding in item.findings]
    order = {file.path: index for index, file in enumerate(artifact.files)}
    findings.sort(key=lambda found: (order.get(found.file, -1), found.line, found.column))
    return tuple(findings)


def _known(version: str) -> str:
    found = minor(version or NEWEST)
    if not found:
        raise UsageError("k8s.version_unknown", value=version, known=", ".join(KNOWN))
    return found


def _judge(items: list[Item], known: Schemas) -> None:
    custom = frozenset(kind for item in items for kind in _defined_kinds(item))
    for item in items:
        definition = definition_of(item, known, custom)
        if definition:
            Validator(known, item).check(definition)
        for rule in (naming, pods, secrets, services):
            rule.judge(item)
    links.judge(items)
    sources.judge(items)


def items_of(parsed: Parsed, findings: list[Finding]) -> Iterator[Item]:
    """The objects of a file; those inside a List, too. Empty documents are passed over, as kubectl
    does; anything else is reported in *findings*."""
    for index, data in enumerate(parsed.documents):
        if data is None:
            continue
        if not isinstance(data, dict):
            findings.append(_not_an_object(parsed, index))
        elif _is_list(data):
            for path, item in mappings(data, "items"):
                yield Item(parsed, index, item, path)
        else:
            yield Item(parsed, index, data)


def _is_list(data: dict[Any, Any]) -> bool:
    """Whether this is a List, a ConfigMapList ...: what ``kubectl get -o yaml`` prints."""
    return text(data.get("kind")).endswith("List") and isinstance(data.get("items"), list)


def _nothing_in(file: str) -> Finding:
    return Finding(code="k8s.nothing_here", severity="error", file=file, params={"file": file})


def _not_an_object(parsed: Parsed, index: int) -> Finding:
    line, column = parsed.line_of((), index)
    return Finding(
        code="k8s.not_an_object", severity="error", file=parsed.file, line=line, column=column
    )


def _defined_kinds(item: Item) -> Iterator[str]:
    """``group/kind`` that a CustomResourceDefinition makes."""
    if item.kind == "CustomResourceDefinition":
        group = text(dig(item.data, "spec", "group"))
        yield f"{group}/{text(dig(item.data, 'spec', 'names', 'kind'))}"
