"""What ``kiki doctor`` says of the engine.

Called by ``wiring``. Asks a server for its models and, if that is not known, one small question.
"""

from kiki.engines.port import Engine, Looked
from kiki.model.errors import KikiError
from kiki.provision.doctor import Check

SECONDS = 20.0  # a person is waiting


def examine(chosen: str, engine: Engine | None) -> Check:
    """How *engine* is, which the settings call *chosen*. A model is never required."""
    if engine is None:
        return Check(code="engine.check_none", ok=True, level="optional")
    if not isinstance(engine, Looked):
        params = {"engine": chosen}
        return Check(code="engine.check_other", ok=True, level="optional", params=params)
    try:
        look = engine.look(SECONDS)
    except KikiError as error:
        params = {key: str(value) for key, value in error.params.items()}
        return Check(code=error.code, ok=False, level="optional", params=params)
    params = {"engine": look.engine, "model": look.model or "-", "rung": look.rung}
    code = "engine.check_held" if look.held else "engine.check_loose"
    return Check(code=code, ok=True, level="optional", params=params)
