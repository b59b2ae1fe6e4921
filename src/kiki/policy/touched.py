"""The paths of hosts that a change touches, as the rules on paths judge them.

Called by the rules. A kind may name a path in a field, and its tasks write paths, which may be
others: what tasks write is judged whatever the kind calls its fields, so that no kind walks past a
rule.
"""

from collections.abc import Iterator

from kiki.model.intent import Operation
from kiki.model.records import Record
from kiki.model.trees import leaves
from kiki.policy.case import Case
from kiki.policy.fields import ON_HOSTS, normal, paths


class Touched(Record, frozen=True):
    """One path of one operation. *written*: a task writes it, or the target does not say what is
    written. *said*: it, or a folder that it is in, stands in a field, so that somebody chose it;
    other paths are those that the kind itself always writes."""

    operation: Operation
    path: str
    written: bool
    said: bool


def touched(case: Case) -> Iterator[Touched]:
    """Every path that operations on hosts name or write."""
    for index, operation in enumerate(case.intent.operations):
        if operation.target not in ON_HOSTS:
            continue
        known = case.writes is not None and index < len(case.writes)
        wrote = case.writes[index] if case.writes is not None and known else ()
        named = paths(operation)
        for path in dict.fromkeys((*named, *wrote)):
            said = path in named or _is_said(path, operation)
            written = path in wrote or not known
            yield Touched(operation=operation, path=path, written=written, said=said)


def _is_said(path: str, operation: Operation) -> bool:
    """Whether a text in any field of *operation* is *path* or a folder above it."""
    texts = (leaf for _, leaf in leaves(operation.fields) if isinstance(leaf, str))
    # "/srv/www:/www" mounts /srv/www
    parts = (part for text in texts for part in (text, text.partition(":")[0]))
    above = [normal(part) for part in parts if part.startswith(("/", "~", "$", "{"))]
    return any(f"{normal(path)}/".startswith(f"{each.rstrip('/')}/") for each in above)
