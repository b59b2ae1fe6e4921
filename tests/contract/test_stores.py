"""What every store promises, whichever adapter stands behind the ports.

One suite over SQLite and memory; what only SQLite can do (crashes, damage, permissions) is in
tests/unit/store.
"""

import shutil
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiki.model.agent import ChangeFilter, Sight
from kiki.model.change import Change, Stage
from kiki.model.errors import KikiError, NotFoundError, StateError, UsageError
from kiki.model.intent import Intent, Reading
from kiki.model.ledger import GENESIS
from kiki.model.plan import Action, Plan
from kiki.model.request import Request
from kiki.store.ids import new_id
from kiki.store.opening import Store, memory_store, open_store
from kiki.store.port import Held

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that moves a second at every look, or as told."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> str:
        self.at += timedelta(seconds=1)
        return self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture
def clock() -> Clock:
    return Clock()


Opener = Callable[[Clock], Store]


@pytest.fixture(scope="session")
def empty_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated state folder without a record, to copy: migrating takes longer than a test."""
    folder = tmp_path_factory.mktemp("empty") / "state"
    open_store(str(folder), Clock()).close()
    return folder


@pytest.fixture(params=["sqlite", "memory"])
def opener(request: pytest.FixtureRequest, tmp_path: Path, empty_state: Path) -> Iterator[Opener]:
    """Opens a new, empty store of one kind each time."""
    folders, opened = count(), []

    def fresh(clock: Clock) -> Store:
        if request.param == "memory":
            store = memory_store(clock)
        else:
            folder = shutil.copytree(empty_state, tmp_path / f"state{next(folders)}")
            store = open_store(str(folder), clock)
        opened.append(store)
        return store

    yield fresh
    for store in opened:
        store.close()


@pytest.fixture
def store(opener: Opener, clock: Clock) -> Store:
    return opener(clock)


def draft(clock: Clock, **fields: Any) -> Change:
    now = clock()
    given = {"state": "draft", "request": Request(message="Nginx 설치"), **fields}
    return Change(**{"id": new_id(now), "created": now, "updated": now, **given})


def created(store: Store, clock: Clock, **fields: Any) -> Change:
    return store.changes.create(draft(clock, **fields), "ann", "request", {})


class TestProjects:
    def test_what_is_shown_of_which_project(self, store: Store, clock: Clock) -> None:
        asked = (("ann", ""), ("ann", "web"), ("bob", "web"), ("bob", "webmail"), ("bob", ""))
        ids = [
            created(store, clock, request=Request(message="m", requester=who, project=project)).id
            for who, project in asked
        ]

        def shown(**wanted: Any) -> list[int]:
            found = store.changes.find(ChangeFilter(**wanted))
            return sorted(ids.index(one.id) for one in found)

        assert shown(project="web") == [1, 2]
        assert shown(project="default") == [0, 4]
        assert shown(sight=Sight(viewer="ann", projects=None)) == [0, 1, 2, 3, 4]
        assert shown(sight=Sight(viewer="ann", projects=("web",))) == [1, 2]
        assert shown(sight=Sight(viewer="ann", projects=("default", "webmail"))) == [0, 3, 4]
        assert shown(sight=Sight(viewer="bob", projects=(), own=None)) == [2, 3, 4]
        assert shown(sight=Sight(viewer="bob", projects=("web",), own=("default",))) == [1, 2, 4]
        assert shown(sight=Sight(viewer="eve")) == []
        assert store.ledger.verify() == ()


class TestChanges:
    def test_what_was_stored_comes_back_whole(self, store: Store, clock: Clock) -> None:
        plan = Plan(actions=(Action(subject="web1", task="t", verb="update", diff="-a\n+나\n"),))
        stages = (Stage(name="web", target="ansible", plan=plan, outputs={"port": 80}),)
        change = draft(clock, stages=stages, params={"why": "이유"})
        assert store.changes.create(change, "ann", "request", {}) == change
        assert store.changes.get(change.id) == change

    def test_an_id_is_taken_once(self, store: Store, clock: Clock) -> None:
        change = created(store, clock)
        with pytest.raises(StateError) as caught:
            store.changes.create(change, "bob", "request", {})
        assert caught.value.code == "change.exists"
        assert len(store.ledger.records()) == 1

    def test_a_save_is_the_next_version_and_nothing_else(self, store: Store, clock: Clock) -> None:
        change = created(store, clock)
        moved = msgspec.structs.replace(change, state="checked", updated=clock())
        saved = store.changes.save(moved, "ann", "check_pass", {})
        assert saved == msgspec.structs.replace(moved, version=1)
        assert store.changes.get(change.id) == saved

    def test_the_second_of_two_writers_is_told(self, store: Store, clock: Clock) -> None:
        change = created(store, clock)
        first = msgspec.structs.replace(change, state="checked")
        store.changes.save(first, "ann", "check_pass", {})
        with pytest.raises(StateError) as caught:
            store.changes.save(msgspec.structs.replace(change, state="cancelled"), "bob", "c", {})
        assert caught.value.code == "change.moved"
        assert caught.value.params == {"id": change.id, "version": 0, "stored": 1}
        assert store.changes.get(change.id).state == "checked"
        assert len(store.ledger.records(change.id)) == 2

    def test_of_many_writers_at_once_one_wins(self, store: Store, clock: Clock) -> None:
        change = created(store, clock)
        won: list[str] = []

        def write(who: str) -> None:
            try:
                store.changes.save(msgspec.structs.replace(change, reason=who), who, "note", {})
            except StateError:
                return
            won.append(who)

        threads = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [store.changes.get(change.id).reason] == won
        assert store.ledger.verify() == ()

    def test_saving_what_was_never_stored(self, store: Store, clock: Clock) -> None:
        with pytest.raises(NotFoundError) as caught:
            store.changes.save(draft(clock), "ann", "note", {})
        assert caught.value.code == "change.unknown"
        assert store.ledger.records() == ()

    def test_a_unique_prefix_is_enough(self, store: Store, clock: Clock) -> None:
        one = created(store, clock, id="0abcd111111111")
        created(store, clock, id="0abce222222222")
        assert store.changes.get("0abcd") == one
        assert store.changes.get(" 0ABCD1 ") == one
        assert store.changes.get("Oabcdl") == one, "look-alike letters are digits"

    def test_an_ambiguous_prefix_names_candidates(self, store: Store, clock: Clock) -> None:
        for n in range(7):
            created(store, clock, id=f"0abcd11111111{n}")
        with pytest.raises(NotFoundError) as caught:
            store.changes.get("0abc")
        assert caught.value.code == "change.ambiguous"
        named = str(caught.value.params["candidates"]).split(", ")
        assert named == [f"0abcd11111111{n}" for n in (6, 5, 4, 3, 2)]

    def test_a_whole_id_is_not_ambiguous(self, store: Store, clock: Clock) -> None:
        short = created(store, clock, id="0abc")
        created(store, clock, id="0abcd")
        assert store.changes.get("0abc") == short

    @pytest.mark.parametrize("asked", ["", " ", "zzz", "%", "_", "0abc%", "'; DROP TABLE changes"])
    def test_unknown_ids(self, store: Store, clock: Clock, asked: str) -> None:
        created(store, clock, id="0abcd111111111")
        with pytest.raises(NotFoundError) as caught:
            store.changes.get(asked)
        assert caught.value.code == "change.unknown"

    def test_running_changes_oldest_first(self, store: Store, clock: Clock) -> None:
        states = ("applying", "applied", "verifying", "approved")
        by_state = {state: created(store, clock, state=state) for state in states}
        assert store.changes.running() == (by_state["applying"], by_state["verifying"])


class TestFinding:
    @pytest.fixture
    def three(self, store: Store, clock: Clock) -> tuple[Change, ...]:
        intent = Intent(target="k8s", name="web", operations=(), reader="rules")
        return (
            created(store, clock, request=Request(message="Nginx 설치", requester="ann")),
            created(
                store,
                clock,
                state="applied",
                request=Request(message="INSTALL 100% of_it", requester="bob", target="ansible"),
            ),
            created(
                store,
                clock,
                request=Request(message="nginx 디플로이먼트", requester="bob"),
                reading=Reading(reader="rules", intent=intent),
                stages=(
                    Stage(name="a", target="openstack"),
                    Stage(name="b", target="ansible", after=("a",)),
                ),
            ),
        )

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            (ChangeFilter(), [2, 1, 0]),
            (ChangeFilter(limit=2), [2, 1]),
            (ChangeFilter(limit=0), [2, 1, 0]),
            (ChangeFilter(state="applied"), [1]),
            (ChangeFilter(requester="bob"), [2, 1]),
            (ChangeFilter(requester="bo"), []),
            (ChangeFilter(target="ansible"), [2, 1]),
            (ChangeFilter(target="openstack"), [2]),
            (ChangeFilter(target="open"), []),
            (ChangeFilter(text="NGINX"), [2, 0]),
            (ChangeFilter(text="설치"), [0]),
            (ChangeFilter(text=unicodedata.normalize("NFD", "설치")), [0]),
            (ChangeFilter(text="100% of_i"), [1]),
            (ChangeFilter(text="1%f"), []),
            (ChangeFilter(text="nginx", requester="bob", target="ansible"), [2]),
            (ChangeFilter(since="2026-03-01T09:00:04"), [2]),
            (ChangeFilter(since="2027"), []),
        ],
    )
    def test_filters(
        self, store: Store, three: tuple[Change, ...], wanted: ChangeFilter, found: list[int]
    ) -> None:
        assert store.changes.find(wanted) == tuple(three[place] for place in found)

    def test_newest_first_also_when_the_clock_went_back(self, store: Store, clock: Clock) -> None:
        first = created(store, clock)
        clock.at -= timedelta(days=400)
        second = created(store, clock)
        assert second.id < first.id
        assert store.changes.find(ChangeFilter()) == (second, first)


class TestLocks:
    def test_one_holder_at_a_time(self, store: Store) -> None:
        assert store.changes.holder("n1") == ""
        assert store.changes.lock(["n1"], "a") is None
        assert store.changes.lock(["n1"], "a") is None, "twice for one change is fine"
        assert store.changes.lock(["n1"], "b") == Held("n1", "a")
        assert store.changes.holder("n1") == "a"

    def test_all_of_them_or_none(self, store: Store) -> None:
        store.changes.lock(["n2"], "a")
        assert store.changes.lock(["n3", "n2", "n1"], "b") == Held("n2", "a")
        assert store.changes.holder("n1") == store.changes.holder("n3") == ""

    def test_the_first_that_is_held_is_named(self, store: Store) -> None:
        store.changes.lock(["n3"], "a")
        store.changes.lock(["n2"], "b")
        assert store.changes.lock(["n3", "n1", "n2"], "c") == Held("n2", "b")

    def test_more_may_be_taken_later(self, store: Store) -> None:
        store.changes.lock(["n1"], "a")
        assert store.changes.lock(["n1", "n2"], "a") is None
        assert store.changes.holder("n2") == "a"

    def test_all_are_given_back_at_once_and_nobody_elses(self, store: Store) -> None:
        store.changes.lock(["n1", "n2"], "a")
        store.changes.lock(["n3"], "b")
        store.changes.unlock("a")
        assert [store.changes.holder(name) for name in ("n1", "n2", "n3")] == ["", "", "b"]
        store.changes.unlock("a")

    def test_locks_do_not_mix(self, store: Store) -> None:
        assert store.changes.lock(["one"], "a") is None
        assert store.changes.lock(["two"], "b") is None
        assert store.changes.lock([], "c") is None

    def test_of_many_at_once_one_gets_it(self, store: Store) -> None:
        """Each wants both, in another order: nobody may end up with half."""
        got: list[str] = []

        def take(who: int) -> None:
            names = ["n1", "n2"] if who % 2 else ["n2", "n1"]
            if store.changes.lock(names, f"c{who}") is None:
                got.append(f"c{who}")

        threads = [threading.Thread(target=take, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == [store.changes.holder("n1")] == [store.changes.holder("n2")]

    def test_ten_thousand_hosts_are_one_short_write(self, store: Store) -> None:
        names = [f"host:10.{n // 250}.{n % 250}.1:22" for n in range(10_000)]
        store.changes.lock([name + "x" for name in names], "other")
        began = time.perf_counter()
        assert store.changes.lock(names, "a") is None
        assert store.changes.lock(names, "b") == Held(min(names), "a")
        store.changes.unlock("a")
        assert time.perf_counter() - began < 2.0, "0.06 s when it was measured"
        assert store.changes.holder(names[-1]) == ""


class TestLedger:
    def test_an_empty_ledger(self, store: Store) -> None:
        assert store.ledger.head() is None
        assert store.ledger.records() == ()
        assert store.ledger.verify() == ()

    def test_records_form_a_chain_under_a_signed_head(self, store: Store, clock: Clock) -> None:
        created(store, clock)
        store.ledger.append("ann", "config", "profile", {"digest": "sha256:1", "n": [1, {"a": 2}]})
        one, two = store.ledger.records()
        assert (one.sequence, one.previous) == (1, GENESIS)
        assert (two.sequence, two.previous) == (2, one.hash())
        assert two.data == {"digest": "sha256:1", "n": [1, {"a": 2}]}
        head = store.ledger.head()
        assert head is not None
        assert (head.sequence, head.hash) == (2, two.hash())
        assert store.ledger.verify() == ()

    def test_every_write_of_a_change_is_recorded(self, store: Store, clock: Clock) -> None:
        change = created(store, clock)
        other = created(store, clock)
        store.changes.save(
            msgspec.structs.replace(change, state="checked"), "bob", "check_pass", {"x": "y"}
        )
        first, second = store.ledger.records(change.id)
        assert (first.actor, first.event, first.sequence) == ("ann", "request", 1)
        assert (second.actor, second.event, second.sequence) == ("bob", "check_pass", 3)
        assert second.data["x"] == "y"
        assert (second.data["state"], second.data["version"]) == ("checked", 1)
        assert [record.sequence for record in store.ledger.records(other.id)] == [2]

    def test_the_last_records(self, store: Store) -> None:
        for n in range(5):
            store.ledger.append("ann", "e", "odd" if n % 2 else "even", {"n": n})
        numbers = [record.data["n"] for record in store.ledger.records(last=2)]
        assert numbers == [3, 4]
        assert [found.data["n"] for found in store.ledger.records("even", last=2)] == [2, 4]
        assert len(store.ledger.records(last=99)) == 5

    def test_a_clock_that_goes_back_is_noted(self, store: Store, clock: Clock) -> None:
        store.ledger.append("ann", "e", "s", {})
        clock.at -= timedelta(days=1)
        back = store.ledger.append("ann", "e", "s", {"kept": 1})
        onwards = store.ledger.append("ann", "e", "s", {})
        assert back.at < store.ledger.records()[0].at, "the record keeps the time that it was told"
        assert back.data == {"kept": 1, "clock": "back"}
        assert "clock" not in onwards.data
        assert store.ledger.verify() == ()


class TestSecrets:
    def test_versions(self, store: Store) -> None:
        one = store.secrets.put("db", "첫째")
        two = store.secrets.put("db", "second\n")
        assert one != two
        assert store.secrets.current("db") == two
        assert store.secrets.value("db", one) == "첫째"
        assert store.secrets.value("db", two) == "second\n"

    def test_the_same_value_again_is_a_new_version(self, store: Store) -> None:
        assert store.secrets.put("db", "x") != store.secrets.put("db", "x")

    def test_the_newest_is_current_though_the_clock_went_back(
        self, store: Store, clock: Clock
    ) -> None:
        store.secrets.put("db", "old")
        clock.at -= timedelta(days=1)
        newest = store.secrets.put("db", "new")
        assert store.secrets.current("db") == newest

    def test_names_are_sorted(self, store: Store) -> None:
        for name in ("b", "a", "b"):
            store.secrets.put(name, "x")
        assert store.secrets.names() == ("a", "b")

    def test_unknown_ones(self, store: Store) -> None:
        version = store.secrets.put("db", "x")
        store.secrets.put("web", "y")
        for ask, code in (
            (lambda: store.secrets.current("nope"), "secret.unknown"),
            (lambda: store.secrets.value("nope", version), "secret.unknown"),
            (lambda: store.secrets.value("db", "nope"), "secret.version_unknown"),
            (lambda: store.secrets.value("web", version), "secret.version_unknown"),
        ):
            with pytest.raises(NotFoundError) as caught:
                ask()
            assert caught.value.code == code

    def test_versions_are_told_without_values(self, store: Store) -> None:
        versions = [store.secrets.put(name, "hush") for name in ("db", "web", "db")]
        told = store.secrets.versions()
        assert [(one.name, one.version) for one in told] == [
            ("db", versions[0]), ("db", versions[2]), ("web", versions[1]),
        ]  # fmt: skip
        assert told[0].created < told[1].created
        assert "hush" not in repr(told)
        assert store.secrets.versions("web") == told[2:]
        assert store.secrets.versions("nope") == ()

    def test_setting_by_somebody_is_on_record_and_taking_out_of_a_message_is_not(
        self, store: Store
    ) -> None:
        store.secrets.put("password-1", "hush")
        version = store.secrets.put("db", "hush", "ann")
        (record,) = store.ledger.records()
        assert (record.actor, record.event, record.subject) == ("ann", "secret_set", "secret:db")
        assert record.data == {"name": "db", "version": version}
        assert store.ledger.verify() == ()

    def test_removing_all_versions(self, store: Store) -> None:
        one, two = store.secrets.put("db", "x"), store.secrets.put("db", "y")
        store.secrets.put("web", "z")
        assert store.secrets.remove("db", "ann") == (one, two)
        assert store.secrets.names() == ("web",)
        with pytest.raises(NotFoundError) as caught:
            store.secrets.value("db", one)
        assert caught.value.code == "secret.unknown"
        records = store.ledger.records("secret:db")
        assert [record.event for record in records] == ["secret_removed"] * 2
        assert [record.data["version"] for record in records] == [one, two]

    def test_removing_one_version(self, store: Store) -> None:
        one, two = store.secrets.put("db", "x"), store.secrets.put("db", "y")
        assert store.secrets.remove("db", "ann", one) == (one,)
        assert store.secrets.value("db", two) == "y"
        assert store.secrets.current("db") == two
        store.secrets.remove("db", "ann", two)
        assert store.secrets.names() == ()

    def test_removing_what_is_not_there(self, store: Store) -> None:
        store.secrets.put("db", "x")
        for name, version, code in (
            ("nope", "", "secret.unknown"),
            ("db", "nope", "secret.version_unknown"),
        ):
            with pytest.raises(NotFoundError) as caught:
                store.secrets.remove(name, "ann", version)
            assert caught.value.code == code
        assert store.ledger.records() == ()

    def test_rotating_the_master_key(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SITE_KEY", "6b" * 32)
        version = store.secrets.put("db", "x")
        made = store.secrets.rotate_master("env:SITE_KEY", "ann")
        assert (made.after, made.secrets) == ("env:SITE_KEY", 1)
        assert store.secrets.value("db", version) == "x"
        (record,) = store.ledger.records("master-key")
        assert (record.actor, record.event) == ("ann", "master_key")
        assert record.data["after_id"] == made.after_id
        for to, code in (
            ("env:SITE_KEY", "store.master_key_same"),
            ("nonsense", "store.master_key_unknown"),
            ("env:NOT_SET", "store.master_key_missing"),
        ):
            with pytest.raises(UsageError) as caught:
                store.secrets.rotate_master(to, "ann")
            assert caught.value.code == code
        again = store.secrets.rotate_master("default", "ann")
        assert (again.before, again.before_id) == ("env:SITE_KEY", made.after_id)
        assert len(store.ledger.records("master-key")) == 2


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["create", "save", "stale", "lock", "unlock", "secret", "remove"]),
              st.integers(0, 3), st.integers(0, 3)),
    max_size=12,
)  # fmt: skip


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_both_adapters_answer_alike(
    steps: list[Step], empty_state: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is asked, in whatever order, SQLite and memory give the same answers."""
    folder = shutil.copytree(empty_state, tmp_path_factory.mktemp("state") / "s")
    sqlite = open_store(str(folder), Clock())
    try:
        assert _answers(sqlite, steps) == _answers(memory_store(Clock()), steps)
    finally:
        sqlite.close()


