"""Whether a request only reads, and so waits for no approval.

Called by ``service``. It is decided by the kinds of its operations and by nothing else: no word
of a message and no model has a say. A kind that is not known does not read.
"""

from kiki.model.intent import Intent
from kiki.model.vocabulary import Vocabulary


def only_reads(intent: Intent, vocabulary: Vocabulary) -> bool:
    """Whether every operation is of a kind that only reads; False for no operation at all."""
    readers = {kind.id for kind in vocabulary.every if kind.reads}
    kinds = {operation.kind for operation in intent.operations}
    return bool(kinds) and kinds <= readers
