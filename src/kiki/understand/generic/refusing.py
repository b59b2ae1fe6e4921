"""Says of a type that is never offered why, instead of "not in these words": a Kubernetes Secret.

Called by ``messages`` when the rules refused. Only where the message asks to make just that: with a
verb that makes, and no word for anything else that could be made.
"""

from kiki.model.intent import Question, Reading, Token
from kiki.model.official import Official
from kiki.model.request import Request
from kiki.model.vocabulary import Vocabulary
from kiki.understand.draft import AskError
from kiki.understand.generic import naming
from kiki.understand.grounding import Said
from kiki.understand.lexer import Word
from kiki.understand.lexicon import lexicon
from kiki.understand.reads import own_role
from kiki.understand.unasked import unasked_of_types

_MAKING = frozenset(("create", "add", "build", "deploy", "write", "put", "set", "want", "have"))


def read(request: Request, vocabulary: Vocabulary, official: Official) -> Reading | None:
    """The refusal of a type that nobody is offered; None when the message asks for no such."""
    said = Said(request.message, lexicon())
    if _MAKING.isdisjoint(said.verbs()) or unasked_of_types(said.words):
        return None
    for kind in vocabulary.generic:
        for name, words in official.withheld(kind.target).items():
            if _says(said, words) and _is_of(kind.target, said, request, vocabulary):
                other = _names_a_kind(said, kind.target, vocabulary) or _names_a_type(
                    said, request, vocabulary, official
                )
                return None if other else _refused(said, official, kind.id, name)
    return None


def _says(said: Said, words: tuple[str, ...]) -> bool:
    for word in said.words:
        text = word.text.lower()
        if word.sort == "ascii" and text in words:
            return True
        if word.sort == "hangul" and any(text.startswith(one) for one in words):
            return True
    return False


def _is_of(target: str, said: Said, request: Request, vocabulary: Vocabulary) -> bool:
    """Whether no other target is meant."""
    chosen = request.answers.get("target") or request.target
    if chosen:
        return chosen == target
    return not any(
        _is_named(one.name, said, vocabulary) for one in vocabulary.targets if one.name != target
    )


def _is_named(target: str, said: Said, vocabulary: Vocabulary) -> bool:
    words = (one.words for one in vocabulary.targets if one.name == target)
    return any(said.names_any(frozenset(one)) for one in words)


def _names_a_kind(said: Said, target: str, vocabulary: Vocabulary) -> bool:
    """Whether something else that can be made is named; a field of the target's ("in namespace
    shop") only says where. Where the target is not named, a field is not enough that only other
    targets make: "create group dev" asks for a group."""
    own = [kind for kind in vocabulary.kinds if kind.target == target]
    fields = {field.name for kind in own for field in kind.fields}
    if not _is_named(target, said, vocabulary):
        fields &= {noun for kind in own for noun in kind.nouns}
    nouns = frozenset(noun for kind in naming.makers(vocabulary) for noun in kind.nouns) - fields
    return any(
        sense.entry.cls == "noun" and sense.entry.id in nouns
        for index, word in enumerate(said.words)
        for sense in word.senses
        if not _is_key(said, index)
    )


def _is_key(said: Said, index: int) -> bool:
    """Whether a word only says what a value in the secret is: "with password=x"."""
    word, following = said.words[index], said.words[index + 1 : index + 2]
    return any(one.sort == "secret" or _joins(word.end, one) for one in following)


def _joins(end: int, sign: Word) -> bool:
    return sign.text == "=" and sign.start == end


def _names_a_type(said: Said, request: Request, vocabulary: Vocabulary, official: Official) -> bool:
    target = request.answers.get("target") or request.target or ""
    try:
        return bool(naming.named(said, target, vocabulary, official))
    except AskError:
        return True


def _refused(said: Said, official: Official, kind_id: str, name: str) -> Reading:
    found = official.refusal(kind_id, name)
    tokens = tuple(
        Token(text=word.text, start=word.start, end=word.end, role=own_role(word))
        for word in said.words
    )
    refusal = Question(code=found.code, field="", params=found.params)
    return Reading(reader="rules", tokens=tokens, refusal=refusal)
