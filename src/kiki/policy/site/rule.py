"""The form of a rule file, as types; the published JSON Schema is made of them.

Called by ``loading``, ``matching`` and ``describing``. Every field is described in both languages
in ``messages/*/rule.json``, under ``<record>_<field>``.
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from kiki.model.people import Role
from kiki.model.records import Record
from kiki.model.ruling import Phase

Pattern = Annotated[str, Meta(min_length=1, max_length=200)]
Patterns = Pattern | int | Annotated[list[Pattern | int], Meta(min_length=1, max_length=500)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
Verb = Literal["create", "update", "replace", "delete", "run", "unknown"]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}\Z")]


class When(Record, frozen=True):
    """The conditions; all that are given have to hold."""

    kind: Patterns | UnsetType = UNSET
    target: Patterns | UnsetType = UNSET
    name: Patterns | UnsetType = UNSET
    image: Patterns | UnsetType = UNSET
    package: Patterns | UnsetType = UNSET
    service: Patterns | UnsetType = UNSET
    path: Patterns | UnsetType = UNSET
    user: Patterns | UnsetType = UNSET
    port: Patterns | UnsetType = UNSET
    namespace: Patterns | UnsetType = UNSET
    field: dict[str, Patterns] | UnsetType = UNSET
    host: Patterns | UnsetType = UNSET
    group: Patterns | UnsetType = UNSET
    cluster: Patterns | UnsetType = UNSET
    cloud: Patterns | UnsetType = UNSET
    project: Patterns | UnsetType = UNSET
    time: Patterns | UnsetType = UNSET
    hosts_over: Count | UnsetType = UNSET
    percent_over: Percent | UnsetType = UNSET
    objects_over: Count | UnsetType = UNSET
    deletes_over: Count | UnsetType = UNSET
    does: list[Verb] | UnsetType = UNSET
    risk: list[Literal["low", "medium", "high"]] | UnsetType = UNSET
    requester: Patterns | UnsetType = UNSET
    role: list[Role] | UnsetType = UNSET
    undo: bool | UnsetType = UNSET
    reads: bool | UnsetType = UNSET


class Then(Record, frozen=True):
    """What follows; at least one of it."""

    deny: bool | UnsetType = UNSET
    risk: Literal["medium", "high"] | UnsetType = UNSET
    approvers: Annotated[int, Meta(ge=2, le=20)] | UnsetType = UNSET
    approver_role: Role | UnsetType = UNSET
    four_eyes: bool | UnsetType = UNSET
    ticket: bool | UnsetType = UNSET
    type: Annotated[str, Meta(pattern=r"^[^\s,]{1,64}\Z")] | UnsetType = UNSET
    warn: bool | UnsetType = UNSET


class Reason(Record, frozen=True):
    """The site's own words for it, in the languages that it has."""

    en: Text | UnsetType = UNSET
    ko: Text | UnsetType = UNSET


class Rule(Record, frozen=True):
    """One rule, as it is written."""

    id: Id
    then: Then
    reason: Text | Reason
    when: When = When()
    at: Annotated[list[Phase], Meta(min_length=1)] | UnsetType = UNSET


class RuleFile(Record, frozen=True):
    """A whole file. *zone* is that of its times."""

    rules: list[Rule]
    zone: str | UnsetType = UNSET


class Placed(Record, frozen=True):
    """A rule and where it stands."""

    rule: Rule
    file: str
    line: int
    zone: str = ""

    @property
    def phases(self) -> tuple[Phase, ...]:
        """When it is judged. A denial by the clock holds back what runs, not what is asked."""
        if not isinstance(self.rule.at, UnsetType):
            return tuple(self.rule.at)
        if not given(self.rule.when.time):
            return ("request", "plan", "approval", "run")
        return ("run",) if given(self.rule.then.deny) else ("plan", "approval", "run")

    @property
    def reason(self) -> dict[str, str]:
        """The reason by language; a text alone is for all."""
        said = self.rule.reason
        if isinstance(said, str):
            return {"en": said, "ko": said}
        known: dict[str, str] = written(said)
        first = next(iter(known.values()), "")
        return {"en": first, "ko": first} | known


def given(value: Any) -> bool:
    """Whether a field is written in the file."""
    return not isinstance(value, UnsetType)


def patterns(value: Any) -> tuple[str, ...]:
    """The patterns of a condition as texts."""
    if not given(value):
        return ()
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def written(record: Record) -> dict[str, Any]:
    """The fields of *record* that are written in the file."""
    fields = record.__struct_fields__
    return {name: getattr(record, name) for name in fields if given(getattr(record, name))}
