"""Who may use a database: accounts of MariaDB and roles of PostgreSQL.

Called by the operations on databases. A password is set when the account is made and never changed
after; making it and giving it rights are two tasks, so that a change of the first always is a new
account. Facts: ``role:<engine>:<name>``.
"""

from typing import Any, Literal

from msgspec.structs import replace

from kiki.model.secret import variable
from kiki.targets.ansible.databases import UNREACHED, Engine, of_package, of_server
from kiki.targets.ansible.tasks import Reverse, Task

Rights = Literal["all", "read"]
HERE = ("localhost",)
"""Where a user of MariaDB comes from when nothing else is said."""

_OWN = frozenset(
    ("root", "mysql", "mariadb.sys", "mysql.sys", "mysql.session", "mysql.infoschema", "postgres")
)
_RIGHTS = {"all": "ALL", "read": "SELECT"}
_POSTGRESQL_USER = "community.postgresql.postgresql_user"
_POSTGRESQL_PRIVS = "community.postgresql.postgresql_privs"
_MYSQL_USER = "community.mysql.mysql_user"
# A name with another case is another one.
_CASE = {"column_case_sensitive": True}
_NO_DATABASE = "does not exist"


def check_not_own(name: str) -> None:
    """ValueError for an account that the servers themselves need."""
    if name.lower() in _OWN or name.lower().startswith("pg_"):
        raise ValueError(f"{name} is an account of the server's own")


def check_hosts(engine: Engine, hosts: tuple[str, ...]) -> None:
    """ValueError for hosts where the engine's accounts have none."""
    if engine == "postgresql" and hosts:
        raise ValueError("a role of PostgreSQL has no hosts: pg_hba.conf says who may come")


def creation(
    engine: Engine,
    name: str,
    password: str,
    hosts: tuple[str, ...],
    database: str,
    ensured: frozenset[str],
) -> tuple[Task, ...]:
    """The account, with the password in the secret *password*; of a role without one only the
    account of the same name on the host can log in."""
    if engine == "mariadb":
        return of_server(engine, _account(name, password, hosts))
    made = f"role:postgresql:{name}" in ensured  # by this play, as an owner: without a password
    return of_server(engine, _role(name, password, database, made=made))


