"""People: who gets in, with what, and for how long."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiki.model.errors import KikiError, NotFoundError, RefusedError, StateError, UsageError
from kiki.model.people import RIGHTS, Identity
from kiki.server import passwords
from kiki.server.accounts import Accounts
from kiki.server.failures import PER_ADDRESS, PER_NAME, WINDOW_S, Failures
from kiki.store.opening import Store, open_store

PASSWORD = "correct horse battery"


class Time:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> str:
        return self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class People:
    def __init__(self, store: Store, time: Time) -> None:
        assert store.people is not None
        self.store, self.time, self.monotonic = store, time, 0.0
        self.failures = Failures(lambda: self.monotonic)
        self.accounts = Accounts(store.people, store.ledger, time, self.failures)

    def admin(self) -> Identity:
        self.accounts.make_first(self.accounts.first_token(), "kim", PASSWORD, "a")
        return self.accounts.identity(self.accounts.login("kim", PASSWORD, "a")[0])


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    time = Time()
    store = open_store(str(tmp_path / "state"), time)
    yield People(store, time)
    store.close()


def test_the_first_admin_is_made_once(people: People) -> None:
    token = people.accounts.first_token()
    with pytest.raises(NotFoundError, match="first_token"):
        people.accounts.make_first("kiki_guess", "eve", PASSWORD, "a")
    newer = people.accounts.first_token()
    with pytest.raises(NotFoundError, match="first_token"):
        people.accounts.make_first(token, "eve", PASSWORD, "a")
    assert people.accounts.make_first(newer, "kim", PASSWORD, "a").password == ""
    assert people.accounts.first_token() == "", "nobody gets a second one"
    with pytest.raises(StateError, match="not_first"):
        people.accounts.make_first(newer, "eve", PASSWORD, "a")


def test_the_first_token_ends(people: People) -> None:
    token = people.accounts.first_token()
    people.time.at += timedelta(hours=25)
    with pytest.raises(NotFoundError, match="first_token"):
        people.accounts.make_first(token, "eve", PASSWORD, "a")


def test_nothing_that_opens_the_door_is_kept(people: People, tmp_path: Path) -> None:
    kim = people.admin()
    text, _ = people.accounts.make_token(kim, ["read"], 1, "ci")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "state").glob("kiki.db*"))
    assert b"argon2id" in kept
    assert PASSWORD.encode() not in kept
    assert text.encode() not in kept


def test_a_session_ends_by_itself_and_by_logging_out(people: People) -> None:
    kim = people.admin()
    text, _ = people.accounts.login("kim", PASSWORD, "a")
    people.accounts.logout(people.accounts.identity(text))
    with pytest.raises(UsageError, match="unauthorised"):
        people.accounts.identity(text)
    later, _ = people.accounts.login("kim", PASSWORD, "a")
    people.time.at += timedelta(hours=13)
    with pytest.raises(UsageError, match="unauthorised"):
        people.accounts.identity(later)
    assert people.accounts.tokens(kim) == ()


@pytest.mark.parametrize("token", ["", "kiki_", "x" * 5000, "\ud800", "' OR 1=1 --"])
def test_forged_tokens(people: People, token: str) -> None:
    people.admin()
    with pytest.raises(UsageError, match="unauthorised"):
        people.accounts.identity(token)


def test_a_token_makes_no_better_one(people: People) -> None:
    kim = people.admin()
    text, about = people.accounts.make_token(kim, ["read", "request"], 30, "")
    weak = people.accounts.identity(text)
    assert weak.rights == {"read", "request"}
    assert about.hash == ""
    with pytest.raises(RefusedError, match="token_scopes"):
        people.accounts.make_token(weak, ["admin"], 30, "")
    with pytest.raises(UsageError, match="token_days"):
        people.accounts.make_token(weak, ["read"], 4000, "")


def test_a_role_that_is_taken_away_counts_at_once(people: People) -> None:
    kim = people.admin()
    people.accounts.put(kim, "lee", PASSWORD, ["operator"])
    text, _ = people.accounts.login("lee", PASSWORD, "a")
    assert people.accounts.identity(text).may("operate")
    people.accounts.put(kim, "lee", "", ["viewer"])
    assert people.accounts.identity(text).rights == {"read"}
    people.accounts.remove(kim, "lee")
    with pytest.raises(UsageError, match="unauthorised"):
        people.accounts.identity(text)


def test_a_new_password_ends_every_session(people: People) -> None:
    kim = people.admin()
    text, _ = people.accounts.login("kim", PASSWORD, "a")
    with pytest.raises(UsageError, match="login_failed"):
        people.accounts.change_password(kim, "wrong", PASSWORD + "2", "a")
    people.accounts.change_password(kim, PASSWORD, PASSWORD + "2", "a")
    with pytest.raises(UsageError, match="unauthorised"):
        people.accounts.identity(text)
    people.accounts.login("kim", PASSWORD + "2", "a")


def test_the_last_admin_stays(people: People) -> None:
    kim = people.admin()
    for do in (lambda: people.accounts.remove(kim, "kim"),
               lambda: people.accounts.put(kim, "kim", "", ["viewer"])):  # fmt: skip
        with pytest.raises(StateError, match="last_admin"):
            do()


@pytest.mark.parametrize("name", ["", "Kim", "../x", "a b", "x" * 33, "kim\n", "김", "server"])
def test_names(people: People, name: str) -> None:
    with pytest.raises(UsageError, match="name_invalid"):
        people.accounts.put(people.admin(), name, PASSWORD, ["viewer"])


def test_guessing_is_limited_for_an_address_and_not_for_others(people: People) -> None:
    people.admin()
    for _ in range(PER_NAME):
        with pytest.raises(UsageError, match="login_failed"):
            people.accounts.login("kim", "wrong", "evil")
    with pytest.raises(KikiError, match="too_many_logins"):
        people.accounts.login("kim", PASSWORD, "evil")
    people.accounts.login("kim", PASSWORD, "good")
    people.monotonic += WINDOW_S + 1
    people.accounts.login("kim", PASSWORD, "evil")


def test_an_address_that_tries_many_names_is_stopped() -> None:
    failures = Failures(lambda: 0.0)
    for number in range(PER_ADDRESS):
        failures.begin(f"n{number}", "evil")
    with pytest.raises(KikiError, match="too_many_logins"):
        failures.begin("other", "evil")


def test_who_gets_it_right_is_never_locked_out() -> None:
    failures = Failures(lambda: 0.0)
    for _ in range(PER_ADDRESS * 3):
        failures.begin("kim", "office")
        failures.succeed("kim", "office")


def test_what_was_typed_for_a_name_is_not_recorded(people: People) -> None:
    people.admin()
    with pytest.raises(UsageError, match="login_failed"):
        people.accounts.login("My-Password-1!", "x", "a")
    events = [(one.event, one.actor) for one in people.store.ledger.records()]
    assert events[-1] == ("login_failed", "-")
    assert people.store.ledger.verify() == ()


def test_everything_about_people_is_on_record(people: People) -> None:
    kim = people.admin()
    _, about = people.accounts.make_token(kim, RIGHTS, 1, "")
    people.accounts.remove_token(kim, about.id)
    people.accounts.logout(kim)
    events = [one.event for one in people.store.ledger.records()]
    assert events == ["account_set", "login", "token_made", "token_removed", "logout"]


def test_passwords() -> None:
    with pytest.raises(UsageError, match="password_short"):
        passwords.hashed("short")
    with pytest.raises(UsageError, match="password_long"):
        passwords.hashed("x" * 257)
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert passwords.matches(PASSWORD, kept)
    assert not passwords.matches(PASSWORD, "")
    assert not passwords.matches(PASSWORD, "broken")
