"""Secrets that people name: which version counts, what a new one makes stale, and removing."""

from collections.abc import Iterator

import pytest

from kiki.model.change import Change
from kiki.model.errors import (
    NotFoundError,
    StaleError,
    StateError,
    UsageError,
)
from kiki.model.request import Request
from kiki.service import keeping
from tests.unit.service import world as worlds
from tests.unit.service.world import World, all_hosts, failing, recording

USER = "Create user kim"
MESSAGE = "create user kim with password {{secret:db-root}}"


@pytest.fixture(autouse=True)
def user_module(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(worlds._MODULES, "Create", "ansible.builtin.user")
    yield


@pytest.fixture
def kept(world: World) -> World:
    """A world whose plans create a user, with a secret for the password."""
    for mode, verdict in (("check", "changed"), ("apply", "changed"), ("again", "ok")):
        world.recordings[mode] = recording(all_hosts(verdict), USER, diff="")  # type: ignore[literal-required]
    world.agent.keep_secret("db-root", "first value")
    return world


def asked(world: World, message: str = MESSAGE) -> Change:
    change = world.agent.submit(Request(message=message, target="ansible", scope=world.scope()))
    assert change.state == "awaiting_approval", (change.state, change.reason, change.params)
    return change


def granted(world: World) -> Change:
    change = asked(world)
    return world.agent.approve(change.id, digest(change))


def digest(change: Change) -> str:
    assert change.stage.decisive is not None
    return change.stage.decisive.digest()


class TestKeeping:
    def test_it_is_told_without_its_value(self, world: World) -> None:
        made = world.agent.keep_secret("db-root", "hush hush")
        assert (made.name, made.used_by) == ("db-root", ())
        assert "hush" not in repr(made)
        assert world.agent.secrets() == (made,)

    def test_who_set_it_is_on_record(self, world: World) -> None:
        world.other.keep_secret("db-root", "x")
        (record,) = world.real.ledger.records()
        assert (record.actor, record.event) == ("lee", "secret_set")

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("db_root", "secret.bad_name"),
            ("db=value", "secret.bad_name"),
            ("", "secret.bad_name"),
            ("1a", "secret.bad_name"),
            ("비밀", "secret.bad_name"),
            ("a" * 101, "secret.bad_name"),
            ("password-1", "secret.counted_name"),
            ("api-key-22", "secret.counted_name"),
        ],
    )
    def test_names_that_are_none(self, world: World, name: str, code: str) -> None:
        with failing(UsageError, code) as caught:
            world.agent.keep_secret(name, "x")
        if code == "secret.bad_name":
            assert caught.value.params == {}, "it may be the value"
        assert world.real.secrets.names() == ()

    @pytest.mark.parametrize(
        ("value", "code"), [("", "secret.empty"), ("x" * 65537, "secret.too_long")]
    )
    def test_values_that_are_none(self, world: World, value: str, code: str) -> None:
        with failing(UsageError, code):
            world.agent.keep_secret("db-root", value)

    def test_replacing_one_that_must_be_there(self, kept: World) -> None:
        first = kept.real.secrets.current("db-root")
        second = kept.agent.keep_secret("db-root", "second value", known=True)
        assert second.version == kept.real.secrets.current("db-root") != first
        with failing(UsageError, "secret.same_value"):
            kept.agent.keep_secret("db-root", "second value", known=True)
        with failing(NotFoundError, "secret.unknown"):
            kept.agent.keep_secret("nope", "x", known=True)


class TestUsing:
    def test_a_message_names_it_and_the_run_gets_its_newest_version(self, kept: World) -> None:
        change = asked(kept)
        version = kept.real.secrets.current("db-root")
        assert change.request.message == MESSAGE
        assert change.request.secrets == {"db-root": version}
        kept.agent.approve(change.id, digest(change))
        assert kept.agent.run(change.id).state == "applied"
        assert {order.secrets["db-root"] for order in kept.executor.orders} == {version}
        (told,) = kept.agent.secrets()
        assert [(use.change, use.state) for use in told.used_by] == [(change.id, "applied")]

    def test_beside_one_of_the_messages_own(self, kept: World) -> None:
        change = kept.agent.submit(
            Request(message="token: Tq7vX2mZk9 and user kim with password {{secret:db-root}}")
        )
        assert set(change.request.secrets) == {"token-1", "db-root"}

    def test_an_unknown_one_fails_the_change_and_says_so(self, world: World) -> None:
        with failing(NotFoundError, "secret.unknown") as caught:
            world.agent.submit(Request(message=MESSAGE, target="ansible", scope=world.scope()))
        assert world.agent.get(caught.value.change_id).state == "failed"

    def test_an_answer_may_name_it_too(self, kept: World) -> None:
        found = keeping.resolved(kept.parts(), "it is {{secret:db-root}}", {})
        assert found == {"db-root": kept.real.secrets.current("db-root")}
        assert keeping.resolved(kept.parts(), "{{secret:db-root}}", {"db-root"}) == {}
        assert keeping.resolved(kept.parts(), "{{secret:nope}} {{secret:password-1}}", {}) == {}

    def test_the_digest_holds_the_version(self, kept: World) -> None:
        before = digest(asked(kept))
        kept.agent.keep_secret("db-root", "second value")
        assert digest(asked(kept)) != before


