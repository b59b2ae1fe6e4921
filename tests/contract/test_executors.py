"""What every executor promises: the real one on the lab's hosts, and the recorded fake.

The fake plays back tests/contract/recordings.json, which a run of this suite with the lab and
--update-golden writes from what the real one did.
"""

import configparser
import json
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiki.execution.port import Executor
from kiki.execution.recorded import RecordedExecutor, Recording, read_recordings, recorded
from kiki.execution.runner import RunnerExecutor
from kiki.model.artifact import Artifact, File
from kiki.model.change import RunningProcess
from kiki.model.errors import KikiError, StateError, UsageError
from kiki.model.request import InventoryForm, InventorySource, Scope
from kiki.model.run import HostStats, RunEvent, RunMode, RunOrder, RunResult
from tests.live.conftest import HostsLab, ansible_home, hosts  # noqa: F401 -- fixtures
from tests.live.slow_users import inventory as inventory_of

RECORDINGS = Path(__file__).with_name("recordings.json")
MODES: tuple[RunMode, ...] = ("syntax", "check", "apply", "again")
PLAYBOOK = """\
- name: Contract
  hosts: web
  gather_facts: false
  tasks:
    - name: Make the folder
      ansible.builtin.file:
        path: PLACE
        state: directory
        mode: "0755"
    - name: Write the files
      ansible.builtin.copy:
        dest: PLACE/{{ item }}
        content: "{{ item }}\\n"
        mode: "0644"
      loop: [a, b]
    - name: Act
      ansible.builtin.command: "true"
      tags: [acts]
"""


class Case:
    """An executor and an inventory of n1, n2, n3 in the group web."""

    def __init__(self, executor: Executor, inventory: Path) -> None:
        self.executor = executor
        self.inventory = inventory
        self.place = f"/tmp/kiki-contract-{uuid.uuid4().hex}"
        self._slow: Callable[[], Executor] | None = None

    def scope(self, text: str = "", form: InventoryForm = "path", **more: Any) -> Scope:
        source = InventorySource(form=form, text=text or str(self.inventory))
        return Scope(inventory=source, **more)

    def order(self, mode: RunMode = "apply", run_id: str = "", **more: Any) -> RunOrder:
        text = PLAYBOOK.replace("PLACE", self.place)
        scope = more.pop("scope", self.scope())
        fields: dict[str, Any] = {
            "run_id": run_id or f"contract-{uuid.uuid4().hex[:8]}",
            "mode": mode,
            "artifact": Artifact(
                target="ansible",
                intent_digest="sha256:0",
                entry="site.yml",
                files=(File(path="site.yml", text=text),),
            ),
            "inventory": self.executor.resolve(scope),
            "scope": scope,
            "skip_tags": ("acts",) if mode == "again" else (),
        }
        return RunOrder(**(fields | more))


LAB = pytest.param("runner", marks=pytest.mark.hosts)
FAST = pytest.param("mitogen", marks=(pytest.mark.hosts, pytest.mark.slow))


@pytest.fixture(params=["recorded", LAB, FAST])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    inventory = tmp_path / "hosts.ini"
    if request.param == "recorded":
        inventory.write_text("[web]\nn1\nn2\nn3\n")
        recordings = {
            mode: msgspec.structs.replace(each, pause_s=0.002)
            for mode, each in read_recordings(str(RECORDINGS)).items()
        }
        yield Case(RecordedExecutor(str(tmp_path / "state"), recordings), inventory)
        return
    lab: HostsLab = request.getfixturevalue("hosts")
    home = request.getfixturevalue("ansible_home")
    inventory_of(lab, inventory, "n1", "n2", "n3")
    state, fast = str(tmp_path / "state"), request.param == "mitogen"
    yield Case(RunnerExecutor(state, lambda *_: "", lambda: home, mitogen=fast), inventory)


def ignore(_: object) -> None:
    """A listener that drops everything."""


def test_versions_name_ansible_itself(case: Case) -> None:
    found = case.executor.versions()
    assert re.fullmatch(r"2\.\d+\.\d+\S*", found["ansible.builtin"])
    assert found == case.executor.versions()


def test_the_configuration_is_always_the_same(case: Case) -> None:
    text = case.executor.config()
    assert text == case.executor.config()
    parser = configparser.ConfigParser()
    parser.read_string(text)
    assert parser["defaults"].getboolean("host_key_checking")


def test_an_inventory_is_frozen(case: Case) -> None:
    found = case.executor.resolve(case.scope())
    assert found.hosts == ("n1", "n2", "n3")
    assert found.groups["web"] == ("n1", "n2", "n3")
    assert set(found.hostvars) == {"n1", "n2", "n3"}
    assert list(json.loads(found.text)["all"]["hosts"]) == ["n1", "n2", "n3"]
    assert case.executor.resolve(case.scope()) == found


