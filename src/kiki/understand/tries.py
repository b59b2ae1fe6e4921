"""The other ways to read a message that the rules refuse as it stands.

Called by ``messages``. Each way knows a few constructions and has the rules read the rest; it gives
nothing where the message is none of its own. They are tried in the order of ``WAYS``, each for the
refusals that it may explain. Nothing here asks a model.
"""

import re
from collections.abc import Callable

import msgspec

from kiki.model.catalogue import Catalogue
from kiki.model.intent import Reading, Token
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.vocabulary import Vocabulary
from kiki.understand.complete import Context, complete
from kiki.understand.doubts import doubted
from kiki.understand.draft import AskError, RefuseError
from kiki.understand.filling import CONFLICTS
from kiki.understand.forms.sections import structured
from kiki.understand.lexer import lex
from kiki.understand.lexicon import lexicon
from kiki.understand.output import spans
from kiki.understand.rules import Rules

# Refusals that mean "not by rules". A negation, a host or a question is no matter for a model.
FOR_MODEL = ("understand.leftover", "understand.unsupported", "understand.no_action")
_NEGATED, _ASKING = "understand.negation", "understand.asking"
_HOSTS = "understand.hosts"
# Of what may only say that something is to stay as it is.
_LEAVES = (*FOR_MODEL, _NEGATED)
# Of what may say more than its request, state a condition that the deed settles, or ask for a look.
MAY_TELL = (*FOR_MODEL, _NEGATED, _ASKING)
# Of what may be a question about what there is.
_MAY_ASK = (*FOR_MODEL, _ASKING)
_NOUN_MISSING = ("question.confirm_kind", "question.kind")
# Questions of what may be said of something else: in "볼륨 data와 컨테이너 db" the
# volume is none of db's, and what follows "pod app 만들고" may say the images.
_UNSURE = (
    *_NOUN_MISSING, "question.hosts_unknown", "question.hosts", "question.unfit_bind",
    "question.image", "question.cidr", "question.unfit_portspec", *CONFLICTS,
)  # fmt: skip
# "create a pod app with nginx and redis containers": whatever target is said, the pod is made, too.
_TARGET = "question.target"
_POD_OF = re.compile(
    r"(?:create|make|만들).*\bpod\b.*\bcontainers\b|(?:pod|파드|포드).*만들.*컨테이너",
    re.IGNORECASE,
)
# "add user kim with passwordless sudo": the account is made, too.
_ACCOUNT_OF = re.compile(
    r"(?:create|add|make|set\s+up).*\b(?:user|account)s?\b.*\bwith\b.*\bsudo\b"
    r"|(?:사용자|계정|유저).*sudo\s?(?:사용\s?)?권한으로.*(?:만들|생성|추가)",
    re.IGNORECASE,
)
# "a couple of VMs" names nothing.
_PLACE, _QUANTITIES = "question.place", ("couple", "few", "handful", "bunch")
_TWO_TARGETS = "understand.two_targets"
_SHELL = "understand.command_shell"
_PROGRAM = re.compile(r"[a-z][a-z.-]*")
_OPTIONS = ("understand.command_option", "understand.command_word")
_SHORT = 400  # code points; what is said in other words is, and its forms are tried at every place
# "stop it, upgrade it and start it again"; "tcp 80 and 443"
_OPPOSED = ("doubt.contradiction", "doubt.protocol")


