"""Accounts and tokens in SQLite, where several processes write."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kiki.model.errors import KikiError, NotFoundError
from kiki.model.people import Account, Token
from kiki.store.opening import open_store
from kiki.store.port import People

AT = "2026-03-01T09:00:00.000Z"
LATER = "2026-03-02T09:00:00.000Z"


def account(name: str, *roles: Any) -> Account:
    return Account(name=name, roles=roles or ("admin",), created=AT, password="$argon2id$x")


def token(**fields: Any) -> Token:
    given = {"id": "a1", "account": "", "kind": "first", "scopes": (), "created": AT,
             "expires": LATER, "hash": "h"}  # fmt: skip
    return Token(**(given | fields))


@pytest.fixture
def people(tmp_path: Path, clock: Any) -> Any:
    store = open_store(str(tmp_path / "state"), clock)
    yield store.people
    assert store.ledger.verify() == ()
    store.close()


def test_of_many_first_accounts_one_is_made(people: People) -> None:
    people.add_token(token(), "")

    def made(number: int) -> bool:
        try:
            people.put_first(account(f"n{number}"), "h", AT)
        except KikiError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(made, range(8))) == 1
    assert len(people.accounts()) == 1


def test_a_token_and_its_end(people: People) -> None:
    people.put(account("kim"), "kim")
    people.add_token(token(account="kim", kind="api", scopes=("read",)), "token_made")
    assert people.token("h") == token(account="kim", kind="api", scopes=("read",))
    with pytest.raises(NotFoundError, match="no_token"):
        people.remove_token("lee", "a1", "token_removed")
    people.remove_token("kim", "a1", "token_removed")
    assert people.token("h") is None


def test_what_ended_goes_when_something_new_comes(people: People) -> None:
    people.put(account("kim"), "kim")
    people.add_token(token(account="kim", kind="session", expires=AT), "login")
    newer = token(id="b2", hash="i", account="kim", kind="session", created=LATER)
    people.add_token(newer, "login")
    assert [one.id for one in people.tokens("kim")] == ["b2"]


def test_nobody_is_removed(people: People) -> None:
    with pytest.raises(NotFoundError, match="no_account"):
        people.remove("nobody", "kim")
