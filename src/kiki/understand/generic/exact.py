"""Reads a message that is already exact as an official type: no model is needed for that.

Called by ``messages`` when the rules made no intent of it. "use module ansible.posix.sysctl with
name=vm.swappiness value=10" names the type as its documentation does and gives every value by its
key. ``stated`` says what such a message may hold; here it becomes an intent, whose values the
strict check judges, or a refusal that says why this type or value can't be had.
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Choice, Question, Reading, Source, Token
from kiki.model.official import Objection, Official, Shape
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.secret import named, placeholder
from kiki.model.trees import Path, canonical, put, shown
from kiki.model.vocabulary import KindSpec, Vocabulary
from kiki.understand.blanks import blanked
from kiki.understand.complete import Context, complete
from kiki.understand.draft import AskError, Draft, Notes, note
from kiki.understand.generic.drafting import (
    code_name,
    fields_of,
    head_fields,
    sources_of_leaves,
    with_leaves,
)
from kiki.understand.generic.hosted import Hosted, hosted, known
from kiki.understand.generic.spelled import Named, Spelled, may_be
from kiki.understand.generic.stated import (
    Head,
    Pair,
    asks_only,
    heads,
    pairs,
)
from kiki.understand.generic.typed import UntypedError, at, tree_of
from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon
from kiki.understand.reads import own_role
from kiki.understand.shapes import UnfitError, value_of
from kiki.understand.unasked import unasked_of_types

__all__ = ["may_be", "read"]


def read(
    request: Request,
    vocabulary: Vocabulary,
    profile: Profile,
    official: Official,
    catalogue: Catalogue,
) -> Reading | None:
    """The reading of ``request.message`` if it is exact; None when it is not."""
    said = Said(request.message, lexicon())
    if unasked_of_types(said.words):
        return None
    return _Exact(request, vocabulary, profile, official, catalogue, said).reading()


class _Exact:
    def __init__(
        self,
        request: Request,
        vocabulary: Vocabulary,
        profile: Profile,
        official: Official,
        catalogue: Catalogue,
        said: Said,
    ) -> None:
        self.request = request
        self.catalogue = catalogue
        self.profile = profile
        self.official = official
        self.said = said
        self.kinds = _kinds(request, vocabulary)
        self.targets = {spec.name: spec for spec in vocabulary.targets}
        self.pairs = pairs(request.message) or ()
        quotes = [(word.start, word.end) for word in said.words if word.sort == "quoted"]
        places = [(one.start, one.end) for one in self.pairs]
        self.text = blanked(request.message, [*places, *quotes])
        self.roles: dict[tuple[int, int], str] = {}
        self.notes: Notes = []

    def reading(self) -> Reading | None:
        """The reading, or None."""
        if pairs(self.request.message) is None:
            return None
        spelled = Spelled(self.text, self.kinds, self.official)
        if withheld := spelled.withheld():
            return self._refused(withheld)
        found_types = self._fitting(spelled.types())
        try:
            if len(found_types) > 1 and self._alike(found_types):
                raise AskError(_which(found_types))
            return self._of(found_types[0]) if len(found_types) == 1 else None
        except AskError as asked:
            return Reading(reader="rules", tokens=self._tokens(), question=asked.question)

    def _of(self, typed: Named) -> Reading | None:
        found = self._heads(typed)
        if found is None or not self._asks_only(typed, found):
            return None
        if len(self.pairs) == len(self._of_heads(typed.kind)):
            return None  # nothing is stated of it
        draft = self._draft(typed, found)
        if draft is None:
            return None
        try:
            tree, leaves = self._tree(typed, found)
        except UntypedError as error:
            params = error.params | {"flag": error.params.get("path", "")}
            return self._refused(Objection(error.code, params))
        if objection := self.official.objection(typed.spec, tree):
            return self._refused(objection)
        return self._intent(typed, draft, tree, leaves, self._on(typed, found))

    # -- the type --------------------------------------------------------------------------------

    def _fitting(self, found: list[Named]) -> list[Named]:
        """Of types that are named by one word those that know every key, if there are any."""
        if len({one.start for one in found}) != 1:
            return found
        return [one for one in found if self._knows(one)] or found

    def _knows(self, one: Named) -> bool:
        shape, of_heads = self.official.shape(one.spec), self._of_heads(one.kind)
        return all(pair in of_heads or at(shape, pair.path) is not None for pair in self.pairs)

    def _alike(self, found: list[Named]) -> bool:
        """Whether one word names all, and nothing else has to be understood."""
        said = (self._heads(one) for one in found)
        exact = [h is not None and self._asks_only(n, h) for n, h in zip(found, said, strict=True)]
        return len({one.start for one in found}) == 1 and all(exact)

    # -- what is said of it ----------------------------------------------------------------------

    def _heads(self, typed: Named) -> dict[str, Head] | None:
        """The name and the namespace by field, or by property where the kind has no such field.
        None when one can't be placed."""
        text = blanked(self.text, [(typed.start, typed.end)])
        found = heads(text, typed.end if "name" in head_fields(typed.kind) else None)
        if found is None:
            return None
        name, namespace = found
        if name is not None and not text[name.whole[0] : name.start].strip():
            name = name if self._is_free(name) or name.whole[1] > name.end else None
        made = {"name": name, "namespace": namespace}
        return {key: head for key, head in made.items() if head is not None}

    def _is_free(self, head: Head) -> bool:
        """Whether a word right behind the type is no word of ours."""
        inside = [word for word in self.said.words if word.start == head.start]
        functional = head.text in self.said.lexicon.functional
        return not functional and all(not word.senses for word in inside)

    def _asks_only(self, typed: Named, found: dict[str, Head]) -> bool:
        places = [(one.start, one.end) for one in self.pairs]
        covered = [*places, (typed.start, typed.end), *(head.whole for head in found.values())]
        target = self.targets[typed.kind.target]
        if where := self._hosted(typed, found):
            covered.append(where.whole)
        nouns = frozenset((*target.words, *target.artifacts))
        removing = self.official.words(typed.kind.target).removing
        removes = any(one.text in removing for one in self.pairs)
        return asks_only(self.said.words, covered, self.text, nouns, removes)

    def _hosted(self, typed: Named, found: dict[str, Head]) -> Hosted | None:
        """What the message says of hosts, where the target runs on such."""
        if not self.targets[typed.kind.target].places or self.request.scope.limit:
            return None
        heads_of_it = (head.whole for head in found.values())
        return hosted(blanked(self.text, [(typed.start, typed.end), *heads_of_it]))

    def _on(self, typed: Named, found: dict[str, Head]) -> tuple[str, ...]:
        """The hosts that are meant, all when there are none; AskError."""
        where = self._hosted(typed, found)
        if where is None:
            return ()
        self.roles[where.whole] = "host"
        if not where.names:
            note(self.notes, "assumption.all_hosts")
            return ()
        return known(where, self.request, self.catalogue)

    def _draft(self, typed: Named, found: dict[str, Head]) -> Draft | None:
        """The fields but the tree; None for a value that is none of its field."""
        draft = Draft(kind=typed.kind)
        first, _ = fields_of(typed.kind)
        draft.fill(first, typed.spec.name, Source("span", typed.start, typed.end))
        self.roles[(typed.start, typed.end)] = f"field:{first}"
        said = [(key, head.text, head.start, head.end) for key, head in found.items()]
        said += [(shown(one.path), one.text, one.at, one.end) for one in self._of_heads(typed.kind)]
        for key, text, start, end in said:
            if key not in head_fields(typed.kind):
                continue
            if key in draft.values:
                return None  # said twice
            try:
                value = value_of(typed.kind.field(key), text)
            except UnfitError:
                return None
            if value != text:
                note(self.notes, "assumption.lowercased", given=text, value=value)
            draft.fill(key, value, Source("span", start, end))
            self.roles[(start, end)] = f"field:{key}"
        return draft

    def _of_heads(self, kind: KindSpec) -> list[Pair]:
        """The pairs that fill fields beside the tree: ``name=web``."""
        return [one for one in self.pairs if shown(one.path) in head_fields(kind)]

    # -- the tree --------------------------------------------------------------------------------

    def _tree(self, typed: Named, found: dict[str, Head]) -> tuple[Any, dict[Path, Source]]:
        """The tree, and the source of each value by its path; UntypedError."""
        shape = self.official.shape(typed.spec)
        tree_field = fields_of(typed.kind)[1]
        tree: Any = {}
        sources: dict[Path, Source] = {}
        for said, text, start, end in self._said_of_tree(typed.kind, found):
            whole = len(said) > 1 and said[0] == tree_field and at(shape, said) is None
            path = said[1:] if whole else said
            if any(_overlap(path, other) for other in sources):
                raise UntypedError("understand.set_clash", path=shown(path))
            tree = _filled(tree, shape, path, text)
            sources[path] = Source("span", start, end)
            self.roles[(start, end)] = f"field:{shown((tree_field, *path))}"
        return canonical(tree), sources

    def _said_of_tree(
        self, kind: KindSpec, found: dict[str, Head]
    ) -> Iterator[tuple[Path, str, int, int]]:
        """What is said of the tree: names that are no fields of *kind*, and the other pairs."""
        for key, head in found.items():
            if key not in head_fields(kind):
                yield (key,), head.text, head.start, head.end
        of_heads = self._of_heads(kind)
        for one in self.pairs:
            if one not in of_heads:
                yield one.path, one.text, one.at, one.end

    # -- the reading -----------------------------------------------------------------------------

    def _intent(
        self,
        typed: Named,
        draft: Draft,
        tree: Any,
        leaves: dict[Path, Source],
        on: tuple[str, ...],
    ) -> Reading | None:
        tree_field = fields_of(typed.kind)[1]
        start = min((one.start for one in leaves.values()), default=-1)
        end = max((one.end for one in leaves.values()), default=-1)
        draft.fill(tree_field, tree, Source("span", start, end))
        context = Context(
            request=self.request, profile=self.profile, reader="rules", notes=self.notes, hosts=on
        )
        note(context.notes, "assumption.exact", type=typed.spec.name)
        intent = complete([draft], context)
        operation = with_leaves(intent.operations[0], tree_field, sources_of_leaves(tree, leaves))
        name = self.request.name or code_name(typed.spec.name, operation, tree, self.profile)
        made = replace(intent, operations=(operation,), name=name)
        return Reading(reader="rules", tokens=self._tokens(), intent=made)

    def _refused(self, found: Objection) -> Reading:
        refusal = Question(code=found.code, field="", params=found.params)
        return Reading(reader="rules", tokens=self._tokens(), refusal=refusal)

    def _tokens(self) -> tuple[Token, ...]:
        return tuple(
            Token(text=word.text, start=word.start, end=word.end, role=self._role(word))
            for word in self.said.words
        )

    def _role(self, word: Any) -> str:
        for (start, end), role in self.roles.items():
            if word.start < end and start < word.end:
                return role
        return own_role(word) or "exact"


