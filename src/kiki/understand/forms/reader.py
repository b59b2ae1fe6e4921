"""Reads a message as a form where the rules read no sentences.

Called by ``tries``. If all that it asks for is made by one verb, the message as a whole is one
form; otherwise each of its clauses may be one, beside others that are sentences.
"""

from kiki.model.catalogue import Catalogue
from kiki.model.request import Request
from kiki.model.vocabulary import TargetSpec, Vocabulary
from kiki.understand.clauses import split
from kiki.understand.forms.framing import framed
from kiki.understand.forms.making import MAKES, FormReader
from kiki.understand.forms.sections import divides, laid_out
from kiki.understand.lexer import Word, lex
from kiki.understand.lexicon import Lexicon
from kiki.understand.parts import Split
from kiki.understand.reads import Read
from kiki.understand.rules import Rules
from kiki.understand.unsaid import wished

_NOT_MADE = ("declined", "neg", "adn", "aside")


class Forms(Rules):
    """One message as a form: sections with things and their properties, in the place of clauses."""

    def __init__(
        self, request: Request, vocabulary: Vocabulary, lexicon: Lexicon, catalogue: Catalogue
    ) -> None:
        super().__init__(request, vocabulary, lexicon, catalogue)
        if self.unsaid_verb and not wished(self.words):
            self.unsaid_verb = not self._closed()
        if self.unsaid_verb:
            said = split(self.words, self.code, lexicon)
            links = {i: role for i, role in said.roles.items() if role.startswith("link:")}
            self.split.links |= said.links
            self.split.roles |= links
        before = self.split.clauses
        self.split = framed(self.words, self.split)
        moved = any(
            old.verbs == new.verbs and old.args != new.args
            for old, new in zip(before, self.split.clauses, strict=False)
        )
        # Whether its sentences may be read now that were not before.
        self.changed = moved or any(map(divides, self.words))
        self.message.split = self.split

    def _closed(self) -> bool:
        """Whether an English verb asks in Korean words: "server 하나 create please: name web"."""
        made = framed(self.words, Split(order="final", rest=list(range(len(self.words)))))
        if made.clauses:
            self.split = made
        return bool(made.clauses)

    def _lexed(self, message: str, outputs: tuple[tuple[int, int], ...]) -> tuple[Word, ...]:
        return laid_out(lex(message, self.lexicon, outputs))

    @property
    def possible(self) -> bool:
        """Whether the message asks for anything that is made."""
        verbs = {verb.id for clause in self.split.clauses for verb in clause.verbs}
        return bool(verbs & MAKES) and not self.unsaid

    def _whole(self) -> bool:
        """Whether one verb asks for all that is made, and nothing else is asked for."""
        about = self.lexicon.about
        verbs = [v.id for clause in self.split.clauses for v in clause.verbs if v.id not in about]
        told = any(clause.role in _NOT_MADE for clause in self.split.clauses)
        return len(verbs) == 1 and not (told or self.split.broken)

    def _for(self, target: TargetSpec, *, brief: bool) -> Read:
        whole = self._whole()
        form = FormReader(self.message, target).form() if whole else None
        if form is not None or (whole and not self.changed):
            return form or Read(target, left=list(range(len(self.words))))
        return FormReader(self.message, target).read()
