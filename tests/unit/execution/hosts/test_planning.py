"""ssh is asked once for hosts that its files treat alike, and what it would say is the same."""

import shutil
from pathlib import Path

import pytest

from kiki.execution.hosts import planning, ssh
from kiki.model.hosts import Way

pytestmark = pytest.mark.skipif(shutil.which("ssh") is None, reason="no ssh here")

ADDRESSES = ("web1", "Web2.Example", "10.0.0.5", "192.168.0.1", "special", "127.1", "::1", "db_3")
CONFIG = """\
Host special 10.0.0.* !web9
  HostName elsewhere.example
  ProxyJump bastion
Host "db_?"
  HostKeyAlias data
Host=*
  UserKnownHostsFile ~/.ssh/sites /etc/more
"""


def ways(path: Path, *words: str) -> list[Way]:
    given = ("-F", str(path), *words)
    return [
        Way(host=f"h{number}", address=address, port=2200 + number, user="kim", arguments=given)
        for number, address in enumerate(ADDRESSES)
    ]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that ssh itself was asked for."""
    seen: list[str] = []
    really = ssh.settings

    def settings(way: Way, *, telling: bool = False) -> ssh.Asked:
        seen.append(way.address)
        return really(way, telling=telling)

    monkeypatch.setattr(ssh, "settings", settings)
    return seen


def same_as_alone(found: list[Way], asked: list[str]) -> list[str]:
    """Compare with what each says alone; the addresses that were asked for."""
    site, told = Path("/site/known_hosts"), list[tuple[int, int]]()
    made = planning.plans(found, site, lambda done, count: told.append((done, count)))
    seen = list(asked)
    assert made == {way.host: ssh.planned(way, ssh.settings(way).said, site) for way in found}
    alone = [address for address in seen if "invalid" not in address]
    assert told == [(number, len(alone)) for number in range(1, len(alone) + 1)]
    return sorted(alone)


def test_only_those_that_a_file_names_are_asked_for_alone(tmp_path: Path, asked: list[str]) -> None:
    (path := tmp_path / "config").write_text(CONFIG)
    assert same_as_alone(ways(path), asked) == ["10.0.0.5", "127.1", "::1", "db_3", "special"]


@pytest.mark.parametrize(
    "text",
    [
        "Match host web*\n  Port 7\n",
        "HostName %h.example\n",
        "CanonicalizeHostname yes\n",
        "Include INCLUDED\n",
    ],
)
def test_where_names_matter_each_is_asked_for(text: str, tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "more").write_text("Match user kim\n  HostKeyAlias x\n")
    (path := tmp_path / "config").write_text(text.replace("INCLUDED", str(tmp_path / "more")))
    assert same_as_alone(ways(path), asked) == sorted(ADDRESSES)


def test_an_included_file_counts_too(tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "more").write_text("Host web?\n  HostName elsewhere.example\n")
    (path := tmp_path / "config").write_text(
        f"Host x\n  Port 2\nHost *\n  Include {tmp_path}/more\n"
    )
    assert same_as_alone(ways(path), asked) == ["127.1", "::1", "web1"]


def test_without_a_log_nothing_is_known_of_others(tmp_path: Path, asked: list[str]) -> None:
    (path := tmp_path / "config").write_text("")
    assert same_as_alone(ways(path, "-q"), asked) == sorted(ADDRESSES)
