"""A PostgreSQL server of the tests' own: programs of the machine, a new data folder, a free port.

Called by ``tests/conftest.py``, and by ``tools/bench_load.py``. PostgreSQL refuses to run as
root, so root's tests have it run as another user. The server's own language rules are English ones
on purpose: Kiki's order of names must not depend on them.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

USER = "kiki"


def programs() -> Path | None:
    """Where PostgreSQL's programs are; Debian keeps them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


def _version(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdigit() else 0


class Server:
    """A server that is running. *durable* keeps fsync on, as a site has it."""

    def __init__(self, *, durable: bool = False) -> None:
        found = programs()
        assert found is not None, "no PostgreSQL here"
        self._programs = found
        self._owner = _owner()
        self.folder = Path(tempfile.mkdtemp(prefix="kiki-pg-"))
        if self._owner:
            os.chown(self.folder, self._owner.pw_uid, self._owner.pw_gid)
        self.password = secrets.token_urlsafe(12)
        self.password_file = Path(tempfile.mkdtemp(prefix="kiki-pw-")) / "password"
        self.password_file.write_text(self.password + "\n")
        self.password_file.chmod(0o600)
        self.port = _free_port()
        self._durable = durable
        self._count = 0
        self._init()
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        durable = [] if self._durable else ["-c fsync=off", "-c full_page_writes=off"]
        options = " ".join((
            f"-p {self.port}", "-c listen_addresses=127.0.0.1", f"-k {self.folder}", *durable,
        ))  # fmt: skip
        self._run(
            "pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", self.folder / "log", "-o", options,
            "start",
        )  # fmt: skip

    def stop(self, how: str = "fast") -> None:
        """Stop it; ``immediate`` is what a crash leaves."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", how, "stop")

    def remove(self) -> None:
        """Stop it for good."""
        try:
            self.stop("immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.rmtree(self.password_file.parent, ignore_errors=True)

    def create(self, template: str = "template1") -> str:
        """A new database's name."""
        self._count += 1
        name = f"kiki{self._count}"
        self.sql(f"CREATE DATABASE {name} OWNER {USER} TEMPLATE {template}")
        return name

    @contextmanager
    def small_disk(self, size: str) -> Iterator[tuple[str, Callable[[str], None]]]:
        """A database on a file system of that size, and what makes it larger; skips where none can
        be mounted."""
        place = self.folder / "small"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
        if subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("no file system can be mounted here (needs root)")
        try:
            inside = place / "space"
            inside.mkdir()
            if self._owner:
                os.chown(inside, self._owner.pw_uid, self._owner.pw_gid)
            self.sql(f"CREATE TABLESPACE small LOCATION '{inside}'")
            self.sql(f"CREATE DATABASE small OWNER {USER} TABLESPACE small")

            def grow(to: str) -> None:
                subprocess.run(["mount", "-o", f"remount,size={to}", str(place)], check=True)

            yield "small", grow
        finally:
            self.sql("DROP DATABASE IF EXISTS small WITH (FORCE)")
            self.sql("DROP TABLESPACE IF EXISTS small")
            subprocess.run(["umount", "-l", str(place)], check=False)

    def url(self, database: str) -> str:
        """The address of a database, as Kiki is told."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> Any:
        """A connection of the administrator's."""
        import psycopg

        where = f"host={self.folder} port={self.port} dbname={database} user=postgres"
        return psycopg.connect(where, password=self.password, autocommit=True)

    def sql(self, statement: str, database: str = "postgres") -> list[Any]:
        """What a statement of the administrator's gives."""
        with self.connect(database) as connection:
            cursor = connection.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _init(self) -> None:
        password = self.folder / "initial"
        password.write_text(self.password)
        password.chmod(0o644)
        self._run(
            "initdb", "-D", self._data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
            "--locale-provider=icu", "--icu-locale=en", "--auth=scram-sha-256",
            f"--pwfile={password}", *([] if self._durable else ["--no-sync"]),
        )  # fmt: skip
        password.unlink()
        self.start()
        self.sql(f"CREATE ROLE {USER} LOGIN PASSWORD '{self.password}'")
        self.stop()

    def _run(self, program: str, *given: Any) -> None:
        who: dict[str, Any] = {}
        if self._owner:
            who = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        with (self.folder.parent / f"{self.folder.name}.out").open("w+b") as output:
            done = subprocess.run(
                [str(self._programs / program), *map(str, given)], stdout=output,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd="/", check=False,
                timeout=120, env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}, **who,
            )  # fmt: skip
            output.seek(0)
            said = output.read().decode(errors="replace")
        Path(output.name).unlink()
        assert done.returncode == 0, f"{program}: {said}"


def _owner() -> pwd.struct_passwd | None:
    """Who is to run it, where this is root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
