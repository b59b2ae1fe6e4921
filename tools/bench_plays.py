"""Figures of ``make bench`` about running plays: how fast hosts are worked on, and Kiki's share.

Called by ``bench``. The first ones need three hosts of the lab; the last one needs none: there a
program that prints events as quickly as it can stands where Ansible stands.
"""

import os
import sys
import time
from pathlib import Path

from msgspec.structs import replace
from timing import timed

from kiki.execution import config, drivers
from kiki.execution.runner import RunnerExecutor
from kiki.model.artifact import Artifact, File
from kiki.model.inventory import Inventory
from kiki.model.records import Record
from kiki.model.request import InventorySource, Scope
from kiki.model.run import RunOrder, RunResult
from kiki.provision import ansible
from kiki.targets.ansible.render import GATHERED

ROOT = Path(__file__).resolve().parent.parent
ANSIBLE = ROOT / ".venv-ansible"
_PYTHON = str(ANSIBLE / "bin" / "python")
HOSTS = 3
PLACE = "/tmp/kiki-bench-20"
EVENTS = 3_000
RATE = 1_000  # events a second that have to be stored

_FILE = """\
    - name: Write {n}
      ansible.builtin.copy: {{dest: PLACE/{n}, content: "{n}\\n", mode: "0644"}}
    - name: Look at {n}
      ansible.builtin.stat: {{path: PLACE/{n}}}
    - name: Add to {n}
      ansible.builtin.lineinfile: {{path: PLACE/{n}, line: more}}
"""
# Twenty tasks, which leave nothing behind, and the gathering of facts, which stock Ansible does in
# full.
_HEAD = """\
- name: Twenty tasks
  hosts: all
  become: true
  gather_facts: true
FACTS  tasks:
    - name: Make the folder
      ansible.builtin.file: {path: PLACE, state: directory, mode: "0755"}
"""
_TAIL = """\
    - name: Remove the folder
      ansible.builtin.file: {path: PLACE, state: absent}
"""
_FILES = "".join(_FILE.format(n=number) for number in range(6))
PLAY = (_HEAD + _FILES + _TAIL).replace("PLACE", PLACE)
FEWER = f"  gather_subset: {list(GATHERED)}\n"

_BARE = """\
import ansible_runner, sys
done = ansible_runner.run(private_data_dir=sys.argv[1], playbook="site.yml", quiet=True,
                          inventory=sys.argv[2], cmdline="--diff")
sys.exit(done.rc)
"""
_PRODUCER = """\
import json, os, sys
sys.stdin.readline()
empty = dict.fromkeys(("host", "play", "task", "task_action", "task_uuid", "ignore_errors"), "")
for number in range(COUNT):
    said = {"changed": True, "msg": f"event {number} " + "x" * 200, "rc": 0}
    line = empty | {"event": "runner_on_ok", "host": "n1", "task": f"Task {number}",
                    "task_action": "ansible.builtin.copy", "task_uuid": str(number), "res": said}
    os.write(1, (json.dumps(line) + "\\n").encode())
stats = dict.fromkeys(("ok", "changed"), {"n1": COUNT})
os.write(1, (json.dumps(empty | {"event": "playbook_on_stats", "res": {}, "stats": stats}) + "\\n").encode())
os.write(1, (json.dumps({"event": "end", "rc": 0}) + "\\n").encode())
"""  # noqa: E501 -- a program


class Nowhere(Record, frozen=True):
    """An Ansible that is not started."""

    python: str
    playbook: str
    inventory: str
    collections: str


def ignore(_: object) -> None:
    """A listener that drops everything."""


def ignore_step(code: str, params: dict[str, str]) -> None:
    """Tells nobody of an installation."""


