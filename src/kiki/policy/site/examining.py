"""What ``kiki policy check`` says of rules that can be read: those that never speak, those that
another one makes idle, those that want an approver of a role that may not approve, those that no
test tries, files that others may write.

Called by ``service.rehearsing``. Warnings only: what can't be judged at all is ``loading``'s.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import UNSET

from kiki.model.finding import Finding
from kiki.model.people import approves_never
from kiki.model.ruling import Ruling
from kiki.model.windows import window
from kiki.policy.site.loading import Site, finding
from kiki.policy.site.matching import fits_one
from kiki.policy.site.rule import Placed, patterns, written

_ON_HOSTS = ("host", "group", "hosts_over", "percent_over")
_ON_PLACES = {"cluster": "k8s", "cloud": "openstack", "project": "openstack"}
_RISKS = ("medium", "high")
_YEAR = 366


def examined(
    site: Site, folder: str, kinds: Sequence[str], now: datetime, rulings: Iterable[Ruling]
) -> tuple[Finding, ...]:
    """All warnings. *kinds* are the operations that there are, *rulings* what the tests brought
    out."""
    found = [
        *(one for placed in site.rules for one in _never(placed, kinds, now)),
        *_shadowed(site.rules),
        *(one for placed in site.rules for one in _unapproving(placed)),
        *_untested(site.rules, tuple(rulings)),
        *_exposed(folder),
    ]
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.code)))


def _warning(placed: Placed, what: str, **params: str) -> Finding:
    return finding(what, "warning", placed.file, placed.line, rule=placed.rule.id, **params)


def _never(placed: Placed, kinds: Sequence[str], now: datetime) -> Iterator[Finding]:
    """Why the rule can't speak, if it can't."""
    conditions = written(placed.rule.when)
    targets = {kind.partition(".")[0] for kind in kinds}
    left = [kind for kind in kinds if _fits(placed, "kind", kind)]
    if not left:
        yield _warning(placed, "never_kind", value=", ".join(patterns(placed.rule.when.kind)))
    elif not any(_fits(placed, "target", kind.partition(".")[0]) for kind in left):
        wanted = ", ".join(patterns(placed.rule.when.target))
        yield _warning(placed, "never_target", value=wanted, allowed=", ".join(sorted(targets)))
    places = [name for name in _ON_PLACES if name in conditions]
    machines = [name for name in _ON_HOSTS if name in conditions and conditions[name] != 0]
    if places and machines:
        yield _warning(placed, "never_both", one=places[0], other=machines[0])
    if "cluster" in places and len(places) > 1:
        yield _warning(placed, "never_both", one="cluster", other=places[1])
    lines = patterns(placed.rule.when.time)
    if lines and not any(_comes(line, placed.zone, now) for line in lines):
        yield _warning(placed, "never_again", value=", ".join(lines))


def _fits(placed: Placed, condition: str, value: str) -> bool:
    wanted = patterns(getattr(placed.rule.when, condition))
    return not wanted or fits_one((value,), wanted)


def _comes(line: str, zone: str, now: datetime) -> bool:
    """Whether a time is now or comes within about a year; tried hour by hour, as times are short
    patterns. What begins later is for later."""
    if ".." not in line or not line[:1].isdecimal():
        return True  # every week
    end = line.partition("..")[2].split()[0]
    last = datetime.fromisoformat(end) + timedelta(days=1)
    held = window(line if " zone " in line or not zone else f"{line} zone {zone}")
    return last.replace(tzinfo=held.zone) > now


def _shadowed(rules: Sequence[Placed]) -> Iterator[Finding]:
    """Rules after which nothing is different, as another one says at least as much whenever they
    speak. Of two that say the same the later one is told."""
    for index, one in enumerate(rules):
        for place, other in enumerate(rules):
            if one is other or not _covers(other, one):
                continue
            if _covers(one, other) and place > index:
                continue
            where = f"{other.file}:{other.line}"
            yield _warning(one, "shadowed", other=other.rule.id, place=where)
            break


def _covers(strong: Placed, weak: Placed) -> bool:
    """Whether *strong* speaks whenever *weak* does, and wants at least as much."""
    if not set(weak.phases) <= set(strong.phases):
        return False
    mine, others = written(strong.rule.when), written(weak.rule.when)
    if others.get("reads") is True and mine.get("reads") is not True:
        return False
    if "time" in mine and strong.zone != weak.zone:
        return False
    if not all(name in others and others[name] == value for name, value in mine.items()):
        return False
    wanted, given = written(weak.rule.then), written(strong.rule.then)
    return given.get("deny") is True or all(
        _as_strong(name, given.get(name), value) for name, value in wanted.items()
    )


def _as_strong(name: str, mine: object, other: object) -> bool:
    if mine is None:
        return False
    if name == "risk":
        return _RISKS.index(str(mine)) >= _RISKS.index(str(other))
    if name == "approvers":
        return isinstance(mine, int) and isinstance(other, int) and mine >= other
    return mine == other


def _unapproving(placed: Placed) -> Iterator[Finding]:
    """A role that may not approve: only who may do more is that approver."""
    role = placed.rule.then.approver_role
    if role is not UNSET and approves_never(role):
        yield _warning(placed, "role_above", role=role)


def _untested(rules: Sequence[Placed], rulings: Sequence[Ruling]) -> Iterator[Finding]:
    """Rules that no test has speak, and those that none has be silent."""
    spoke = {one.rule for ruling in rulings for one in ruling.said}
    silent = {
        name for ruling in rulings for name in set(ruling.asked) - {one.rule for one in ruling.said}
    }
    for placed in rules:
        if placed.rule.id not in spoke:
            yield _warning(placed, "untested")
        elif placed.rule.id not in silent and written(placed.rule.when):
            yield _warning(placed, "untested_silence")


def _exposed(folder: str) -> Iterator[Finding]:
    """Whoever may write the rules makes them."""
    place = Path(folder)
    for path in (place, *sorted(place.iterdir())):
        if not path.name.startswith(".") and path.exists() and path.stat().st_mode & 0o022:
            name = "" if path == place else path.name
            yield finding("writable", "warning", name, path=str(path))