class Tries:
    """One request, and what may be made of its message."""

    def __init__(
        self, request: Request, vocabulary: Vocabulary, profile: Profile, catalogue: Catalogue
    ) -> None:
        self.request = request
        self.vocabulary = vocabulary
        self.profile = profile
        self.catalogue = catalogue

    def rules(self) -> Rules:
        """The message, cut into words."""
        return Rules(self.request, self.vocabulary, lexicon(), self.catalogue)

    def by_rules(self, rules: Rules, *, structured: bool = False) -> Reading:
        """What *rules* read, or the question that has to come before it."""
        return self.doubtless(_read(rules, self.request, self.profile), structured=structured)

    def doubtless(self, found: Reading, *, structured: bool = False) -> Reading:
        """*found*, or the question that has to come before it. An answer so far is also the target
        that a flag names."""
        told = {"target": self.request.target or "", **self.request.answers}
        return doubted(found, told, structured=structured)

    def commanded(self, reading: Reading) -> Reading | None:
        """What the commands of a shell in the message ask for, if it consists of such and the rules
        have no *reading* of it. No model sees what they can't be read for. What only a shell can
        work out stops the rules, too: "rm -rf /opt/x ~"."""
        if lexicon().commands.isdisjoint(_PROGRAM.findall(self.request.message)):
            return None
        from kiki.understand.commands import reading as commands  # noqa: PLC0415 -- lazy: few have any

        found = commands.read(
            self.request, self.vocabulary, self.profile, lexicon(), self.catalogue
        )
        shell = found is not None and _refused(found, (_SHELL,))
        better = reading.intent or (reading.question and found and found.refusal)
        return None if found is None or (better and not shell) else self.doubtless(found)

    def watched(self, reading: Reading) -> Reading:
        """*reading*, or a look that is repeated."""
        message = self.request.message
        if not _refused(reading, (*MAY_TELL, *_OPTIONS)) or len(message) > _SHORT:
            return reading
        from kiki.understand.watching import watched  # noqa: PLC0415 -- lazy: few messages say so

        looks = frozenset(kind.id for kind in self.vocabulary.kinds if kind.reads)
        return watched(message, looks, self._looked) or reading

    def _looked(self, message: str) -> Reading:
        """What *message* asks to see, also in words that are no order."""
        found = self._with_commands(message)
        return self._saying(message)._reworded() or found if found.refusal else found

    def _with_commands(self, message: str) -> Reading:
        """What the rules make of *message*, or the commands in it."""
        reading = self.again()(message)
        return self._saying(message).commanded(reading) or reading

    def other(self, reading: Reading, rules: Rules) -> Reading:
        """*reading*, or what another way makes of the message."""
        # Without what is denied in a name, the rest would name another thing.
        if _refused(reading, _LEAVES) and not rules.torn:
            reading = self._respected(rules) or reading
        short = len(self.request.message) <= _SHORT
        for may, way in WAYS if short else WAYS[:_LONG_ONES]:
            if may(reading):
                reading = way(self) or reading
        return reading

    def formed(self, reading: Reading, rules: Rules) -> Reading:
        """*reading*, or that of a structured message."""
        if _may_be_form(reading) and structured(rules.words):
            return self._by_form() or reading
        return reading

    def told(self, reading: Reading) -> Reading:
        """*reading*, or what is read without what only stands beside the request."""
        return (_refused(reading, MAY_TELL) and self._set_aside()) or reading

    def mended(self, reading: Reading, rules: Rules) -> Reading:
        """*reading*, or what is read without slips of the hand."""
        if not _may_have_slips(reading):
            return reading
        from kiki.understand.slips import mended  # noqa: PLC0415 -- lazy: most words have no slips

        again = self.again()
        return mended(self.request.message, rules.words, lexicon(), again) or reading

    def again(self, *, form: bool = False, leaves: bool = False) -> Callable[[str], Reading]:
        """What the rules make of another text of the same request: also as a *form*, or without
        what it *leaves* alone."""

        def again(message: str) -> Reading:
            changed = self._saying(message)
            rules = changed.rules()
            reading = changed.by_rules(rules)
            if leaves and _refused(reading, _LEAVES):
                reading = changed._respected(rules) or reading
            return changed.formed(reading, rules) if form else reading

        return again

    def _of(self, request: Request) -> "Tries":
        return Tries(request, self.vocabulary, self.profile, self.catalogue)

    def _saying(self, message: str) -> "Tries":
        return self._of(msgspec.structs.replace(self.request, message=message))

    # -- the ways ------------------------------------------------------------------------------

    def _respected(self, rules: Rules) -> Reading | None:
        """What is read where the message says of something that it is to be left alone."""
        from kiki.understand.leaving import respected  # noqa: PLC0415 -- lazy: most messages don't

        words = rules.words if rules.split.order == "final" else rules.said
        again = self.again(form=True)
        return respected(self.request.message, words, rules.split, self.vocabulary, again)

    def _settled(self) -> Reading | None:
        """What is read where a condition is one that the deed settles by itself."""
        from kiki.understand.settled import settled  # noqa: PLC0415 -- lazy: few have conditions

        return settled(self.request.message, self.vocabulary, self.again())

    def _stepwise(self) -> Reading | None:
        """What is read where the message says how many hosts at a time. With ``--batch`` it is not
        asked again by words."""
        from kiki.understand.waves import stepwise  # noqa: PLC0415 -- lazy: few messages say so

        if self.request.scope.rollout.batch:
            return None
        return stepwise(self.request.message, self.vocabulary, self.again())

    def _created(self) -> Reading | None:
        """What is read where the message says that what is there is to be left as it is."""
        from kiki.understand.creating import only_created  # noqa: PLC0415 -- lazy: few say so

        return only_created(self.request.message, self.again())

    def _inquired(self) -> Reading | None:
        """What is to be shown where the message asks about what there is."""
        from kiki.understand.inquiries import inquired  # noqa: PLC0415 -- lazy: most are orders

        return inquired(self.request.message, self.vocabulary, self.again())

    def _counted(self) -> Reading | None:
        """What is read where the message says how many hosts it is about."""
        from kiki.understand.rephrasing.counted import counted  # noqa: PLC0415 -- lazy: few do

        return counted(self.request, self.vocabulary, self.catalogue, self.again(leaves=True))

    def _called(self) -> Reading | None:
        """What is read where the message calls hosts by a Korean word."""
        from kiki.understand.rephrasing.called import called  # noqa: PLC0415 -- lazy: few do

        def again(message: str) -> Reading:
            changed = self._saying(message)
            rules = changed.rules()
            return changed.other(changed.by_rules(rules), rules)

        return called(self.request, self.catalogue, again)

    def _rephrased(self) -> Reading | None:
        """What is read where other words of a closed list say it."""
        from kiki.understand.rephrasing.rephrased import MEANT, rephrased  # noqa: PLC0415 -- lazy

        answers = self.request.answers
        wanted = answers.get("target") or self.request.target or ""
        again = self.again(leaves=True)
        return rephrased(self.request.message, wanted, answers.get(MEANT, ""), again)

    def _podded(self) -> Reading | None:
        """What is asked where a pod is to be made with its containers, and what is read where an
        account is to be made with a right."""
        said = self.request.message
        return self._rephrased() if _POD_OF.search(said) or _ACCOUNT_OF.search(said) else None

    def _reworded(self) -> Reading | None:
        """What is read in other words, where the message asks for a look and gives no order."""
        from kiki.understand.rewordings import reworded  # noqa: PLC0415 -- lazy: most are orders

        def again(message: str, target: str) -> Reading:
            wanted = self.request.target or target or None
            asked = msgspec.structs.replace(self.request, target=wanted)
            return self._of(asked)._with_commands(message)

        scope = self.request.scope
        hosts = bool(scope.inventory) and not scope.cluster and not self.request.target
        return reworded(self.request.message, self.vocabulary, lexicon(), again, hosts=hosts)

    def _by_form(self) -> Reading | None:
        """The reading of a structured message; None where it is none, or is not understood."""
        from kiki.understand.forms.reader import Forms  # noqa: PLC0415 -- lazy: few are forms

        forms = Forms(self.request, self.vocabulary, lexicon(), self.catalogue)
        if not forms.possible:
            return None
        reading = self.by_rules(forms, structured=True)
        return reading if reading.refusal is None and not _asks(reading, CONFLICTS) else None

    def _set_aside(self) -> Reading | None:
        from kiki.understand.backgrounds.aside import (  # noqa: PLC0415 -- lazy: as above
            without_background,
        )

        again = self.again(form=True, leaves=True)
        said = lex(self.request.message, lexicon(), spans(self.request.message))
        return without_background(self.request.message, said, lexicon(), again)


