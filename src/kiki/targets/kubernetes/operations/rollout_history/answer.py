"""The revisions of a workload, oldest first, with the images of each.

Called by ``kubernetes.answers``. The last one is the present.
"""

from kiki.model.answer import Answer
from kiki.targets.kubernetes import shown
from kiki.targets.kubernetes.answers import Heard, Told
from kiki.targets.kubernetes.items import text
from kiki.targets.kubernetes.operations.rollout_history.operation import Fields

_COLUMNS = ("revision", "images", "cause", "age")


def answer(fields: Fields, told: Told, heard: Heard) -> Answer:
    """A row for each; as JSON ``revision``, ``images``, ``cause`` and ``made``."""
    rows: list[tuple[str, ...]] = [
        (
            str(one["revision"]), ", ".join(map(text, one["images"])), text(one["cause"]),
            shown.age(one["made"]),
        )
        for one in told["revisions"]
    ]  # fmt: skip
    return Answer(tables=(shown.table(_COLUMNS, rows),), data=told["revisions"])
