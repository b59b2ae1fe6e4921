"""What hosts say of ports that are listened on, and of packages with updates, as answers."""

from typing import Any

from kiki.model.run import RunResult
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.collecting import report_key
from kiki.targets.ansible.operations.package_updates import answer as updates
from kiki.targets.ansible.operations.package_updates.operation import Fields as Updates
from kiki.targets.ansible.operations.port_listeners import answer as listeners
from kiki.targets.ansible.operations.port_listeners.operation import Fields as Listeners
from kiki.targets.ansible.operations.port_listeners.operation import tasks

SOCKETS = [
    'tcp   LISTEN 0      511          0.0.0.0:80        0.0.0.0:*    users:(("nginx",pid=812,fd=6),("nginx",pid=811,fd=6))',  # noqa: E501
    "tcp   LISTEN 0      4096            [::]:80           [::]:*",
    "Netid State Recv-Q",
]


def heard(kind: str, fields: Any, **said: dict[str, Any]) -> Heard:
    reports = {host: {report_key(kind, fields): found} for host, found in said.items()}
    result = RunResult(status="successful", rc=0, reports=reports)
    return Heard(tuple(said), result, "en", lambda text: text)


def test_each_process_of_each_socket_is_a_row_and_nobody_is_an_empty_one() -> None:
    fields = Listeners(port=80)
    said = heard("ansible.port_listeners", fields, n1={"sockets": SOCKETS}, n2={"sockets": []})
    made = listeners.answer(fields, said)
    assert made.tables[0].rows == (
        ("n1", "tcp", "0.0.0.0:80", "nginx", "812"),
        ("n1", "tcp", "0.0.0.0:80", "nginx", "811"),
        ("n1", "tcp", "[::]:80", "", ""),
        ("n2", "", "", "", ""),
    )
    assert made.data["n2"] == []


def test_only_what_listens_on_the_very_port_is_asked_for() -> None:
    asked, _ = tasks(Listeners(port=8080), frozenset())
    assert asked.args["argv"][-1] == "sport = :8080"
    assert "-l" in asked.args["argv"]


def test_updates_of_both_families_with_how_many_there_are() -> None:
    apt = ["nginx/stable-security 1.22.1-9+deb12u2 amd64 [upgradable from: 1.22.1-9]", "Listing..."]
    dnf = [
        "",
        "nginx.x86_64      1:1.20.1-16.el9_4.1      appstream",
        "Obsoleting Packages",
        "old.noarch        1-2                      appstream",
    ]
    said = heard("ansible.package_updates", Updates(), n1={"apt": apt}, n2={"dnf": dnf}, n3={})
    made = updates.answer(Updates(), said)
    assert made.tables[0].rows == (("n1", "1"), ("n2", "1"), ("n3", "0"))
    assert made.tables[1].rows == (
        ("n1", "nginx", "1.22.1-9+deb12u2", "1.22.1-9"),
        ("n2", "nginx", "1:1.20.1-16.el9_4.1", ""),
    )


def test_nothing_to_update_is_no_second_table() -> None:
    made = updates.answer(Updates(), heard("ansible.package_updates", Updates(), n1={}))
    assert len(made.tables) == 1
