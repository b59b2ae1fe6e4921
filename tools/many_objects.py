"""Many objects of one namespace as one change sees them: their manifests become a program, the
cluster is asked what it would change, and the plan is shown. Nothing is changed there.

Called by ``tools/bench_kube.py``, in a process of its own; by hand:

    .venv/bin/python tools/many_objects.py KUBECONFIG FOLDER    # prints counts as JSON
"""

import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from kiki.cli.look import Look  # noqa: E402
from kiki.cli.views import plan as view  # noqa: E402
from kiki.execution.clusters.client import ClusterClient  # noqa: E402
from kiki.execution.clusters.executor import ClusterExecutor  # noqa: E402
from kiki.execution.runner import RunnerExecutor  # noqa: E402
from kiki.model.artifact import Artifact, File  # noqa: E402
from kiki.model.change import Stage  # noqa: E402
from kiki.model.intent import Intent  # noqa: E402
from kiki.model.request import ClusterSource, Scope  # noqa: E402
from kiki.model.run import PROBE_TAG, RunOrder  # noqa: E402
from kiki.provision import ansible, runtimes  # noqa: E402
from kiki.targets import registry  # noqa: E402


def executor(folder: str) -> ClusterExecutor:
    """What asks the cluster; its runs are in *folder*."""

    def value(name: str, version: str) -> str:
        return ""

    def told(code: str, params: object) -> None:
        return None

    hosts = RunnerExecutor(folder, value, lambda: ansible.ensure(told))
    client = ClusterClient(lambda: runtimes.ensure("kubernetes", told), {})
    return ClusterExecutor(hosts, client, folder, value)


def planned(kubeconfig: str, manifests: Path, folder: str) -> dict[str, int]:
    """Plan and show; how many objects, changes and lines that were."""
    target, runs = registry.target("k8s"), executor(folder)
    scope = Scope(cluster=ClusterSource(kubeconfig=kubeconfig, named=True))
    inventory = runs.resolve(scope)
    files = tuple(
        File(path=path.name, text=path.read_text()) for path in sorted(manifests.glob("*.yaml"))
    )
    artifact = Artifact(target="k8s", intent_digest="", entry=files[0].path, files=files)
    order = RunOrder(
        run_id="r-1", mode="check", inventory=inventory, scope=scope,
        artifact=target.program(artifact, inventory, scope), skip_tags=(PROBE_TAG,),
    )  # fmt: skip
    result = runs.run(order, lambda event: None, lambda process: None)
    intent = Intent(target="k8s", name="many", operations=(), reader="flags")
    made = target.plan(result, intent, inventory)
    stage = Stage(name="main", target="k8s", inventory=inventory, plan=made)
    shown = view.human(stage, Look())
    if made.errored:
        raise SystemExit(f"the plan has errors: {made.findings[:3]}")
    lines = shown.count("\n") + 1
    return {"objects": len(made.actions), "changes": len(made.changes), "lines": lines}


def main() -> None:
    """See the module's own text."""
    kubeconfig, manifests = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(planned(kubeconfig, Path(manifests), folder)))


if __name__ == "__main__":
    main()
