"""What stays in the run folder."""

import json
from pathlib import Path

import pytest

from kiki.execution import journal as journal_module
from kiki.execution.folders import Folder, open_private
from kiki.execution.journal import OUTPUT, Journal
from kiki.model.errors import KikiError
from kiki.model.run import HostStats, RunEvent, RunResult

CHANGED = RunEvent(
    counter=1,
    kind="changed",
    host="n1",
    task="Write",
    module="copy",
    message="m",
    diff="-host file line\n",
    result={"msg": "the file says x", "stdout": "contents", "rc": 0, "reason": "execution.x"},
)
STATS = {"ok": 1, "changed": 0, "failed": 0, "unreachable": 0, "skipped": 0, "ignored": 0}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path, "r")
    made.make()
    return made


def test_events_stay_without_what_files_hold(folder: Folder) -> None:
    stats = {"n1": HostStats(ok=1)}
    with Journal(folder) as journal:
        journal.add(CHANGED)
        journal.end(RunResult(status="successful", rc=0, events=(CHANGED,), stats=stats))
    kept = json.loads(folder.events.read_text())
    assert kept["diff"] == ""
    assert kept["result"] == {"rc": 0, "reason": "execution.x"}
    everything = "".join(path.read_text() for path in folder.path.rglob("*") if path.is_file())
    assert "host file line" not in everything
    assert "contents" not in everything
    ended = {"status": "successful", "rc": 0, "events": 1, "stats": {"n1": STATS}}
    assert json.loads(folder.result.read_text()) == ended


def test_the_log_is_for_people(folder: Folder) -> None:
    changed = {"item": "nginx", "status": "changed"}
    reason = {"reason": "execution.no_python"}
    with Journal(folder) as journal:
        journal.add(RunEvent(counter=1, kind="play", message="Web"))
        journal.add(RunEvent(counter=2, kind="task", task="Install"))
        journal.add(RunEvent(counter=3, kind="item", host="n1", result=changed))
        failed = {"kind": "failed", "host": "n2", "message": "no", "ignored": True}
        journal.add(RunEvent(counter=4, result=reason, **failed))
    lines = ["", "PLAY [Web]", "", "TASK [Install]", "  item [n1] nginx: changed"]
    lines.append("failed [n2] (ignored) execution.no_python: no")
    assert journal.output() == "\n".join(lines)
    assert folder.log.read_text() == journal.output() + "\n"


def test_each_event_is_there_at_once(folder: Folder) -> None:
    with Journal(folder) as journal:
        journal.add(CHANGED)
        assert len(folder.events.read_text().splitlines()) == 1


def test_a_full_disk_takes_the_record_and_not_the_run(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "open_private", lambda _: open_private(Path("/dev/full")))
    with Journal(folder) as journal:
        journal.add(CHANGED)
        journal.add(CHANGED)
        journal.end(RunResult(status="successful", rc=0))
    assert journal.broken
    assert journal.output().count("changed") == 2


def test_a_folder_that_cant_be_written_is_said_before_the_run(folder: Folder) -> None:
    folder.events.mkdir()
    with pytest.raises(KikiError, match="execution"):
        Journal(folder)


def test_the_output_has_a_limit(folder: Folder) -> None:
    with Journal(folder) as journal:
        for _ in range(3000):
            journal.add(RunEvent(counter=1, kind="ok", host="n1", task="t", message="x" * 100))
    assert len(journal.output()) == OUTPUT
