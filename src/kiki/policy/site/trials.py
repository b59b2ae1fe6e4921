"""Tests of the site's rules: a made-up change, a moment, and what is expected of the rules.

Called by ``service.rehearsing``, which knows how requests are read. Files are ``*.test.yaml``
beside the rules; nothing here looks at a clock, a host or a database.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kiki.documents.read import read_yaml
from kiki.model.finding import Finding
from kiki.model.inventory import Inventory, Place
from kiki.model.people import Role
from kiki.model.plan import Action, Plan, Risk
from kiki.model.records import Record
from kiki.model.ruling import Phase, Ruling
from kiki.policy.site import complaints
from kiki.policy.site.loading import finding, is_tests, strict
from kiki.policy.site.rule import Text, Verb, given, written

NOON = "2026-01-07T12:00:00+00:00"
"""When a test is that names no time: a Wednesday."""


class Wanted(Record, frozen=True):
    """An operation that a test is about, as an intent has it."""

    kind: str
    fields: dict[str, Any] = {}


class Expected(Record, frozen=True):
    """What the rules have to say; only what is written is compared. *rules* are exactly those that
    speak."""

    rules: list[str] | UnsetType = UNSET
    deny: bool | UnsetType = UNSET
    warn: bool | UnsetType = UNSET
    risk: Literal["low", "medium", "high"] | UnsetType = UNSET
    approvers: int | UnsetType = UNSET
    approver_role: list[Role] | UnsetType = UNSET
    four_eyes: bool | UnsetType = UNSET
    ticket: bool | UnsetType = UNSET
    type: list[str] | UnsetType = UNSET


class Trial(Record, frozen=True):
    """One test, as it is written. *request* is a sentence, *operations* are given in its place.
    Without *plan* everything that is asked for changes something."""

    name: Text
    expect: Expected
    request: Annotated[str, Meta(min_length=1, max_length=4000)] | UnsetType = UNSET
    operations: Annotated[list[Wanted], Meta(min_length=1)] | UnsetType = UNSET
    target: str | UnsetType = UNSET
    who: str = "tester"
    roles: list[Role] = []
    ticket: str = ""
    at: Phase = "run"
    now: str | UnsetType = UNSET
    hosts: list[str] = []
    groups: dict[str, list[str]] = {}
    cluster: str = ""
    cloud: str = ""
    project: str = ""
    namespace: str = ""
    plan: dict[Verb, Annotated[int, Meta(ge=0, le=100_000)]] | UnsetType = UNSET
    undo: bool = False


class TrialFile(Record, frozen=True):
    """A whole file of tests. *zone* is that of times that say none."""

    tests: list[Trial]
    zone: str | UnsetType = UNSET


class Placed(Record, frozen=True):
    """A test and where it stands; *now* is its moment, with its zone."""

    trial: Trial
    file: str
    line: int
    now: str


class Result(Record, frozen=True):
    """How a test ended: *wrong* is what was expected and what was said, by what; *fault* is why it
    could not be tried. Neither: it passed."""

    placed: Placed
    ruling: Ruling | None = None
    wrong: dict[str, tuple[str, str]] = {}
    fault: Finding | None = None

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.wrong and self.fault is None


def read(text: str, file: str) -> tuple[tuple[Placed, ...], tuple[Finding, ...]]:
    """The tests of one file, and what is wrong with it."""
    parsed = read_yaml(text, file)
    wrong = [*strict(parsed)]
    if wrong:
        return (), tuple(wrong)
    data: dict[str, Any] = parsed.documents[0]
    if not isinstance(data.get("tests"), list):
        return (), (finding("not_tests", "error", file),)
    found: list[Placed] = []
    for index, one in enumerate(data["tests"]):
        at = ("tests", index)
        line = parsed.line_of(at)[0]
        try:
            trial = msgspec.convert(one, Trial)
            now = _moment(trial, str(data.get("zone", "")))
        except msgspec.ValidationError as error:
            wrong.append(complaints.about(str(error), at, parsed, Trial))
        except (ValueError, KeyError, OSError):
            wrong.append(finding("test_time", "error", file, line, name=str(one.get("name"))))
        else:
            wrong += _nonsense(trial, file, line)
            found.append(Placed(trial=trial, file=file, line=line, now=now))
    unknown = sorted(set(data) - {"tests", "zone"})
    wrong += [_unknown(key, file, parsed.line_of((key,))[0]) for key in unknown]
    return (() if wrong else tuple(found)), tuple(wrong)


def _unknown(key: str, file: str, line: int) -> Finding:
    params = {"path": "-", "value": key, "near": "-", "allowed": "tests, zone"}
    return finding("key_unknown", "error", file, line, **params)


def _moment(trial: Trial, zone: str) -> str:
    """ValueError or KeyError for a time or a zone that is none."""
    if isinstance(trial.now, UnsetType):
        return NOON
    when = datetime.fromisoformat(trial.now)
    if when.tzinfo is None:
        when = when.replace(tzinfo=ZoneInfo(zone))  # ValueError for an empty one
    return when.isoformat()


def _nonsense(trial: Trial, file: str, line: int) -> Iterator[Finding]:
    if given(trial.request) == given(trial.operations):
        yield finding("test_what", "error", file, line, name=trial.name)
    if not written(trial.expect):
        yield finding("test_expects_nothing", "error", file, line, name=trial.name)


def inventory(trial: Trial) -> Inventory:
    """The hosts, the cluster or the cloud that the test makes up."""
    if trial.cluster or trial.cloud:
        name, kind = (trial.cluster, "cluster") if trial.cluster else (trial.cloud, "cloud")
        identity = {"namespace": trial.namespace, "project": trial.project}
        place = Place(kind=kind, name=name, identity=identity)  # type: ignore[arg-type]
        return Inventory(text="", hosts=(name,), place=place)
    hosts = tuple(trial.hosts or ("host1",))
    groups = {"all": hosts} | {name: tuple(inside) for name, inside in trial.groups.items()}
    return Inventory(text="", hosts=hosts, groups=groups)


def plan(trial: Trial, operations: int, risk: Risk) -> Plan:
    """What would happen: as the test says, else one change for each host and operation."""
    if isinstance(trial.plan, UnsetType):
        counts: dict[Verb, int] = {"update": max(1, len(trial.hosts)) * operations}
    else:
        counts = trial.plan
    actions = [
        Action(subject=f"{verb} {number}", task="test", verb=verb)
        for verb, count in counts.items()
        for number in range(count)
    ]
    return Plan(actions=tuple(actions), risk=risk)


def compared(placed: Placed, ruling: Ruling) -> Result:
    """The test's result, now that *ruling* was said."""
    said = _said(ruling)
    wanted = {name: _text(value) for name, value in written(placed.trial.expect).items()}
    wrong = {
        name: (value, _text(said[name]))
        for name, value in wanted.items()
        if value != _text(said[name])
    }
    return Result(placed=placed, ruling=ruling, wrong=wrong)


def _said(ruling: Ruling) -> dict[str, object]:
    return {
        "rules": [one.rule for one in ruling.said],
        "deny": ruling.denied,
        "warn": bool(ruling.wanting("warn")),
        "risk": ruling.risk,
        "approvers": ruling.approvers,
        "approver_role": list(ruling.approver_roles),
        "four_eyes": ruling.four_eyes,
        "ticket": ruling.ticket,
        "type": list(ruling.words),
    }


def _text(value: object) -> str:
    """A value as it is shown and compared."""
    if isinstance(value, list | tuple):
        return ", ".join(sorted(map(str, value))) or "-"
    return str(value).lower() if isinstance(value, bool) else str(value)


def texts(folder: str) -> Iterator[tuple[str, str]]:
    """The files of tests in *folder*: name and text."""
    for path in sorted(Path(folder).iterdir()):
        if is_tests(path.name):
            yield path.name, path.read_text("utf-8-sig")
