"""What a cloud says, as answers: one question for all operations, one part for each.

Called by ``target``. ``execution.clouds.driver.reading`` says what is in the tables: here they
become an answer, and what was refused an error.
"""

from typing import Any

from kiki.model.answer import Answer, Column, Excerpt, Table
from kiki.model.errors import NotFoundError, PermanentError, TemporaryError, UsageError
from kiki.model.finding import Finding
from kiki.model.intent import Intent
from kiki.model.languages import Lang
from kiki.targets.openstack.render import asked
from kiki.targets.port import Masked, Sources

Told = dict[str, Any]
_NOT_FOUND, _FORBIDDEN, _CONFLICT, _MANY, _BUSY = 404, 403, 409, 429, 500
_FAULTS = {"answers.cloud_not_found": NotFoundError, "answers.cloud_ambiguous": UsageError,
           "answers.cloud_no_service": PermanentError}  # fmt: skip


def answer(intent: Intent, sources: Sources, lang: Lang, masked: Masked) -> Answer:
    """The parts of the operations in their order. NotFoundError, PermanentError and TemporaryError
    ``answers.cloud_<what>`` with the service's own words where it refuses."""
    wanted = [asked(operation) for operation in intent.operations]
    told = sources.cloud("reading", {"asks": [module.ask(fields) for module, fields in wanted]})
    for one in told["answers"]:
        require(one)
    parts = [_part(one, masked) for one in told["answers"]]
    return Answer(
        tables=tuple(table for part in parts for table in part.tables),
        excerpts=tuple(excerpt for part in parts for excerpt in part.excerpts),
        data=[
            {"kind": operation.kind, "data": part.data}
            for operation, part in zip(intent.operations, parts, strict=True)
        ],
        remarks=(*(remark for part in parts for remark in part.remarks), _place(told["from"])),
    )


def _part(told: Told, masked: Masked) -> Answer:
    excerpts = tuple(
        Excerpt(title=one["title"], lines=tuple(map(masked, one["lines"])))
        for one in told.get("excerpts", ())
    )
    data = list(excerpts[0].lines) if excerpts else _masked(told["data"], masked)
    return Answer(
        tables=tuple(_table(one, masked) for one in told.get("tables", ())),
        excerpts=excerpts,
        data=data,
        remarks=tuple(_remark(one) for one in told.get("remarks", ())),
    )


def _table(one: Told, masked: Masked) -> Table:
    rows = tuple(tuple(masked(str(cell)) for cell in row) for row in one["rows"])
    columns = tuple(Column(name=name) for name in one["columns"])
    return Table(title=one["title"], columns=columns, rows=rows)


def _masked(data: Any, masked: Masked) -> Any:
    """*data* with what its texts announce as secret taken out."""
    if isinstance(data, list):
        return [_masked(one, masked) for one in data]
    if isinstance(data, dict):
        return {key: _masked(one, masked) for key, one in data.items()}
    return masked(data) if isinstance(data, str) else data


def _remark(one: Told) -> Finding:
    params = {key: str(value) for key, value in one["params"].items()}
    return Finding(code=f"answers.{one['code']}", severity="warning", params=params)


def _place(where: Told) -> Finding:
    params = {key: str(where[key]) for key in ("cloud", "project", "user", "region")}
    return Finding(code="answers.cloud_from", severity="info", params=params)


def require(told: Told) -> None:
    """Raise what a service refused, or what the driver found."""
    if fault := told.get("fault"):
        raise _FAULTS[fault["code"]](fault["code"], **fault["params"])
    refused = told.get("refused")
    if not isinstance(refused, dict):
        return
    status = refused["status"]
    params = {"where": refused["where"], "message": refused["message"]}
    if status == _FORBIDDEN:
        raise PermanentError("answers.cloud_forbidden", **params)
    kind = TemporaryError if status >= _BUSY or status in (_MANY, _CONFLICT) else PermanentError
    raise kind("answers.cloud_refused", status=status, **params)