def _read(rules: Rules, request: Request, profile: Profile) -> Reading:
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


def _refused(reading: Reading, codes: tuple[str, ...]) -> bool:
    return reading.refusal is not None and reading.refusal.code in codes


def _asks(reading: Reading, codes: tuple[str, ...]) -> bool:
    return reading.question is not None and reading.question.code in codes


def _may_settle(reading: Reading) -> bool:
    return _refused(reading, MAY_TELL)


def _may_ask(reading: Reading) -> bool:
    return _refused(reading, _MAY_ASK)


def _may_count(reading: Reading) -> bool:
    return _refused(reading, (*MAY_TELL, _HOSTS))


def _may_be_said(reading: Reading) -> bool:
    """Whether other words may say what was not read."""
    said = (*MAY_TELL, _HOSTS, _TWO_TARGETS, *_OPPOSED)
    return _refused(reading, said) or _counts(reading)


def _may_be_pod(reading: Reading) -> bool:
    """Whether it is asked whose a pod is, or what it is made with was read without it."""
    return reading.intent is not None or _asks(reading, (_TARGET,))


def _counts(reading: Reading) -> bool:
    """Whether it is asked about what may be something else, or a quantity was taken for a name."""
    asked = reading.question
    quantity = asked is not None and asked.params.get("value", "").lower() in _QUANTITIES
    return _asks(reading, _UNSURE) or (quantity and _asks(reading, (_PLACE,)))


def _may_be_form(reading: Reading) -> bool:
    """Whether nothing was read, or two values stand where one has its place."""
    return _refused(reading, _LEAVES) or _asks(reading, CONFLICTS)


def _may_have_slips(reading: Reading) -> bool:
    """Whether nothing was read, or it was asked what for want of a noun."""
    return _refused(reading, (*FOR_MODEL, "doubt.slip")) or _asks(reading, _NOUN_MISSING)


# When each way is tried, and the way: first those for messages of any length.
_LONG_ONES = 4
WAYS: tuple[tuple[Callable[[Reading], bool], Callable[[Tries], Reading | None]], ...] = (
    (_may_settle, Tries._settled),
    (_may_settle, Tries._stepwise),
    (_may_settle, Tries._created),
    (_may_ask, Tries._inquired),
    (_may_count, Tries._counted),
    (_may_settle, Tries._called),
    (_may_be_said, Tries._rephrased),
    (_may_be_pod, Tries._podded),
    (_may_settle, Tries._reworded),
)
