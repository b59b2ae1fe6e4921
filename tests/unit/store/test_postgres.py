"""What only PostgreSQL can do: go away and come back, fill up, refuse, and be written to by many.

The promises that it shares with SQLite are in tests/contract/test_stores.py.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from kiki.model.errors import KikiError, RecordError, TemporaryError, UsageError
from kiki.model.request import Request
from kiki.store import schema
from kiki.store.database import REVISION
from kiki.store.opening import Store, open_store
from kiki.store.postgres import driver
from kiki.store.postgres.address import address
from kiki.store.postgres.database import PostgresDatabase
from kiki.store.postgres.failures import translated
from kiki.store.postgres.speaking import for_rows, spoken
from tests.postgres import Server
from tests.unit.store.conftest import Clock, MakeChange

Open = Callable[..., Store]


@pytest.fixture
def database(postgres_server: Server, migrated: str) -> str:
    return postgres_server.create(migrated)


@pytest.fixture
def opened(postgres_server: Server, database: str, tmp_path: Path, clock: Clock) -> Iterator[Open]:
    """Opens the record as a new process of this machine would."""
    stores: list[Store] = []

    def fresh(name: str = database, wait_s: float = 5.0, folder: str = "state") -> Store:
        url, password = postgres_server.url(name), str(postgres_server.password_file)
        state = str(tmp_path / folder)
        stores.append(open_store(state, clock, wait_s, database=url, password_file=password))
        return stores[-1]

    yield fresh
    for store in stores:
        store.close()


@pytest.fixture
def place(postgres_server: Server, database: str) -> Iterator[PostgresDatabase]:
    url = address(postgres_server.url(database), str(postgres_server.password_file))
    opened = PostgresDatabase(url, 0.3)
    yield opened
    opened.close()


def code_of(called: Callable[[], Any]) -> str:
    with pytest.raises(KikiError) as caught:
        called()
    return caught.value.code


class TestSchema:
    def test_metadata_and_migrations_agree(self, postgres_server: Server, database: str) -> None:
        wanted = {
            table.name: {c.name for c in table.columns} for table in schema.metadata.sorted_tables
        }
        rows = postgres_server.sql(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'alembic_version'",
            database,
        )
        found: dict[str, set[str]] = {}
        for table, column in rows:
            found.setdefault(table, set()).add(column)
        assert found == wanted

    def test_all_text_is_compared_byte_by_byte(
        self, postgres_server: Server, database: str
    ) -> None:
        other = postgres_server.sql(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
            " AND collation_name IS DISTINCT FROM 'C'",
            database,
        )
        assert other == []

    def test_from_the_oldest_schema(
        self, postgres_server: Server, opened: Open, make_change: MakeChange
    ) -> None:
        name = postgres_server.create()
        _migrate(postgres_server, name, "0001")
        store = opened(name)
        change = store.changes.create(make_change(), "ann", "request", {})
        assert store.changes.get(change.id) == change
        assert store.ledger.verify() == ()
        assert postgres_server.sql("SELECT version_num FROM alembic_version", name) == [(REVISION,)]

    def test_a_newer_schema_is_refused(
        self, postgres_server: Server, database: str, opened: Open
    ) -> None:
        postgres_server.sql("UPDATE alembic_version SET version_num = '9000'", database)
        assert code_of(opened) == "store.newer_schema"
        postgres_server.sql("UPDATE alembic_version SET version_num = 'f00'", database)
        assert code_of(opened) == "store.corrupt"

    def test_several_may_make_it_at_once(self, postgres_server: Server, tmp_path: Path) -> None:
        name = postgres_server.create()
        program = (
            "from kiki.store.opening import open_store; "
            f"open_store({str(tmp_path / 'state')!r}, lambda: '2026-01-01T00:00:00.000Z', "
            f"database={postgres_server.url(name)!r}, "
            f"password_file={str(postgres_server.password_file)!r})"
            ".ledger.append('ann', 'e', 's', {})"
        )
        environment = {**os.environ, "PYTHONPATH": str(Path(schema.__file__).parents[2])}
        started = [
            subprocess.Popen([sys.executable, "-c", program], env=environment) for _ in range(3)
        ]
        assert [process.wait(60) for process in started] == [0, 0, 0]
        assert postgres_server.sql("SELECT max(sequence), count(*) FROM ledger", name) == [(3, 3)]

    def test_another_encoding_is_refused(self, postgres_server: Server, opened: Open) -> None:
        postgres_server.sql(
            "CREATE DATABASE latin OWNER kiki TEMPLATE template0 ENCODING LATIN1"
            " LOCALE_PROVIDER libc LOCALE 'C'"
        )
        assert code_of(lambda: opened("latin")) == "store.not_utf8"

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger SET actor = 'eve'",
            "DELETE FROM ledger",
            "TRUNCATE ledger",
            "INSERT INTO ledger SELECT 7, at, actor, event, subject, data, hash, hash FROM ledger",
            "DELETE FROM ledger_head",
            "UPDATE ledger_head SET sequence = 5",
        ],
    )
    def test_sql_itself_refuses_to_change_the_ledger(
        self, postgres_server: Server, database: str, opened: Open, statement: str
    ) -> None:
        store = opened()
        store.ledger.append("ann", "e", "s", {})
        with pytest.raises(psycopg.errors.RaiseException):
            postgres_server.sql(statement, database)
        assert store.ledger.verify() == ()


class TestManyWriters:
    def test_the_chain_has_no_gap(
        self, postgres_server: Server, database: str, opened: Open
    ) -> None:
        """Threads with stores of their own, as processes have them."""
        opened().ledger.append("ann", "first", "s", {})
        stores = [opened() for _ in range(4)]
        threads = [
            threading.Thread(
                target=lambda s=store: [s.ledger.append("ann", "e", "s", {}) for _ in range(25)]
            )
            for store in stores
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [r.sequence for r in stores[0].ledger.records()] == list(range(1, 102))
        assert stores[0].ledger.verify() == ()

    def test_of_two_first_keys_one_counts(self, opened: Open) -> None:
        opened(folder="one").ledger.append("ann", "e", "s", {})
        other = opened(folder="two")
        assert code_of(lambda: other.ledger.append("bob", "e", "s", {})) == "store.key_missing"

    def test_who_waits_too_long_is_told(self, place: PostgresDatabase, opened: Open) -> None:
        waiting = opened(wait_s=0.2)
        with place.writing():
            started = time.monotonic()
            assert code_of(lambda: waiting.ledger.append("a", "e", "s", {})) == "store.locked"
            assert time.monotonic() - started < 3
            assert waiting.ledger.records() == ()  # readers wait for nobody
        waiting.ledger.append("a", "e", "s", {})

    def test_a_reader_sees_one_moment(self, place: PostgresDatabase) -> None:
        count_locks = "SELECT count(*) FROM locks"
        with place.reading() as reader:
            assert reader.execute(count_locks).fetchone() == (0,)
            with place.writing() as writer:
                writer.execute("INSERT INTO locks VALUES (?, 'b', 'c')", ("a",))
            assert reader.execute(count_locks).fetchone() == (0,)
        with place.reading() as reader:
            assert reader.execute(count_locks).fetchone() == (1,)

    def test_no_more_connections_than_agreed(
        self, postgres_server: Server, database: str, opened: Open
    ) -> None:
        store = opened()
        threads = [threading.Thread(target=store.ledger.records) for _ in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (number,) = postgres_server.sql(
            f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'"
        )[0]
        assert 1 <= number <= 20

    def test_a_failure_that_nobody_told_of_is_no_success(self, place: PostgresDatabase) -> None:
        with pytest.raises(RecordError), place.writing() as connection, suppress(psycopg.Error):
            connection.execute("SELECT 1/0")
        with place.writing() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


class TestGoneAndBack:
    def test_every_operation_says_so_and_goes_on_afterwards(
        self, opened: Open, make_change: MakeChange, tmp_path: Path, clock: Clock
    ) -> None:
        server = Server(durable=True)
        try:
            url, password = server.url(server.create()), str(server.password_file)
            store = open_store(
                str(tmp_path / "s"), clock, 2.0, database=url, password_file=password
            )
            change = store.changes.create(make_change(), "ann", "request", {})
            server.stop("immediate")
            for operation in _operations(store, change.id, make_change):
                with pytest.raises(TemporaryError) as caught:
                    operation()
                assert caught.value.code == "store.gone"
                assert server.password not in str(caught.value.params)
            server.start()
            assert store.changes.get(change.id) == change
            store.ledger.append("ann", "back", "s", {})
            assert [r.event for r in store.ledger.records()] == ["request", "back"]
            assert store.ledger.verify() == ()
            store.close()
        finally:
            server.remove()

    def test_cut_in_the_middle_nothing_of_it_is_there(
        self, postgres_server: Server, place: PostgresDatabase
    ) -> None:
        with pytest.raises(TemporaryError) as caught, place.writing() as connection:
            connection.execute("INSERT INTO locks VALUES ('a', 'b', 'c')")
            _end_sessions(postgres_server, place)
            connection.execute("SELECT 1")
        assert caught.value.code == "store.gone"
        with place.reading() as connection:
            assert connection.execute("SELECT count(*) FROM locks").fetchone() == (0,)

    def test_cut_while_committing_nobody_knows(
        self, postgres_server: Server, place: PostgresDatabase
    ) -> None:
        with pytest.raises(TemporaryError) as caught, place.writing() as connection:
            connection.execute("INSERT INTO locks VALUES ('a', 'b', 'c')")
            _end_sessions(postgres_server, place)
        assert caught.value.code == "store.cut"

    def test_a_full_disk_loses_nothing(
        self, opened: Open, place: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As PostgreSQL says it when a table can't grow; the real thing needs a file system."""
        store = opened()
        store.ledger.append("ann", "e", "s", {})
        with pytest.raises(TemporaryError) as caught, place.writing() as connection:
            connection.execute("INSERT INTO locks VALUES ('a', 'b', 'c')")
            connection.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$"
            )
        assert caught.value.code == "store.disk_full"
        with place.reading() as connection:
            assert connection.execute("SELECT count(*) FROM locks").fetchone() == (0,)
        assert store.ledger.verify() == ()

    @pytest.mark.slow
    def test_a_disk_that_is_really_full(
        self, postgres_server: Server, tmp_path: Path, clock: Clock, make_change: MakeChange
    ) -> None:
        """The database is on a small file system of its own, which grows later."""
        with postgres_server.small_disk("16m") as (name, grow):
            url, password = postgres_server.url(name), str(postgres_server.password_file)
            state = str(tmp_path / "s")
            store = open_store(state, clock, database=url, password_file=password)
            done = []
            with pytest.raises(TemporaryError) as caught:
                while True:
                    made = make_change(request=Request(message=os.urandom(30000).hex()))
                    done.append(store.changes.create(made, "ann", "request", {}).id)
            assert caught.value.code == "store.disk_full"
            assert len(done) > 5
            assert store.ledger.verify() == ()
            assert [record.subject for record in store.ledger.records()] == done
            grow("32m")
            store.ledger.append("ann", "freed", "disk", {})
            assert store.ledger.verify() == ()
            store.close()

    def test_a_writer_that_is_killed_leaves_nothing(
        self, postgres_server: Server, opened: Open, database: str, tmp_path: Path
    ) -> None:
        store = opened()
        store.ledger.append("ann", "e", "s", {})
        program = (
            "from kiki.store.opening import open_store; import itertools\n"
            f"store = open_store({str(tmp_path / 'state')!r}, lambda: '2026-01-01T00:00:00.000Z', "
            f"database={postgres_server.url(database)!r}, "
            f"password_file={str(postgres_server.password_file)!r})\n"
            "print('ready', flush=True)\n"
            "for n in itertools.count(): store.ledger.append('ann', 'e', 's', {})"
        )
        environment = {**os.environ, "PYTHONPATH": str(Path(schema.__file__).parents[2])}
        for pause in (0.01, 0.037, 0.1):
            writer = subprocess.Popen(
                [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE
            )
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(pause)
            writer.kill()
            writer.wait()
            writer.stdout.close()
            assert store.ledger.verify() == ()
            store.ledger.append("ann", "e", "s", {})  # its lock went with it
        assert len(store.ledger.records()) > 4


class TestAddress:
    def test_what_is_shown_has_no_parameters(self) -> None:
        found = address("postgres://kim@db:5433/kiki?sslmode=require")
        assert found.shown == "postgresql://kim@db:5433/kiki"

    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("mysql://h/d", "store.database_unknown"),
            ("postgresql://h", "store.database_unknown"),
            ("postgresql://h:port/d", "store.database_unknown"),
            ("postgresql://u:geheim@h/d", "store.database_password"),
            ("postgresql://u@h/d?password=geheim", "store.database_password"),
        ],
    )
    def test_what_is_refused_is_not_told(self, url: str, code: str) -> None:
        with pytest.raises(UsageError) as caught:
            address(url)
        assert (caught.value.code, caught.value.params) == (code, {})

    def test_a_password_that_others_can_read(self, tmp_path: Path) -> None:
        file = tmp_path / "password"
        file.write_text("geheim\n")
        file.chmod(0o604)
        place = address("postgresql://u@h/d", str(file))
        assert code_of(place.password) == "store.password_exposed"
        file.chmod(0o640)
        assert place.password() == "geheim"
        assert code_of(address("postgresql://u@h/d", str(tmp_path / "no")).password) == (
            "store.unusable"
        )

    def test_a_wrong_password_is_no_reason_to_try_again(
        self, postgres_server: Server, database: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "password"
        file.write_text("geheim\n")
        file.chmod(0o600)
        with pytest.raises(UsageError) as caught:
            open_store(
                str(tmp_path / "s"),
                str,
                database=postgres_server.url(database),
                password_file=str(file),
            )
        assert caught.value.code == "store.refused"
        assert "geheim" not in str(caught.value.params)

    def test_a_database_that_is_not_there(self, opened: Open) -> None:
        assert code_of(lambda: opened("nothing")) == "store.refused"

    def test_nobody_listens(self, tmp_path: Path) -> None:
        url = "postgresql://kiki@127.0.0.1:1/kiki"
        assert code_of(lambda: open_store(str(tmp_path / "s"), str, database=url)) == "store.gone"

    def test_a_role_that_may_only_read(
        self, postgres_server: Server, database: str, opened: Open
    ) -> None:
        store = opened()
        postgres_server.sql(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
        store.close()
        assert code_of(lambda: opened().ledger.append("a", "e", "s", {})) == "store.readonly"

    def test_without_the_driver(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        monkeypatch.setattr(driver.runtimes, "find", lambda name: None)
        assert code_of(driver.found) == "store.no_driver"


def test_statements_are_translated_and_values_are_not() -> None:
    assert spoken("SELECT '%' || ? WHERE instr(a, :b) > 0 AND x::text = ''") == (
        b"SELECT '%%' || %s WHERE strpos(a, %(b)s) > 0 AND x::text = ''"
    )
    assert spoken("SELECT 5 % 2") == b"SELECT 5 % 2"


def test_rows_are_inserted_many_at_a_time() -> None:
    insertion = "INSERT INTO t (a, b) VALUES (?, ?) ON CONFLICT DO NOTHING"
    assert for_rows(insertion, 2) == (
        b"INSERT INTO t (a, b) VALUES (%s, %s), (%s, %s) ON CONFLICT DO NOTHING",
        True,
    )
    assert for_rows("DELETE FROM t WHERE a = ?", 2) == (b"DELETE FROM t WHERE a = %s", False)


def test_what_is_unknown_is_damage() -> None:
    error = translated(psycopg.errors.UndefinedTable("relation"), "postgresql:///k")
    assert (error.code, error.params["path"]) == ("store.corrupt", "postgresql:///k")


def _migrate(server: Server, name: str, revision: str) -> None:
    import kiki.store.postgres.migrate  # noqa: F401 -- its types

    def made() -> Any:
        where = f"host=127.0.0.1 port={server.port} dbname={name} user=kiki"
        return psycopg.connect(where, password=server.password)

    engine = create_engine("postgresql+psycopg://", creator=made)
    config = Config()
    config.set_main_option("script_location", "kiki.store:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def _operations(store: Store, change: str, make: MakeChange) -> list[Callable[[], Any]]:
    people = store.people
    assert people is not None
    return [
        lambda: store.changes.get(change),
        lambda: store.changes.create(make(), "ann", "request", {}),
        store.changes.running,
        lambda: store.changes.lock(["web1"], change),
        lambda: store.changes.holder("web1"),
        lambda: store.ledger.append("ann", "e", "s", {}),
        store.ledger.records,
        store.ledger.head,
        store.ledger.export,
        store.ledger.verify,
        lambda: store.secrets.put("db", "x"),
        store.secrets.names,
        people.accounts,
    ]


def _end_sessions(server: Server, place: PostgresDatabase) -> None:
    database = place.address.url.rpartition("/")[2]
    server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{database}' AND application_name = 'kiki'"
    )
    time.sleep(0.2)
