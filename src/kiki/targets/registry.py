"""Which targets and kinds there are, found by name.

Called by ``pipeline``, ``service`` and the CLI, also on the path of ``gen``: it reads one compiled
file and imports the code of nothing but what is asked for. It knows no target by name: a folder
with a ``words.yaml`` and ``make index`` add one.
"""

from functools import cache
from importlib import import_module

import msgspec

from kiki.model.errors import PermanentError, UsageError
from kiki.model.vocabulary import KindSpec, Vocabulary
from kiki.targets.port import Target

INDEX = __file__.removesuffix("registry.py") + "_index.json"


@cache
def vocabulary() -> Vocabulary:
    """The compiled vocabulary. PermanentError ``understand.index_broken`` when it can't be read."""
    try:
        with open(INDEX, "rb") as file:  # noqa: PTH123 -- pathlib costs 3 ms on the path of gen
            return msgspec.json.decode(file.read(), type=Vocabulary)
    except (OSError, msgspec.MsgspecError) as error:
        raise PermanentError("understand.index_broken", path=INDEX) from error


def names() -> tuple[str, ...]:
    """The names of all targets, sorted."""
    return tuple(sorted(target.name for target in vocabulary().targets))


def target(name: str) -> Target:
    """The target called *name*; its code is imported now. UsageError ``understand.target_unknown``
    with the names that come near."""
    try:
        spec = vocabulary().target(name)
    except KeyError:
        raise _unknown("understand.target_unknown", name, names()) from None
    found: Target = import_module(f"kiki.targets.{spec.folder}.target").TARGET
    return found


def kind(kind_id: str) -> KindSpec:
    """The kind with this id. UsageError ``understand.kind_unknown`` with the ids that come near."""
    try:
        return vocabulary().kind(kind_id)
    except KeyError:
        known = tuple(spec.id for spec in vocabulary().every)
        raise _unknown("understand.kind_unknown", kind_id, known) from None


def fields_type(kind_id: str) -> type[msgspec.Struct]:
    """The ``Fields`` of a kind's operation module, whose code is imported now."""
    spec = kind(kind_id)
    folder = vocabulary().target(spec.target).folder
    module = f"kiki.targets.{folder}.operations.{spec.name}.operation"
    found: type[msgspec.Struct] = import_module(module).Fields
    return found


def _unknown(code: str, name: str, known: tuple[str, ...]) -> UsageError:
    from difflib import get_close_matches  # noqa: PLC0415 -- lazy: 8 ms, only for a wrong name

    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return UsageError(code, name=name, near=", ".join(near), known=", ".join(known))
