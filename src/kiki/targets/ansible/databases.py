"""Database servers, and the databases in them: MariaDB and PostgreSQL, in both families.

Called by the operations on databases. Whoever is root on a host may do everything in its server:
MariaDB knows root by the socket, PostgreSQL the account ``postgres``, so that no password of an
administrator is needed or made. Ansible's modules need a Python library on the host, which the play
brings and which stays. Facts: ``database:<engine>:<name>``.
"""

from typing import Any, Literal

from msgspec.structs import replace

from kiki.targets.ansible import packages, services
from kiki.targets.ansible.files import file_task, looking
from kiki.targets.ansible.kept import FOLDER
from kiki.targets.ansible.names import FAMILIES, Family
from kiki.targets.ansible.tasks import SEEN, Reverse, Task

Engine = Literal["mariadb", "postgresql"]
Encoding = Literal["utf8", "utf8mb4", "euckr", "latin1"]

POSTGRES = "postgres"
"""The account that PostgreSQL's server runs as, and that may do everything in it."""

_PACKAGES = {"mariadb": "mariadb-server", "postgresql": "postgresql-server"}
_DRIVERS = {"mariadb": "python3-pymysql", "postgresql": "python3-psycopg2"}
_SOCKETS: dict[Family, str] = {
    "RedHat": "/var/lib/mysql/mysql.sock",
    "Debian": "/run/mysqld/mysqld.sock",
}
_DATABASE = {
    "mariadb": "community.mysql.mysql_db",
    "postgresql": "community.postgresql.postgresql_db",
}
_LOOK = {
    "mariadb": "community.mysql.mysql_info",
    "postgresql": "community.postgresql.postgresql_info",
}
_EMPTY: dict[str, dict[str, Any]] = {"mariadb": {"return_empty_dbs": True}, "postgresql": {}}
_DROPPED = {
    "mariadb": "ansible.undo_dropped_mariadb",
    "postgresql": "ansible.undo_dropped_postgresql",
}
_ENCODINGS = {
    "mariadb": {"utf8": "utf8mb4", "utf8mb4": "utf8mb4", "euckr": "euckr", "latin1": "latin1"},
    "postgresql": {"utf8": "UTF8", "utf8mb4": "UTF8", "euckr": "EUC_KR", "latin1": "LATIN1"},
}
_OWN = frozenset(
    (
        *("mysql", "information_schema", "performance_schema", "sys"),
        *("postgres", "template0", "template1"),
        *("mariadb", "postgresql"),  # "the mariadb database": which one, is not said
    )
)
_DATA = {"mariadb": "/var/lib/mysql/mysql", "postgresql": "/var/lib/pgsql/data/PG_VERSION"}
UNREACHED = {"mariadb": "connect to MySQL server", "postgresql": "unable to connect to database"}
"""What the engines' modules say without a server."""

# What only RedHat's MariaDB needs: Debian's, and PostgreSQL, listen to nobody else as they come.
_LOOPBACK = "/etc/my.cnf.d/kiki.cnf"
_BOUND = "[mysqld]\nbind-address = 127.0.0.1\n"
_DUMPS = {"mariadb": FOLDER, "postgresql": "/var/backups/kiki-postgresql"}
_SEEN = f"{SEEN}databases"


def check_not_own(name: str) -> None:
    """ValueError for a database that the servers themselves need."""
    if name.lower() in _OWN:
        raise ValueError(f"{name} is a database of the server's own, or the server itself")


