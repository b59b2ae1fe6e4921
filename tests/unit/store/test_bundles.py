"""A bundle tells what happened and nothing that is secret or came from a host's files."""

import json
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiki.model.approval import Approval
from kiki.model.artifact import Artifact, File
from kiki.model.change import Outcome, Stage, Undo
from kiki.model.errors import UsageError
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation, Reading
from kiki.model.inventory import Inventory
from kiki.model.plan import Action, Plan
from kiki.model.request import InventorySource, Request, Scope
from kiki.store.bundles import write_bundle
from kiki.store.opening import Store

PLANTED = "PLANTED-s3cret"
"""Stands for everything that must not get out: passwords, diffs, contents of files on hosts."""


@pytest.fixture
def change(make_change: Any) -> Any:
    inventory = f"[web]\nweb1 ansible_become_password={PLANTED}\n"
    operation = Operation(kind="ansible.package_install", fields={"names": ["nginx"]})
    intent = Intent(target="ansible", name="web", operations=(operation,), reader="rules")
    artifact = Artifact(
        target="ansible",
        intent_digest="sha256:1",
        entry="site.yml",
        files=(File(path="site.yml", text="- hosts: all\n"), File(path="roles/a.yml", text="x\n")),
    )
    actions = (
        Action(subject="web1", task="Install", verb="update", diff=f"-{PLANTED}", message=PLANTED),
    )
    stage = Stage(
        name="web",
        target="ansible",
        artifact=artifact,
        findings=(Finding(code="a.b", severity="warning", params={"why": PLANTED}),),
        inventory=Inventory(
            text=inventory, hosts=("web1",), hostvars={"web1": {"password": PLANTED}}
        ),
        plan=Plan(actions=actions, hosts=("web1",)),
        undo=Undo(kind="exact", params={"before": PLANTED}),
        outcome=Outcome(changed=("web1",), verified="passed", params={"message": PLANTED}),
        outputs={"password": PLANTED},
    )
    scope = Scope(
        inventory=InventorySource(form="inline", text=inventory),
        extra_vars={"db_password": PLANTED},
        limit="web1",
    )
    request = Request(
        message="Nginx 설치", scope=scope, answers={"0.password": PLANTED}, flags={"pw": PLANTED}
    )
    return make_change(
        id="aa1",
        state="applied",
        request=request,
        reading=Reading(reader="rules", intent=intent),
        stages=(stage,),
        approval=Approval(digest="sha256:2", approver="ann", at="2026-01-01T00:00:00.000Z"),
        params={"message": PLANTED},
    )


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "aa1-apply-3"
    (folder / "project" / "roles").mkdir(parents=True)
    (folder / "project" / "site.yml").write_text("- hosts: all\n")
    (folder / "project" / "inventory.yml").write_text(PLANTED)
    (folder / "env").mkdir()
    (folder / "env" / "passwords").write_text(PLANTED)
    (folder / "project" / "roles" / "a.yml").symlink_to(folder / "env" / "passwords")
    events = [
        {"counter": 1, "kind": "play", "message": f"PLAY {PLANTED}"},
        {"counter": 2, "kind": "changed", "host": "web1", "task": "Install", "module": "apt",
         "diff": f"+{PLANTED}", "message": PLANTED,
         "result": {"rc": 0, "msg": PLANTED, "stdout": PLANTED, "diff": {"after": PLANTED}}},
        {"counter": 3, "kind": "failed", "host": "web2", "task": "Install", "message": "no\nroom",
         "result": {"rc": "1", "content": PLANTED}, "unknown": PLANTED},
    ]  # fmt: skip
    lines = [json.dumps(event) for event in events]
    (folder / "events.jsonl").write_text("\n".join([*lines, f"{{broken {PLANTED}"]))
    (folder / "stdout.log").write_text(f"--- before\n+++ after\n+{PLANTED}\nchanged: [web1]\n")
    result = {"status": "partly", "rc": 2, "stats": {"web1": {"ok": 1}}, "output": PLANTED}
    (folder / "result.json").write_text(json.dumps(result))
    return folder


@pytest.fixture
def members(store: Store, change: Any, run_folder: Path, tmp_path: Path) -> dict[str, bytes]:
    path = str(tmp_path / "bundle.zip")
    store.changes.create(change, "ann", "request", {"digest": "sha256:3"})
    records, head = store.ledger.records("aa1"), store.ledger.head()
    assert write_bundle(path, change, records, [str(run_folder)], head=head) == path
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        return {name: bundle.read(name) for name in bundle.namelist()}


