"""What ``kiki model`` does: the files on the shelves, the one in use, the server that runs it.

Called by ``commands.model``. Models are always of this machine, also when changes go to a server.
"""

import shutil
from pathlib import Path
from typing import cast

from kiki.cli.context import Context
from kiki.cli.views import models as view
from kiki.cli.views.models import Row, Running
from kiki.engines.embedded import host, making, orders
from kiki.model.agent import Progress
from kiki.model.errors import PermanentError, UsageError
from kiki.model.exits import Exit
from kiki.provision.models import catalogue, memory, pulls, sources
from kiki.provision.models.catalogue import Engine, Model, Source
from kiki.provision.models.choosing import require_engine
from kiki.provision.models.proofs import Proofs, set_aside
from kiki.provision.models.shelves import Shelves
from kiki.settings import writing

_LOOK_S = 2.0  # how long a server may take to say how it is


class Stock:
    """The models of this machine, as the settings say where they lie."""

    def __init__(self, context: Context) -> None:
        self.settings = context.settings
        self.shelves = Shelves(self.settings.model_dirs, self.settings.state_dir)
        self.proofs = Proofs(self.shelves.state)
        self._tell = context.teller

    def report(self, code: str, params: dict[str, str]) -> None:
        """Tell of one step."""
        self._tell(Progress(code=code, params=params))

    @property
    def engine(self) -> Engine:
        """The engine that runs models here, also before one is configured."""
        return "openvino" if self.settings.engine == "openvino" else "embedded"

    def row(self, model: Model) -> Row:
        """How the model stands, without hashing anything."""
        path = self.shelves.find(model)
        partial = self.shelves.partial(model)
        if path is None:
            have = partial.stat().st_size if partial.exists() else 0
            state = "partial" if have else "absent"
            return Row(model, state, "", have)
        size = path.stat().st_size
        proven = self.proofs.holds(path, model)
        state = "proven" if proven else "unproven" if size == model.size else "damaged"
        return Row(model, state, str(path), size)

    def running(self) -> Running | None:
        """The server, if there is one."""
        try:
            found = host.status(orders.socket_of(self.settings.state_dir), _LOOK_S)
        except TimeoutError:
            return Running("", loading=True)
        if found is None:
            return None
        return Running(
            found["model"],
            backend=found["backend"],
            pid=found["pid"],
            uses=found["uses"],
            up_s=found["up_s"],
            idle_s=found["idle_s"],
        )

    def stop(self) -> bool:
        """End the server; whether there was one."""
        return host.stop(orders.socket_of(self.settings.state_dir))


def listed(context: Context) -> Exit:
    """Show every model, where it is, and what runs."""
    stock = Stock(context)
    rows = [stock.row(model) for model in catalogue.models()]
    settings, running = context.settings, stock.running()
    context.show(view.human(rows, running, settings, context.look))
    context.json(view.as_json(rows, running, settings, context.look))
    return Exit.DONE


def pulled(context: Context, which: str, source: str, *, agreed: bool) -> Exit:
    """Fetch one, after a yes."""
    stock = Stock(context)
    model, tries = _proposal(stock, which, source)
    path = _here(context, stock, model)
    if path is None:
        if not agreed:
            _agree(context, stock, model, tries[0])
        path = pulls.pull(model, tries, stock.shelves, stock.proofs, stock.report)
    context.show(context.look.say("model.pulled", id=model.id, path=str(path)))
    context.json({"model": model.id, "path": str(path), "sha256": model.sha256})
    if context.settings.model != model.id or context.settings.engine == "none":
        context.note("model.how_to_use", id=model.id)
    return Exit.DONE


def _here(context: Context, stock: Stock, model: Model) -> Path | None:
    """The model's proven file, if there is one already; a wrong one is told of."""
    path = stock.shelves.find(model)
    return path if path is not None and _holds(context, stock, path, model) else None


def _proposal(stock: Stock, which: str, source: str) -> tuple[Model, tuple[Source, ...]]:
    """The model that was named, or the best one that fits the memory and can be had now; and where
    from. UsageError ``model.no_source``, ``model.none_fits`` or ``model.none_reachable``."""
    mirrors = stock.settings.model_mirrors
    if which:
        model = catalogue.named(which)
        tries = sources.sources(model, mirrors, source)
        if not tries:
            raise UsageError("model.no_source", id=which)
        return model, tries
    free = memory.free_mb()
    fitting = catalogue.fitting(stock.engine, free)
    if not fitting:
        raise UsageError("model.none_fits", free=str(free))
    for model in fitting:
        stock.report("model.looking", {"id": model.id})
        tries = sources.sources(model, mirrors, source)
        found = tuple(one for one in tries if sources.reachable(one))
        if found:
            return model, found
    raise UsageError("model.none_reachable", ids=", ".join(model.id for model in fitting))


