"""``make bench``: each figure beside its named peer, measured in the same call, in turn.

Whole processes are timed from outside, ours and the peer's alternating, and the median of the
pairwise ratios is printed with its limit. Never quote a single time from here: quote the ratio.
Ends with 1 when a limit is passed, and says which peer was missing.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench_kube import Manifests, Planning
from bench_plays import Events, Twenty
from timing import timed

from kiki.model.run import ACTION_TAG, PROBE_TAG

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# what the launcher starts, and what an installed `kiki` runs
KIKI = [str(ROOT / ".venv/bin/python"), "-I", str(ROOT / "src/kiki/__main__.py")]
WORDS = "demo 네임스페이스에 nginx 디플로이먼트 3개와 80 포트 서비스 만들어줘. YAML만 출력."
PLAY = "/srv/kiki-bench 디렉터리 만들고 사용자 kikibench 생성"


class Figure(NamedTuple):
    """One row: two commands, how often each is timed, and the ratio that must not be passed."""

    name: str
    ours: Callable[[], float]
    peer_name: str
    peer: Callable[[], float]
    limit: float
    rounds: int
    unit: str = "s"


class Result(NamedTuple):
    """What was measured; *ratio* is the median of the pairwise ratios."""

    figure: Figure
    ours_s: float
    peer_s: float
    ratio: float

    @property
    def held(self) -> bool:
        """Whether the limit was kept."""
        return self.ratio <= self.figure.limit


def measure(figure: Figure) -> Result:
    """Time both in turn, after one warm-up of each that is not counted."""
    figure.ours(), figure.peer()
    pairs = [(figure.ours(), figure.peer()) for _ in range(figure.rounds)]
    return Result(
        figure,
        statistics.median(ours for ours, _ in pairs),
        statistics.median(peer for _, peer in pairs),
        statistics.median(ours / peer for ours, peer in pairs),
    )


def whole(command: list[str]) -> Callable[[], float]:
    """A timer of one command."""
    return lambda: timed(command)


def command_figures() -> list[Figure]:
    """The figures of single commands."""
    kubectl = [str(BIN / "kubectl"), "create", "deployment", "web", "--image", "nginx:1.27"]
    kubectl += ["--port", "80", "--replicas", "3", "-n", "demo", "--dry-run=client", "-o", "yaml"]
    gen = [*KIKI, "gen", "-t", "k8s", "--name", "web", "--image", "nginx:1.27"]
    gen += ["--port", "80", "--replicas", "3", "--ns", "demo"]
    said = [*KIKI, "--message", WORDS, "--target", "k8s", "--name", "web-k8s"]
    peer = "kubectl create deployment --dry-run=client"
    figures = [
        Figure("kiki gen -t k8s", whole(gen), peer, whole(kubectl), 1.5, 25),
        Figure("words -> checked YAML", whole(said), peer, whole(kubectl), 4.0, 25),
    ]
    podman = shutil.which("podman")
    if podman is None:
        print("podman is not installed: `kiki --help` is not compared", file=sys.stderr)
        return figures
    version = whole([podman, "--version"])
    return [
        Figure("kiki --help", whole([*KIKI, "--help"]), "podman --version", version, 1.2, 40),
        *figures,
    ]


def check_figures(folder: Path) -> list[Figure]:
    """The check of playbooks: 200 offline beside one by ansible-lint, and ansible-lint kept warm
    beside cold ones, each over the same files; of 200 cold ones every fortieth is run, and counts
    for forty. None without Ansible's environment."""
    lint = ROOT / ".venv-ansible/bin/ansible-lint"
    if not lint.exists():
        print("ansible-lint is not installed: `kiki check` is not compared", file=sys.stderr)
        return []
    many = folder / "many"
    many.mkdir()
    made = sorted((ROOT / "tests/golden/ansible/render").glob("*/expected/*.yml"))
    sources = [path for path in made if not (path.parent / "roles").exists()]
    for number in range(200):
        shutil.copy(sources[number % len(sources)], many / f"{number}.yml")
    env = os.environ | {"KIKI_STATE": str(folder / "state"), "LC_ALL": "C.UTF-8"}
    env |= {"ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv-ansible/collections")}
    env["PATH"] = f"{lint.parent}:{env['PATH']}"
    cold = [str(lint), "--profile", "production", "--offline", "-q"]
    files = [str(many / f"{number}.yml") for number in range(10)]
    check, trusted = [*KIKI, "check", str(many)], [*KIKI, "check", "--trusted"]

    def linted(numbers: Iterable[int]) -> float:
        return sum(timed([*cold, str(many / f"{number}.yml")], env) for number in numbers)

    return [
        Figure(
            "kiki check, 200 playbooks", lambda: timed(check, env),
            "ansible-lint, cold, 1 playbook", lambda: linted((0,)), 0.5, 3,
        ),
        Figure("the same", lambda: timed(check, env), "a second", lambda: 1.0, 1.0, 3),
        Figure(
            "check --trusted, 10 playbooks", lambda: timed([*trusted, *files], env),
            "ansible-lint, cold, 10 times", lambda: linted(range(10)), 0.5, 1,
        ),
        Figure(
            "check --trusted, 200 playbooks", lambda: timed([*trusted, str(many)], env),
            "ansible-lint, cold, 200 times", lambda: 40 * linted(range(0, 200, 40)), 0.05, 1,
        ),
    ]  # fmt: skip


