"""Events, the newest at the end.

Called by ``kubernetes.answers``.
"""

from kiki.model.answer import Answer
from kiki.targets.kubernetes import shown
from kiki.targets.kubernetes.answers import Heard, Told, remarks_of
from kiki.targets.kubernetes.operations.events_list.operation import Fields


def answer(fields: Fields, told: Told, heard: Heard) -> Answer:
    """A row for each; as JSON the events themselves."""
    rows = shown.events(told["events"], where=fields.everywhere)
    names = ("namespace", *shown.EVENT_COLUMNS) if fields.everywhere else shown.EVENT_COLUMNS
    tables = (shown.table(names, rows),)
    return Answer(tables=tables, data=told["events"], remarks=remarks_of(told))
