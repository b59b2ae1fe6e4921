"""The way in: a message or flags become a Reading.

Called by ``pipeline`` and, for :func:`wants_only_yaml`, by ``service``. A Reading has exactly one
of an intent, a question and a refusal; only wrong flags raise. What reads messages is imported when
the first message comes: ``gen`` has none.
"""

import unicodedata
from collections.abc import Callable

from kiki.engines.port import Engine
from kiki.model.catalogue import UNKNOWN, Catalogue
from kiki.model.intent import Reading
from kiki.model.official import Official
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.vocabulary import Vocabulary
from kiki.understand import flags
from kiki.understand.draft import AskError


def read(
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    engine: Engine | None = None,
    catalogue: Catalogue = UNKNOWN,
    official: Official | None = None,
    types: Callable[[], Official] | None = None,
) -> Reading:
    """The reading of ``request.message``, which is NFC and redacted. Never raises for words.

    Rules first; what they don't cover goes to *engine*, if there is one, and its answer counts only
    if every value in it was said. *official* are the types that it may be asked about when no
    curated kind fits; None: no others. *types* gives them for messages that name one exactly, which
    need no model. TemporaryError when the engine is down.
    """
    from kiki.understand import messages  # noqa: PLC0415 -- lazy: gen has no words

    return messages.read(request, vocabulary, profile, engine, catalogue, official, types)


def read_flags(
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    official: Callable[[], Official] | None = None,
) -> Reading:
    """The reading of ``request.flags``: an intent, or a question for a required field. *official*
    is asked for when a generic kind is named.

    UsageError ``understand.target_missing``, ``target_unknown``, ``kind_missing``,
    ``kind_unknown``, ``flag_unused``, ``flag_invalid``, and those of ``generic.flags``.
    """
    try:
        kind = flags.generic_kind(request, vocabulary)
        if kind is not None and official is not None:
            from kiki.understand.generic import flags as typed  # noqa: PLC0415 -- lazy: rarely named

            intent = typed.read(request, kind, profile, official())
            return Reading(reader="flags", intent=intent)
        return Reading(reader="flags", intent=flags.read(request, vocabulary, profile))
    except AskError as asked:
        return Reading(reader="flags", question=asked.question)


def wants_only_yaml(message: str) -> bool:
    """Whether *message* says "print only the YAML" (``YAML만 출력``)."""
    from kiki.understand.output import spans  # noqa: PLC0415 -- lazy: gen has no words

    return bool(spans(unicodedata.normalize("NFC", message)))