def server(engine: Engine, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Install, prepare, enable and start the server. One that has data already keeps its
    settings."""
    service = (engine,)
    return (
        *packages.install((_PACKAGES[engine],), ensured),
        *_prepared(engine, ensured),
        *services.bring("enable", service, ensured),
        *services.bring("start", service, ensured),
    )


def reached(engine: Engine, ensured: frozenset[str], *, install: bool = False) -> tuple[Task, ...]:
    """What tasks on databases need: the library on the host; and the server, where it is to be
    installed or the same request brings its package, as RedHat's starts nothing by itself."""
    brought = install or f"package:{_PACKAGES[engine]}" in ensured
    own = server(engine, ensured) if brought else ()
    stays = Reverse(kind="compensating", reason="ansible.undo_driver_stays")
    drivers = packages.install((_DRIVERS[engine],), ensured.union(*(t.ensures for t in own)))
    return (*own, *(replace(t, reverses=(stays,)) if t.reverses else t for t in drivers))


def of_server(
    engine: Engine, task: Task, ensured: frozenset[str] = frozenset()
) -> tuple[Task, ...]:
    """*task*, as one who may do everything in the server: where its socket is, MariaDB's families
    differ. What it needs of *ensured* is what it waits for; else it is the server."""
    if ensured.isdisjoint(task.needs):
        task = replace(task, needs=(*task.needs, *_needs(engine)))
    if engine == "postgresql":
        return (replace(task, account=POSTGRES),)
    return tuple(_mariadb(task, family) for family in FAMILIES)


def creation(engine: Engine, name: str, encoding: Encoding) -> tuple[Task, ...]:
    """A new database: one that is there is left as it is, so that a change always is a new one."""
    wanted: dict[str, Any] = {"name": name, "encoding": _ENCODINGS[engine][encoding]}
    if engine == "postgresql":
        wanted["template"] = "template0"  # the only one that takes another encoding
    task = Task(
        name=f"Create database {name}",
        module=_DATABASE[engine],
        args={**wanted, "state": "present"},
        verb="create",
        items=((name, name),),
        ensures=frozenset((_fact(engine, name),)),
        reverses=(
            Reverse(
                kind="compensating",
                reason="ansible.undo_database_dumped",
                operation="database_drop",
                fields={"engine": engine, "name": name},
            ),
        ),
    )
    return of_server(engine, task)


def owning(name: str, owner: str) -> tuple[Task, ...]:
    """PostgreSQL only: who owns the database."""
    task = Task(
        name=f"Have database {name} owned by {owner}",
        module=_DATABASE["postgresql"],
        args={"name": name, "owner": owner},
        verb="update",
        items=((name, name),),
        needs=(_fact("postgresql", name), f"role:postgresql:{owner}"),
        reverses=(Reverse(kind="compensating", reason="ansible.undo_owner_stays"),),
    )
    return of_server("postgresql", task, frozenset(task.needs))


def removal(engine: Engine, name: str) -> tuple[Task, ...]:
    """Dump the database, if it is there, and drop it."""
    drop = Task(
        name=f"Drop database {name}",
        module=_DATABASE[engine],
        args={"name": name, "state": "absent"},
        verb="delete",
        items=((name, name),),
        breaks=frozenset((_fact(engine, name),)),
        needs=of_package(engine),
        gone=UNREACHED[engine],
        reverses=(Reverse(kind="impossible", reason=_DROPPED[engine]),),
    )
    return (*_dumping(engine, name), *of_server(engine, drop))


def _dumping(engine: Engine, name: str) -> tuple[Task, ...]:
    """A dump keeps the time in its name, as another one may be there; check mode makes none."""
    there = ("not ansible_check_mode", f"'{name}' in {_SEEN}.databases | default({{}})")
    look = Task(
        name=f"Look for database {name}",
        module=_LOOK[engine],
        args={"filter": ["databases"], **_EMPTY[engine]},
        verb="none",
        into=_SEEN,
        needs=of_package(engine),
        gone=UNREACHED[engine],
    )
    folder = Task(
        name=f"Make {_DUMPS[engine]} for database {name}",
        module="ansible.builtin.file",
        args={"path": _DUMPS[engine], "state": "directory", "mode": "0700", **_owner(engine)},
        verb="none",
        still=True,
        when=there,
    )
    moment = "{{ now(utc=true, fmt='%Y%m%dT%H%M%SZ') }}"
    dump = Task(
        name=f"Dump database {name} to {_DUMPS[engine]}",
        module=_DATABASE[engine],
        args={"name": name, "state": "dump", "target": _dump(engine, name, moment)},
        verb="none",
        still=True,
        when=there,
        writes=(_DUMPS[engine],),
    )
    looks = of_server(engine, look)
    dumps = of_server(engine, dump)
    if engine == "postgresql":
        return (*looks, folder, *dumps)
    pairs = zip(looks, dumps, strict=True)  # one variable: it is asked in each family's own turn
    return tuple(t for one, two in pairs for t in (one, _for(folder, two.family), two))


def _for(task: Task, family: Family | None) -> Task:
    return replace(task, name=f"{task.name} ({family})", family=family)


def _dump(engine: Engine, name: str, moment: str) -> str:
    end = (
        "sql" if engine == "mariadb" else "pgc"
    )  # by its end the module takes pg_dump's own format
    return f"{_DUMPS[engine]}/{engine}-{name}.{moment}.{end}"


def _owner(engine: Engine) -> dict[str, Any]:
    return {"owner": POSTGRES, "group": POSTGRES} if engine == "postgresql" else {}


def _prepared(engine: Engine, ensured: frozenset[str]) -> tuple[Task, ...]:
    """What RedHat's packages leave to be done before the first start."""
    if f"started:{engine}" in ensured:
        return ()
    if engine == "postgresql":
        return (_INITDB,)
    seen = f"{SEEN}mariadb"
    look = replace(looking(_DATA[engine], into=seen), family="RedHat")
    bound = file_task(_LOOPBACK, _BOUND, {"mode": "0644", "owner": "root"}, "RedHat")
    new = f"not {seen}.stat.exists | default(false)"
    return (look, replace(bound, when=(new,), before=None, reverses=(_STAYS,)))


_STAYS = Reverse(kind="compensating", reason="ansible.undo_data_stays")
_INITDB = Task(
    name="Prepare the data of PostgreSQL (RedHat)",
    module="ansible.builtin.command",
    args={"cmd": "postgresql-setup --initdb", "creates": _DATA["postgresql"]},
    verb="create",
    family="RedHat",
    needs=("package:postgresql-server",),
    reverses=(_STAYS,),
)


def _mariadb(task: Task, family: Family) -> Task:
    login = {"login_user": "root", "login_unix_socket": _SOCKETS[family]}
    var = f"{task.var}_{family.lower()}" if task.var else ""
    named = f"{task.name} ({family})"
    return replace(task, name=named, args={**task.args, **login}, family=family, var=var)


def _fact(engine: Engine, name: str) -> str:
    return f"database:{engine}:{name}"


def _needs(engine: Engine) -> tuple[str, ...]:
    """The library, which every such play brings: where it is new nobody has used the server so."""
    return (f"package:{_DRIVERS[engine]}",)


def of_package(engine: Engine) -> tuple[str, ...]:
    """What is gone for good when the server is: nothing is then left to be removed."""
    return (f"package:{_PACKAGES[engine]}",)
