"""What the rules of the site said of a change, as it is kept with it.

Made by ``policy.site``; called by ``service``, which holds to it, and by views. Pure data: the
reasons are the site's own texts, by language.
"""

from typing import Literal

from kiki.model.finding import Finding, Severity
from kiki.model.inventory import Place
from kiki.model.people import Role
from kiki.model.plan import Risk
from kiki.model.records import Record

Phase = Literal["request", "plan", "approval", "run"]
Effect = Literal[
    "deny", "risk", "approvers", "approver_role", "four_eyes", "ticket", "type", "warn"
]

_RISKS: tuple[Risk, ...] = ("low", "medium", "high", "forbidden")
PREFIX = "policy.site_"
"""What the codes of all findings begin with that come from the site's rules."""


class Ruled(Record, frozen=True):
    """One rule that spoke: where it stands, what it wants (*effects* by name, with their values as
    texts) and why, by language."""

    rule: str
    file: str
    line: int
    effects: dict[Effect, str]
    reason: dict[str, str] = {}


class Ruling(Record, frozen=True):
    """What all rules together say at one *phase*. *digest* is that of the files, *at* the time that
    they were told, *asked* the ids of all rules that were judged, *later* of those that wait for
    the plan. *faults* are files and rules that can't be judged: each denies."""

    phase: Phase
    digest: str
    at: str = ""
    asked: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    said: tuple[Ruled, ...] = ()
    faults: tuple[Finding, ...] = ()

    @property
    def denied(self) -> bool:
        """Whether anything says no."""
        return bool(self.faults) or any("deny" in one.effects for one in self.said)

    @property
    def risk(self) -> Risk:
        """The lowest that the change's risk may be."""
        found: list[Risk] = [risk for risk in _RISKS if risk in self._values("risk")]
        return found[-1] if found else "low"

    @property
    def approvers(self) -> int:
        """How many people have to approve; one without a rule."""
        return max((int(value) for value in self._values("approvers")), default=1)

    @property
    def approver_roles(self) -> tuple[Role, ...]:
        """Roles of each of which somebody who approves has to be."""
        wanted = self._values("approver_role")
        known: tuple[Role, ...] = ("viewer", "requester", "approver", "operator", "admin")
        return tuple(role for role in known if role in wanted)

    @property
    def four_eyes(self) -> bool:
        """Whether the requester may not approve alone."""
        return bool(self._values("four_eyes"))

    @property
    def ticket(self) -> bool:
        """Whether there has to be a ticket."""
        return bool(self._values("ticket"))

    @property
    def words(self) -> tuple[str, ...]:
        """What the approver has to type, sorted."""
        return tuple(sorted(self._values("type")))

    def wanting(self, effect: Effect) -> tuple[str, ...]:
        """The rules that want *effect*."""
        return tuple(one.rule for one in self.said if effect in one.effects)

    def _values(self, effect: Effect) -> set[str]:
        return {one.effects[effect] for one in self.said if effect in one.effects}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a person has to see of it at once: refusals, then warnings."""
        shown = [*self.faults]
        for effect, code, severity in _SHOWN:
            shown += [_shown(one, code, severity) for one in self.said if effect in one.effects]
        return tuple(shown)


def to_type(place: Place | None, found: Ruling | None) -> str:
    """What whoever approves has to type, all on one line; empty where nothing has to be typed: the
    name of what is production, and the words of the site's rules."""
    names = [place.name] if place is not None and place.guarded else []
    return ", ".join(dict.fromkeys((*names, *(found.words if found is not None else ()))))


_SHOWN: tuple[tuple[Effect, str, Severity], ...] = (
    ("deny", PREFIX + "denied", "error"),
    ("warn", PREFIX + "warned", "warning"),
)


def _shown(one: Ruled, code: str, severity: Severity) -> Finding:
    """The finding about a rule that spoke. Its place is a parameter: ``file`` is for the code."""
    reasons = {f"reason.{lang}": text for lang, text in one.reason.items()}
    place = f"{one.file}:{one.line}"
    params = {"rule": one.rule, "place": place} | reasons
    return Finding(code=code, severity=severity, params=params)
