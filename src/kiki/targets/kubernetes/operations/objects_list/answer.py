"""Objects as the API server's own tables.

Called by ``kubernetes.answers``.
"""

from kiki.model.answer import Answer, Column, Table
from kiki.targets.kubernetes.answers import Heard, Told, remarks_of
from kiki.targets.kubernetes.items import dig, text
from kiki.targets.kubernetes.operations.objects_list.chosen import chosen_of
from kiki.targets.kubernetes.operations.objects_list.operation import Fields


def answer(fields: Fields, told: Told, heard: Heard) -> Answer:
    """A table for each kind; of ``all`` only for those that there are any of. As JSON the whole
    objects, secrets without their values."""
    several = len(told["tables"]) > 1
    chosen = [chosen_of(one, fields.state) for one in told["tables"]]
    shown = [one for one in chosen if one["rows"] or not several]
    tables = tuple(_table(one, fields, titled=several) for one in shown)
    objects = [row["object"] for one in chosen for row in one["rows"]]
    return Answer(tables=tables, data=objects, remarks=remarks_of(told))


def _table(one: Told, fields: Fields, *, titled: bool) -> Table:
    where = fields.everywhere and one["namespaced"]
    columns = [Column(name=c["name"], wide=c["wide"] and not fields.wide) for c in one["columns"]]
    rows = []
    for row in one["rows"]:
        cells = tuple("" if cell is None else str(cell) for cell in row["cells"])
        namespace = text(dig(row["object"], "metadata", "namespace"))
        rows.append((namespace, *cells) if where else cells)
    named = [Column(name="Namespace"), *columns] if where else columns
    return Table(title=one["plural"] if titled else "", columns=tuple(named), rows=tuple(rows))
