"""The figures of the server under load, on SQLite and on PostgreSQL: ``make bench-load``.

The server is a process of its own, as ``kiki agent`` starts it, with its record on disk and fsync
on; the load generator is another one (``load_client``). Each figure is printed with what is wanted
and with the processor time of everybody who took part. They mean a machine that does nothing else.
Ends with 1 when one is missed.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import many_records  # noqa: E402 -- beside this file

from kiki import wiring  # noqa: E402
from kiki.server.accounts import Accounts  # noqa: E402
from kiki.settings import Settings, load  # noqa: E402
from tests import postgres  # noqa: E402

SERVER = [sys.executable, str(ROOT / "src/kiki/server/__main__.py")]
CLIENT = [sys.executable, str(ROOT / "tools/load_client.py")]
PASSWORD = "a long sentence for a bench"
PORT = 18082
SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")


class Row(NamedTuple):
    """One figure: what was measured, what is wanted, and what else there is to say."""

    name: str
    measured: float
    wanted: float
    unit: str
    note: str = ""
    least: bool = False

    @property
    def held(self) -> bool:
        """Whether it is at least, or at most, what is wanted."""
        return self.measured >= self.wanted if self.least else self.measured <= self.wanted


class Agent:
    """A server over a new record, and somebody who may do everything on it."""

    def __init__(self, state: Path, environ: dict[str, str], beside: "Agent | None" = None) -> None:
        self.environ = os.environ | {"KIKI_STATE": str(state), "KIKI_ENGINE": "none"} | environ
        self.settings: Settings = load({}, self.environ, str(ROOT))
        port = PORT + (beside is not None)
        self.url = f"http://127.0.0.1:{port}"
        self.token, self.change = (beside.token, beside.change) if beside else self._prepare()
        began = time.perf_counter()
        self._process = subprocess.Popen(
            [*SERVER, "--host", "127.0.0.1", "--port", str(port)],
            env=self.environ, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait()
        self.start_s = time.perf_counter() - began

    def _prepare(self) -> tuple[str, str]:
        store, _, _ = wiring.served(self.settings)
        assert store.people is not None
        accounts = Accounts(store.people, store.ledger, store.now)
        accounts.make_first(accounts.first_token(), "load", PASSWORD, "bench")
        token, _ = accounts.login("load", PASSWORD, "bench")
        change = store.changes.create(*many_records.change(store.now()))
        store.close()
        return token, change.id

    def _wait(self) -> None:
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/ready", timeout=5).read()
                return
            except (urllib.error.URLError, OSError):
                assert self._process.poll() is None, "the server ended"
                time.sleep(0.01)

    def cpu_s(self) -> float:
        """Its processor time."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mb(self) -> float:
        """What it has resident."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def mark(self) -> float:
        """Append a record that every stream of the change tells; when."""
        store = wiring._store(self.settings)()
        now = time.time()
        store.ledger.append("load", "mark", self.change, {})
        store.close()
        return now

    def start_load(self, *given: str) -> "subprocess.Popen[str]":
        """A load generator on this server."""
        command = [*CLIENT, self.url, self.token, *given]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def end(self) -> None:
        """Stop it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)


@contextmanager
def agent(folder: Path, environ: dict[str, str], beside: Agent | None = None) -> Iterator[Agent]:
    """One that ends with the block; *beside* another one, over the same record."""
    made = Agent(folder, environ, beside)
    try:
        yield made
    finally:
        made.end()


def created(
    on: str, agents: Sequence[Agent], wanted: float, database: postgres.Server | None
) -> Iterator[Row]:
    """Changes made through the API: as fast as they are taken, by as many servers as there are, and
    at a steady rate by one of them."""
    before, other = sum(one.cpu_s() for one in agents), _database_cpu(database)
    loads = [one.start_load("create", str(SECONDS), "8") for one in agents]
    found = [_told(load) for load in loads]
    count = sum(one["count"] for one in found)
    used = [
        sum(one.cpu_s() for one in agents) - before,
        _database_cpu(database) - other,
        sum(one["cpu_s"] for one in found),
    ]
    server, below, client = (1000 * each / count for each in used)
    told = f"server {server:.1f} ms, database {below:.1f} ms, generator {client:.1f} ms"
    note = f"processor time of each: {told}; servers: {len(agents)}"
    rate = count / max(one["seconds"] for one in found)
    yield Row(f"changes created, {on}", rate, wanted, "/s", note, True)
    steady = _told(agents[0].start_load("steady", str(SECONDS), "30"))
    median = f"median {steady['p50_ms']:.0f} ms"
    yield Row(f"p99 at 30/s, {on}", steady["p99_ms"], 250, "ms", median)