class Twenty:
    """One play of twenty tasks on three hosts, with stock settings, Kiki's, and by Kiki."""

    def __init__(self, inventory: Path, folder: Path) -> None:
        self._folder = folder
        self._inventory = _first_hosts(inventory, folder / "three.ini")
        self._number = 0
        (folder / "stock.yml").write_text(PLAY.replace("FACTS", ""))
        (folder / "stock.cfg").write_text("[defaults]\n")
        (folder / "kiki.cfg").write_text(config.TEXT)
        bare = folder / "bare" / "project"
        bare.mkdir(parents=True)
        for path in (folder / "kiki.yml", bare / "site.yml"):
            path.write_text(PLAY.replace("FACTS", FEWER))
        (folder / "bare.py").write_text(_BARE)
        home = ansible.ensure(ignore_step)
        self._executor = RunnerExecutor(str(folder / "state"), lambda *_: "", lambda: home)
        self._faster = RunnerExecutor(
            str(folder / "faster"), lambda *_: "", lambda: home, mitogen=True
        )

    def stock(self) -> float:
        """Seconds with no setting at all."""
        return self._by_hand("stock")

    def tuned(self) -> float:
        """Seconds with the settings that Kiki gives each run."""
        return self._by_hand("kiki")

    def bare(self) -> float:
        """Seconds of ansible-runner alone, with the same settings and the same output."""
        words = [_PYTHON, str(self._folder / "bare.py"), str(self._folder / "bare")]
        return timed([*words, str(self._inventory)], self._environment("kiki"))

    def by_kiki(self) -> float:
        """Seconds of one run of Kiki's executor, its driver's start included."""
        return self._run(self._executor)

    def by_mitogen(self) -> float:
        """The same, with the setting ``mitogen``."""
        return self._run(self._faster)

    def _run(self, executor: RunnerExecutor) -> float:
        order = self._order()
        started = time.perf_counter()
        result = executor.run(order, ignore, ignore)
        seconds = time.perf_counter() - started
        _require(result)
        return seconds

    def _order(self) -> RunOrder:
        self._number += 1
        scope = Scope(inventory=InventorySource(form="path", text=str(self._inventory)))
        return _order(f"bench-{self._number}", PLAY.replace("FACTS", FEWER), scope,
                      self._executor.resolve(scope))  # fmt: skip

    def _by_hand(self, name: str) -> float:
        words = [str(ANSIBLE / "bin" / "ansible-playbook"), "-i", str(self._inventory)]
        return timed([*words, str(self._folder / f"{name}.yml")], self._environment(name))

    def _environment(self, name: str) -> dict[str, str]:
        settings = str(self._folder / f"{name}.cfg")
        path = f"{ANSIBLE / 'bin'}:{os.environ['PATH']}"
        return os.environ | {"ANSIBLE_CONFIG": settings, "LC_ALL": "C.UTF-8", "PATH": path}


class Events:
    """How long Kiki takes to read, redact and store events that come as quickly as they can."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._script = folder / "producer.py"
        self._script.write_text(_PRODUCER.replace("COUNT", str(EVENTS)))
        home = Nowhere(python=sys.executable, playbook="/-", inventory="/-", collections="/-")
        state = str(folder / "events")
        self._executor = RunnerExecutor(state, lambda *_: "Never-Seen-4711", lambda: home)
        self._number = 0

    def stored(self) -> float:
        """Seconds; RuntimeError when one is missing."""
        self._number += 1
        inventory = Inventory(text='{"all": {"hosts": {"n1": {}}}}', hosts=("n1",))
        order = _order(f"events-{self._number}", "- hosts: all\n", Scope(), inventory)
        order = replace(order, secrets={"unused": "1"})  # so that there is something to look for
        before, drivers.SCRIPT = drivers.SCRIPT, self._script
        try:
            started = time.perf_counter()
            result = self._executor.run(order, ignore, ignore)
            seconds = time.perf_counter() - started
        finally:
            drivers.SCRIPT = before
        _require(result)
        kept = (Path(result.folder) / "events.jsonl").read_text().count("\n")
        if (kept, len(result.events)) != (EVENTS, EVENTS):
            raise RuntimeError(f"{EVENTS} events, {len(result.events)} heard, {kept} stored")
        return seconds

    @staticmethod
    def allowed() -> float:
        """The seconds that it may take."""
        return EVENTS / RATE


def _order(run_id: str, play: str, scope: Scope, inventory: Inventory) -> RunOrder:
    file = File(path="site.yml", text=play)
    artifact = Artifact(target="ansible", intent_digest="", entry="site.yml", files=(file,))
    return RunOrder(
        run_id=run_id, mode="apply", artifact=artifact, inventory=inventory, scope=scope
    )


def _first_hosts(inventory: Path, path: Path) -> Path:
    """The lab's inventory with three of its hosts, however many there are."""
    head, mark, variables = inventory.read_text().partition("[all:vars]")
    lines = [line for line in head.splitlines() if line.strip()][: 1 + HOSTS]
    path.write_text("\n".join(lines) + f"\n\n{mark}{variables}")
    return path


def _require(result: RunResult) -> None:
    if result.status != "successful":
        raise RuntimeError(f"the run ended {result.status}: {result.output[-2000:]}")
