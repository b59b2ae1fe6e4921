"""Which kind a document is: known, misspelt, removed from Kubernetes, or a custom resource.

Called by ``check`` for every object.
"""

import re

from kiki.documents.near import near
from kiki.targets.kubernetes.items import Item
from kiki.targets.kubernetes.schema import Schemas, last_versions
from kiki.targets.kubernetes.validate import brief


def definition_of(item: Item, schemas: Schemas, custom: frozenset[str]) -> str:
    """The definition's name for *item*; when there is none, what is wrong is reported and the
    text is empty. *custom* are ``group/kind`` that definitions in the same files make."""
    if not _says_what_it_is(item):
        return ""
    found = schemas.kinds.get(f"{item.api}/{item.kind}")
    if found is None:
        _explain(item, schemas, custom)
        return ""
    if re.search(r"v\d+alpha\d+$", item.api):
        item.report("k8s.api_alpha", "warning", ("apiVersion",), api=item.api)
    if note := schemas.definition(found).note:
        item.report("k8s.kind_deprecated", "warning", ("kind",), kind=item.kind, note=note)
    return found


def _says_what_it_is(item: Item) -> bool:
    complete = True
    for field in ("apiVersion", "kind"):
        value = item.data.get(field)
        if value is None:
            item.report("k8s.field_missing", "error", (), field=field)
        elif not isinstance(value, str):
            item.report("k8s.type_wrong", "error", (field,), wanted="string", value=brief(value))
        complete &= isinstance(value, str)
    return complete


def _explain(item: Item, schemas: Schemas, custom: frozenset[str]) -> None:
    """Why there is no such kind: the most helpful reason that holds."""
    if f"{item.group}/{item.kind}" in custom:
        item.report("k8s.custom_resource", "info", ("kind",), kind=item.kind, api=item.api)
        return
    others = [name.rpartition("/")[0] for name in schemas.kinds if name.endswith(f"/{item.kind}")]
    last = last_versions().get(f"{item.api}/{item.kind}")
    groups = {name.rpartition("/")[0].rpartition("/")[0] for name in schemas.kinds}
    if last is not None:
        now = ", ".join(sorted(others)) or "-"
        item.report("k8s.api_removed", "error", ("apiVersion",), api=item.api, last=last, now=now)
    elif item.group in groups:
        _misspelt(item, schemas, others)
    elif "." in item.group and not item.group.endswith("k8s.io"):
        item.report("k8s.custom_resource", "warning", ("kind",), kind=item.kind, api=item.api)
    else:
        apis = tuple({name.rpartition("/")[0] for name in schemas.kinds})
        close = near(item.api, tuple(others) or apis)
        item.report("k8s.api_unknown", "error", ("apiVersion",), api=item.api, near=close or "-")


def _misspelt(item: Item, schemas: Schemas, others: list[str]) -> None:
    if others:
        now = ", ".join(sorted(others))
        params = {"kind": item.kind, "api": item.api, "now": now}
        item.report("k8s.api_wrong", "error", ("apiVersion",), **params)
        return
    close = near(item.kind, tuple({name.rpartition("/")[2] for name in schemas.kinds}))
    params = {"kind": item.kind, "api": item.api, "near": close or "-"}
    item.report("k8s.kind_unknown_here", "error", ("kind",), **params)
