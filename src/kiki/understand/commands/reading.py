"""Reads a message that consists of commands as the operations that they stand for.

Called by ``messages`` when the rules have no reading. What a command does beyond an operation of
Kiki's is never left out: an option, a word or a sign that has no place is a refusal that names it.
"""

import re

from msgspec.structs import replace

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Choice, Question, Reading, Token
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.vocabulary import Vocabulary
from kiki.understand.commands.beside import Beside, beside
from kiki.understand.commands.filling import Filler, kinds_of
from kiki.understand.commands.options import Parsed, parsed
from kiki.understand.commands.programs import forms
from kiki.understand.commands.script import Call, NoScriptError, Script, script
from kiki.understand.commands.shell import Piece
from kiki.understand.commands.spelling import CLOSED
from kiki.understand.commands.wording import claims
from kiki.understand.complete import Context, complete
from kiki.understand.draft import AskError, Draft, Notes, RefuseError, note
from kiki.understand.lexicon import Lexicon

_HOSTS = "hosts"
_WORDS = (_HOSTS, "resource")  # what a command's own words fill: "describe pod"
_ASKS_HOSTS = "question.hosts"
_EVERYWHERE = "all"
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}")
_HERE = ("localhost", "127.0.0.1", "::1")
_MOST_CHOICES = 30
# Words of a sentence that no list of names goes on with: "apt install git and friends".
_NAMING = frozenset(("noun", "product", "proto", "verb", "deed", "state", "apart"))


def read(
    request: Request, vocabulary: Vocabulary, profile: Profile, lexicon: Lexicon, known: Catalogue
) -> Reading | None:
    """The reading of the commands in ``request.message``; None when it is no script of commands
    that Kiki knows."""
    found = script(request.message, lexicon.commands)
    if found is None:
        return None
    reader = _Reader(request, vocabulary, lexicon, known)
    calls = reader.parsed(found)
    if calls is None:
        return None
    tokens = _tokens(request.message, found, calls)
    try:
        words = [beside(place, request, vocabulary, lexicon, known) for place in found.words]
        tokens = tuple(sorted((*tokens, *(t for one in words for t in one.tokens)), key=_start))
        drafts = reader.drafts(found, calls, words)
        context = Context(
            request=request, profile=profile, reader="rules", notes=reader.notes, hosts=reader.on
        )
        intent = complete(drafts, context)
        intent = replace(intent, create_only=reader.creating and not found.words)
        return Reading(reader="rules", tokens=tokens, intent=intent)
    except AskError as asked:
        return Reading(reader="rules", tokens=tokens, question=asked.question)
    except RefuseError as refused:
        return Reading(reader="rules", tokens=tokens, refusal=refused.refusal)
    except NoScriptError:
        return None


