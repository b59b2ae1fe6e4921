"""``bundle.zip``: one change to hand on, without secrets and without contents of files on hosts.

Called by ``service`` through ``wiring``. Everything in it is chosen here field by field; what is
not named here stays out: diffs, task output, inventories with their variables, values of extra
variables and answers. The same change and folders give the same bytes.
"""

import io
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kiki.model.artifact import Artifact
from kiki.model.change import Change, Stage
from kiki.model.errors import UsageError
from kiki.model.ledger import LedgerHead, LedgerRecord
from kiki.model.plan import Plan
from kiki.model.request import Request, Scope
from kiki.store.files import file_failures, write_whole
from kiki.store.told import told_events, told_log, told_result

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold
_MODE = 0o644 << 16


def write_bundle(
    path: str,
    change: Change,
    records: Sequence[LedgerRecord],
    run_folders: Sequence[str],
    *,
    head: LedgerHead | None = None,
    overwrite: bool = False,
) -> str:
    """Write the bundle to *path* and give it back.

    *run_folders* are paths of run folders; ones that are gone are left out. UsageError
    ``store.bundle_exists`` when there is a file and it is not to be overwritten; and what
    ``file_failures`` raises.
    """
    place = Path(path)
    with file_failures(place):
        members = dict(_members(change, records, run_folders, head))
        try:
            write_whole(place, _zipped(members), overwrite=overwrite)
        except FileExistsError:
            raise UsageError("store.bundle_exists", path=path) from None
    return path


def _zipped(members: Mapping[str, bytes]) -> bytes:
    import zipfile  # noqa: PLC0415 -- lazy: every change loads this module, few are bundled

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = _MODE
            info.create_system = 3  # Unix, wherever this runs
            info.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(info, members[name])
    return buffer.getvalue()


def _members(
    change: Change,
    records: Sequence[LedgerRecord],
    run_folders: Sequence[str],
    head: LedgerHead | None,
) -> Iterator[tuple[str, bytes]]:
    yield "change.json", _json(_told_change(change))
    yield "ledger.jsonl", b"".join(_line(_told_record(record)) for record in records)
    if head is not None:
        yield "head.json", _json(msgspec.to_builtins(head))
    for stage in change.stages:
        yield from _stage_members(stage)
    code = {file.path for stage in change.stages for file in _files(stage.artifact)}
    for folder in run_folders:
        yield from _run_members(Path(folder), code)


def _stage_members(stage: Stage) -> Iterator[tuple[str, bytes]]:
    root = f"stages/{_name(stage.name)}"
    for file in _files(stage.artifact):
        yield f"{root}/code/{_inside(file.path)}", file.text.encode()
    if stage.plan is not None:
        yield f"{root}/plan.json", _json(_told_plan(stage.plan))


def _run_members(folder: Path, code: set[str]) -> Iterator[tuple[str, bytes]]:
    root = f"runs/{_name(folder.name)}"
    events = _read(folder / "events.jsonl")
    if events is not None:
        yield f"{root}/events.jsonl", told_events(events)
        yield f"{root}/stdout.log", told_log(events)
    result = _read(folder / "result.json")
    if result is not None:
        yield f"{root}/result.json", told_result(result)
    for path in sorted(code):
        text = _read(folder / "project" / _inside(path))
        if text is not None:
            yield f"{root}/project/{_inside(path)}", text


def _read(path: Path) -> bytes | None:
    """The file's bytes; None for what is not there or not a plain file (a link may lead out)."""
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def _told_change(change: Change) -> dict[str, Any]:
    reading = change.reading
    return {
        "id": change.id,
        "state": change.state,
        "version": change.version,
        "created": change.created,
        "updated": change.updated,
        "reason": change.reason,
        "undoes": change.undoes,
        "redoes": change.redoes,
        "undone_by": change.undone_by,
        "request": _told_request(change.request),
        "reader": reading.reader if reading else "",
        "intent": msgspec.to_builtins(reading.intent) if reading else None,
        "approval": msgspec.to_builtins(change.approval),
        "stages": [_told_stage(stage) for stage in change.stages],
    }


def _told_request(request: Request) -> dict[str, Any]:
    return {
        "message": request.message,
        "target": request.target,
        "name": request.name,
        "flags": sorted(request.flags),
        "answered": sorted(request.answers),
        "secrets": request.secrets,
        "layout": request.layout,
        "lang": request.lang,
        "model": request.model,
        "requester": request.requester,
        "scope": _told_scope(request.scope),
    }


def _told_scope(scope: Scope) -> dict[str, Any]:
    """Without the inventory's text and without values of variables: both may hold passwords."""
    return {
        "inventory": scope.inventory.form if scope.inventory else "",
        "limit": scope.limit,
        "tags": list(scope.tags),
        "extra_vars": sorted(scope.extra_vars),
        "user": scope.user,
        "verify": scope.verify,
        "rollout": msgspec.to_builtins(scope.rollout),
        "timeout_s": scope.timeout_s,
    }


def _told_stage(stage: Stage) -> dict[str, Any]:
    outcome = stage.outcome
    return {
        "name": stage.name,
        "target": stage.target,
        "after": list(stage.after),
        "artifact": stage.artifact.digest() if stage.artifact else "",
        "findings": [
            {"code": found.code, "severity": found.severity, "file": found.file, "line": found.line}
            for found in stage.findings
        ],
        "inventory": stage.inventory.digest() if stage.inventory else "",
        "hosts": list(stage.inventory.hosts) if stage.inventory else [],
        "approvable": stage.decisive.digest() if stage.decisive else "",
        "undo": {"kind": stage.undo.kind, "reason": stage.undo.reason} if stage.undo else None,
        "outcome": None
        if outcome is None
        else {
            "changed": list(outcome.changed),
            "unchanged": list(outcome.unchanged),
            "failed": list(outcome.failed),
            "unreachable": list(outcome.unreachable),
            "unsure": list(outcome.unsure),
            "left": list(outcome.left),
            "verified": outcome.verified,
            "reason": outcome.reason,
        },
    }


def _told_plan(plan: Plan) -> dict[str, Any]:
    actions = [
        {
            "subject": action.subject,
            "task": action.task,
            "verb": action.verb,
            "module": action.module,
            "reason": action.reason,
        }
        for action in plan.actions
    ]
    return {
        "actions": actions,
        "hosts": list(plan.hosts),
        "unreachable": list(plan.unreachable),
        "waves": [list(wave) for wave in plan.waves],
        "errored": plan.errored,
        "complete": plan.complete,
        "risk": plan.risk,
        "reversibility": plan.reversibility,
        "fingerprint": plan.fingerprint(),
    }


def _told_record(record: LedgerRecord) -> dict[str, Any]:
    return {**msgspec.to_builtins(record), "hash": record.hash()}


def _files(artifact: Artifact | None) -> Sequence[Any]:
    return artifact.files if artifact else ()


def _inside(path: str) -> str:
    """*path* without anything that could lead out of its folder."""
    return posixpath.normpath("/" + path).lstrip("/")


def _name(text: str) -> str:
    return re.sub(r"[^\w.+-]|^\.+", "_", text) or "_"


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n"


def _line(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted") + b"\n"
