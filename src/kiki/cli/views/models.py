"""The models of this machine, and the server that runs one of them.

Called by ``cli.models``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kiki.cli.layout import table
from kiki.cli.look import Look
from kiki.provision.models.catalogue import Engine, Model, Source
from kiki.settings import Settings

_STYLES = {"proven": "green", "unproven": "green", "partial": "yellow", "damaged": "red"}


class Row(NamedTuple):
    """A model and how it stands: ``absent``, ``partial``, ``unproven`` (here, not hashed yet),
    ``proven`` or ``damaged``. *size* is what is there of it, in bytes."""

    model: Model
    state: str
    path: str
    size: int


class Running(NamedTuple):
    """A model's server; while it is *loading* it can't say what it is."""

    model: str
    backend: str = ""
    pid: int = 0
    uses: int = 0
    up_s: float = 0.0
    idle_s: float = 0.0
    loading: bool = False


def human(rows: Sequence[Row], running: Running | None, settings: Settings, look: Look) -> str:
    """A table, a note for each model, and what runs."""
    cells = [_cells(row, settings, look) for row in rows]
    lines = []
    for row, line in zip(rows, table(cells).splitlines(), strict=True):
        lines += [line, "    " + look.paint(look.say(row.model.note), "dim")]
    return "\n".join([*lines, "", _engine(settings, look), _running(running, settings, look)])


def _cells(row: Row, settings: Settings, look: Look) -> list[str]:
    model = row.model
    mark = "* " if settings.model == model.id else "  "
    state = look.say(f"model.state_{row.state}", percent=str(100 * row.size // model.size))
    return [
        mark + look.paint(model.id, "bold"),
        f"{model.size // 1_000_000} MB",
        model.licence,
        ", ".join(model.languages),
        look.paint(state, _STYLES.get(row.state, "dim")),
        row.path,
    ]


def _engine(settings: Settings, look: Look) -> str:
    if settings.engine in ("embedded", "openvino"):
        return look.say("model.engine_is", engine=settings.engine, model=settings.model or "-")
    return look.say("model.engine_none", engine=settings.engine)


def _running(running: Running | None, settings: Settings, look: Look) -> str:
    if running is None:
        return look.say("model.not_running")
    if running.loading:
        return look.say("model.loading")
    params = {"idle": f"{running.idle_s:.0f}", "limit": str(settings.model_idle_s)}
    return look.say("model.running", model=running.model, pid=str(running.pid), **params)


def row_json(row: Row) -> dict[str, Any]:
    """Keys: id, name, file, size, sha256, licence, languages, family, context, memory_mb,
    for_tests, state, path, have (bytes)."""
    model = row.model
    return {
        "id": model.id,
        "name": model.name,
        "file": model.file,
        "size": model.size,
        "sha256": model.sha256,
        "licence": model.licence,
        "languages": list(model.languages),
        "family": model.family,
        "context": model.context,
        "memory_mb": dict(model.memory_mb),
        "for_tests": model.for_tests,
        "state": row.state,
        "path": row.path,
        "have": row.size,
    }


def as_json(
    rows: Sequence[Row], running: Running | None, settings: Settings, look: Look
) -> dict[str, Any]:
    """Keys: models (see ``row_json``, and chosen, note), engine, running (or null)."""
    listed = [
        row_json(row) | {"chosen": settings.model == row.model.id, "note": look.say(row.model.note)}
        for row in rows
    ]
    now = None if running is None else running._asdict()
    return {"models": listed, "engine": settings.engine, "running": now}


def proposal(model: Model, source: Source, folder: Path, engine: Engine) -> dict[str, str]:
    """What a person agrees to, as parameters of a message."""
    return {
        "id": model.id,
        "name": model.name,
        "size": str(model.size // 1_000_000),
        "memory": str(model.memory_mb.get(engine, 0)),
        "licence": model.licence,
        "where": source.where,
        "folder": str(folder),
    }
