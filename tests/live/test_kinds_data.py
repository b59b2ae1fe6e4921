"""Database servers on a real host: databases and who may use them, made, taken back and dropped.

RedHat's way is only rendered, as the lab has none of its packages. PostgreSQL is left to the slow
runs: both servers together take a minute to come.
"""

from collections.abc import Iterator

import pytest

from tests.live.test_ansible_kinds import Kinds, fresh, intent, kinds, lab

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = pytest.mark.hosts

MARIADB = {"engine": "mariadb"}
POSTGRES = {"engine": "postgresql"}
PASSWORD = "tr0ub4dor+3"
PURGE = "DEBIAN_FRONTEND=noninteractive apt-get -qq purge -y --autoremove"


def purge(kinds: Kinds, packages: str, data: str) -> None:
    """A host that has never loaded its package lists can't tell what an installation does."""
    kinds.look("apt-get -qq update")
    kinds.look(f"sh -c '{PURGE} {packages} && rm -rf {data}'")


@pytest.fixture
def no_mariadb(kinds: Kinds) -> Iterator[None]:
    kinds.lab.secrets["pw"] = PASSWORD
    purge(kinds, '"mariadb-*" python3-pymysql', "/var/lib/mysql")
    yield
    dumps = "/var/backups/kiki/mariadb-kk*"
    purge(kinds, '"mariadb-*" python3-pymysql', f"/var/lib/mysql /etc/mysql {dumps}")


@pytest.fixture
def no_postgresql(kinds: Kinds) -> Iterator[None]:
    kinds.lab.secrets["pw"] = PASSWORD
    purge(kinds, '"postgresql*" python3-psycopg2', "/var/lib/postgresql")
    yield
    dumps = "/var/backups/kiki-postgresql"
    purge(kinds, '"postgresql*" python3-psycopg2', f"/var/lib/postgresql {dumps}")


def test_a_mariadb_with_its_database_and_user(kinds: Kinds, no_mariadb: None) -> None:
    name = fresh() + "_a"
    case = intent(
        ("package_install", {"names": ["mariadb"]}),
        ("database_create", {**MARIADB, "name": name}),
        ("database_user_create",
         {**MARIADB, "name": name, "password": "pw", "database": name, "rights": "read"}),
    )  # fmt: skip
    ran = kinds.there(case)
    assert kinds.look("ss -Hltn sport = :3306").split()[3] == "127.0.0.1:3306"
    login = f"mariadb -u {name} -p{PASSWORD} {name}"
    assert kinds.look(f"{login} -N -e 'SELECT 1'") == "1\n"
    assert "denied" in kinds.look(f"sh -c '{login} -e \"CREATE TABLE t (a INT)\" 2>&1'")
    other = name.replace("_", "x")  # what the sign stands for, where it is not escaped
    kinds.look(f"mariadb -e 'CREATE DATABASE {other}'")
    assert "denied" in kinds.look(f"sh -c 'mariadb -u {name} -p{PASSWORD} {other} -e exit 2>&1'")

    way = kinds.back(case, ran)
    assert way.undo.kind == "compensating"
    done = [operation.kind.removeprefix("ansible.") for operation in way.operations]
    assert done == ["database_user_remove", "database_drop", "package_remove"]
    dump = kinds.look(f"sh -c 'cat /var/backups/kiki/mariadb-{name}.*.sql'")
    assert "-- Dump completed" in dump
    assert kinds.look(f"ls -d /var/lib/mysql/{name} /var/lib/mysql/{other}").split() == [
        f"/var/lib/mysql/{other}"
    ]


@pytest.mark.slow
def test_a_postgresql_with_its_database_and_role(kinds: Kinds, no_postgresql: None) -> None:
    name = fresh() + "-a"
    user = {"name": name, "password": "pw", "database": name}
    case = intent(
        ("database_create", {**POSTGRES, "name": name, "owner": name, "install": True}),
        ("database_user_create", {**POSTGRES, **user}),
    )
    ran = kinds.there(case)
    login = f"env PGPASSWORD={PASSWORD} psql -At -h 127.0.0.1 -U {name} {name}"
    assert "CREATE TABLE" in kinds.look(f"{login} -c 'CREATE TABLE t (a INT)'")
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert kinds.look(f'{login} -c "{owner}"') == f"{name}\n"
    assert kinds.look(f"{login} -c 'SHOW server_encoding'") == "UTF8\n"
    kinds.look(f"{login} -c 'DROP TABLE t'")

    way = kinds.back(case, ran)
    assert way.undo.kind == "compensating"
    assert kinds.look("sh -c 'ls /var/backups/kiki-postgresql'").startswith(f"postgresql-{name}.")
    there = kinds.look("runuser -u postgres -- psql -At -c 'SELECT datname FROM pg_database'")
    assert name not in there
    roles = kinds.look("runuser -u postgres -- psql -At -c 'SELECT rolname FROM pg_roles'")
    assert name not in roles
