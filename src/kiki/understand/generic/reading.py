"""Asks a model to read a message as official types, and trusts nothing that it answers.

Called by ``messages`` when the rules refused, a model found no curated kind, and the setting
``generic`` allows it. The types are those that the message names; what is read is completed as any
reading, and then has to be code that passes the strict check.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from kiki.engines.port import Completion, Engine, SeveralModelsError
from kiki.model.intent import Intent, Reading, Source, Token
from kiki.model.official import Official
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.trees import shown
from kiki.model.vocabulary import Vocabulary
from kiki.understand.answer import BadAnswerError
from kiki.understand.complete import Context, complete
from kiki.understand.draft import AskError, Draft, note
from kiki.understand.generic import naming
from kiki.understand.generic.answering import BODY, REMOVING, Answer, Made, Use, check
from kiki.understand.generic.drafting import code_name, fields_of
from kiki.understand.generic.fitting import Fitting
from kiki.understand.generic.pieces import Piece, pieces
from kiki.understand.generic.prompting import Shown, possible, prompt
from kiki.understand.generic.pruning import OWN, Node, Terms, prune
from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon
from kiki.understand.model import WHICH_MODEL, which_model
from kiki.understand.schema import again
from kiki.understand.unasked import unasked_of_types

REPAIRS = 2  # how often a refused answer is handed back
_HEADS = ("name", "namespace")


def read(
    request: Request, vocabulary: Vocabulary, profile: Profile, engine: Engine, official: Official
) -> Reading | None:
    """The model's reading of ``request.message`` as official types: an intent, or a question. None
    when it names none, or there is none that holds. What *engine* raises goes on."""
    said = Said(request.message, lexicon())
    if unasked_of_types(said.words):
        return None
    try:
        types = _types(said, request, vocabulary, official)
        if not types:
            return None
        return _read(said, types, request, vocabulary, profile, engine, official)
    except AskError as asked:
        return Reading(reader="model", tokens=_tokens(said, ()), question=asked.question)
    except SeveralModelsError as several:
        return Reading(reader="model", tokens=_tokens(said, ()), question=which_model(several))


def passed_over(
    found: Reading, request: Request, vocabulary: Vocabulary, official: Official
) -> bool:
    """Whether *found*, a reading of curated kinds, leaves out a type that the message names."""
    if found.question is not None and found.question.code == WHICH_MODEL:
        return False  # nothing was read yet
    filled = [token for token in found.tokens if token.role.startswith("field:")]
    said = Said(request.message, lexicon())
    return naming.passed_over(said, filled, _target(request), vocabulary, official)


def _target(request: Request) -> str:
    return request.answers.get("target") or request.target or ""


def _types(
    said: Said, request: Request, vocabulary: Vocabulary, official: Official
) -> tuple[Shown, ...]:
    """The types that the message names and that it has enough for."""
    found = pieces(said)
    named = naming.named(said, _target(request), vocabulary, official)
    if not REMOVING.isdisjoint(said.verbs()):
        named = tuple(one for one in named if one.spec.removable)
    made = (_shown(said, one, found, official) for one in named)
    return tuple(one for one in made if one is not None and possible(one))


def _shown(
    said: Said, named: naming.Named, found: tuple[Piece, ...], official: Official
) -> Shown | None:
    kind = official.kind(named.spec.kind)
    own = ((named.start, named.end),)
    terms = Terms(said, official.words(kind.target), own)
    node = prune(named.spec, official.shape(named.spec), terms)
    if node is None:
        return None
    heads = {
        field.name: Node("text", field.required, frozenset({field.name}), _leading(field.name))
        for field in kind.fields
        if field.name in _HEADS
    }
    known = frozenset(part for one in (*heads.values(), node) for part in _parts(one))
    fitting = Fitting(said, found, terms, known, own)
    return Shown(named.spec, kind, node, fitting, heads, named.start, named.end)


def _leading(name: str) -> frozenset[str]:
    return frozenset({OWN}) if name == "name" else frozenset()


def _parts(node: Node) -> frozenset[str]:
    """The words of all names in *node*."""
    return node.parts.union(*(_parts(one) for one in node.inside.values()))


def _read(
    said: Said,
    types: tuple[Shown, ...],
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    engine: Engine,
    official: Official,
) -> Reading | None:
    places = frozenset(noun for target in vocabulary.targets for noun in target.places)
    wanted = first = prompt(said.message, types, request.answers.get("model") or request.model)
    before = ""
    for _ in range(1 + REPAIRS):
        completion = engine.complete(wanted)
        try:
            answer = check(completion.text, said, types, completion.model, places)
            if not answer.made:
                return None
            intent = _intent(answer, completion, request, profile)
            _refuse_problems(official.problems(intent))
            return Reading(reader="model", tokens=_tokens(said, answer.uses), intent=intent)
        except BadAnswerError as bad:
            if completion.text == before:
                return None
            before, wanted = completion.text, again(first, completion.text, str(bad))
    return None


def _refuse_problems(problems: tuple[str, ...]) -> None:
    if problems:
        raise BadAnswerError("the check found: " + " ".join(problems[:3]))


# -- the intent ---------------------------------------------------------------------------------


def _intent(answer: Answer, completion: Completion, request: Request, profile: Profile) -> Intent:
    """The intent of an answer that holds; AskError for a name that was not said."""
    context = Context(request=request, profile=profile, reader="model", notes=answer.notes)
    note(context.notes, "assumption.model", model=completion.model, **completion.how)
    for made in answer.made:
        note(context.notes, "assumption.generic", type=made.shown.spec.name)
    intent = complete([_draft(made) for made in answer.made], context)
    operations = tuple(
        replace(operation, sources={**operation.sources, **_leaf_sources(made)})
        for made, operation in zip(answer.made, intent.operations, strict=True)
    )
    first = answer.made[0]
    name = request.name or code_name(first.shown.spec.name, operations[0], first.body, profile)
    return replace(intent, operations=operations, name=name)


def _draft(made: Made) -> Draft:
    """The fields of the kind: its first is the type, its tree is the last required one."""
    draft = Draft(kind=made.shown.kind)
    first, tree = fields_of(made.shown.kind)
    draft.fill(first, made.shown.spec.name, made.sources["type"])
    for name, value in made.heads.items():
        draft.fill(name, value, made.sources[name])
    draft.fill(tree, made.body, _whole(made))
    return draft


def _whole(made: Made) -> Source:
    """Where the tree was said, from its first value to its last; nowhere when it is empty."""
    inside = [one for path, one in made.sources.items() if path.startswith(BODY)]
    placed = [one for one in inside if one.start >= 0]
    if not placed:
        return replace(made.sources["type"], start=-1, end=-1)
    start, end = min(one.start for one in placed), max(one.end for one in placed)
    return replace(placed[0], start=start, end=end)


def _leaf_sources(made: Made) -> Mapping[str, Source]:
    """The source of each leaf, by its path in the operation."""
    tree = fields_of(made.shown.kind)[1]
    return {
        tree + path.removeprefix(BODY): source
        for path, source in made.sources.items()
        if path.startswith(BODY)
    }


def _tokens(said: Said, uses: tuple[Use, ...]) -> tuple[Token, ...]:
    """Every word, with the path that it fills; the others are the model's own business."""
    roles = {
        index: f"field:{shown(use.path)}"
        for use in uses
        for index, word in enumerate(said.words)
        if use.piece.start < word.end and word.start < use.piece.end
    }
    return tuple(
        Token(text=word.text, start=word.start, end=word.end, role=roles.get(index, "model"))
        for index, word in enumerate(said.words)
    )
