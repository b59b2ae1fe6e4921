"""What a cluster says, as answers: one question for all operations, one part for each.

Called by ``target``. Each kind that reads has a module ``answer`` beside its ``operation``, whose
``answer(fields, told, heard)`` makes its part of what ``execution.clusters.driver.reading`` told.
"""

import importlib
from typing import Any, NamedTuple

from kiki.model.answer import Answer
from kiki.model.errors import NotFoundError, PermanentError, TemporaryError, UsageError
from kiki.model.finding import Finding
from kiki.model.intent import Intent
from kiki.model.languages import Lang
from kiki.targets.kubernetes.render import asked
from kiki.targets.port import Masked, Sources

Told = dict[str, Any]
_NOT_FOUND, _FORBIDDEN, _MANY, _BUSY = 404, 403, 429, 500


class Heard(NamedTuple):
    """What a kind makes its answer with; *masked* takes secrets out of a text."""

    lang: Lang
    masked: Masked


def answer(intent: Intent, sources: Sources, lang: Lang, masked: Masked) -> Answer:
    """The parts of the operations in their order. NotFoundError, PermanentError and TemporaryError
    ``answers.k8s_<what>`` with the server's own words where it refuses."""
    wanted = [asked(operation) for operation in intent.operations]
    asks = [module.ask(fields) for module, fields in wanted]
    told = sources.cluster("reading", {"asks": asks})
    parts = []
    for (module, fields), one in zip(wanted, told["answers"], strict=True):
        require(one)
        parts.append(_part(module, fields, one, Heard(lang, masked)))
    return Answer(
        tables=tuple(table for part in parts for table in part.tables),
        excerpts=tuple(excerpt for part in parts for excerpt in part.excerpts),
        data=[
            {"kind": operation.kind, "data": part.data}
            for operation, part in zip(intent.operations, parts, strict=True)
        ],
        remarks=(*(remark for part in parts for remark in part.remarks), _place(told["from"])),
    )


def _part(module: Any, fields: Any, told: Told, heard: Heard) -> Answer:
    beside = importlib.import_module(module.__name__.rpartition(".")[0] + ".answer")
    made: Answer = beside.answer(fields, told, heard)
    return made


def _place(where: Told) -> Finding:
    params = {key: str(where[key]) for key in ("context", "cluster", "namespace")}
    return Finding(code="answers.k8s_from", severity="info", params=params)


def require(told: Told) -> None:
    """Raise what the server refused, or what the driver found."""
    if fault := told.get("fault"):
        wrong = fault["code"] == "answers.k8s_no_such_kind"
        raise (UsageError if wrong else TemporaryError)(fault["code"], **fault["params"])
    refused = told.get("refused")
    if not isinstance(refused, dict):
        return
    status, message = refused["status"], refused["message"]
    if status == _NOT_FOUND:
        raise NotFoundError("answers.k8s_not_found", message=message)
    if status == _FORBIDDEN:
        raise PermanentError("answers.k8s_forbidden", message=message)
    kind = TemporaryError if status >= _BUSY or status == _MANY else PermanentError
    raise kind("answers.k8s_refused", status=status, message=message)


def remarks_of(told: Told) -> tuple[Finding, ...]:
    """What has to be said beside a list: a namespace that is not there, and what was left out."""
    found = []
    if namespace := told.get("no_namespace"):
        params = {"namespace": namespace}
        found.append(Finding(code="answers.k8s_no_namespace", severity="warning", params=params))
    left = int(told.get("left") or 0) + sum(table["left"] for table in told.get("tables", ()))
    if left:
        params = {"count": str(left)}
        found.append(Finding(code="answers.k8s_left", severity="warning", params=params))
    return tuple(found)
