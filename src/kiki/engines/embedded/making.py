"""The model's server of a configuration: which model, from which file, with what it needs.

Called by ``wiring`` when the first question comes.
"""

from pathlib import Path
from typing import cast

from msgspec.structs import replace

from kiki.engines.embedded import orders
from kiki.engines.embedded.host import Address, Host, Ready
from kiki.engines.embedded.orders import Order
from kiki.engines.openai.engine import OpenAIEngine
from kiki.engines.openai.rungs import Way
from kiki.model.errors import PermanentError, TemporaryError, UsageError
from kiki.provision import runtimes
from kiki.provision.installers import Report
from kiki.provision.models import memory
from kiki.provision.models.catalogue import Engine, Model
from kiki.provision.models.choosing import chosen
from kiki.provision.models.proofs import Proofs, set_aside
from kiki.provision.models.shelves import Shelves
from kiki.settings import Settings


def host(settings: Settings, name: str, report: Report) -> Host:
    """The host of the server for the model *name*, empty for the one that the settings mean; what
    ``choosing.chosen`` raises."""
    kind = cast(Engine, settings.engine)
    shelves = Shelves(settings.model_dirs, settings.state_dir)
    model = chosen(name or settings.model, kind, shelves)
    order = orders.order(kind, model, settings.state_dir, settings.model_idle_s)
    return Host(order, lambda: ready(settings, kind, model, order, report), report)


def connected(address: Address, timeout_s: float) -> OpenAIEngine:
    """The engine that asks the server at *address*. Nothing is found out of it: both servers are
    ours, and a question of another sort would cost what the model knows of our prompts."""
    way = Way(sure=True)
    return OpenAIEngine(address.url, address.key, address.model, timeout_s=timeout_s, way=way)


def ready(settings: Settings, kind: Engine, model: Model, order: Order, report: Report) -> Ready:
    """All that a start needs. UsageError ``model.absent``, PermanentError ``model.damaged``,
    TemporaryError ``model.memory_short``, and what ``runtimes.ensure`` raises."""
    path = proven(settings, model, report)
    require_memory(model, kind, memory.free_mb())
    python = runtimes.ensure(orders.RUNTIMES[kind], report)
    return Ready(python, replace(order, path=str(path)))


def proven(settings: Settings, model: Model, report: Report) -> Path:
    """The model's file, proven now or before; one of ours that is damaged is moved aside."""
    shelves = Shelves(settings.model_dirs, settings.state_dir)
    path = shelves.find(model)
    if path is None:
        raise UsageError("model.absent", id=model.id)
    try:
        Proofs(shelves.state).prove(path, model, report)
    except PermanentError as error:
        if not isinstance(error, UsageError) and shelves.ours(path):
            report("model.set_aside", {"path": str(path), "kept": str(set_aside(path))})
        raise
    return path


def require_memory(model: Model, kind: Engine, free_mb: int) -> None:
    """TemporaryError ``model.memory_short`` when the machine has too little memory for it now."""
    needed = model.memory_mb[kind]
    if 0 < free_mb < needed:
        room = {"free": str(free_mb), "needed": str(needed)}
        raise TemporaryError("model.memory_short", id=model.id, **room)
