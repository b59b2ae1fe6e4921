"""Which model an engine is to run: the configured one, else the best that is here.

Called by ``engines.embedded.making`` and ``doctor``.
"""

from kiki.model.errors import UsageError
from kiki.provision.models import catalogue
from kiki.provision.models.catalogue import Engine, Model
from kiki.provision.models.shelves import Shelves


def chosen(name: str, engine: Engine, shelves: Shelves) -> Model:
    """The model *name*, or without a name the best one for work whose file is on the shelves.

    UsageError ``model.unknown``, ``model.not_for_engine`` or ``model.none_here``.
    """
    if name:
        model = catalogue.named(name)
        require_engine(model, engine)
        return model
    for model in catalogue.models():
        if engine in model.memory_mb and not model.for_tests and shelves.find(model):
            return model
    raise UsageError("model.none_here")


def require_engine(model: Model, engine: Engine) -> None:
    """UsageError ``model.not_for_engine`` unless *engine* can run the model."""
    if engine not in model.memory_mb:
        engines = ", ".join(model.memory_mb)
        raise UsageError("model.not_for_engine", id=model.id, engine=engine, engines=engines)
