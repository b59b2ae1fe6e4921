"""Which kind a document is: known, misspelt, removed from Kubernetes, or a custom resource.

Called by ``check`` for every object. What serves a kind now is told for the version that is checked
for. That a beta goes once a stable API of the kind is there is Kubernetes' own deprecation policy.
"""

import re

from kiki.documents.near import near
from kiki.targets.kubernetes import history, schema
from kiki.targets.kubernetes.items import Item
from kiki.targets.kubernetes.schema import Schemas
from kiki.targets.kubernetes.validate import brief

_UNSTABLE = re.compile(r"v\d+(?:alpha|beta)\d+$")


def definition_of(item: Item, schemas: Schemas, custom: frozenset[str]) -> str:
    """The definition's name for *item*; when there is none, what is wrong is reported and the
    text is empty. *custom* are ``group/kind`` that definitions in the same files make."""
    if not _says_what_it_is(item):
        return ""
    found = schemas.kinds.get(f"{item.api}/{item.kind}")
    if found is None:
        _explain(item, schemas, custom)
        return ""
    _warn_of_age(item, schemas)
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


def _warn_of_age(item: Item, schemas: Schemas) -> None:
    """That a newer API serves this kind, or that the one used goes or is switched off."""
    name, api = f"{item.api}/{item.kind}", item.api
    if ends := history.kind_ends(name, schemas.version):
        now = _now(item.kind, schemas, api) or "-"
        item.report("k8s.api_ends", "warning", ("apiVersion",), api=api, last=ends, now=now)
    elif _UNSTABLE.search(api) and (stable := _stable(item, schemas)):
        item.report("k8s.api_superseded", "warning", ("apiVersion",), api=api, now=stable)
    elif "alpha" in api and _UNSTABLE.search(api):
        item.report("k8s.api_alpha", "warning", ("apiVersion",), api=api)


def _stable(item: Item, schemas: Schemas) -> str:
    """The stable API of the item's own group that serves its kind."""
    apis = (api for api in serving(item.kind, schemas) if not _UNSTABLE.search(api))
    return next((api for api in apis if api.rpartition("/")[0] == item.group), "")


def serving(kind: str, schemas: Schemas) -> list[str]:
    """The APIs that serve *kind*: stable ones first, alphas last."""
    apis = (name.rpartition("/")[0] for name in schemas.kinds if name.endswith(f"/{kind}"))
    return sorted(apis, key=lambda api: ("alpha" in api, "beta" in api, api))


def _now(kind: str, known: Schemas, but: str = "") -> str:
    """What serves *kind* instead of *but*; where nothing does yet, what does in the next version
    that has something."""
    others = [api for api in serving(kind, known) if api != but]
    if others:
        return ", ".join(others)
    for later in history.after(known.version):
        if apis := [api for api in serving(kind, schema.schemas(later)) if api != but]:
            return ", ".join(f"{api} ({later}+)" for api in apis)
    return ""


def _explain(item: Item, schemas: Schemas, custom: frozenset[str]) -> None:
    """Why there is no such kind: the most helpful reason that holds."""
    if f"{item.group}/{item.kind}" in custom:
        item.report("k8s.custom_resource", "info", ("kind",), kind=item.kind, api=item.api)
        return
    others = serving(item.kind, schemas)
    groups = {name.rpartition("/")[0].rpartition("/")[0] for name in schemas.kinds}
    if since := history.kind_since(f"{item.api}/{item.kind}", schemas.version):
        params = {"api": item.api, "since": since, "version": schemas.version}
        code = "k8s.api_newer" if others else "k8s.kind_newer"
        params |= {"kind": item.kind} | ({"now": ", ".join(others)} if others else {})
        item.report(code, "error", ("apiVersion",), **params)
    elif last := history.kind_until(f"{item.api}/{item.kind}", schemas.version):
        now = _now(item.kind, schemas) or "-"
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
        params = {"kind": item.kind, "api": item.api, "now": ", ".join(others)}
        item.report("k8s.api_wrong", "error", ("apiVersion",), **params)
        return
    close = near(item.kind, tuple({name.rpartition("/")[2] for name in schemas.kinds}))
    params = {"kind": item.kind, "api": item.api, "near": close or "-"}
    item.report("k8s.kind_unknown_here", "error", ("kind",), **params)