def kube_lab() -> str:
    """The kubeconfig of the Kubernetes lab; empty, with the reason, when it does not start."""
    lab = subprocess.run(
        [str(ROOT / "labs/kube.sh"), "up"], capture_output=True, text=True, check=False
    )
    if lab.returncode != 0:
        print(f"the Kubernetes lab did not start: {lab.stderr}", file=sys.stderr)
        return ""
    return lab.stdout.split()[-1]


def manifest_figures(folder: Path, kubeconfig: str) -> list[Figure]:
    """The check of 1,000 manifests. kubectl's row needs a cluster that answers."""
    many = Manifests(KIKI, folder)
    figures = [
        Figure(
            "kiki check, 1,000 manifests, after start", many.after_start,
            "kubernetes-validate, after start", many.validate_after_start, 0.02, 3,
        ),
        Figure(
            "the same, whole processes", many.check,
            "kubernetes-validate", many.by_validate, 0.05, 3,
        ),
        Figure("the same, after start", many.after_start, "0.5 s", lambda: 0.5, 1.0, 5),
        Figure("the same, memory", many.memory, "200 MB", lambda: 200.0, 1.0, 1, "M"),
    ]  # fmt: skip
    if not kubeconfig:
        return figures
    peer = "kubectl apply --dry-run=client --validate=false"
    kubectl = lambda: many.by_kubectl(kubeconfig)  # noqa: E731 -- as the rows beside it
    return [*figures, Figure("the same", many.check, peer, kubectl, 0.2, 3)]


def plan_figures(folder: Path, kubeconfig: str, there: ExitStack) -> list[Figure]:
    """The plan of 200 objects of a cluster, which are in it until *there* ends."""
    if not kubeconfig:
        return []
    many = Planning(KIKI[0], kubeconfig, folder)
    there.enter_context(many.there())
    return [Figure("plan of 200 objects", many.ours, "kubectl diff", many.by_kubectl, 1.5, 9)]


class Play:
    """Plan, apply and verify one play on the lab's hosts, by Kiki and by hand."""

    def __init__(self, inventory: Path, folder: Path) -> None:
        self.inventory = inventory
        self.folder = folder
        self.ansible = ROOT / ".venv-ansible/bin"
        self.env = os.environ | {"KIKI_STATE": str(folder / "state")}
        self._prepare()

    def _prepare(self) -> None:
        out = self.folder / "bench.yml"
        timed(
            [*KIKI, "--message", PLAY, "--target", "ansible", "--out", str(out), "--force"],
            self.env,
        )
        self.playbook = out
        code = "import sys; from kiki.execution.config import TEXT; sys.stdout.write(TEXT)"
        config = subprocess.run([KIKI[0], "-c", code], capture_output=True, text=True, check=True)
        (self.folder / "ansible.cfg").write_text(config.stdout)

    def reset(self) -> None:
        """Take the play's effect away again; not timed."""
        hosts = [str(self.ansible / "ansible"), "-i", str(self.inventory), "all", "-b"]
        undo = "rm -rf /srv/kiki-bench; userdel kikibench || true"
        subprocess.run(
            [*hosts, "-m", "ansible.builtin.shell", "-a", undo],
            capture_output=True,
            env=self.hand(),
            check=True,
        )

    def hand(self) -> dict[str, str]:
        """The environment of a person who uses the same ansible.cfg as Kiki."""
        return os.environ | {
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "LC_ALL": "C.UTF-8",
        }

    def ours(self) -> float:
        """Kiki's seconds."""
        self.reset()
        said = ["--message", PLAY, "--inventory", str(self.inventory), "--yes", "--verify", "all"]
        return timed([*KIKI, *said], self.env)

    def by_hand(self) -> float:
        """The seconds of the same three calls of ansible-playbook."""
        self.reset()
        base = [
            str(self.ansible / "ansible-playbook"),
            "-i",
            str(self.inventory),
            str(self.playbook),
        ]
        # What the service leaves out of the same three runs: service/planning.py.
        unasked, undone = ["--skip-tags", PROBE_TAG], ["--skip-tags", ACTION_TAG]
        calls = ([*base, "--check", "--diff", *unasked], [*base, *unasked], [*base, *undone])
        return sum(timed(call, self.hand()) for call in calls)


