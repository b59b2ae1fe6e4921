"""Reads a message: first what can't be read at all, then rules, then a model if there is one.

Called by ``reader``. How else the rules may read what they refuse is in ``tries``.
"""

from collections.abc import Callable

import msgspec

from kiki.engines.port import Engine
from kiki.model.catalogue import Catalogue
from kiki.model.errors import UsageError
from kiki.model.intent import Question, Reading
from kiki.model.languages import language_of
from kiki.model.official import Official
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.vocabulary import Vocabulary
from kiki.understand.characters import strange
from kiki.understand.doubts import uncrossed
from kiki.understand.draft import noted
from kiki.understand.grounding import Said
from kiki.understand.lexer import lex
from kiki.understand.lexicon import lexicon
from kiki.understand.offers import offered
from kiki.understand.output import spans
from kiki.understand.recognising import Known, credited, recognised
from kiki.understand.tries import FOR_MODEL, Tries

Types = Callable[[], Official]
LONGEST = 4000  # code points; a longer message is a document and no request


def read(
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    engine: Engine | None,
    catalogue: Catalogue,
    official: Official | None = None,
    types: Types | None = None,
) -> Reading:
    """The reading of ``request.message``: an intent, a question or a refusal, compared with what
    the live systems have. With *official* a model may also choose among the official types, for
    what is no curated kind; *types* gives them for messages that name one exactly."""
    known: Known = {}
    reading = _read(request, vocabulary, profile, engine, catalogue, official, types)
    while asked := reading.question:
        source = recognised(asked, vocabulary, catalogue)
        if source is None or asked.field in known:
            break
        known[asked.field] = source
        answers = request.answers | {asked.field: asked.choices[0].value}
        request = msgspec.structs.replace(request, answers=answers)
        reading = _read(request, vocabulary, profile, engine, catalogue, official, types)
    reading = credited(reading, known)
    return offered(reading, request.answers, vocabulary, profile, catalogue)


def _read(
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    engine: Engine | None,
    catalogue: Catalogue,
    official: Official | None,
    types: Types | None,
) -> Reading:
    _check_target(request, vocabulary)
    refusal = _unreadable(request.message)
    if refusal is not None:
        return Reading(reader="rules", refusal=refusal)
    tries = Tries(request, vocabulary, profile, catalogue)
    rules = tries.rules()
    reading = tries.by_rules(rules)
    commanded = tries.commanded(reading)
    if commanded is not None:
        return tries.watched(commanded)
    reading = uncrossed(tries.watched(tries.other(reading, rules)))
    if reading.intent is None and types is not None:
        stated = _stated(request, vocabulary, profile, reading, types, catalogue)
        if stated is not None:
            return stated
    reading = tries.mended(tries.told(tries.formed(reading, rules)), rules)
    if reading.refusal is None or reading.refusal.code not in FOR_MODEL:
        return reading
    asked = engine and _by_model(request, vocabulary, profile, engine, official)
    return asked or _ignoring(reading, tries) or _clouded(reading, request, vocabulary, types)


def _clouded(
    reading: Reading, request: Request, vocabulary: Vocabulary, types: Types | None
) -> Reading:
    """The refusal, which names the official types of the cloud that it is about, if any."""
    if types is None:
        return reading
    from kiki.understand.generic import clouded  # noqa: PLC0415 -- lazy: as above

    return clouded.read(reading, request, vocabulary, types()) or reading


def _ignoring(reading: Reading, tries: Tries) -> Reading | None:
    """What is read without the words, or the clause, that nobody understood, if one may ask."""
    from kiki.understand.ignoring import IGNORED, without_unknown  # noqa: PLC0415 -- lazy: as above
    from kiki.understand.prefacing import without_preface  # noqa: PLC0415 -- lazy: as above

    message = tries.request.message
    said = Said(message, lexicon())
    places = frozenset(noun for target in tries.vocabulary.targets for noun in target.places)
    again = tries.again(form=True, leaves=True)
    answer = tries.request.answers.get(IGNORED, "")
    found = without_unknown(message, reading, said, places, answer, again)
    return found or without_preface(message, reading, said, tries.catalogue, answer, again)


def _stated(
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    reading: Reading,
    types: Types,
    catalogue: Catalogue,
) -> Reading | None:
    """What needs no model although the rules don't know it: an official type that is named
    exactly, with its values by their keys, or one that is never made."""
    from kiki.understand.generic import exact, refusing  # noqa: PLC0415 -- lazy: rarely needed

    if exact.may_be(request.message):
        found = exact.read(request, vocabulary, profile, types(), catalogue)
        if found is not None:
            return found
    if reading.refusal is not None and reading.refusal.code in FOR_MODEL:
        return refusing.read(request, vocabulary, types())
    return None


def _by_model(
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    engine: Engine,
    official: Official | None,
) -> Reading | None:
    """What a model reads: a curated kind if one fits, else official types if these may be asked
    for. They come first where the curated reading leaves out the type that was named: what holds
    of "remove the cron entry named backup" is not the removal of a package."""
    from kiki.understand import model  # noqa: PLC0415 -- lazy: most words need no model
    from kiki.understand.backgrounds.aside import lightened  # noqa: PLC0415 -- lazy: as above

    said = lex(request.message, lexicon(), spans(request.message))
    rest, notes = lightened(request.message, said, lexicon())
    lighter = msgspec.structs.replace(request, message=rest)
    found = model.read(lighter, vocabulary, profile, engine)
    found = noted(found, notes) if found is not None else None
    if official is None:
        return found
    from kiki.understand.generic import reading  # noqa: PLC0415 -- lazy: rarer still

    if found is not None and not reading.passed_over(found, request, vocabulary, official):
        return found
    typed = reading.read(request, vocabulary, profile, engine, official)
    if found is None or (typed is not None and (typed.intent or found.question)):
        return typed
    return found


def _check_target(request: Request, vocabulary: Vocabulary) -> None:
    known = sorted(target.name for target in vocabulary.targets)
    if request.target and request.target not in known:
        raise UsageError(
            "understand.target_unknown", name=request.target, near="", known=", ".join(known)
        )


def _unreadable(message: str) -> Question | None:
    """A refusal for a message that is empty, too long, in no language of ours, or treacherous."""
    if not message.strip():
        return Question(code="understand.empty", field="")
    if len(message) > LONGEST:
        params = {"length": str(len(message)), "limit": str(LONGEST)}
        return Question(code="understand.too_long", field="", params=params)
    found = _no_text(message) or strange(message)
    if found is not None:
        return found
    return None if language_of(message) else Question(code="understand.language", field="")


def _no_text(message: str) -> Question | None:
    """A refusal for bytes that were no text: whoever took the message in marked them."""
    place = message.find("\ufffd")
    if place < 0:
        return None
    params = {"place": str(place + 1)}
    return Question(code="understand.not_text", field="", params=params, start=place, end=place + 1)