def _agree(context: Context, stock: Stock, model: Model, source: Source) -> None:
    """Return after a yes. UsageError ``model.not_agreed`` without a terminal, or
    ``model.declined``."""
    params = view.proposal(model, source, stock.shelves.home, stock.engine)
    if not context.interactive:
        raise UsageError("model.not_agreed", **params)
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: only when there is something to agree to

    context.note("model.proposal", **params)
    if not ask.yes(context, "prompt_pull"):
        raise UsageError("model.declined", id=model.id)


def used(context: Context, which: str, engine: str) -> Exit:
    """Make it the one that is asked: written into the user's configuration."""
    stock = Stock(context)
    model = _named(which)
    kind = cast(Engine, engine) if engine else stock.engine
    require_engine(model, kind)
    making.proven(context.settings, model, stock.report)
    config = Path(context.settings.config_file)
    writing.put(config, {"engine": kind, "model": model.id})
    context.show(context.look.say("model.used", id=model.id, engine=kind, path=str(config)))
    context.json({"model": model.id, "engine": kind, "config": str(config)})
    if model.for_tests:
        context.note("model.only_for_tests", id=model.id)
    for key in ("engine", "model"):
        origin = context.settings.origins[key]
        if origin.where == "environment":
            context.note("model.overridden", key=key, variable=origin.detail)
    return Exit.DONE


def verified(context: Context, which: str) -> Exit:
    """Hash one, or all that are here; a damaged one of ours is moved aside."""
    stock = Stock(context)
    wanted = (catalogue.named(which),) if which else catalogue.models()
    found = [(model, path) for model in wanted if (path := stock.shelves.find(model))]
    if which and not found:
        raise UsageError("model.absent", id=which)
    for _, path in found:
        stock.proofs.forget(path)
    bad = [model.id for model, path in found if not _holds(context, stock, path, model)]
    for model, path in found:
        if model.id not in bad:
            context.show(context.look.say("model.verified", id=model.id, path=str(path)))
    if not found:
        context.show(context.look.say("model.none_to_verify"))
    rows = [view.row_json(stock.row(model)) for model, _ in found]
    context.json({"models": rows, "bad": bad})
    return Exit.FAILED if bad else Exit.DONE


def _holds(context: Context, stock: Stock, path: Path, model: Model) -> bool:
    """Whether the file is the model's; another one is told of, and moved aside if it is ours."""
    try:
        stock.proofs.prove(path, model, stock.report)
    except PermanentError as error:
        from kiki.cli.views import failure  # noqa: PLC0415 -- lazy: only for a bad file

        context.screen.err(failure.human(error, context.look_err))
        if not isinstance(error, UsageError) and stock.shelves.ours(path):
            context.note("model.set_aside", path=str(path), kept=str(set_aside(path)))
        return False
    return True


def removed(context: Context, which: str, *, agreed: bool) -> Exit:
    """Delete it, after a yes; what runs it is ended first."""
    stock = Stock(context)
    model = _named(which)
    partial, path = stock.shelves.partial(model), stock.shelves.find(model)
    if path is None and not partial.exists():
        raise UsageError("model.absent", id=model.id)
    if path is not None and not stock.shelves.ours(path):
        raise UsageError("model.not_ours", id=model.id, path=str(path))
    if not agreed:
        _agree_removal(context, model, path or partial)
    running = stock.running()
    if running is not None and running.model in ("", model.id):
        stock.stop()
    _delete([path, partial, *orders.states_of(context.settings.state_dir, model)])
    context.show(context.look.say("model.removed", id=model.id, path=str(path or partial)))
    context.json({"model": model.id, "removed": str(path or partial)})
    return Exit.DONE


def _agree_removal(context: Context, model: Model, path: Path) -> None:
    params = {"id": model.id, "path": str(path), "size": str(path.stat().st_size // 1_000_000)}
    if not context.interactive:
        raise UsageError("model.removal_not_agreed", **params)
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: only when there is something to agree to

    if not ask.yes(context, "prompt_remove_model", **params):
        raise UsageError("model.kept", id=model.id)


def _delete(paths: list[Path | None]) -> None:
    for path in paths:
        try:
            if path is not None and path.is_dir():
                shutil.rmtree(path)
            elif path is not None:
                path.unlink(missing_ok=True)
        except OSError as error:
            why = error.strerror or str(error)
            raise UsageError("model.not_writable", path=str(path), why=why) from error


def stopped(context: Context) -> Exit:
    """End the server."""
    was = Stock(context).stop()
    context.show(context.look.say("model.stopped" if was else "model.not_running"))
    context.json({"stopped": was})
    return Exit.DONE


def _named(which: str) -> Model:
    if not which:
        raise UsageError("model.which", known=", ".join(catalogue.ids()))
    return catalogue.named(which)