class TestNewVersion:
    def test_a_waiting_change_goes_stale_when_it_is_approved(self, kept: World) -> None:
        change = asked(kept)
        kept.other.keep_secret("db-root", "second value", known=True)
        with failing(StaleError, "approval.secret_moved") as caught:
            kept.agent.approve(change.id, digest(change))
        assert caught.value.params == {"id": change.id, "name": "db-root"}
        assert kept.stored(change).state == "stale"
        assert kept.stored(change).approval is None

    def test_an_approved_one_goes_stale_when_it_is_run_and_nothing_runs(self, kept: World) -> None:
        change = granted(kept)
        kept.other.keep_secret("db-root", "second value", known=True)
        with failing(StaleError, "approval.secret_moved"):
            kept.agent.run(change.id)
        assert kept.stored(change).state == "stale"
        assert kept.executor.applies() == []

    def test_planned_again_it_takes_the_new_value(self, kept: World) -> None:
        change = granted(kept)
        new = kept.agent.keep_secret("db-root", "second value").version
        with failing(StaleError, "approval.secret_moved"):
            kept.agent.run(change.id)
        again = kept.agent.replan(change.id)
        assert again.request.secrets == {"db-root": new}
        assert digest(again) != digest(change)
        kept.agent.approve(change.id, digest(again))
        assert kept.agent.run(change.id).state == "applied"
        assert kept.executor.applies()[-1].secrets == {"db-root": new}

    def test_redone_it_takes_the_new_value(self, kept: World) -> None:
        change = kept.agent.run(granted(kept).id)
        new = kept.agent.keep_secret("db-root", "second value").version
        assert kept.agent.redo(change.id).request.secrets == {"db-root": new}

    def test_passwords_of_other_messages_make_nothing_stale(self, kept: World) -> None:
        """``password-1`` is counted anew in each message, and is another value in each."""
        one = asked(kept, "create user kim with password Tq7vX2mZk9")
        asked(kept, "create user kim with password Other4711")
        kept.agent.approve(one.id, digest(one))
        assert kept.agent.run(one.id).state == "applied"


class TestRemoving:
    def test_one_that_nobody_needs(self, kept: World) -> None:
        kept.agent.keep_secret("db-root", "second value")
        assert len(kept.agent.remove_secret("db-root")) == 2
        assert kept.agent.secrets() == ()
        assert [record.event for record in kept.real.ledger.records()][-2:] == [
            "secret_removed"
        ] * 2

    @pytest.mark.parametrize("approved", [False, True])
    def test_not_while_an_unfinished_change_needs_it(self, kept: World, approved: bool) -> None:
        change = granted(kept) if approved else asked(kept)
        with failing(StateError, "secret.in_use") as caught:
            kept.agent.remove_secret("db-root")
        assert caught.value.params == {"name": "db-root", "changes": change.id}
        assert kept.real.secrets.names() == ("db-root",)

    def test_forced_the_change_goes_stale_says_why_and_does_not_run(self, kept: World) -> None:
        change = granted(kept)
        kept.agent.remove_secret("db-root", force=True)
        with failing(StaleError, "approval.secret_gone") as caught:
            kept.agent.run(change.id)
        assert caught.value.params == {"id": change.id, "name": "db-root"}
        assert kept.stored(change).reason == "approval.secret_gone"
        assert kept.executor.applies() == []
        kept.agent.keep_secret("db-root", "a new one")
        assert kept.agent.replan(change.id).state == "awaiting_approval"

    def test_forced_a_waiting_one_can_not_be_approved(self, kept: World) -> None:
        change = asked(kept)
        kept.agent.remove_secret("db-root", force=True)
        with failing(StaleError, "approval.secret_gone"):
            kept.agent.approve(change.id, digest(change))

    def test_a_change_that_never_runs_is_in_nobodys_way(self, kept: World) -> None:
        """Without an inventory it ends with the code."""
        change = kept.agent.submit(Request(message=MESSAGE, target="ansible"))
        assert (change.state, change.request.secrets != {}) == ("checked", True)
        (told,) = kept.agent.secrets()
        assert [(use.change, use.pending) for use in told.used_by] == [(change.id, False)]
        assert len(kept.agent.remove_secret("db-root")) == 1

    def test_once_it_is_finished_it_can_go(self, kept: World) -> None:
        kept.agent.run(granted(kept).id)
        assert len(kept.agent.remove_secret("db-root")) == 1

    def test_the_value_of_a_message(self, kept: World) -> None:
        change = asked(kept, "create user kim with password Tq7vX2mZk9")
        other = asked(kept, "create user kim with password Other4711")
        version = change.request.secrets["password-1"]
        with failing(StateError, "secret.in_use"):
            kept.agent.remove_secret("password-1", version)
        kept.agent.cancel(change.id)
        assert [one.version for one in kept.agent.remove_secret("password-1", version)] == [version]
        kept.agent.approve(other.id, digest(other))
        assert kept.agent.run(other.id).state == "applied"

    def test_an_older_version_may_go_but_never_the_one_that_counts(self, kept: World) -> None:
        first = kept.real.secrets.current("db-root")
        second = kept.agent.keep_secret("db-root", "second value").version
        with failing(UsageError, "secret.newest_version"):
            kept.agent.remove_secret("db-root", second)
        assert [one.version for one in kept.agent.remove_secret("db-root", first)] == [first]

    def test_what_is_not_there(self, kept: World) -> None:
        with failing(NotFoundError, "secret.unknown"):
            kept.agent.remove_secret("nope")
        with failing(NotFoundError, "secret.version_unknown"):
            kept.agent.remove_secret("db-root", "nope")


def test_the_master_key_is_rotated_in_the_name_of_the_actor(
    durable: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable.agent.keep_secret("db-root", "x")
    made = durable.agent.rotate_master_key()
    assert (made.before, made.secrets) == ("file:keys/data.key", 1)
    assert durable.real.ledger.records("master-key")[-1].actor == "kim"
    assert durable.real.secrets.value("db-root", durable.real.secrets.current("db-root")) == "x"
