"""What the journal says of services, as an answer."""

from typing import Any

import msgspec
import pytest

from kiki.model.run import RunResult
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.collecting import report_key
from kiki.targets.ansible.operations.service_logs.answer import answer
from kiki.targets.ansible.operations.service_logs.operation import Fields, tasks


def heard(fields: Fields, **lines: Any) -> Heard:
    key = report_key("ansible.service_logs", fields)
    reports = {host: {key: {"journal": said}} for host, said in lines.items()}
    result = RunResult(status="successful", rc=0, reports=reports)
    return Heard(tuple(lines), result, "en", lambda text: text.replace("hunter2", "***"))


def test_each_host_says_its_lines_without_secrets() -> None:
    fields = Fields(names=("nginx",))
    made = answer(fields, heard(fields, n1=["nginx: started", "nginx: hunter2"], n2=[]))
    assert made.tables[0].rows == (("n1", "2"), ("n2", "0"))
    assert [(one.title, one.lines) for one in made.excerpts] == [
        ("n1", ("nginx: started", "nginx: ***"))
    ]
    assert made.data == {"n1": ["nginx: started", "nginx: ***"], "n2": []}


def test_the_journal_is_asked_under_both_names_and_for_the_time() -> None:
    asked, _ = tasks(Fields(names=("httpd",), lines=20, since="2h"), frozenset())
    argv = asked.args["argv"]
    assert "journalctl" in argv
    assert {"--lines=20", "--since=-2hour", "--unit=httpd", "--unit=apache2"} <= set(argv)


@pytest.mark.parametrize("since", ["2 weeks", "0m", "10m\n", "-10m"])
def test_a_time_of_another_form_is_none(since: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"names": ["nginx"], "since": since}, Fields)
