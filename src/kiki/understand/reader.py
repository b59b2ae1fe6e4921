"""The way in: a message or flags become a Reading.

Called by ``pipeline`` and, for :func:`wants_only_yaml`, by ``service``. A Reading has exactly one
of an intent, a question and a refusal; only wrong flags raise.
"""

from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.vocabulary import Vocabulary
from kiki.understand import flags
from kiki.understand.draft import AskError


def read_flags(request: Request, vocabulary: Vocabulary, profile: Profile) -> Reading:
    """The reading of ``request.flags``: an intent, or a question for a required field.

    UsageError ``understand.target_missing``, ``target_unknown``, ``kind_missing``,
    ``kind_unknown``, ``flag_unused`` or ``flag_invalid``.
    """
    try:
        return Reading(reader="flags", intent=flags.read(request, vocabulary, profile))
    except AskError as asked:
        return Reading(reader="flags", question=asked.question)