def owner(name: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The role that is to own a database of PostgreSQL, unless the play makes it."""
    if f"role:postgresql:{name}" in ensured:
        return ()
    return of_server("postgresql", _role(name, "", "", made=False))


def granting(
    engine: Engine,
    name: str,
    hosts: tuple[str, ...],
    database: str,
    rights: Rights,
    ensured: frozenset[str],
) -> tuple[Task, ...]:
    """Rights on a database, added to those that the account has."""
    ensured |= {f"role:{engine}:{name}"}
    if engine == "mariadb":
        return of_server(engine, _grant(name, hosts, database, rights), ensured)
    needs = (f"role:postgresql:{name}", f"database:postgresql:{database}")
    tasks = (_privileges(name, database, "present", sort) for sort in ("database", "schema"))
    given = (
        replace(
            task,
            name=f"Give {name} all rights on {what}",
            needs=needs,
            verb="update",
            items=((name, name),),
        )
        for task, what in zip(tasks, _on(database), strict=True)
    )
    return tuple(one for task in given for one in of_server(engine, task, ensured))


def removal(engine: Engine, name: str, hosts: tuple[str, ...], database: str) -> tuple[Task, ...]:
    """Take the rights on *database* from a role, which can't go before them, and remove it."""
    revoked: list[Task] = []
    if engine == "postgresql" and database:
        tasks = (_privileges(name, database, "absent", sort) for sort in ("database", "schema"))
        for task, what in zip(tasks, _on(database), strict=True):
            title = f"Take from {name} all rights on {what}"
            revoked += of_server(
                engine,
                replace(
                    task,
                    name=title,
                    verb="delete",
                    needs=(f"database:postgresql:{database}",),
                    gone=_NO_DATABASE,
                    reverses=(_UNKNOWN,),
                ),
            )
    return (*revoked, *of_server(engine, _removed(engine, name, hosts)))


_UNKNOWN = Reverse(kind="impossible", reason="ansible.undo_account_removed")
_STAY = Reverse(kind="compensating", reason="ansible.undo_rights_stay")


def _on(database: str) -> tuple[str, str]:
    return f"database {database}", f"schema public of {database}"


def _account(name: str, password: str, hosts: tuple[str, ...]) -> Task:
    return Task(
        name=f"Create MariaDB user {name}",
        module=_MYSQL_USER,
        args={
            "name": name,
            "password": "{{ " + variable(password) + " }}",
            "update_password": "on_create",
            "state": "present",
            **_CASE,
        },
        verb="create",
        each=tuple({"host": host} for host in hosts),
        var="database_user_hosts",
        about=f"Hosts from which {name} may come",
        items=tuple((host, host) for host in hosts),
        ensures=frozenset((f"role:mariadb:{name}",)),
        secrets=(password,),
        reverses=(
            Reverse(
                kind="exact",
                operation="database_user_remove",
                fields={"engine": "mariadb", "name": name},
                items="hosts",
            ),
        ),
    )


def _grant(name: str, hosts: tuple[str, ...], database: str, rights: Rights) -> Task:
    pattern = database.replace("_", r"\_")  # where it would be any character
    return Task(
        name=f"Give MariaDB user {name} rights on database {database}",
        module=_MYSQL_USER,
        args={
            "name": name,
            "priv": {f"{pattern}.*": _RIGHTS[rights]},
            "append_privs": True,
            "state": "present",
            **_CASE,
        },
        verb="update",
        each=tuple({"host": host} for host in hosts),
        var="database_grant_hosts",
        about=f"Hosts of {name} that get rights on {database}",
        items=tuple((host, host) for host in hosts),
        needs=(f"role:mariadb:{name}", f"database:mariadb:{database}"),
        reverses=(_STAY,),
    )


def _role(name: str, password: str, database: str, *, made: bool) -> Task:
    args: dict[str, Any] = {"name": name, "state": "present"}
    if password:
        args["password"] = "{{ " + variable(password) + " }}"
    back = Reverse(
        kind="exact",
        operation="database_user_remove",
        fields={
            "engine": "postgresql",
            "name": name,
            **({"database": database} if database else {}),
        },
    )
    stays = Reverse(kind="compensating", reason="ansible.undo_password_stays")
    return Task(
        name=f"Set the password of PostgreSQL role {name}"
        if made
        else f"Create PostgreSQL role {name}",
        module=_POSTGRESQL_USER,
        args=args if made else {**args, "no_password_changes": True},
        verb="update" if made else "create",
        items=((name, name),),
        ensures=frozenset((f"role:postgresql:{name}",)),
        needs=(f"role:postgresql:{name}",) if made else (),
        secrets=(password,) if password else (),
        reverses=(stays if made else back,),
    )


def _privileges(name: str, database: str, state: str, sort: str) -> Task:
    """On the database itself, or on the schema in it where tables are made."""
    what = {"login_db": "postgres", "objs": database} if sort == "database" else {}
    there = what or {"login_db": database, "objs": "public"}
    return Task(
        name="",
        module=_POSTGRESQL_PRIVS,
        args={**there, "type": sort, "privs": "ALL", "roles": name, "state": state}
        | ({"fail_on_role": False} if state == "absent" else {}),
        verb="none",
        reverses=(_STAY,),
    )


def _removed(engine: Engine, name: str, hosts: tuple[str, ...]) -> Task:
    common: dict[str, Any] = {
        "verb": "delete",
        "needs": of_package(engine),
        "gone": UNREACHED[engine],
        "breaks": frozenset((f"role:{engine}:{name}",)),
        "reverses": (_UNKNOWN,),
    }
    if engine == "postgresql":
        return Task(
            name=f"Remove PostgreSQL role {name}",
            module=_POSTGRESQL_USER,
            args={"name": name, "state": "absent"},
            items=((name, name),),
            **common,
        )
    return Task(
        name=f"Remove MariaDB user {name}",
        module=_MYSQL_USER,
        args={"name": name, "state": "absent", **_CASE},
        each=tuple({"host": host} for host in hosts),
        var="database_users_gone",
        about=f"Hosts of {name} to remove",
        items=tuple((host, host) for host in hosts),
        **common,
    )