def test_a_comma_list_and_inline_text(case: Case) -> None:
    assert case.executor.resolve(case.scope("b,node[1:2]", "hosts")).hosts == (
        "b",
        "node1",
        "node2",
    )
    inline = case.executor.resolve(case.scope("[x]\nh2 port=80\nh1\n", "inline"))
    assert inline.hosts == ("h1", "h2")
    assert inline.hostvars["h2"] == {"port": 80}


def test_a_limit_leaves_some_and_changes_the_digest(case: Case) -> None:
    every = case.executor.resolve(case.scope())
    some = case.executor.resolve(case.scope(limit="web:!n2"))
    assert some.hosts == ("n1", "n3")
    assert some.text == every.text
    assert some.digest() != every.digest()


@pytest.mark.parametrize(
    ("text", "form", "limit", "code"),
    [
        ("/no/such/inventory", "path", "", "inventory.unreadable"),
        ("n1 nonsense\n", "inline", "", "inventory.invalid"),
        ("[a:children]\nb\n[b:children]\na\n", "inline", "", "inventory.circular"),
        ("[web]\n", "inline", "", "inventory.no_hosts"),
        (",", "hosts", "", "inventory.no_hosts"),
        ("n1,n2", "hosts", "n9", "inventory.no_hosts"),
        ("n1,n2", "hosts", "n1,n9", "inventory.no_hosts"),
        ("n1 n2", "hosts", "", "inventory.host_invalid"),
        ("-oProxyCommand=x", "hosts", "", "inventory.host_invalid"),
        ("n1 ansible_connection=local\n", "inline", "", "inventory.local_connection"),
        ("n1 ansible_ssh_executable=/tmp/x\n", "inline", "", "inventory.local_command"),
        (
            "n1 ansible_ssh_common_args='-o StrictHostKeyChecking=no'\n",
            "inline",
            "",
            "inventory.host_key_unchecked",
        ),
    ],
)
def test_inventories_that_are_wrong(
    case: Case, text: str, form: InventoryForm, limit: str, code: str
) -> None:
    with pytest.raises(UsageError) as caught:
        case.executor.resolve(case.scope(text, form, limit=limit))
    assert caught.value.code == code


def test_without_an_inventory(case: Case) -> None:
    with pytest.raises(UsageError, match=r"inventory\.missing"):
        case.executor.resolve(Scope())


def test_plan_apply_and_prove_that_nothing_is_left_to_do(
    case: Case, request: pytest.FixtureRequest
) -> None:
    results = {mode: case.executor.run(case.order(mode), ignore, ignore) for mode in MODES}
    if request.config.getoption("--update-golden") and isinstance(case.executor, RunnerExecutor):
        RECORDINGS.write_bytes(
            msgspec.json.format(msgspec.json.encode(_stable(results, case)), indent=1)
        )
    for result in results.values():
        assert (result.status, result.rc) == ("successful", 0)
        assert [event.counter for event in result.events] == list(range(1, len(result.events) + 1))
    assert results["syntax"].stats == {}
    _check_plan(results["check"])
    assert results["apply"].stats["n2"] == HostStats(ok=3, changed=3)
    assert {event.kind for event in results["again"].events if event.host} == {"ok", "item"}


def _stable(results: dict[RunMode, RunResult], case: Case) -> dict[RunMode, Recording]:
    made = {mode: recorded(result) for mode, result in results.items()}
    text = msgspec.json.encode(made).decode().replace(case.place, "/tmp/kiki-contract")
    return msgspec.json.decode(text, type=dict[RunMode, Recording])


def _check_plan(planned: RunResult) -> None:
    for host in ("n1", "n2", "n3"):
        events = {
            event.task: event
            for event in planned.events
            if event.host == host and event.kind != "item"
        }
        assert events["Make the folder"].kind == "changed"
        assert '+    "state": "directory"' in events["Make the folder"].diff
        assert events["Write the files"].kind == "changed"
        assert "+a\n" in events["Write the files"].diff
        assert "+b\n" in events["Write the files"].diff
        assert events["Act"].result["reason"] == "execution.check_mode"


def test_the_process_comes_first_and_events_as_they_happen(case: Case) -> None:
    told: list[object] = []
    result = case.executor.run(case.order("check"), told.append, told.append)
    assert isinstance(told[0], RunningProcess)
    assert tuple(told[1:]) == result.events