class _Reader:
    """Reads the calls of one message."""

    def __init__(
        self, request: Request, vocabulary: Vocabulary, lexicon: Lexicon, known: Catalogue
    ) -> None:
        self.request = request
        self.vocabulary = vocabulary
        self.lexicon = lexicon
        self.known = known
        self.notes: Notes = []
        self.on: tuple[str, ...] = ()
        self.creating = False

    def parsed(self, found: Script) -> list[Parsed | Call] | None:
        """Each call taken apart, or itself if no form fits; None when that is no script of ours."""
        made: list[Parsed | Call] = [
            parsed(call, forms().get(call.program.text, ())) or call for call in found.calls
        ]
        return made if any(isinstance(one, Parsed) for one in made) else None

    def drafts(self, found: Script, calls: list[Parsed | Call], words: list[Beside]) -> list[Draft]:
        """The operations of all calls and *words*, in order. AskError, RefuseError."""
        drafts: list[Draft] = []
        for one in sorted((*calls, *words), key=_begin):
            if isinstance(one, Beside):
                self.notes += [said for said in one.notes if said not in self.notes]
                drafts += one.drafts
            elif isinstance(one, Call):
                raise _refused("unknown", one, one.program, self._text(one))
            else:
                drafts += self._called(one, drafts)
        self._check_claims(found, drafts)
        self._check_beside(calls, drafts)
        self._check_target(drafts)
        self._check_places(drafts)
        return drafts

    def _called(self, one: Parsed, before: list[Draft]) -> list[Draft]:
        """The operations of one call, which follow those *before*."""
        self._check_words(one)
        made = Filler(one, self.vocabulary, self.request, before).made()
        self._check(one)
        if not (made or one.form.beside or one.form.amends):
            raise _refused("unknown", one.call, one.call.program, self._text(one.call))
        self._hosts(one)
        self._confirm(one, made, len(before))
        self._tell(one, made)
        return made

    # -- one call -------------------------------------------------------------------------------

    def _check_words(self, one: Parsed) -> None:
        """Words of a sentence among several names are no names, unless the shell's own quotes say
        so."""
        places = [word for word in one.form.words if word.startswith("{")]
        several = (
            len(places) > 1 or not one.form.sure or any(word.endswith("+}") for word in places)
        )
        for given in one.given:
            named = given.option is not None or given.piece.quoted or one.form.spelling in CLOSED
            sure = given.field in _WORDS and one.form.sure  # "ansible all", no "ping everybody"
            if not (named or sure) and self._ordinary(given.piece.text, several=several):
                one.problem("word", given.piece)

    def _ordinary(self, text: str, *, several: bool) -> bool:
        word = text.lower()
        lexicon = self.lexicon
        if word.startswith("/"):
            return False
        if word in lexicon.packages or word in lexicon.products or word in lexicon.groups:
            return False
        classes = {entry.cls for entry in lexicon.words.get(word, ())}
        if several:
            return word in lexicon.common or bool(classes)
        return bool(classes - _NAMING)

    def _check(self, one: Parsed) -> None:
        if one.problems and not (one.form.sure or one.options):
            raise NoScriptError  # "touch base with kim"
        if one.problems:
            first = one.problems[0]
            raise _refused(first.code, one.call, first.piece, self._text(one.call), first.text)

    def _confirm(self, one: Parsed, made: list[Draft], before: int) -> None:
        """Ask first where a command does less than the operation, or in another place."""
        asked = (one.form.asks, *(option.asks for option, _ in one.gives()))
        for code in dict.fromkeys(filter(None, asked)):
            field = f"{before}.{code.rpartition('.')[2]}"
            if made and code != _ASKS_HOSTS and field not in self.request.answers:
                kind = made[0].kind.id
                choices = (Choice(value=kind, label=f"question.kind.{kind}"),)
                params = {"command": self._text(one.call)}
                raise AskError(Question(code, field, params, choices))

    def _hosts(self, one: Parsed) -> None:
        """The hosts that a command names. AskError where no inventory says that they are any."""
        said = next((given.piece for given in one.given if given.field == _HOSTS), None)
        if said is None or said.text == _EVERYWHERE:
            return
        names = self._names(one, said)
        if self.request.scope.limit or self.on not in ((), names):
            raise _refused("hosts", one.call, said, self._text(one.call))
        self.on = names

    def _names(self, one: Parsed, said: Piece) -> tuple[str, ...]:
        answer = self.request.answers.get(_HOSTS, "")
        if answer:
            return tuple(name.strip() for name in answer.split(",") if name.strip())
        listed = self.known.names("hosts") or ()
        if said.text in _HERE or not _HOST.fullmatch(said.text):
            raise _refused("value", one.call, said, self._text(one.call))
        if one.form.asks and said.text not in listed:
            if "." in said.text:
                raise NoScriptError  # "ping google.com"
            choices = tuple(Choice(value=name) for name in listed[:_MOST_CHOICES] or (said.text,))
            code = "question.hosts_unknown" if listed else "question.hosts"
            raise AskError(Question(code, _HOSTS, {"value": said.text}, choices))
        return (said.text,)

    def _tell(self, one: Parsed, made: list[Draft]) -> None:
        text = self._text(one.call)
        if one.form.beside:
            note(self.notes, "assumption.command_beside", command=text)
            return
        if one.form.amends and not made:
            note(self.notes, "assumption.command_amends", command=text)
            return
        kinds = ", ".join(kind.id for kind in kinds_of(made))
        note(self.notes, "assumption.command", command=text, kinds=kinds)
        if one.form.creates:
            self.creating = True
            note(self.notes, "assumption.create_only")
        for code, unless in one.form.assumes.items():
            if not one.named() & set(unless):
                note(self.notes, code)

    def _text(self, call: Call) -> str:
        start, end = call.span
        return " ".join(self.request.message[start:end].replace("\\\n", " ").split())

    # -- all calls ------------------------------------------------------------------------------

    def _check_claims(self, found: Script, drafts: list[Draft]) -> None:
        """What is said beside commands about what they do is true: "... 재시작해줘"."""
        for start, end, _ in found.marks:
            for part in claims(self.request.message[start:end]):
                if not all(part in draft.kind.id for draft in drafts):
                    raise NoScriptError

    def _check_beside(self, calls: list[Parsed | Call], drafts: list[Draft]) -> None:
        """What Kiki does itself beside an operation needs that operation."""
        for one in calls:
            beside = one.form.beside if isinstance(one, Parsed) else ""
            if beside and not any(draft.kind.id.startswith(beside) for draft in drafts):
                assert isinstance(one, Parsed)
                raise _refused("unknown", one.call, one.call.program, self._text(one.call))

    def _check_target(self, drafts: list[Draft]) -> None:
        """One message is for one target, and for the one that was wanted."""
        targets = {draft.kind.target for draft in drafts}
        if len(targets) > 1:
            raise RefuseError(Question(code="understand.two_targets", field="", params={}))
        wanted = self.request.answers.get("target") or self.request.target
        if wanted and wanted not in targets:
            choices = tuple(Choice(value=target) for target in sorted(targets))
            params = {"wanted": wanted, "found": choices[0].value}
            raise AskError(Question("question.target_mismatch", "target", params, choices))

    def _check_places(self, drafts: list[Draft]) -> None:
        """A namespace that another command names may be meant here, too."""
        named = {
            str(value)
            for draft in drafts
            for value in (draft.values.get("namespace"), _made_namespace(draft))
            if value
        }
        for index, draft in enumerate(drafts):
            field = f"{index}.namespace"
            placed = any(spec.name == "namespace" for spec in draft.kind.fields)
            if not placed or draft.values.get("namespace") or field in self.request.answers:
                continue
            if named:
                raise AskError(_which_namespace(draft, field, sorted(named)))