def _answers(store: Store, steps: list[Step]) -> list[Any]:
    answers = [_answer(store, *step) for step in steps]
    records = [(r.sequence, r.actor, r.event, r.subject) for r in store.ledger.records()]
    return [answers, records, store.changes.find(ChangeFilter()), store.ledger.verify()]


def _answer(store: Store, verb: str, one: int, two: int) -> Any:
    name = f"c{one}"
    try:
        match verb:
            case "create":
                request = Request(message=f"m{two}")
                change = Change(id=name, state="draft", request=request, created="", updated="")
                return store.changes.create(change, "ann", "request", {"n": two})
            case "save" | "stale":
                change = store.changes.get(name)
                version = change.version - (two if verb == "stale" else 0)
                moved = msgspec.structs.replace(change, version=version, reason=f"r{two}")
                return store.changes.save(moved, "bob", "note", {})
            case "lock":
                return store.changes.lock([f"l{one}", f"l{two}"], f"c{two}")
            case "unlock":
                store.changes.unlock(f"c{two}")
                return store.changes.holder(f"l{one}")
            case "remove":
                gone = store.secrets.remove(name, "ann") if two else store.secrets.versions(name)
                return (len(gone), store.secrets.names())
            case _:
                return store.secrets.value(name, store.secrets.put(name, str(two)))
    except KikiError as error:
        return (error.code, error.params)
