"""The OpenAPI 3.1 document of the table: published at /openapi.json, checked in as
docs/api/openapi.json.

Called by ``app`` and by tools/render_openapi.py. Schemas are msgspec's of the very records that are
decoded."""

import re
from typing import Any

import msgspec

from kiki import __version__
from kiki.model.wire import MEDIA_TYPE, Line, Problem
from kiki.server import bodies
from kiki.server.operations import OPERATIONS, Operation

_REF = "#/components/schemas/{name}"
_TEXT = {"type": "string"}
_LIMIT = {"type": "integer", "minimum": 1, "maximum": 1000}


def document() -> dict[str, Any]:
    """The whole document."""
    types = [one for op in OPERATIONS for one in (op.body, op.result) if one is not None]
    known = [one for one in dict.fromkeys(types) if one is not bodies.Object]
    _, schemas = msgspec.json.schema_components([*known, Line, Problem], ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kiki", "version": __version__},
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return paths


def _operation(operation: Operation) -> dict[str, Any]:
    rights = " | ".join(sorted(operation.rights))
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": (operation.do.__doc__ or "").partition(";")[0].partition("\n")[0],
        "responses": {
            "200": {"description": "", "content": _content(operation)},
            "default": {"description": "", "content": {MEDIA_TYPE: {"schema": _of(Problem)}}},
        },
        "security": [] if operation.anybody else [{"token": []}],
    }
    if rights:
        found["x-rights"] = rights
    if operation.body:
        body = {"application/json": {"schema": _of(operation.body)}}
        found["requestBody"] = {"required": True, "content": body}
    parameters = [*_in_path(operation), *_in_query(operation)]
    if operation.answers == "events":
        parameters.append({"name": "Last-Event-ID", "in": "header", "schema": _TEXT})
    return found | ({"parameters": parameters} if parameters else {})


def _content(operation: Operation) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "stream": {"application/x-ndjson": {"schema": _of(Line)}},
        "zip": {"application/zip": {}},
        "events": {"text/event-stream": {}},
        "text": {"text/plain": {}},
    }
    if operation.answers in kinds:
        return kinds[operation.answers]
    both: dict[str, Any] = {"text/event-stream": {}} if operation.answers == "chat" else {}
    return {"application/json": {"schema": _of(operation.result)}, **both}


def _in_path(operation: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", operation.path)
    return [{"name": one, "in": "path", "required": True, "schema": _TEXT} for one in names]


def _in_query(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": one, "in": "query", "schema": _LIMIT if one == "limit" else _TEXT}
        for one in operation.query
    ]


def _of(kind: Any) -> dict[str, Any]:
    if kind is bodies.Object:
        return {"type": "object"}
    return {"$ref": _REF.format(name=kind.__name__)}
