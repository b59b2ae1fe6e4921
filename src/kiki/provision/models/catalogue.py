"""The models that Kiki knows how to run: a data file, and the choice among them.

Called by the rest of ``models``, ``kiki model`` and ``wiring``. Sizes and hashes are those of the
publishers' own files; ``memory_mb`` is what a running one was seen to take, with Kiki's prompts
(for OpenVINO while it converts the file).
"""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from kiki.model.errors import UsageError
from kiki.model.records import Record

Kind = Literal["file", "url", "parts"]
Engine = Literal["embedded", "openvino"]

_FILE = Path(__file__).with_name("catalogue.json")


class Part(Record, frozen=True):
    """A piece of a model inside a package of the Python index.

    *sha256* is the wheel's, *member* the path of the piece in it, *size* the piece's in bytes.
    """

    package: str
    version: str
    sha256: str
    member: str
    size: int


class Source(Record, frozen=True):
    """Where a model's bytes can be had: a file's path, a URL, or packages to join in order."""

    kind: Kind
    path: str = ""
    url: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def where(self) -> str:
        """What to call it."""
        if self.kind == "parts":
            return f"{self.parts[0].package} ({len(self.parts)})"
        return self.path or self.url


class Model(Record, frozen=True):
    """One model file. *size* is in bytes; *context* in tokens, the most that it was trained for;
    *memory_mb* (10^6 bytes) has an entry for each engine that can run it; *note* is a message's
    code that says what it is good for; *for_tests* means: not for work."""

    id: str
    name: str
    file: str
    size: int
    sha256: str
    licence: str
    languages: tuple[str, ...]
    family: str
    context: int
    memory_mb: dict[Engine, int]
    note: str
    sources: tuple[Source, ...] = ()
    for_tests: bool = False


@cache
def models() -> tuple[Model, ...]:
    """Every model, the best first."""
    return msgspec.json.decode(_FILE.read_bytes(), type=tuple[Model, ...])


def ids() -> tuple[str, ...]:
    """The names that commands and settings take."""
    return tuple(model.id for model in models())


def named(name: str) -> Model:
    """The model with this id. UsageError ``model.unknown``."""
    for model in models():
        if model.id == name:
            return model
    raise UsageError("model.unknown", name=name, known=", ".join(ids()))


def fitting(engine: Engine, free_mb: int) -> tuple[Model, ...]:
    """The models for work that *engine* can run in *free_mb* of memory, the best first."""
    runnable = [model for model in models() if engine in model.memory_mb and not model.for_tests]
    return tuple(model for model in runnable if model.memory_mb[engine] <= free_mb)
