"""Reads a message: first what can't be read at all, then rules, then a model if there is one.

Called by ``reader``.
"""

import re
from collections.abc import Callable

import msgspec

from kiki.engines.port import Engine
from kiki.model.catalogue import Catalogue
from kiki.model.errors import UsageError
from kiki.model.intent import Question, Reading, Token
from kiki.model.languages import language_of
from kiki.model.official import Official
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.vocabulary import Vocabulary
from kiki.understand.characters import strange
from kiki.understand.complete import Context, complete
from kiki.understand.doubts import doubted, uncrossed
from kiki.understand.draft import AskError, RefuseError, noted
from kiki.understand.forms.sections import structured
from kiki.understand.grounding import Said
from kiki.understand.lexer import lex
from kiki.understand.lexicon import lexicon
from kiki.understand.offers import offered
from kiki.understand.output import spans
from kiki.understand.recognising import Known, credited, recognised
from kiki.understand.rules import Rules

# Refusals that mean "not by rules". A negation, a host or a question is no matter for a model.
_FOR_MODEL = ("understand.leftover", "understand.unsupported", "understand.no_action")
_NOUN_MISSING = ("question.confirm_kind", "question.kind")
# Refusals of messages that may say more than their request.
_MAY_TELL = (*_FOR_MODEL, "understand.negation", "understand.asking")
_SHELL = "understand.command_shell"
_PROGRAM = re.compile(r"[a-z][a-z.-]*")
_HOSTS = "understand.hosts"
# Questions of what may be said of something else.
_UNSURE = ("question.confirm_kind", "question.kind", "question.hosts_unknown", "question.hosts")
# Refusals of what may only say that something is to stay as it is.
_LEAVES = (*_FOR_MODEL, "understand.negation")
# Refusals of what may only state a condition that the deed settles.
_MAY_SETTLE = (*_FOR_MODEL, "understand.negation", "understand.asking")
# Refusals of what may be a question about what there is.
_MAY_ASK = (*_FOR_MODEL, "understand.asking")
# Refusals of what may ask for a look, or for an image, in other words.
_MAY_REWORD = (*_MAY_ASK, "understand.negation")
_NEGATED = "understand.negation"  # a form may have its own: "the same but called b"
_TWO_VALUES = "question.conflict"
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
    rules = Rules(request, vocabulary, lexicon(), catalogue)
    reading = doubted(_by_rules(rules, request, profile), _told(request))
    commanded = _by_commands(reading, request, vocabulary, profile, catalogue)
    if commanded is not None:
        return commanded
    # Without what is denied in a name, the rest would name another thing.
    if reading.refusal is not None and reading.refusal.code in _LEAVES and not rules.torn:
        reading = _respected(rules, request, vocabulary, profile, catalogue) or reading
    if reading.refusal is not None and reading.refusal.code in _MAY_SETTLE:
        reading = _settled(request, vocabulary, profile, catalogue) or reading
    if reading.refusal is not None and reading.refusal.code in _MAY_SETTLE:
        reading = _stepwise(request, vocabulary, profile, catalogue) or reading
    if reading.refusal is not None and reading.refusal.code in _MAY_SETTLE:
        reading = _created(request, vocabulary, profile, catalogue) or reading
    if reading.refusal is not None and reading.refusal.code in _MAY_ASK:
        reading = _inquired(request, vocabulary, profile, catalogue) or reading
    if reading.refusal is not None and _may_be_said(reading):
        reading = _counted(request, vocabulary, profile, catalogue) or reading
    if reading.intent is None and _may_be_said(reading):
        reading = _rephrased(request, vocabulary, profile, catalogue) or reading
    if reading.refusal is not None and reading.refusal.code in _MAY_REWORD:
        reading = _reworded(request, vocabulary, profile, catalogue) or reading
    reading = uncrossed(reading)
    if reading.intent is None and types is not None:
        stated = _stated(request, vocabulary, profile, reading, types, catalogue)
        if stated is not None:
            return stated
    if _may_be_form(reading) and structured(rules.words):
        reading = _by_form(request, vocabulary, profile, catalogue) or reading
    if reading.refusal is not None and reading.refusal.code in _MAY_TELL:
        reading = _set_aside(request, vocabulary, profile, catalogue) or reading
    if _may_have_slips(reading):
        reading = _mended(rules, request, vocabulary, profile, catalogue) or reading
    if reading.refusal is None or reading.refusal.code not in _FOR_MODEL:
        return reading
    asked = engine and _by_model(request, vocabulary, profile, engine, official)
    return asked or _ignoring(reading, request, vocabulary, profile, catalogue) or reading


