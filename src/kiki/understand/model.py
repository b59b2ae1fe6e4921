"""Asks a model about a message that the rules could not read, and trusts nothing it answers.

Called by ``messages`` when the rules refused for words that they don't know. The model gets the
redacted message and a schema, and can only choose kinds of the vocabulary and repeat values of the
message (``grounding``, ``schema``, ``answer``): no host, no scope, no secret's value and no kind of
its own. What it reads is completed like every other reading.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from kiki.engines.port import Completion, Engine, Prompt, SeveralModelsError
from kiki.model.intent import Choice, Question, Reading, Token
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.vocabulary import KindSpec, Vocabulary
from kiki.understand.answer import BadAnswerError, Checked, Use, check
from kiki.understand.complete import Context, complete
from kiki.understand.doubts import doubted
from kiki.understand.draft import AskError, Draft, note
from kiki.understand.grounding import Said
from kiki.understand.holding import holders
from kiki.understand.lexicon import lexicon
from kiki.understand.meant import doubtful_of
from kiki.understand.nearness import slip
from kiki.understand.retrieval import possible, relevant
from kiki.understand.schema import again, likely, prompt
from kiki.understand.unasked import unasked

REPAIRS = 2  # how often a refused answer is handed back
WHICH_MODEL = "question.which_model"
_MODEL = "model"  # the field of that question


def read(
    request: Request, vocabulary: Vocabulary, profile: Profile, engine: Engine
) -> Reading | None:
    """The model's reading of ``request.message``: an intent or a question, also the one which of
    several models is meant. None when it has none that holds; then the rules' refusal stands. What
    *engine* raises goes on: TemporaryError ``engine.unavailable`` and ``engine.timeout``,
    PermanentError ``engine.model_unknown``."""
    said = Said(request.message, lexicon())
    if unasked(said.words, said.message):
        return None
    known = _kinds(request, vocabulary)
    kinds = possible(said, relevant(said, known, vocabulary), vocabulary)
    kinds = holders(said, kinds, _places(vocabulary), likely)
    if not kinds:
        return None
    wanted = request.answers.get(_MODEL) or request.model
    first = replace(prompt(said, known, kinds, _code(vocabulary)), model=wanted)
    try:
        found = _asked(first, said, kinds, vocabulary, engine)
        if found is None or not found[0].drafts:
            return None
        doubtful = doubtful_of(found[0], said, first, vocabulary, engine)
    except SeveralModelsError as several:
        return Reading(reader="model", tokens=_tokens(said, ()), question=which_model(several))
    if doubtful is None:
        return None
    checked, completion = found
    tokens = _tokens(said, checked.uses)
    try:
        _ask_meant(checked.drafts, doubtful, request)
        _ask_near(checked, request, said)
        _ask_where(checked.drafts, request)
        context = Context(request=request, profile=profile, reader="model", notes=checked.notes)
        note(context.notes, "assumption.model", model=completion.model, **completion.how)
        intent = complete(checked.drafts, context)
    except AskError as asked:
        return Reading(reader="model", tokens=tokens, question=asked.question)
    return doubted(Reading(reader="model", tokens=tokens, intent=intent), request.answers)


def _kinds(request: Request, vocabulary: Vocabulary) -> tuple[KindSpec, ...]:
    """All kinds, or those of the target that was asked for."""
    wanted = request.answers.get("target") or request.target
    return tuple(kind for kind in vocabulary.kinds if wanted in (None, kind.target))


def _asked(
    first: Prompt,
    said: Said,
    kinds: tuple[KindSpec, ...],
    vocabulary: Vocabulary,
    engine: Engine,
) -> tuple[Checked, Completion] | None:
    """The first answer that holds, of at most ``1 + REPAIRS``. One that comes twice would come a
    third time: the prompt that hands it back would be the same."""
    places, code = _places(vocabulary), _code(vocabulary)
    targets = {
        target.name: frozenset((*target.words, target.name)) for target in vocabulary.targets
    }
    wanted = first
    before = None
    for _ in range(1 + REPAIRS):
        completion = engine.complete(wanted)
        try:
            checked = check(completion.text, said, kinds, completion.model, places, code, targets)
            return checked, completion
        except BadAnswerError as bad:
            if completion.text == before:
                return None
            before = completion.text
            wanted = again(first, completion.text, str(bad))
    return None


def _places(vocabulary: Vocabulary) -> frozenset[str]:
    """The nouns for what code runs on."""
    return frozenset(noun for target in vocabulary.targets for noun in target.places)


def _code(vocabulary: Vocabulary) -> frozenset[str]:
    """The nouns for code."""
    return frozenset(noun for target in vocabulary.targets for noun in target.artifacts)


def which_model(several: SeveralModelsError) -> Question:
    """Which of an engine's models is to be asked?"""
    choices = tuple(Choice(value=name) for name in several.names)
    params = {"engine": str(several.params["engine"])}
    return Question(code=WHICH_MODEL, field=_MODEL, params=params, choices=choices)


