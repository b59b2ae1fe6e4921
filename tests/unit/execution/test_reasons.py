"""Causes told apart, from texts that OpenSSH 9.2 and ansible-core 2.19 printed in the lab."""

import pytest

from kiki.execution.reasons import reason

CHANGED = """\
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Host key for 10.123.0.13 has changed and you have requested strict checking.
Host key verification failed."""


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (CHANGED, "execution.host_key_changed"),
        ("Host key verification failed.", "execution.host_key_unknown"),
        (
            "No ED25519 host key is known for 10.0.0.1 and you have requested strict checking.",
            "execution.host_key_unknown",
        ),
        ("kiki@10.123.0.11: Permission denied (publickey,password).", "execution.auth_failed"),
        ("Received disconnect: Too many authentication failures", "execution.auth_failed"),
        ("ssh: connect to host 10.123.0.99 port 22: No route to host", "execution.unreachable"),
        ("ssh: connect to host 10.123.0.1 port 2: Connection refused", "execution.unreachable"),
        (
            "ssh: Could not resolve hostname no.such: Name or service not known",
            "execution.unreachable",
        ),
        ("", "execution.unreachable"),
        ("error: SSH authentication is incorrect", "execution.auth_failed"),
        (
            "SSH reported an unrecognized or mismatching host key.",
            "execution.host_key_unknown",
        ),
    ],
)
def test_why_a_host_was_not_reached(message: str, code: str) -> None:
    assert reason(message, unreachable=True) == code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Missing sudo password", "execution.become_password"),
        ("Incorrect sudo password", "execution.become_password"),
        ("sudo password is required", "execution.become_password"),
        ("Timeout (12s) waiting for privilege escalation prompt: ", "execution.become_password"),
        ("The module interpreter '/usr/bin/nopython' was not found.", "execution.no_python"),
        ("[Errno 13] Permission denied: b'/etc/x'", ""),
        ("cp: Permission denied (os error 13)", ""),
        ("No package matching 'x' is available", ""),
    ],
)
def test_why_a_task_failed(message: str, code: str) -> None:
    assert reason(message, unreachable=False) == code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("mkdir: cannot create directory: No space left on device", "host_disk_full"),
        ('setting vm.swappiness failed: sysctl: permission denied on key "vm.swappiness"',
         "kernel_refused"),
        ("sysctl: cannot stat /proc/sys/vm/swapines: No such file or directory", "kernel_unknown"),
        ("Reboot command failed. Error was: 'Failed to set wall message", "reboot_refused"),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1",
         "packages_locked"),
        ("E: dpkg was interrupted, you must manually run 'dpkg --configure -a'", "packages_cut"),
        ("Failed to update apt cache: unknown reason", "packages_unfetched"),
        ("Unable to start service x: Job for x.service failed because", "service_failed"),
        ("No package matching 'x' is available", ""),
    ],
)  # fmt: skip
def test_causes_of_what_modules_say(message: str, code: str) -> None:
    assert reason(message, unreachable=False) == (f"execution.{code}" if code else "")


def test_a_host_without_room_is_told_from_one_that_does_not_answer() -> None:
    """Ansible calls it unreachable, as it begins with a folder there."""
    full = "mkdir: cannot create directory '/home/kiki/.ansible/tmp': No space left on device"
    assert reason(full, unreachable=True) == "execution.host_disk_full"


REFUSED = 'pinging container registry r:5000: Get "https://r:5000/v2/": '
MIRRORED = (
    "(Mirrors also failed: [m:5000/x:1: reading manifest 1 in m:5000/x: manifest unknown: ...]): "
)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ('Error: logging into "r:5000": invalid username/password', "registry_password"),
        (REFUSED + "dial tcp 10.0.0.1:5000: connect: connection refused", "registry_away"),
        (REFUSED + "dial tcp: lookup r on 10.0.0.53:53: no such host", "registry_away"),
        (REFUSED + "x509: certificate signed by unknown authority", "registry_certificate"),
        (REFUSED + "http: server gave HTTP response to HTTPS client", "registry_plain"),
        ("reading manifest 1 in r/x: unauthorized: authentication required", "registry_login"),
        ("reading manifest 1 in r/x: manifest unknown: manifest unknown", "image_unknown"),
        (MIRRORED + REFUSED + "dial tcp: lookup r: no such host", "image_not_mirrored"),
        ("listen tcp4 127.0.0.1:80: bind: address already in use", "port_taken"),
        ("rootlessport cannot expose privileged port 80, you can add", "port_privileged"),
        ('name "web" is in use: container already exists', "container_name_taken"),
        ("Use -f to forcibly delete: network is being used", "container_part_used"),
        ("volume v is being used by the following container(s): c3: volume is being used",
         "container_part_used"),
        ("checkpoint/restore requires at least CRIU 31100", "no_criu"),
        ("Error executing command. No such file or directory: 'podman'", "no_podman"),
        ("ssh: connect to host 10.0.0.1 port 22: Connection refused", ""),
    ],
)  # fmt: skip
def test_what_podman_says(message: str, code: str) -> None:
    assert reason(message, unreachable=False) == (f"execution.{code}" if code else "")