def _ignoring(
    reading: Reading,
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    catalogue: Catalogue,
) -> Reading | None:
    """What is read without the words, or the clause, that nobody understood, if one may ask."""
    from kiki.understand.ignoring import IGNORED, without_unknown  # noqa: PLC0415 -- lazy: as above
    from kiki.understand.prefacing import without_preface  # noqa: PLC0415 -- lazy: as above

    said = Said(request.message, lexicon())
    places = frozenset(noun for target in vocabulary.targets for noun in target.places)
    again = _again(request, vocabulary, profile, catalogue, form=True, leaves=True)
    answer = request.answers.get(IGNORED, "")
    found = without_unknown(request.message, reading, said, places, answer, again)
    return found or without_preface(request.message, reading, said, catalogue, answer, again)


def _told(request: Request) -> dict[str, str]:
    """The answers so far, among which a target that a flag names is one."""
    return {"target": request.target or "", **request.answers}


def _by_commands(
    reading: Reading,
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    catalogue: Catalogue,
) -> Reading | None:
    """What the commands of a shell in the message ask for, if it consists of such and the rules
    have no *reading* of it. No model sees what they can't be read for. What only a shell can work
    out stops the rules, too: "rm -rf /opt/x ~"."""
    if lexicon().commands.isdisjoint(_PROGRAM.findall(request.message)):
        return None
    from kiki.understand.commands import reading as commands  # noqa: PLC0415 -- lazy: few have any

    found = commands.read(request, vocabulary, profile, lexicon(), catalogue)
    shell = found is not None and found.refusal is not None and found.refusal.code == _SHELL
    better = reading.intent or (reading.question and found and found.refusal)
    if found is None or (better and not shell):
        return None
    return doubted(found, _told(request))


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
    if reading.refusal is not None and reading.refusal.code in _FOR_MODEL:
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


def _may_be_form(reading: Reading) -> bool:
    """Whether nothing was read, or two values stand where one has its place."""
    refused = reading.refusal is not None and reading.refusal.code in (*_FOR_MODEL, _NEGATED)
    return refused or (reading.question is not None and reading.question.code == _TWO_VALUES)