def _tokens(said: Said, uses: Iterable[Use]) -> tuple[Token, ...]:
    """Every word, with the field that it fills; the others are the model's own business."""
    roles = {index: f"verb:{verb}" for verb, index in said.verb_places()}
    for use in uses:
        for index, word in enumerate(said.words):
            if use.offer.start < word.end and word.start < use.offer.end:
                roles[index] = f"field:{use.field.name}"
    return tuple(
        Token(text=word.text, start=word.start, end=word.end, role=roles.get(index, "model"))
        for index, word in enumerate(said.words)
    )


def _ask_meant(drafts: list[Draft], doubtful: Sequence[int], request: Request) -> None:
    """An operation that no verb of ours asks for: is it meant?"""
    for number in doubtful:
        kind, field = drafts[number].kind.id, f"{number}.kind"
        if request.answers.get(field) != kind:
            choices = (Choice(value=kind, label=f"question.kind.{kind}"),)
            raise AskError(
                Question(code="question.confirm_kind", field=field, params={}, choices=choices)
            )


def _ask_near(checked: Checked, request: Request, said: Said) -> None:
    """A name that is one slip away from a known one: which of the two?"""
    names = (*said.lexicon.products, *said.lexicon.packages)
    for use in checked.uses:
        key = f"{use.operation}.{use.field.name}"
        text = str(use.offer.value)
        if use.field.shape not in ("package", "service") or key in request.answers:
            continue
        near = "" if text.lower() in names else slip(text.lower(), names)
        if near:
            raise AskError(
                Question(
                    code="question.near",
                    field=key,
                    params={"field": use.field.name, "value": text, "near": near},
                    choices=(Choice(value=near), Choice(value=text)),
                    start=use.offer.start,
                    end=use.offer.end,
                )
            )


def _ask_where(drafts: list[Draft], request: Request) -> None:
    """A namespace that was named for another operation only: is it meant here too?"""
    for index, draft in enumerate(drafts):
        for field in draft.kind.fields:
            key = f"{index}.{field.name}"
            sure = {origin.kind for origin in field.sources if origin.how != "ask"}
            if field.name in draft.values or key in request.answers or _has(drafts, draft, sure):
                continue
            asking = {origin.kind: origin.field for origin in field.sources if origin.how == "ask"}
            named = _named(drafts, draft, asking)
            if named:
                raise AskError(_where(key, draft, named))


def _has(drafts: list[Draft], draft: Draft, kinds: set[str]) -> bool:
    return any(other.kind.id in kinds for other in drafts if other is not draft)


def _named(drafts: list[Draft], draft: Draft, fields: dict[str, str]) -> list[str]:
    """The values that the other operations have for *fields*, by kind."""
    values = [
        str(other.values[fields[other.kind.id]])
        for other in drafts
        if other is not draft and other.values.get(fields.get(other.kind.id, ""))
    ]
    return list(dict.fromkeys(values))


def _where(key: str, draft: Draft, named: list[str]) -> Question:
    about = draft.values.get(draft.kind.object) or draft.values.get(draft.kind.product) or ""
    choices = tuple(Choice(value=value) for value in (*named, "default"))
    params = {"object": str(about), "value": ", ".join(named)}
    return Question(code="question.which_namespace", field=key, params=params, choices=choices)