def test_a_run_is_for_some_of_the_hosts_that_were_resolved(case: Case) -> None:
    """A wave: the same inventory, and fewer hosts of it."""
    whole = case.executor.resolve(case.scope())
    wave = msgspec.structs.replace(whole, hosts=("n2",))
    order = case.order("apply", inventory=wave)
    result = case.executor.run(order, ignore, ignore)
    assert result.status == "successful"
    assert set(result.stats) == {"n2"}
    assert {event.host for event in result.events if event.host} == {"n2"}
    assert [event.counter for event in result.events] == list(range(1, len(result.events) + 1))
    assert (Path(result.folder) / "inventory" / "limit").read_text() == "n2\n"
    rest = msgspec.structs.replace(whole, hosts=("n1", "n3"))
    again = case.executor.run(case.order("apply", inventory=rest), ignore, ignore)
    assert again.stats["n1"].changed == again.stats["n3"].changed == 3


def test_the_folder_has_the_very_bytes_and_no_contents_of_files(case: Case) -> None:
    order = case.order("apply")
    result = case.executor.run(order, ignore, ignore)
    folder = Path(result.folder)
    assert folder.name == f"run_{order.run_id}"
    assert (folder / "project" / "site.yml").read_text() == order.artifact.text_of("site.yml")
    assert (folder / "inventory" / "hosts.json").read_text() == order.inventory.text
    assert (folder / "env" / "ansible.cfg").read_text() == case.executor.config()
    kept = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert len(kept) == len(result.events)
    assert not [event for event in kept if event["diff"]]
    assert json.loads((folder / "result.json").read_text())["status"] == "successful"
    assert "PLAY [Contract]" in (folder / "stdout.log").read_text()
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_run_happens_once(case: Case) -> None:
    order = case.order("syntax")
    case.executor.run(order, ignore, ignore)
    with pytest.raises(StateError, match=r"execution\.run_exists"):
        case.executor.run(order, ignore, ignore)


def test_orders_that_are_wrong_run_nothing(case: Case) -> None:
    outside = Artifact(
        target="ansible",
        intent_digest="x",
        entry="site.yml",
        files=(File(path="../site.yml", text=""),),
    )
    started: list[RunningProcess] = []
    for order, code in (
        (case.order("check", artifact=outside), "execution.unsafe_path"),
        (case.order("check", run_id="../x"), "execution.run_id_invalid"),
        (case.order("check", scope=case.scope(ssh_key="/no/key")), "execution.ssh_key_unreadable"),
    ):
        with pytest.raises(UsageError) as caught:
            case.executor.run(order, ignore, started.append)
        assert caught.value.code == code
    assert started == []


def test_cancel_in_the_middle(case: Case) -> None:
    order = case.order("apply", run_id="cancelled")
    asked = threading.Event()

    def hear(_: RunEvent) -> None:
        if not asked.is_set():
            asked.set()
            case.executor.cancel("cancelled")

    result = case.executor.run(order, hear, ignore)
    assert result.status == "cancelled"
    assert result.rc != 0
    assert len(result.events) < 10


def test_ctrl_c_in_the_middle(case: Case) -> None:
    def press(_: RunEvent) -> None:
        raise KeyboardInterrupt

    result = case.executor.run(case.order("apply"), press, ignore)
    assert result.status == "cancelled"


def test_an_error_of_the_callers_comes_back(case: Case) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("the caller's")

    with pytest.raises(RuntimeError, match="the caller's"):
        case.executor.run(case.order("check"), fail, ignore)
    with pytest.raises(RuntimeError, match="the caller's"):
        case.executor.run(case.order("check"), ignore, fail)


def test_ending_what_is_over_and_what_never_was(case: Case) -> None:
    noted: list[RunningProcess] = []
    case.executor.run(case.order("syntax"), ignore, noted.append)
    assert not case.executor.end(noted[0])
    stranger = RunningProcess(pgid=1, started=1, boot="0", host="elsewhere")
    assert not case.executor.end(stranger)
    case.executor.cancel("never")


def test_ending_one_that_is_alive(case: Case) -> None:
    noted: list[RunningProcess] = []
    ended: list[bool] = []

    def hear(_: RunEvent) -> None:
        if not ended:
            ended.append(case.executor.end(noted[0]))

    result = case.executor.run(case.order("apply"), hear, noted.append)
    assert ended == [True]
    assert result.status != "successful"


@pytest.mark.parametrize(
    "text", ["[", "]\n", "[a", "a=b=c", "\0", "[x:y]\nz", "{}", "- a\n", "\ufeff[a]\nb"]
)
def test_only_errors_of_kikis_own_come_out(case: Case, text: str) -> None:
    try:
        case.executor.resolve(case.scope(text, "inline"))
    except KikiError as error:
        assert error.code.partition(".")[0] in ("inventory", "execution")