def test_nothing_planted_gets_in(members: dict[str, bytes], change: Any) -> None:
    assert PLANTED.encode() in msgspec.json.encode(change), "it was planted"
    for name, data in members.items():
        assert PLANTED.encode() not in data, name
        assert PLANTED not in name


def test_what_is_in_it(members: dict[str, bytes]) -> None:
    assert list(members) == [
        "change.json",
        "head.json",
        "ledger.jsonl",
        "runs/aa1-apply-3/events.jsonl",
        "runs/aa1-apply-3/project/site.yml",
        "runs/aa1-apply-3/result.json",
        "runs/aa1-apply-3/stdout.log",
        "stages/web/code/roles/a.yml",
        "stages/web/code/site.yml",
        "stages/web/plan.json",
    ]


def test_it_says_what_happened(members: dict[str, bytes]) -> None:
    told = json.loads(members["change.json"])
    assert told["request"]["message"] == "Nginx 설치"
    assert told["request"]["scope"]["extra_vars"] == ["db_password"]
    assert told["intent"]["operations"][0]["fields"] == {"names": ["nginx"]}
    assert told["approval"]["approver"] == "ann"
    assert told["stages"][0]["hosts"] == ["web1"]
    assert told["stages"][0]["outcome"]["verified"] == "passed"
    plan = json.loads(members["stages/web/plan.json"])
    assert plan["actions"][0]["task"] == "Install"
    assert members["stages/web/code/site.yml"] == b"- hosts: all\n"


def test_it_says_how_the_run_went(members: dict[str, bytes]) -> None:
    root = "runs/aa1-apply-3"
    events = [json.loads(line) for line in members[f"{root}/events.jsonl"].splitlines()]
    assert events[1] == {
        "counter": 2,
        "kind": "changed",
        "host": "web1",
        "task": "Install",
        "module": "apt",
        "rc": 0,
    }
    assert events[2]["message"] == "no room"
    assert "rc" not in events[2]
    log = members[f"{root}/stdout.log"].decode()
    assert log == "TASK [Install]\nchanged: [web1]\nfailed: [web2]: no room\n"
    assert json.loads(members[f"{root}/result.json"]) == {
        "rc": 2,
        "stats": {"web1": {"ok": 1}},
        "status": "partly",
    }


def test_the_ledger_records_are_whole(members: dict[str, bytes], store: Store) -> None:
    (record,) = store.ledger.records("aa1")
    told = json.loads(members["ledger.jsonl"])
    assert told.pop("hash") == record.hash()
    assert told == msgspec.to_builtins(record)
    assert json.loads(members["head.json"])["hash"] == record.hash()


def test_the_same_change_gives_the_same_bytes(
    store: Store, change: Any, run_folder: Path, tmp_path: Path
) -> None:
    for name in ("one.zip", "two.zip"):
        write_bundle(str(tmp_path / name), change, (), [str(run_folder)])
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_it_overwrites_only_when_told(make_change: Any, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(b"mine")
    with pytest.raises(UsageError) as caught:
        write_bundle(str(path), make_change(), (), ())
    assert caught.value.code == "store.bundle_exists"
    assert path.read_bytes() == b"mine"
    write_bundle(str(path), make_change(), (), (), overwrite=True)
    assert zipfile.is_zipfile(path)
    assert [found.name for found in tmp_path.iterdir()] == ["bundle.zip"], "no draft is left"


def test_a_place_that_is_not_there(make_change: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write_bundle(str(tmp_path / "no" / "bundle.zip"), make_change(), (), ())
    assert caught.value.code == "store.unusable"


def test_run_folders_that_retention_deleted_are_left_out(make_change: Any, tmp_path: Path) -> None:
    path = write_bundle(str(tmp_path / "b.zip"), make_change(), (), [str(tmp_path / "gone")])
    with zipfile.ZipFile(path) as bundle:
        assert bundle.namelist() == ["change.json", "ledger.jsonl"]


def test_no_name_leads_out_of_the_bundle(make_change: Any, tmp_path: Path) -> None:
    files = (File(path="../../etc/cron.d/x", text=""), File(path="/root/y", text=""))
    artifact = Artifact(target="ansible", intent_digest="", entry="", files=files)
    stage = Stage(name="../../up", target="ansible", artifact=artifact)
    path = write_bundle(str(tmp_path / "b.zip"), make_change(stages=(stage,)), (), ())
    with zipfile.ZipFile(path) as bundle:
        for name in bundle.namelist():
            assert not name.startswith("/")
            assert ".." not in name.split("/")