def _told(load: "subprocess.Popen[str]") -> dict[str, Any]:
    """What a load generator found."""
    out, _ = load.communicate(timeout=300)
    assert load.returncode == 0, out
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


def followed(on: str, running: Agent) -> Iterator[Row]:
    """500 streams of events that hear of one record."""
    command = [*CLIENT, running.url, running.token, "streams", "500", running.change]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        client.stdout.readline()
        time.sleep(8)
        before = running.cpu_s()
        time.sleep(10)
        idle = 10 * (running.cpu_s() - before)
        at = running.mark()
        found = json.loads(client.stdout.readline())
    note = f"{found['count']} heard, none lost; {idle:.0f} % of a core while nothing happens"
    yield Row(f"500 streams told of a record, {on}", found["last"] - at, 2, "s", note)


def resting(on: str, running: Agent) -> Iterator[Row]:
    """Start, memory, and what it does while nobody asks."""
    yield Row(f"start, {on}", running.start_s, 2, "s", "to the first answer of /ready")
    time.sleep(2)
    before = running.cpu_s()
    time.sleep(20)
    yield Row(f"idle memory, {on}", running.memory_mb(), 150, "MB")
    yield Row(f"idle processor, {on}", 5 * (running.cpu_s() - before), 1, "%")


def verified(folder: Path, count: int = 1_000_000) -> Iterator[Row]:
    """A long ledger, verified by the command line as a whole process."""
    state = folder / "million"
    many_records.make(state, count)
    kiki = [sys.executable, "-I", str(ROOT / "src/kiki/__main__.py"), "audit", "verify"]
    began, used = time.perf_counter(), os.times()
    done = subprocess.run(kiki, env=os.environ | {"KIKI_STATE": str(state)}, capture_output=True)
    assert done.returncode == 0, done.stderr
    cpu = os.times().children_user - used.children_user
    note = f"{count:,} records; {cpu:.1f} s of processor time"
    yield Row("ledger verified, SQLite", time.perf_counter() - began, 60, "s", note)


def _database_cpu(server: postgres.Server | None) -> float:
    """Processor time of all of PostgreSQL's processes that are there."""
    if server is None:
        return 0.0
    parent = int((server.folder / "data/postmaster.pid").read_text().split()[0])
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if parent in (int(fields[1]), int(path.parent.name)):
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def rows(folder: Path) -> Iterator[Row]:
    """All figures, one after the other."""
    with agent(folder / "sqlite", {}) as running:
        yield from resting("SQLite", running)
        yield from created("SQLite", [running], 40, None)
        yield from followed("SQLite", running)
    if postgres.programs() is None:
        print("PostgreSQL is not installed: its figures are missing", file=sys.stderr)
    else:
        server = postgres.Server(durable=True)
        try:
            environ = {"KIKI_DATABASE": server.url(server.create()),
                       "KIKI_DATABASE_PASSWORD_FILE": str(server.password_file)}  # fmt: skip
            with agent(folder / "postgresql", environ) as running:
                yield from resting("PostgreSQL", running)
                yield from created("PostgreSQL", [running], 100, server)
                with agent(folder / "postgresql", environ, running) as second:
                    yield from created("PostgreSQL", [running, second], 100, server)
                yield from followed("PostgreSQL", running)
        finally:
            server.remove()
    yield from verified(folder)


def main() -> int:
    """Measure, print, and end with 1 when something is missed."""
    held = True
    with tempfile.TemporaryDirectory(prefix="kiki-load-") as folder:
        for row in rows(Path(folder)):
            held = held and row.held
            mark = "" if row.held else "  MISSED"
            than = "at least" if row.least else "at most"
            print(f"{row.name:40}{row.measured:9.1f} {row.unit:4}{than} {row.wanted:g}{mark}  "
                  f"{row.note}", flush=True)  # fmt: skip
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
