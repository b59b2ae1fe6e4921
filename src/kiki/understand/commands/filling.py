"""Makes operations of a command that was taken apart.

Called by ``reading``, one command after another. Nothing is guessed: a value that its field can't
have is what the command is refused for.
"""

from typing import Any

from kiki.model.intent import Choice, Question, Source
from kiki.model.request import Request
from kiki.model.vocabulary import FieldSpec, KindSpec, Vocabulary
from kiki.understand.commands.options import Given, Parsed
from kiki.understand.commands.shell import Piece
from kiki.understand.commands.spelling import SPELLINGS, BothError, UnspeltError
from kiki.understand.draft import AskError, Draft
from kiki.understand.shapes import UnfitError, item_of, value_of

_HOSTS = "hosts"


class Filler:
    """The operations of one call; *before* are those that there are already."""

    def __init__(
        self, parsed: Parsed, vocabulary: Vocabulary, request: Request, before: list[Draft]
    ) -> None:
        self.parsed = parsed
        self.vocabulary = vocabulary
        self.request = request
        self.before = before
        self.drafts: list[Draft] = []

    def made(self) -> list[Draft]:
        """The operations; a value that does not fit is a problem of the call. AskError."""
        form = self.parsed.form
        if form.amends and self._amends():
            return []
        if form.kind:
            self._draft(form.kind)
        for given in self.parsed.given:
            if given.field != _HOSTS:
                self._give(given)
        for option, piece in self.parsed.gives():
            self._set(option.gives, piece)
        self._set(form.gives, self.parsed.call.program)
        self._also()
        for draft in self.drafts:
            self._same(draft)
        return self.drafts

    def _draft(self, kind: str) -> Draft:
        """The operation of that kind; a new one if there is none."""
        for draft in self.drafts:
            if draft.kind.id == kind:
                return draft
        self.drafts.append(Draft(kind=self.vocabulary.kind(kind)))
        return self.drafts[-1]

    # -- values ---------------------------------------------------------------------------------

    def _give(self, given: Given) -> None:
        option = given.option
        draft = self._draft(option.kind if option and option.kind else self.parsed.form.kind)
        try:
            for name, text in self._spelt(given).items():
                self._fill(draft, name, text, given)
        except BothError as both:
            self._ask_protocol(draft, given, both.port)
        except (UnfitError, UnspeltError):
            self.parsed.problem("value", given.piece)

    def _spelt(self, given: Given) -> dict[str, str]:
        """The fields that a value fills, with their texts."""
        text = given.piece.text
        if given.option is None:
            spelling = self.parsed.form.spelling
        else:
            spelling = given.option.spelling
            text = given.option.values.get(text, text)
        return SPELLINGS[spelling](given.field, text) if spelling else {given.field: text}

    def _fill(self, draft: Draft, name: str, text: str, given: Given) -> None:
        spec = draft.kind.field(name)
        value = _value(spec, text, listed=given.option is not None or "," in text)
        known = draft.values.get(name)
        if isinstance(known, list):
            value = list(dict.fromkeys([*known, *value]))
        elif name in draft.values and known != value:
            if given.option is not None:
                raise UnspeltError(text)
            draft = Draft(kind=draft.kind)  # "mkdir /a /b"
            self.drafts.append(draft)
        draft.fill(name, value, _source(given.piece))

    def _ask_protocol(self, draft: Draft, given: Given, port: str) -> None:
        """A port of ufw without a protocol is open for both."""
        field = f"{len(self.before) + self.drafts.index(draft)}.{given.field}"
        if field in self.request.answers:
            return
        ports = port.split(",")
        both = ",".join(f"{one}/{protocol}" for one in ports for protocol in ("tcp", "udp"))
        only = ",".join(f"{one}/tcp" for one in ports)
        raise AskError(
            Question(
                code="question.protocols",
                field=field,
                params={"port": port},
                choices=(Choice(value=only), Choice(value=both)),
                start=given.piece.start,
                end=given.piece.end,
            )
        )

    def _amends(self) -> bool:
        """Say more about paths that commands before made or spoke of. False when they did not, or
        when what lies below is meant, too: that is an operation of its own."""
        if self.parsed.gives() and any(option.gives for option, _ in self.parsed.gives()):
            return False
        paths = [one for one in self.parsed.given if one.field == "path"]
        said = [one for one in self.parsed.given if one.field != "path"]
        found = [self._made_before(path.piece.text, said) for path in paths]
        if not any(found):
            return False
        for path, drafts in zip(paths, found, strict=True):
            if len(drafts) == 1 and all(one.field in _names(drafts[0]) for one in said):
                self._more(drafts[0], said[0])
            else:
                self.parsed.problem("unknown", path.piece)
        return True

    def _made_before(self, path: str, said: list[Given]) -> list[Draft]:
        """The operations before that are about *path*; those that only set other rights, if none
        of what is said now is set yet."""
        return [
            one
            for one in self.before
            if one.values.get("path") == path.rstrip("/")
            and not (
                one.kind.id == self.parsed.form.kind
                and ("recurse" in one.values or any(g.field in one.values for g in said))
            )
        ]

    def _more(self, draft: Draft, given: Given) -> None:
        try:
            for name, text in self._spelt(given).items():
                draft.fill(name, item_of(draft.kind.field(name), text), _source(given.piece))
        except (UnfitError, UnspeltError):
            self.parsed.problem("value", given.piece)

    # -- what follows from values ---------------------------------------------------------------

    def _set(self, gives: dict[str, Any], piece: Piece) -> None:
        for draft in self.drafts:
            for name, value in gives.items():
                draft.fill(name, value, _source(piece))

    def _also(self) -> None:
        """A second operation on the same things: ``enable --now``."""
        for option, _ in self.parsed.gives():
            if option.also:
                first = self.drafts[0]
                other = Draft(kind=self.vocabulary.kind(option.also))
                for name, value in first.values.items():
                    other.fill(name, value, first.sources[name])
                self.drafts.append(other)

    def _same(self, draft: Draft) -> None:
        """What one field is if only another one is said; options hold for each of several."""
        for name, origin in self.parsed.form.same.items():
            if name not in draft.values and origin in draft.values:
                draft.fill(name, draft.values[origin], draft.sources[origin])
        first = self.drafts[0]
        for name, value in first.values.items() if draft.kind is first.kind else ():
            if name not in draft.values:
                draft.fill(name, value, first.sources[name])


def _value(spec: FieldSpec, text: str, *, listed: bool) -> Any:
    """The value of *text*; of a list, the items. UnfitError, UnspeltError."""
    if spec.type == "list":
        return value_of(spec, text) if listed else [item_of(spec, text)]
    value = item_of(spec, text)
    if spec.shape == "label" and value != text:
        raise UnspeltError(text)  # the command would not have taken it, either
    return value


def _names(draft: Draft) -> set[str]:
    """The fields of what is made at a path; of what is only packed or taken away, none."""
    made = draft.kind.id.endswith(("_create", "_rights", "file_copy", "file_download"))
    return {field.name for field in draft.kind.fields} if made else set()


def _source(piece: Piece) -> Source:
    return Source(origin="span", start=piece.start, end=piece.end)


def kinds_of(drafts: list[Draft]) -> tuple[KindSpec, ...]:
    """The kinds of *drafts*, each once."""
    return tuple({draft.kind.id: draft.kind for draft in drafts}.values())