def _made_namespace(draft: Draft) -> str:
    made = draft.kind.id == "k8s.namespace_create"
    return str(draft.values.get("name", "")) if made else ""


def _which_namespace(draft: Draft, field: str, named: list[str]) -> Question:
    about = draft.values.get("name") or draft.values.get("selector") or ""
    choices = tuple(Choice(value=value) for value in (*named, "default"))
    params = {"object": str(about), "value": ", ".join(named)}
    return Question("question.which_namespace", field, params, choices)


def _refused(code: str, call: Call, piece: Piece, command: str, text: str = "") -> RefuseError:
    params = {"command": command, "words": text or piece.text, "program": call.program.text}
    return RefuseError(
        Question(f"understand.command_{code}", "", params, start=piece.start, end=piece.end)
    )


# -- what each word was used for ----------------------------------------------------------------


def _tokens(message: str, found: Script, calls: list[Parsed | Call]) -> tuple[Token, ...]:
    """Every word of the message with its role; none where a call is no form of ours."""
    roles = {(start, end): role for start, end, role in found.marks}
    for one in calls:
        roles |= _roles(one)
    return tuple(
        Token(text=message[start:end], start=start, end=end, role=role)
        for (start, end), role in sorted(roles.items())
    )


def _roles(one: Parsed | Call) -> dict[tuple[int, int], str]:
    call = one if isinstance(one, Call) else one.call
    roles = {(piece.start, piece.end): "" for piece in (call.program, *call.rest)}
    if isinstance(one, Call):
        return roles
    verb = f"verb:{call.program.text}"
    roles |= dict.fromkeys(map(_place, (call.program, *one.words)), verb)
    roles |= dict.fromkeys((_place(piece) for _, piece in one.options), "option")
    values = [(given.piece, f"field:{given.field}") for given in one.given]
    for piece, role in (*values, *((piece, "option") for piece in one.meaningless)):
        for start, end in [place for place in roles if place[0] < piece.start < place[1]]:
            roles[start, piece.start] = roles.pop((start, end))  # --image=nginx
        for place in _within(roles, piece):
            del roles[place]  # nginx -g daemon: one command of a container
        roles[_place(piece)] = role
    return roles


def _within(roles: dict[tuple[int, int], str], piece: Piece) -> list[tuple[int, int]]:
    """The words without a role that are parts of *piece*."""
    return [
        (start, end)
        for (start, end), role in roles.items()
        if not role and piece.start <= start and end <= piece.end
    ]


def _start(token: Token) -> int:
    return token.start


def _begin(one: Parsed | Call | Beside) -> int:
    """Where a part of the message begins."""
    if isinstance(one, Beside):
        return one.start
    return (one if isinstance(one, Call) else one.call).program.start


def _place(piece: Piece) -> tuple[int, int]:
    return piece.start, piece.end
