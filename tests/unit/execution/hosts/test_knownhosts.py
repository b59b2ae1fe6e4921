"""Which keys are known, as ssh-keygen itself writes and finds them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kiki.execution.hosts import knownhosts
from kiki.execution.hosts.knownhosts import fingerprint, judged, name_of
from kiki.model.hosts import HostKey

needs_ssh = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")


def key(name: str = "h1", blob: str = "QUFBQQ==", type_: str = "ssh-ed25519") -> HostKey:
    return HostKey(name=name, type=type_, blob=blob, fingerprint=fingerprint(blob))


def state(tmp_path: Path, text: str, wanted: HostKey) -> str:
    (tmp_path / "known_hosts").write_text(text)
    return judged(wanted, knownhosts.read([tmp_path / "known_hosts"])).state


@pytest.mark.parametrize(
    ("line", "wanted", "expected"),
    [
        ("h1 ssh-ed25519 QUFBQQ==", key(), "known"),
        ("H1,10.0.0.1 ssh-ed25519 QUFBQQ== comment", key(), "known"),
        ("h1 ssh-ed25519 QkJCQg==", key(), "changed"),
        ("h1 ssh-rsa QkJCQg==", key(), "new"),
        ("h2 ssh-ed25519 QUFBQQ==", key(), "new"),
        ("h* ssh-ed25519 QUFBQQ==", key(), "known"),
        ("*,!h1 ssh-ed25519 QUFBQQ==", key(), "new"),
        ("h1 ssh-ed25519 QUFBQQ==", key("[h1]:2222"), "new"),
        ("[h1]:2222 ssh-ed25519 QUFBQQ==", key("[h1]:2222"), "known"),
        ("@revoked * ssh-ed25519 QUFBQQ==", key(), "revoked"),
        ("@cert-authority * ssh-ed25519 QkJCQg==", key(), "new"),
        ("# h1 ssh-ed25519 QUFBQQ==", key(), "new"),
        ("|1|broken ssh-ed25519 QUFBQQ==", key(), "new"),
        ("", key(), "new"),
    ],
)
def test_what_is_known(tmp_path: Path, line: str, wanted: HostKey, expected: str) -> None:
    assert state(tmp_path, line + "\n", wanted) == expected


def test_a_known_key_beside_another_of_its_type_is_known(tmp_path: Path) -> None:
    text = "h1 ssh-ed25519 QkJCQg==\nh1 ssh-ed25519 QUFBQQ==\n"
    assert state(tmp_path, text, key()) == "known"


def test_keys_are_added_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "known_hosts"
    knownhosts.add(path, [key()])
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("# mine\nold ssh-rsa AA==")
    knownhosts.add(path, [key(name_of("h2", 2222))])
    assert path.read_text().splitlines() == [
        "# mine", "old ssh-rsa AA==", "[h2]:2222 ssh-ed25519 QUFBQQ==",
    ]  # fmt: skip
    assert [file.name for file in path.parent.iterdir()] == ["known_hosts"]


def test_thousands_of_hosts_are_looked_up_and_not_searched_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only lines with the very key, and those with patterns, are compared with the name."""
    compared: list[str] = []
    really = knownhosts._names
    monkeypatch.setattr(
        knownhosts, "_names", lambda names, name: compared.append(names) or really(names, name)
    )
    lines = [f"h{number},10.0.0.{number} ssh-ed25519 QkJCQg{number:02d}" for number in range(99)]
    (tmp_path / "known_hosts").write_text("\n".join([*lines, "web* ssh-ed25519 QkJCQg=="]) + "\n")
    known = knownhosts.read([tmp_path / "known_hosts"])
    assert judged(key("h7"), known).place == f"{tmp_path}/known_hosts:8"
    assert judged(key("10.0.0.8"), known).state == "changed"
    assert judged(key("web2"), known).place == f"{tmp_path}/known_hosts:100"
    assert judged(key("h7x"), known).state == "new"
    assert compared == ["web*"] * 4


@needs_ssh
def test_hashed_names_and_fingerprints_are_ssh_keygens(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        command = ["ssh-keygen", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    run("-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key"))
    type_, blob, *_ = (tmp_path / "key.pub").read_text().split()
    path = tmp_path / "known_hosts"
    path.write_text(f"h1 {type_} {blob}\n[h2]:2222 {type_} {blob}\n")
    run("-H", "-f", str(path))
    # By their ends: the keys and hashes have every short name in them now and then.
    assert all(line.startswith("|1|") for line in path.read_text().splitlines())
    lines = knownhosts.read([path])
    for name in ("h1", "[h2]:2222"):
        assert judged(key(name, blob, type_), lines).state == "known"
    assert judged(key("h3", blob, type_), lines).state == "new"
    assert fingerprint(blob) in run("-l", "-f", str(tmp_path / "key.pub"))
