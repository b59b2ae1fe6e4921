"""A change with secrets, from words to undone: nothing that Kiki writes or says has a value."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.execution import scratch
from kiki.execution.redaction import HIDDEN
from kiki.provision.ansible import AnsibleHome
from tests.canary import everywhere, found_in
from tests.live.conftest import HostsLab
from tests.live.kiki_cli import Answer, Kiki
from tests.live.reach import reach
from tests.live.runner_lab import Lab

pytestmark = pytest.mark.hosts

KEPT = "K3pt-\"Canary\" 'one' 100%&<x>\\n {{ 7 * 7 }} 카나리아"
SAID = "S4id-Canary!two"
USER = "leakuser"
REMOVAL = f"remove users {USER} and {USER}2"

# Everything that a careless playbook may do with a secret, so that Ansible prints it.
CARELESS = """\
- name: Careless
  hosts: n1
  gather_facts: false
  vars:
    secret: "{{ kiki_secret_db_main }}"
  tasks:
    - name: Say it
      ansible.builtin.debug:
        msg: "{{ secret }}"
    - name: Say it as JSON in JSON
      ansible.builtin.debug:
        msg: "{{ {'a': secret} | to_json | to_json }}"
    - name: Say it as YAML
      ansible.builtin.debug:
        msg: "{{ {'a': [secret, secret]} | to_nice_yaml(width=20) }}"
    - name: Say it as base64
      ansible.builtin.debug:
        msg: "{{ secret | b64encode }} {{ ('kim:' ~ secret) | b64encode }}"
    - name: Say it as base64 over lines
      ansible.builtin.debug:
        msg: "{{ (secret * 9) | b64encode | regex_replace('(.{60})', '\\\\1\\n') }}"
    - name: Say it for a shell
      ansible.builtin.command: "printf '%s|%q' {{ secret | quote }} {{ secret | quote }}"
      changed_when: false
    - name: Say it in a real shell
      ansible.builtin.shell:
        cmd: "printf '%q' {{ secret | quote }}; echo {{ secret | quote }} | base64 -w 20 >&2"
        executable: /bin/bash
      changed_when: false
    - name: Say it in a URL
      ansible.builtin.debug:
        msg: "postgres://kim:{{ secret | urlencode }}@db/x"
    - name: Say it wrapped
      ansible.builtin.debug:
        msg: "{{ ('x' * 70 ~ secret) | wordwrap(30) }}"
    - name: "Name {{ secret }}"
      ansible.builtin.debug:
        msg: done
    - name: Loop over it
      ansible.builtin.debug:
        msg: done
      loop: ["{{ secret }}"]
    - name: Write it for all to see in the diff
      ansible.builtin.copy:
        dest: PLACE
        content: "a\\nb={{ secret }}\\nc={{ secret | to_json }}\\n"
        mode: "0600"
    - name: Replace it for all to see in the diff
      ansible.builtin.copy:
        dest: PLACE
        content: "other\\n"
        mode: "0600"
    - name: Fail with it
      ansible.builtin.command: "ls /no/such/{{ secret | quote }}"
      changed_when: false
      ignore_errors: true
    - name: Fail in a template
      ansible.builtin.debug:
        msg: "{{ secret | int | mandatory ~ ('%d' | format(secret)) }}"
      ignore_errors: true
    - name: Fail in a condition
      ansible.builtin.assert:
        that:
          - secret == 'x'
        fail_msg: "it is {{ secret }}, which is wrong in a text that is longer than one line is"
      ignore_errors: true
    - name: Warn of it
      ansible.builtin.file:
        path: "/tmp/kiki-not-there-{{ secret | hash('md5') }}"
        state: "{{ secret }}"
      ignore_errors: true
    - name: A module that is not there
      ansible.builtin.shell: "{{ secret | quote }}"
      changed_when: false
      ignore_errors: true