def _which(found: list[Named]) -> Question:
    targets = tuple(one.kind.target for one in found)
    return Question(
        code="question.target",
        field="target",
        params={"targets": ", ".join(targets)},
        choices=tuple(Choice(value=name) for name in targets),
    )


def _filled(tree: Any, shape: Shape, path: Path, text: str) -> Any:
    """*tree* with what *text* says at *path*; UntypedError, which names the path. A secret of the
    message has a name that nobody gave it, so its placeholder is taken as it stands."""
    inside = at(shape, path)
    if inside is not None and inside.sort == "secret" and _is_placeholder(text):
        return put(tree, path, text)
    if named(text):
        raise UntypedError("understand.secret_place", path=shown(path))
    try:
        return tree_of(shape, [(path, text)], tree)
    except UntypedError as error:
        raise UntypedError(error.code, **(error.params | {"path": shown(path)})) from None


def _overlap(one: Path, other: Path) -> bool:
    """Whether one path is the other, or leads to it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _is_placeholder(text: str) -> bool:
    found = named(text)
    return bool(found) and text == placeholder(found[0])


def _kinds(request: Request, vocabulary: Vocabulary) -> tuple[KindSpec, ...]:
    target = request.answers.get("target") or request.target
    return tuple(kind for kind in vocabulary.generic if target in (None, "", kind.target))