def play_figures(folder: Path) -> list[Figure]:
    """The figure that needs the hosts lab; none, with the reason, when it is not up."""
    lab = subprocess.run([str(ROOT / "labs/hosts.sh"), "up", "3"], capture_output=True, text=True)
    if lab.returncode != 0:
        print(
            f"the hosts lab did not start, so plays are not compared: {lab.stderr}", file=sys.stderr
        )
        return []
    inventory = Path(lab.stdout.split()[-1])
    play, twenty = Play(inventory, folder), Twenty(inventory, folder)
    peer = "ansible-playbook --check --diff; ansible-playbook; ansible-playbook"
    return [
        Figure("plan + apply + verify, 3 hosts", play.ours, peer, play.by_hand, 1.15, 5),
        Figure("20 tasks, Kiki's settings", twenty.tuned, "stock", twenty.stock, 0.8, 5),
        Figure("20 tasks, run by Kiki", twenty.by_kiki, "ansible-runner", twenty.bare, 1.05, 5),
        Figure("20 tasks, with Mitogen", twenty.by_mitogen, "stock", twenty.stock, 0.6, 5),
    ]


def event_figures(folder: Path) -> list[Figure]:
    """The figure of events, whose peer is the clock."""
    events = Events(folder)
    return [Figure("3,000 events stored", events.stored, "1,000 a second", events.allowed, 1.0, 5)]


def centre_figures(folder: Path) -> list[Figure]:
    """A definition of many servers, compiled and checked."""
    tool = [KIKI[0], str(ROOT / "tools/many_servers.py")]
    paths = {count: folder / f"{count}.yaml" for count in (200, 2500, 5000)}
    for count, path in paths.items():
        timed([*tool, str(count), str(path)])

    def compiled(count: int) -> float:
        out = ["--out", str(folder / f"vdc-{count}"), "--force"]
        return timed([*KIKI, "vdc", "render", str(paths[count]), *out])

    return [
        Figure("kiki vdc render, 200 servers", lambda: compiled(200), "a second", lambda: 1.0,
               1.0, 5),
        Figure("5,000 servers", lambda: compiled(5000), "twice 2,500", lambda: 2 * compiled(2500),
               1.1, 3),
    ]  # fmt: skip


def inventory_figures(folder: Path) -> list[Figure]:
    """10,000 hosts resolved, limited, planned and shown, beside Ansible's listing of the same."""
    listing = ROOT / ".venv-ansible/bin/ansible-inventory"
    if not listing.exists():
        print(
            "Ansible is not installed (make setup): inventories are not compared", file=sys.stderr
        )
        return []
    tool, paths = [KIKI[0], str(ROOT / "tools/many_hosts.py")], dict[int, Path]()
    for count in (10_000, 20_000):
        paths[count] = folder / f"{count}.ini"
        timed([*tool, "make", str(count), str(paths[count])])

    def told(count: int, what: str) -> float:
        command = [*tool, "plan", str(paths[count])]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return float(json.loads(done.stdout)[what])

    peer = whole([str(listing), "-i", str(paths[10_000]), "--list"])
    seconds, memory = (lambda: told(10_000, "seconds")), (lambda: told(10_000, "mb"))
    return [
        Figure("10,000 hosts: resolve + plan", seconds, "ansible-inventory --list", peer, 0.7, 5),
        Figure("the same", seconds, "two seconds", lambda: 2.0, 1.0, 3),
        Figure("the same, memory", memory, "300 MB", lambda: 300.0, 1.0, 1, "M"),
        Figure(
            "20,000 hosts", lambda: told(20_000, "seconds"), "twice 10,000",
            lambda: 2 * told(10_000, "seconds"), 1.1, 3,
        ),
    ]  # fmt: skip


def main() -> int:
    """Measure, print, and end with 1 when a limit is passed."""
    print(f"{'figure':34}{'ours':>9}{'peer':>9}{'ratio':>8}{'limit':>8}  peer")
    held = True
    with tempfile.TemporaryDirectory() as folder, ExitStack() as there:
        place, kubeconfig = Path(folder), kube_lab()
        for figure in [
            *command_figures(),
            *check_figures(place),
            *manifest_figures(place, kubeconfig),
            *plan_figures(place, kubeconfig, there),
            *centre_figures(place),
            *inventory_figures(place),
            *event_figures(place),
            *play_figures(place),
        ]:
            result = measure(figure)
            held &= result.held
            mark = "" if result.held else "  OVER"
            print(
                f"{figure.name:34}{result.ours_s:8.3f}{figure.unit}{result.peer_s:8.3f}{figure.unit}"
                f"{result.ratio:8.2f}{figure.limit:8.2f}  {figure.peer_name}{mark}",
                flush=True,
            )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
