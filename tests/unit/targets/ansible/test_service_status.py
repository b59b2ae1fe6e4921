"""What systemd says of services, as an answer."""

from typing import Any

from kiki.model.run import RunResult
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.collecting import report_key
from kiki.targets.ansible.operations.service_status.answer import answer
from kiki.targets.ansible.operations.service_status.operation import Fields, native, tasks
from tests.unit.targets.ansible.test_readers import KINDS

RUNNING = [
    "Result=success", "MainPID=12", "Id=apache2.service", "Names=apache2.service",
    "LoadState=loaded", "ActiveState=active", "SubState=running",
    "StateChangeTimestamp=Fri 2026-11-27 03:00:00 UTC", "UnitFileState=enabled",
]  # fmt: skip
MISSING = ["Id=httpd.service", "Names=httpd.service", "LoadState=not-found", "ActiveState=inactive"]
FAILED = [
    "Result=exit-code", "MainPID=0", "Id=db.service", "Names=db.service other.service",
    "LoadState=loaded", "ActiveState=failed", "SubState=failed", "UnitFileState=disabled",
]  # fmt: skip


def heard(fields: Fields, states: Any, journal: Any = ()) -> Heard:
    key = report_key("ansible.service_status", fields)
    report = {key: {"states": states, "journal": list(journal)}}
    result = RunResult(status="successful", rc=0, reports={"n1": report})
    return Heard(("n1",), result, "en", lambda text: text.replace("hunter2", "***"))


def test_a_service_is_found_under_the_name_of_its_family() -> None:
    fields = Fields(names=("httpd",))
    assert native(fields.names) == ("httpd", "apache2")
    made = answer(fields, heard(fields, [*MISSING, "", *RUNNING]))
    since = "Fri 2026-11-27 03:00:00 UTC"
    row = ("n1", "apache2.service", "active (running)", "enabled", since, "12")
    assert made.tables[0].rows == (row,)
    assert made.excerpts == ()
    assert made.data["n1"]["httpd"]["active"] == "active"


def test_a_service_that_a_host_does_not_have_is_said_to_be_missing() -> None:
    fields = Fields(names=("httpd",))
    made = answer(fields, heard(fields, MISSING))
    assert made.tables[0].rows == (("n1", "httpd", "not-found", "", "", ""),)


def test_of_a_failed_service_the_journal_is_shown_without_secrets() -> None:
    fields = Fields(names=("other",))
    made = answer(fields, heard(fields, FAILED, ["db: hunter2 is wrong"]))
    assert made.tables[0].rows[0][:4] == (
        "n1", "db.service", "failed (failed: exit-code)", "disabled",
    )  # fmt: skip
    assert made.excerpts[0].lines == ("db: *** is wrong",)


def test_what_systemd_does_not_say_is_unknown() -> None:
    fields = Fields(names=("nginx",))
    made = answer(fields, heard(fields, []))
    assert made.tables[0].rows == (("n1", "nginx", "unknown", "", "", ""),)


def test_only_what_is_asked_is_read() -> None:
    assert [task.verb for task in tasks(Fields(names=("nginx",)), frozenset())] == [
        "none",
        "none",
        "run",
    ]
    assert next(kind for kind in KINDS if kind.id == "ansible.service_status").reads
