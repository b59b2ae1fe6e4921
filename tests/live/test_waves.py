"""Changes in waves on the lab's hosts: stopped or cut half way, and gone on with."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from tests.live.conftest import HostsLab
from tests.live.kiki_cli import Kiki
from tests.live.slow_users import HOSTS, SLEEPS, WORDS, Users, inventory
from tests.live.test_spine import Ssh

pytestmark = pytest.mark.hosts

FAILS = "echo no room in the register >&2; exit 1"
ONE_BY_ONE = ("--canary", "n1", "--batch", "1")


@pytest.fixture
def kiki(tmp_path: Path, ansible_home: AnsibleHome) -> Kiki:
    return Kiki(tmp_path)


@pytest.fixture
def three(hosts: HostsLab, tmp_path: Path) -> str:
    return inventory(hosts, tmp_path / "three.ini", *HOSTS)


@pytest.fixture
def users(hosts: HostsLab) -> Iterator[Users]:
    found = Users(Ssh(hosts))
    yield found
    found.restore()


def test_it_stops_where_it_fails_goes_on_where_it_stopped_and_is_taken_back_as_one(
    kiki: Kiki, three: str, users: Users
) -> None:
    """On n2 the play fails half way, and n3 is left alone until that is mended."""
    users.first(FAILS)
    words = ["--message", WORDS, "-i", three, *ONE_BY_ONE, "--verify", "none", "--lang", "en"]
    stopped = kiki(*words, "--yes", "--json")
    assert stopped.code == 10, stopped.told
    change, stage = stopped.change, stopped.change["stages"][0]
    assert stage["plan"]["waves"] == [["n1"], ["n2"], ["n3"]]
    outcome = stage["outcome"]
    assert (outcome["changed"], outcome["failed"], outcome["left"]) == (["n1"], ["n2"], ["n3"])
    assert (outcome["unsure"], outcome["unreachable"]) == ([], [])
    assert "no room in the register" in outcome["text"]
    assert "Wave 2 of 3: n2" in stopped.err
    assert users.made() == ["n1 directory", "n1 user", "n2 directory"]
    users.first("")
    went_on = kiki("resume", change["id"], "--yes", "--json")
    assert went_on.code == 0, went_on.told
    assert went_on.change["stages"][0]["plan"]["hosts"] == ["n2", "n3"]
    assert went_on.change["stages"][0]["earlier"][0]["left"] == ["n3"]
    assert len(users.made()) == 6
    back = kiki("undo", change["id"], "--yes", "--json")
    assert back.code == 0, back.told
    assert users.made() == []
    assert kiki("show", change["id"], "--json").change["state"] == "undone"
    assert kiki("audit", "verify").code == 0


def test_killed_in_a_wave_it_says_who_was_under_way_and_who_had_no_turn(
    kiki: Kiki, three: str, users: Users
) -> None:
    users.first(SLEEPS)
    process = kiki.start("--message", WORDS, "-i", three, *ONE_BY_ONE, "--yes")
    users.wait_until_asleep(process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    (change_id,) = [line.split()[0] for line in kiki("changes").out.splitlines()[1:2]]
    shown = kiki("show", change_id, "--json").change
    assert shown["state"] == "interrupted"
    outcome = shown["stages"][0]["outcome"]
    assert (outcome["changed"], outcome["unsure"], outcome["left"]) == (["n1"], ["n2"], ["n3"])
    assert kiki("run", change_id).code == 2, "it is not started again by itself"
    assert [line for line in users.made() if line.startswith("n3")] == []
    assert outcome["verified"] == "not_run"
    again = kiki("resume", change_id, "--json")
    assert again.code == 6, again.told
    assert again.change["stages"][0]["plan"]["hosts"] == ["n2", "n3"]