def _by_form(
    request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    """The reading of a structured message; None where it is none, or is not understood."""
    from kiki.understand.forms.reader import Forms  # noqa: PLC0415 -- lazy: few are forms

    forms = Forms(request, vocabulary, lexicon(), catalogue)
    if not forms.possible:
        return None
    reading = doubted(_by_rules(forms, request, profile), _told(request), structured=True)
    twice = reading.question is not None and reading.question.code == _TWO_VALUES
    return reading if reading.refusal is None and not twice else None


def _may_have_slips(reading: Reading) -> bool:
    """Whether nothing was read, or it was asked what for want of a noun."""
    refused = reading.refusal is not None and reading.refusal.code in (*_FOR_MODEL, "doubt.slip")
    return refused or (reading.question is not None and reading.question.code in _NOUN_MISSING)


def _mended(
    rules: Rules, request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    from kiki.understand.slips import mended  # noqa: PLC0415 -- lazy: most words have no slips

    again = _again(request, vocabulary, profile, catalogue)
    return mended(request.message, rules.words, lexicon(), again)


def _set_aside(
    request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    from kiki.understand.backgrounds.aside import (  # noqa: PLC0415 -- lazy: as above
        without_background,
    )

    again = _again(request, vocabulary, profile, catalogue, form=True, leaves=True)
    said = lex(request.message, lexicon(), spans(request.message))
    return without_background(request.message, said, lexicon(), again)


def _again(
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    catalogue: Catalogue,
    *,
    form: bool = False,
    leaves: bool = False,
) -> Callable[[str], Reading]:
    """What the rules make of another text of the same request: also as a *form*, or without what
    it *leaves* alone."""

    def again(message: str) -> Reading:
        changed = msgspec.structs.replace(request, message=message)
        tried = Rules(changed, vocabulary, lexicon(), catalogue)
        reading = doubted(_by_rules(tried, changed, profile), _told(request))
        if leaves and reading.refusal is not None and reading.refusal.code in _LEAVES:
            reading = _respected(tried, changed, vocabulary, profile, catalogue) or reading
        if form and _may_be_form(reading) and structured(tried.words):
            reading = _by_form(changed, vocabulary, profile, catalogue) or reading
        return reading

    return again


def _respected(
    rules: Rules, request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    """What is read where the message says of something that it is to be left alone."""
    from kiki.understand.leaving import respected  # noqa: PLC0415 -- lazy: most messages don't

    again = _again(request, vocabulary, profile, catalogue, form=True)
    words = rules.words if rules.split.order == "final" else rules.said
    return respected(request.message, words, rules.split, vocabulary, again)


def _settled(
    request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    """What is read where a condition is one that the deed settles by itself."""
    from kiki.understand.settled import settled  # noqa: PLC0415 -- lazy: few have conditions

    return settled(request.message, vocabulary, _again(request, vocabulary, profile, catalogue))


def _inquired(
    request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    """What is to be shown where the message asks about what there is."""
    from kiki.understand.inquiries import inquired  # noqa: PLC0415 -- lazy: most are orders

    return inquired(request.message, vocabulary, _again(request, vocabulary, profile, catalogue))


def _may_be_said(reading: Reading) -> bool:
    """Whether other words may say what was not read."""
    refused = reading.refusal is not None and reading.refusal.code in (*_MAY_TELL, _HOSTS)
    return refused or (reading.question is not None and reading.question.code in _UNSURE)


def _counted(
    request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    """What is read where the message says how many hosts it is about."""
    from kiki.understand.rephrasing.counted import counted  # noqa: PLC0415 -- lazy: few do

    again = _again(request, vocabulary, profile, catalogue, leaves=True)
    return counted(request, vocabulary, catalogue, again)


def _rephrased(
    request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    """What is read where other words of a closed list say it."""
    from kiki.understand.rephrasing.rephrased import MEANT, rephrased  # noqa: PLC0415 -- lazy

    again = _again(request, vocabulary, profile, catalogue, leaves=True)
    wanted = request.answers.get("target") or request.target or ""
    return rephrased(request.message, wanted, request.answers.get(MEANT, ""), again)


def _reworded(
    request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    """What is read in other words, where the message asks for a look and gives no order."""
    from kiki.understand.rewordings import reworded  # noqa: PLC0415 -- lazy: most are orders

    def again(message: str, target: str) -> Reading:
        asked = msgspec.structs.replace(request, target=request.target or target or None)
        reading = _again(asked, vocabulary, profile, catalogue)(message)
        changed = msgspec.structs.replace(asked, message=message)
        return _by_commands(reading, changed, vocabulary, profile, catalogue) or reading

    scope = request.scope
    hosts = bool(scope.inventory) and not scope.cluster and not request.target
    return reworded(request.message, vocabulary, lexicon(), again, hosts=hosts)


def _created(
    request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    """What is read where the message says that what is there is to be left as it is."""
    from kiki.understand.creating import only_created  # noqa: PLC0415 -- lazy: few messages say so

    return only_created(request.message, _again(request, vocabulary, profile, catalogue))


def _stepwise(
    request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
) -> Reading | None:
    """What is read where the message says how many hosts at a time. With ``--batch`` it is not
    asked again by words."""
    from kiki.understand.waves import stepwise  # noqa: PLC0415 -- lazy: few messages say so

    if request.scope.rollout.batch:
        return None
    return stepwise(request.message, vocabulary, _again(request, vocabulary, profile, catalogue))


def _check_target(request: Request, vocabulary: Vocabulary) -> None:
    known = sorted(target.name for target in vocabulary.targets)
    if request.target and request.target not in known:
        raise UsageError(
            "understand.target_unknown", name=request.target, near="", known=", ".join(known)
        )


def _by_rules(rules: Rules, request: Request, profile: Profile) -> Reading:
    tokens: tuple[Token, ...] = rules.tokens()
    try:
        read = rules.read()
        tokens = rules.tokens(read)
        notes = [*rules.corrections, *read.notes]
        context = Context(
            request=request, profile=profile, reader="rules", notes=notes, hosts=read.on
        )
        return Reading(reader="rules", tokens=tokens, intent=complete(read.drafts, context))
    except AskError as asked:
        tokens = rules.tokens(rules.asking) if rules.asking else tokens
        return Reading(reader="rules", tokens=tokens, question=asked.question)
    except RefuseError as refused:
        return Reading(reader="rules", tokens=tokens, refusal=refused.refusal)


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
