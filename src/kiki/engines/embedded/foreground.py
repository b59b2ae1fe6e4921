"""Becoming a model's HTTP server, for several people or a container: ``kiki model serve``.

Called by ``cli.serving``. This process becomes the driver, so that a signal reaches the server
itself. The order goes in by a pipe: it has the key.
"""

import os
from pathlib import Path

import msgspec

from kiki.engines.embedded import orders
from kiki.model.records import Record
from kiki.provision import runtimes
from kiki.provision.models.catalogue import Engine, Model
from kiki.provision.runtimes import Runtime


class Serving(Record, frozen=True):
    """See ``driver.serving``. *model* is the name that askers give, *key* what they need."""

    backend: Runtime
    path: str
    model: str
    sha256: str
    context: int
    threads: int
    states: str
    host: str
    port: int
    key: str

    def __repr__(self) -> str:
        """Without the key."""
        return f"Serving({self.model!r}, {self.host!r}, {self.port})"


def serving(
    engine: Engine, model: Model, path: Path, state_dir: str, at: tuple[str, int, str, str]
) -> Serving:
    """The order to serve *model* from *path*; *at* is address, port, name and key."""
    host, port, name, key = at
    return Serving(
        backend=orders.RUNTIMES[engine],
        path=str(path),
        model=name or model.id,
        sha256=model.sha256,
        context=min(model.context, orders.MOST_CONTEXT),
        threads=min(len(os.sched_getaffinity(0)), orders.MOST_THREADS),
        states=str(Path(state_dir) / "models" / "states"),
        host=host,
        port=port,
        key=key,
    )


def become(python: Path, order: Serving) -> None:
    """Turn this process into the server; it returns never. OSError when that fails."""
    readable, writable = os.pipe()
    os.write(writable, msgspec.json.encode(order) + b"\n")  # far less than a pipe holds
    os.close(writable)
    os.dup2(readable, 0)
    os.execve(python, [str(python), "-I", str(orders.DRIVER)], runtimes.environment())  # noqa: S606
