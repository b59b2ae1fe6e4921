"""A word whose place is in doubt ("is demo the namespace?"), settled where a live system has it.

Called by ``messages`` with a question of the rules. As with hosts: what is there, is meant. The
question stays when the system has no such name or can't be asked.
"""

from contextlib import suppress

from msgspec.structs import replace

from kiki.model.catalogue import Catalogue, Sort
from kiki.model.errors import KikiError
from kiki.model.intent import Operation, Question, Reading, Source
from kiki.model.vocabulary import Vocabulary

_DOUBT = "question.place"
Known = dict[str, Source]
"""By the field of its question, where a word was recognised: the words, and whose name it is."""


def recognised(
    question: Question | None, vocabulary: Vocabulary, catalogue: Catalogue
) -> Source | None:
    """Where the value comes from that *question* doubts, if it is a name that is there."""
    if question is None or question.code != _DOUBT or len(question.choices) != 1:
        return None
    sort = _sort(question, vocabulary)
    with suppress(KikiError):
        if sort and question.choices[0].value in (catalogue.names(sort) or ()):
            where = catalogue.place(sort)
            return Source(origin="catalogue", start=question.start, end=question.end, detail=where)
    return None


def _sort(question: Question, vocabulary: Vocabulary) -> Sort | None:
    """The sort of the field in question: podman's network is not the cloud's."""
    kind = vocabulary.kind(question.params["kind"])
    return kind.field(question.field.partition(".")[2]).catalogue


def credited(reading: Reading, known: Known) -> Reading:
    """*reading*, where the values that were recognised say so instead of "answered"."""
    if reading.intent is None or not known:
        return reading
    operations = tuple(_credited(operation, known) for operation in reading.intent.operations)
    return replace(reading, intent=replace(reading.intent, operations=operations))


def _credited(operation: Operation, known: Known) -> Operation:
    named = {f"answer:{field}": source for field, source in known.items()}
    sources = {
        field: named.get(source.detail, source) if source.origin == "flag" else source
        for field, source in operation.sources.items()
    }
    return replace(operation, sources=sources)
