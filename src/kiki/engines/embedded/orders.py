"""What a model's server is to be, and what tells one from another.

Called by ``wiring`` and ``kiki model``. ``Order.build`` changes with everything that decides the
answers or the server's life: a running server of another build is replaced.
"""

import hashlib
import os
from pathlib import Path
from typing import Literal

from kiki import __version__
from kiki.model.records import Record, digest
from kiki.provision import places, private
from kiki.provision.models.catalogue import Engine, Model
from kiki.provision.runtimes import Runtime

RUNTIMES: dict[Engine, Runtime] = {"embedded": "llama", "openvino": "openvino"}
MOST_CONTEXT = 8192  # tokens: our prompts, the longest message, an answer
MOST_THREADS = 8
DRIVER = Path(__file__).with_name("driver")


class Order(Record, frozen=True):
    """See ``driver.lifecycle``. *path* is filled in when the file is proven."""

    backend: Runtime
    model: str
    sha256: str
    context: int
    threads: int
    idle_s: int
    build: str
    socket: str
    lock: str
    log: str
    states: str
    path: str = ""


def order(engine: Engine, model: Model, state_dir: str, idle_s: int) -> Order:
    """The order for *model*. UsageError ``provision.no_private``."""
    runtime = RUNTIMES[engine]
    facts = {
        "backend": runtime,
        "model": model.id,
        "sha256": model.sha256,
        "context": min(model.context, MOST_CONTEXT),
        "threads": min(len(os.sched_getaffinity(0)), MOST_THREADS),
        "idle_s": idle_s,
    }
    decides = {**facts, "kiki": __version__, "driver": _driver(), "lock": _lock(runtime)}
    return Order(**facts, **_files(state_dir), build=digest(decides)[7:23])  # type: ignore[arg-type]


def socket_of(state_dir: str) -> str:
    """Where a running server of any build is found."""
    return str(private.found("model", state_dir) / "socket")


def states_of(state_dir: str, model: Model) -> list[Path]:
    """What the model's servers have kept between their lives."""
    return list(_states(state_dir).glob(f"{model.sha256[:24]}-*"))


def _states(state_dir: str) -> Path:
    return Path(state_dir) / "models" / "states"


def log_of(state_dir: str) -> Path:
    """The server's log."""
    return Path(state_dir) / "models" / "server.log"


def _files(state_dir: str) -> dict[Literal["socket", "lock", "log", "states"], str]:
    own = private.folder("model", state_dir)
    return {
        "socket": str(own / "socket"),
        "lock": str(own / "lock"),
        "log": str(log_of(state_dir)),
        "states": str(_states(state_dir)),
    }


def _driver() -> str:
    found = hashlib.sha256()
    for path in sorted(DRIVER.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _lock(runtime: Runtime) -> str:
    """The versions of the runtime: the lock's, or the folder that the site prepared."""
    return str(places.prepared(runtime) or "") + places.lock(runtime).read_text()
