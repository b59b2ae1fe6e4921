"""Everything that is looked at on real hosts without a change.

Called by ``wiring``, for ``kiki hosts`` and ``kiki migrate``. Looks only: no host is changed, and
no plan is made from what is found here.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from kiki.execution import inventories
from kiki.execution.freezing import children
from kiki.execution.hosts import facts, inspecting, knownhosts, planning, reaching, ssh
from kiki.execution.hosts.adhoc import Asking
from kiki.execution.hosts.ways import bare, ways
from kiki.execution.runner import RunnerExecutor
from kiki.execution.scratch import drop
from kiki.execution.scratch import folder as scratch_folder
from kiki.model.agent import Listener, Progress
from kiki.model.errors import UsageError
from kiki.model.hosts import HostFacts, HostKey, KeyState, Reached, Way
from kiki.model.inspected import Inspected
from kiki.model.inventory import Inventory
from kiki.model.request import Scope

Recorder = Callable[[str, str, dict[str, str]], None]
"""Writes one record: event, subject, data."""

_NAMED = 5  # hosts that are named where one was wanted
_WORST: tuple[KeyState, ...] = ("revoked", "changed", "new", "known", "")


class HostTools:
    """Looks at hosts. *home* may install Ansible first; *report* hears of progress, and *record*
    puts on record that a host's key is trusted."""

    def __init__(
        self,
        state_dir: str,
        executor: RunnerExecutor,
        report: Listener,
        record: Recorder,
        *,
        forks: int,
    ) -> None:
        self.known_hosts = Path(state_dir) / ssh.KNOWN_HOSTS
        self._executor = executor
        self._kept = facts.Kept(Path(state_dir) / "facts")
        self._report = report
        self._record = record
        self._forks = forks

    def resolve(self, scope: Scope) -> Inventory:
        """The inventory, as a change would get it."""
        self._report(Progress(code="progress.inventory"))
        return self._executor.resolve(scope)

    def ways(self, inventory: Inventory, scope: Scope) -> list[Way]:
        """How each of its hosts is reached."""
        return ways(inventory, scope)

    def children(self, inventory: Inventory) -> dict[str, tuple[str, ...]]:
        """The groups that each of its groups contains."""
        return children(inventory)

    def bare(self, names: Iterable[str], scope: Scope) -> list[Way]:
        """Ways to addresses that no inventory names."""
        return [bare(name, scope) for name in names]

    def reach(self, found: Sequence[Way], timeout_s: int) -> list[Reached]:
        """Whether each host answers, and whether ssh would accept its key. Of a host behind a
        bastion the bastion is asked: to go further somebody would have to log in."""
        plans = self._plans(found)
        asked = {way.host: _first_stop(way, plans[way.host]) for way in found}
        places, counting = list(asked.values()), self._counting("progress.hosts_reach")
        met = reaching.meet(places, timeout_s, counting)
        direct = [plans[way.host] for way in found
                  if not plans[way.host].jump and met[asked[way.host]][0] == "answers"]  # fmt: skip
        keys = ssh.scan(direct, timeout_s, self._counting("progress.hosts_keys"))
        known = {files: knownhosts.read(files) for files in {plan.files for plan in direct}}
        return [self._reached(way, plans[way.host], met[asked[way.host]], keys, known)
                for way in found]  # fmt: skip

    def keys(self, found: Sequence[Way], timeout_s: int) -> dict[str, tuple[HostKey, ...]]:
        """The keys that each host shows, with what is known of them; none for one that shows none,
        or that is behind a bastion."""
        plans = self._plans(found)
        direct = [plan for plan in plans.values() if not plan.jump]
        shown = ssh.scan(direct, timeout_s, self._counting("progress.hosts_keys"))
        known = {files: knownhosts.read(files) for files in {plan.files for plan in direct}}
        told = {}
        for way in found:
            plan = plans[way.host]
            keys = shown.get((plan.address, plan.port), ()) if not plan.jump else ()
            told[way.host] = tuple(knownhosts.judged(key, known[plan.files]) for key in keys)
        return told

    def trust(self, keys: Iterable[HostKey], path: Path) -> None:
        """Put it on record, then write *keys* to the file at *path*: no key is trusted without a
        trace, and a trace without its key harms nobody."""
        taken = tuple(keys)
        for key in taken:
            data = {"type": key.type, "fingerprint": key.fingerprint, "file": str(path)}
            self._record("host_trusted", f"host:{key.name}", data)
        knownhosts.add(path, taken)

    def randomart(self, key: HostKey) -> str:
        """A key's picture."""
        return ssh.randomart(key)

    def facts(
        self, inventory: Inventory, scope: Scope, *, max_age_s: int, timeout_s: int
    ) -> list[HostFacts]:
        """Each host's facts: kept ones that are young enough, else asked for."""
        found = ways(inventory, scope)
        kept = {way.host: self._kept.get(way) for way in found}
        now = datetime.now(UTC)
        old = [way for way in found if _age(kept[way.host], now) > max_age_s]
        asked = self._ask(inventory, scope, old, timeout_s) if old else {}
        self._kept.put((way, asked[way.host]) for way in old if asked[way.host].facts)
        return [_best(way.host, asked.get(way.host), kept[way.host]) for way in found]

    def _ask(
        self, inventory: Inventory, scope: Scope, old: Sequence[Way], timeout_s: int
    ) -> dict[str, HostFacts]:
        self._report(Progress(code="progress.hosts_facts", params={"hosts": str(len(old))}))
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        limited = replace(inventory, hosts=tuple(way.host for way in old))
        with self._asking(inventory, timeout_s) as asking:
            return facts.of(asking, limited, scope, at)

    def inspect(
        self, scope: Scope, pods: Sequence[str], containers: Sequence[str], timeout_s: int
    ) -> Inspected:
        """What podman on the scope's one host says of *pods* and *containers*. UsageError
        ``migrate.many_hosts`` where the scope has several."""
        inventory = self.resolve(scope)
        if len(inventory.hosts) != 1:
            shown = ", ".join(inventory.hosts[:_NAMED])
            raise UsageError("migrate.many_hosts", count=len(inventory.hosts), hosts=shown)
        params = {"host": inventory.hosts[0]}
        self._report(Progress(code="progress.podman_inspect", params=params))
        with self._asking(inventory, timeout_s) as asking:
            return inspecting.inspected(inspecting.Far(asking, inventory, scope), pods, containers)

    @contextlib.contextmanager
    def _asking(self, inventory: Inventory, timeout_s: int) -> Iterator[Asking]:
        scratch = scratch_folder("asking")
        passwords = self._executor.passwords(inventory)
        try:
            yield Asking(
                home=self._executor.home(),
                scratch=scratch,
                site=ssh.trusting(self.known_hosts),
                sealed={inventories.SEALED: passwords} if passwords else {},
                forks=self._forks,
                timeout_s=timeout_s,
            )
        finally:
            drop(scratch)

    def _plans(self, found: Sequence[Way]) -> dict[str, ssh.Plan]:
        return planning.plans(found, self.known_hosts, self._counting("progress.hosts_ways"))

    def _counting(self, code: str) -> Callable[[int, int], None]:
        def told(done: int, count: int) -> None:
            params = {"done": str(done), "count": str(count)}
            self._report(Progress(code=code, params=params))

        return told

    def _reached(
        self,
        way: Way,
        plan: ssh.Plan,
        met: reaching.Met,
        keys: dict[tuple[str, int], tuple[HostKey, ...]],
        known: dict[tuple[Path, ...], knownhosts.Known],
    ) -> Reached:
        answer, ms, detail = met
        if plan.jump:
            shown = "bastion" if answer == "answers" else answer
            return Reached(host=way.host, answer=shown, ms=ms, via=plan.jump, detail=detail)
        shown_keys = keys.get((plan.address, plan.port), ())
        judged = tuple(knownhosts.judged(key, known[plan.files]) for key in shown_keys)
        return Reached(host=way.host, answer=answer, ms=ms, key=state_of(judged), keys=judged,
                       detail=detail)  # fmt: skip


def state_of(keys: Sequence[HostKey]) -> KeyState:
    """What ssh would make of a host with these keys: a changed or revoked one is refused; one
    known key is enough."""
    states = {key.state for key in keys}
    if states & {"revoked", "changed"}:
        return next(state for state in _WORST if state in states)
    return "known" if "known" in states else "new" if states else ""


def _first_stop(way: Way, plan: ssh.Plan) -> tuple[str, int]:
    if not plan.jump:
        return plan.address, plan.port
    first = bare(plan.jump.partition(",")[0].rpartition("@")[2], Scope())
    return first.address, first.port


def _age(kept: HostFacts | None, now: datetime) -> float:
    if kept is None or not kept.at:
        return float("inf")
    return (now - datetime.fromisoformat(kept.at)).total_seconds()


def _best(host: str, asked: HostFacts | None, kept: HostFacts | None) -> HostFacts:
    """What was asked; the kept facts beside the reason when there was no answer."""
    if asked is None:
        return kept or HostFacts(host=host)
    if asked.facts or kept is None:
        return asked
    return replace(asked, at=kept.at, facts=kept.facts)
