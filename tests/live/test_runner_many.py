"""Many and large events arrive whole and in order."""

import uuid
from pathlib import Path

import pytest

from kiki.execution.diffs import LIMIT
from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab, of_host

pytestmark = pytest.mark.hosts

MANY = """\
- name: Many
  hosts: all
  gather_facts: false
  tasks:
    - name: Count
      ansible.builtin.debug:
        msg: "{{ item }} {{ 'x' * 300 }}"
      loop: "{{ range(340) | list }}"
"""


@pytest.fixture
def lab(hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path) -> Lab:
    return Lab(hosts, ansible_home, tmp_path / "state")


def test_a_thousand_events_without_loss(lab: Lab) -> None:
    heard: list[int] = []
    result = lab.run(MANY, on_event=lambda event: heard.append(event.counter))
    assert result.status == "successful"
    assert heard == list(range(1, len(heard) + 1))
    assert len(heard) == len(result.events) > 1000
    for host in ("n1", "n2", "n3"):
        items = of_host(result, host, "item")
        assert [event.result["item"] for event in items] == [str(number) for number in range(340)]
        assert all(event.message.startswith(f"{n} x") for n, event in enumerate(items))
    lines = (Path(result.folder) / "events.jsonl").read_text().splitlines()
    assert len(lines) == len(heard)


def test_a_large_file_and_a_large_output(lab: Lab) -> None:
    play = """\
- name: Large
  hosts: n1
  gather_facts: false
  tasks:
    - name: File
      ansible.builtin.copy:
        dest: PLACE
        content: "{{ range(60000) | join('\\n') }}\\n"
        mode: "0644"
    - name: Output
      ansible.builtin.command: seq 1 300000
      changed_when: false
""".replace("PLACE", f"/tmp/kiki-{uuid.uuid4().hex}")
    result = lab.run(play)
    assert result.status == "successful"
    (file,) = of_host(result, "n1", "changed")
    assert len(file.diff) < LIMIT + 200
    assert "sha256:" in file.diff
    (output,) = of_host(result, "n1", "ok")
    assert output.result["stdout"].startswith("1\n2\n")
    again = lab.run(play.replace("range(60000)", "range(60001)"), "check")
    (other,) = of_host(again, "n1", "changed")
    assert other.diff != file.diff
