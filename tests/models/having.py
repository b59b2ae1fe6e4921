"""Real models and what runs them, fetched once: the files into the clone's ``models`` folder.

Called by the suites with real models. What can't be had here (no index, no memory, no room) is a
skip with its reason.
"""

from kiki.engines.embedded import making
from kiki.model.errors import KikiError
from kiki.provision import runtimes
from kiki.provision.models import catalogue, memory, pulls, sources
from kiki.provision.models.proofs import Proofs
from kiki.provision.models.shelves import Shelves
from kiki.provision.runtimes import Runtime
from tests.conftest import ROOT, lab_missing

SHELF = ROOT / "models"
MIRRORS = (f"parts:{ROOT}/labs/models.toml",)

SMOL, HALF = "smollm2-135m", "qwen2.5-coder-0.5b"


def _deaf(code: str, params: dict[str, str]) -> None:
    """Hear nothing."""


def fetched(name: str, engine: catalogue.Engine = "embedded") -> catalogue.Model:
    """The model, here and proven."""
    model = catalogue.named(name)
    shelves = Shelves((str(SHELF),), str(SHELF / "state"))
    try:
        making.require_memory(model, engine, memory.free_mb())
        tries = sources.sources(model, MIRRORS)
        pulls.pull(model, tries, shelves, Proofs(shelves.state), _deaf)
    except KikiError as error:
        lab_missing(f"the model {name} can't be had: {error}")
    return model


def installed(name: Runtime) -> None:
    """Have the runtime here."""
    try:
        runtimes.ensure(name, _deaf)
    except KikiError as error:
        lab_missing(f"{runtimes.TITLES[name]} can't be installed: {error}")
