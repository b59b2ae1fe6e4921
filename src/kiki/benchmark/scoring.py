"""How right one measured request is.

Called by ``bench``. The right answer is the sample's; nothing here knows how anything is read.
"""

from typing import Any

from kiki.benchmark import expected
from kiki.benchmark.measuring import Measured
from kiki.benchmark.sameness import kinds_of, plain, same
from kiki.benchmark.samples import ANY, Answer, Sample
from kiki.model.intent import Intent
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.model.trees import leaves, shown
from kiki.targets import registry


class Score(Record, frozen=True):
    """One measured request, compared.

    *right*: one of its answers. *kinds*: target and kinds of all operations are right, and of a
    generic one its official type.
    *fields_right* of *fields_meant*: the values that were said, of the best answer's operations (0
    of 0 when it has none). *wrong*: read as something that was not meant, and accepted.
    """

    sample: Sample
    measured: Measured
    right: bool
    kinds: bool = False
    fields_right: int = 0
    fields_meant: int = 0

    @property
    def wrong(self) -> bool:
        """Whether something that was not meant would have become code."""
        return self.measured.outcome == "intent" and not self.right


def score(sample: Sample, measured: Measured, profile: Profile) -> Score:
    """Compare *measured* with every answer of *sample*."""
    meant = [
        (answer, expected.intent_of(answer, measured.request, profile))
        for answer in sample.answers
        if answer.sort == "intent"
    ]
    shares = [_fields(answer, intent, measured.intent) for answer, intent in meant]
    fields_right, fields_meant = max(shares, default=(0, 0))
    return Score(
        sample=sample,
        measured=measured,
        right=_right(sample, measured, [intent for _, intent in meant], profile),
        kinds=any(_same_kinds(intent, measured.intent) for _, intent in meant),
        fields_right=fields_right,
        fields_meant=fields_meant,
    )


def _right(sample: Sample, measured: Measured, meant: list[Intent], profile: Profile) -> bool:
    match measured.outcome:
        case "intent":
            found = measured.intent
            return found is not None and any(
                same(found, intent, measured.request, profile) for intent in meant
            )
        case "question":
            return any(_asks(answer, measured.asked) for answer in sample.answers)
        case "refusal":
            return any(answer.sort == "refusal" for answer in sample.answers)
        case _:
            return False


def _asks(answer: Answer, field: str) -> bool:
    """Whether a question about *field* (``0.image``, ``target``) is this answer."""
    return bool({ANY, field, field.rpartition(".")[2]} & set(answer.question))


def _same_kinds(meant: Intent, found: Intent | None) -> bool:
    if found is None or found.target != meant.target:
        return False
    return kinds_of(found) == kinds_of(meant) and _types(found) == _types(meant)


def _types(intent: Intent) -> list[str]:
    """The official types of its generic operations: of these the kind says next to nothing."""
    generic = {kind.id: kind.fields[0].name for kind in registry.vocabulary().generic}
    return sorted(str(one.fields[generic[one.kind]]) for one in intent.operations
                  if one.kind in generic)  # fmt: skip


def _fields(answer: Answer, meant: Intent, found: Intent | None) -> tuple[int, int]:
    """How many of the said values are right, and how many were said. Each operation is compared
    with the one of its kind that has most of it right."""
    said = {(asked.kind, name) for asked in answer.operations for name in asked.fields}
    left = list(plain(found)) if found else []
    right = total = 0
    for kind, fields in plain(meant):
        wanted = _leaves({k: value for k, value in fields.items() if (kind, k) in said})
        total += len(wanted)
        same_kind = [one for one in left if one[0] == kind]
        if same_kind:
            best = max(same_kind, key=lambda one: _agreeing(wanted, one[1]))
            left.remove(best)
            right += _agreeing(wanted, best[1])
    return right, total


def _agreeing(wanted: dict[str, Any], found: dict[str, Any]) -> int:
    flat = _leaves(found)
    return sum(name in flat and flat[name] == value for name, value in wanted.items())


def _leaves(fields: dict[str, Any]) -> dict[str, Any]:
    """*fields* with each leaf of a tree as a field of its own, by its path."""
    made: dict[str, Any] = {}
    for name, value in fields.items():
        made |= (
            {shown(path): leaf for path, leaf in leaves(value, (name,))}
            if isinstance(value, dict)
            else {name: value}
        )
    return made