"""


def test_whatever_a_careless_playbook_prints(
    hosts: HostsLab, ansible_home: AnsibleHome, tmp_path: Path
) -> None:
    lab = Lab(hosts, ansible_home, tmp_path / "state")
    place = f"/tmp/kiki-leak-{tmp_path.name}"
    long = "P4ss word with several blanks, longer than any line that is printed" * 2
    for value in (KEPT, long):
        lab.secrets = {"db-main": value}
        for mode in ("check", "apply"):
            result = lab.run(CARELESS.replace("PLACE", place), mode, secrets={"db-main": "v1"})  # type: ignore[arg-type]
            told = {event.task: event for event in result.events if event.host}
            assert len(told) >= 15, "it ran to its end"
            assert found_in(repr(result).encode(), value) == []
            printed = "\n".join(
                f"{event.message}\n{event.diff}\n{event.result.get('stdout', '')}"
                for event in result.events
            )
            assert found_in(printed.encode(), value) == []
            assert printed.count(HIDDEN) > 5
    lab.ssh("n1", f"rm -f {place}")
    for name, data in everywhere(lab.state):
        assert found_in(data, KEPT) + found_in(data, long) == [], name


class Heard:
    """The command line, and every byte that it ever said."""

    def __init__(self, kiki: Kiki) -> None:
        self._kiki = kiki
        self.said: list[tuple[str, bytes]] = []

    def __call__(self, *words: str, code: int | None = 0, typed: str | None = None) -> Answer:
        answer = self._kiki(*words, typed=typed)
        self.said.append((" ".join(words[:2]), (answer.out + answer.err).encode()))
        assert code is None or answer.code == code, answer.told
        return answer


@pytest.fixture
def heard(tmp_path: Path, ansible_home: AnsibleHome) -> Heard:
    return Heard(Kiki(tmp_path))


@pytest.fixture
def no_users(hosts: HostsLab) -> Iterator[None]:
    def remove() -> None:
        for host in ("n1", "n2"):
            on_host(hosts, host, f"sudo userdel -r {USER}; sudo userdel -r {USER}2")

    remove()
    yield
    remove()


def test_from_words_to_undone(
    heard: Heard, tmp_path: Path, hosts: HostsLab, no_users: None
) -> None:
    """One secret that is kept and named, one that is said in the message: planned, shown,
    approved, run, verified, bundled, taken back."""
    heard("secret", "set", "leak-root", typed=KEPT)
    heard("secret", "list", "--json")
    message = (
        f"create user {USER} with password {{{{secret:leak-root}}}}, "
        f"then create user {USER}2 with password {SAID}"
    )
    scope = ("--inventory", str(hosts.inventory), "--limit", "n1,n2")
    made = heard("--message", message, *scope, "--json", code=6).change
    change = made["id"]
    assert sorted(made["reading"]["operations"][0]["fields"]) and SAID not in json.dumps(made)
    heard("explain", message, code=None)
    for words in (("show",), ("diff",), ("show", "--json"), ("diff", "--json"), ("show", "--yaml")):
        heard(words[0], change, *words[1:])
    heard("approve", change, "--note", f"the password is {SAID}")
    heard("run", change, "--json")
    heard("show", change, "--json")
    heard("changes", "--json")
    heard("audit", "log", "--json")
    heard("bundle", change, "--out", str(tmp_path / "work" / "bundle.zip"))
    stored = hosts_shadow(hosts, "n1", USER)
    assert verifies(hosts, "n1", stored, KEPT), "the value arrived"
    assert verifies(hosts, "n1", hosts_shadow(hosts, "n1", f"{USER}2"), SAID)
    heard("secret", "rotate", "leak-root", typed=KEPT + "2")
    heard("secret", "list", "--all")
    heard("secret", "rotate", "--master-key", "--json")
    # A task with a secret says nothing of whether the user was there: it can't be undone by itself.
    assert "undo_user_existed" in heard("undo", change, "--json", code=2).out
    back = heard("--message", REMOVAL, *scope, "--yes", "--json").change
    heard("bundle", back["id"], "--out", str(tmp_path / "work" / "back.zip"))
    heard("secret", "remove", "leak-root", code=None)
    heard("secret", "set", "leak-root", KEPT, code=2)
    wal = [name for name, _ in everywhere(tmp_path / "state") if "kiki.db" in name]
    assert wal, "the database is among what is searched"
    places = (tmp_path / "state", tmp_path / "work", scratch.root())
    for name, data in (*everywhere(*places), *heard.said):
        for value in (KEPT, SAID):
            assert found_in(data, value) == [], name


def hosts_shadow(hosts: HostsLab, host: str, user: str) -> str:
    return on_host(hosts, host, f"sudo getent shadow {user}").split(":")[1]


def verifies(hosts: HostsLab, host: str, stored: str, value: str) -> bool:
    """Whether the host's own crypt(3) makes the stored hash of the value."""
    code = "import crypt, sys; s, v = sys.stdin.read().split('\\0'); print(crypt.crypt(v, s) == s)"
    said = on_host(hosts, host, f'python3 -W ignore -c "{code}"', stored + "\0" + value)
    return said.strip() == "True"


def on_host(hosts: HostsLab, host: str, command: str, typed: str = "") -> str:
    return reach(hosts.folder, host, command, typed).stdout


def test_the_search_itself_finds_a_leak(tmp_path: Path) -> None:
    """So that the tests above can fail."""
    for text in (
        KEPT,
        json.dumps({"a": KEPT}),
        base64.encodebytes(b"kim:" + KEPT.encode()).decode(),
        "\n".join(SAID[at : at + 3] for at in range(0, len(SAID), 3)),
    ):
        (tmp_path / "file").write_text(text)
        ((name, data),) = everywhere(tmp_path)
        assert name.endswith("file")
        assert found_in(data, KEPT) + found_in(data, SAID) != []
