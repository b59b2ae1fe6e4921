"""Many hosts as one change sees them: resolved by Ansible, limited, planned from made-up events,
shown. Nothing is connected to. Called by ``tools/bench.py``, in a process of its own; by hand:

    .venv/bin/python tools/many_hosts.py make 10000 hosts.ini
    .venv/bin/python tools/many_hosts.py plan hosts.ini     # prints seconds, MB and counts as JSON
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from kiki.cli.look import Look  # noqa: E402
from kiki.cli.views import plan as view  # noqa: E402
from kiki.execution.addresses import addresses  # noqa: E402
from kiki.execution.runner import RunnerExecutor  # noqa: E402
from kiki.model.change import Stage  # noqa: E402
from kiki.model.intent import Intent, Operation  # noqa: E402
from kiki.model.request import InventorySource, Scope  # noqa: E402
from kiki.model.run import RunEvent, RunResult  # noqa: E402
from kiki.provision import ansible  # noqa: E402
from kiki.targets.ansible.compose import steps_of  # noqa: E402
from kiki.targets.ansible.plan import plan  # noqa: E402

RACK = 40  # hosts in a group
HALL = 10  # groups in a group of groups
LIMIT = "hall*:!rack001"


def inventory_text(count: int) -> str:
    """An INI inventory of *count* hosts with addresses, in racks and halls."""
    racks: dict[str, list[str]] = {}
    for number in range(count):
        address = f"10.{number // 62500}.{number // 250 % 250}.{number % 250 + 1}"
        line = f"node{number:06d} ansible_host={address} rack={number // RACK}"
        racks.setdefault(f"rack{number // RACK:03d}", []).append(line)
    names = list(racks)
    parts = [f"[{name}]\n" + "\n".join(lines) for name, lines in racks.items()]
    for first in range(0, len(names), HALL):
        inside = "\n".join(names[first : first + HALL])
        parts.append(f"[hall{first // HALL:02d}:children]\n{inside}")
    return "\n\n".join([*parts, "[all:vars]\nansible_user=admin\nntp=10.0.0.1"]) + "\n"


def planned(path: str) -> dict[str, float | int]:
    """Resolve, limit, plan and show; what that took, Ansible's process included."""
    started = time.perf_counter()
    home = ansible.ensure(lambda code, params: None)
    with tempfile.TemporaryDirectory() as folder:
        executor = RunnerExecutor(folder, lambda name, version: "", lambda: home)
        source = InventorySource(form="path", text=path)
        inventory = executor.resolve(Scope(inventory=source, limit=LIMIT))
    resolved = time.perf_counter()
    operation = Operation(kind="ansible.service_start", fields={"names": ["nginx"]}, sources={})
    intent = Intent(target="ansible", name="nginx", operations=(operation,), reader="flags")
    tasks = [step.task for step in steps_of(intent)]
    events = tuple(
        RunEvent(counter=number, kind="changed", host=host, task=task.name, module=task.module)
        for number, host in enumerate(inventory.hosts)
        for task in tasks
    )
    made = plan(RunResult(status="successful", rc=0, events=events), intent, inventory)
    stage = Stage(name="main", target="ansible", inventory=inventory, plan=made)
    shown = view.human(stage, Look())
    made.fingerprint()
    inventory.digest()
    ended = time.perf_counter()
    own, child = (resource.getrusage(who) for who in
                  (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))  # fmt: skip
    return {
        "seconds": round(ended - started, 3),
        "resolve_s": round(resolved - started, 3),
        "plan_s": round(ended - resolved, 3),
        "cpu_s": round(own.ru_utime + own.ru_stime + child.ru_utime + child.ru_stime, 3),
        "mb": round((own.ru_maxrss + child.ru_maxrss) / 1024),
        "hosts": len(addresses(inventory)),
        "actions": len(made.changes),
        "lines": shown.count("\n") + 1,
    }


def main() -> int:
    """See the module's own text."""
    what, *words = sys.argv[1:]
    if what == "make":
        Path(words[1]).write_text(inventory_text(int(words[0])))
    else:
        print(json.dumps(planned(words[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
