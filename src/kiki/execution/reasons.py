"""Which known cause is behind a failure, from what ssh, sudo and modules print.

Called by ``events``. ssh has one exit status (255) for everything, so its words are all there is;
they don't depend on the locale. Sources: OpenSSH's sshconnect.c and sshconnect2.c, Ansible's
become plugins, apt, dnf, procps' sysctl, systemd and the reboot module; Mitogen's ssh.py, which
does not tell a changed key from an unknown one. What podman says is in ``container_reasons``. A
cause that is not known here has no code.
"""

import re

from kiki.execution.container_reasons import CONTAINERS

# In order: a changed key's text also says that verification failed.
_CONNECTING = (
    (
        "execution.host_key_changed",
        r"REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed",
    ),
    (
        "execution.host_key_unknown",
        r"Host key verification failed|No \S+ host key is known for|"
        r"unrecognized or mismatching host key",
    ),
    (
        "execution.auth_failed",
        r"Permission denied \(|Too many authentication failures|Load key .*: |"
        r"SSH (authentication|password) is incorrect|SSH password was requested|"
        r"No supported authentication methods|UNPROTECTED PRIVATE KEY FILE|Authentication failed",
    ),
)
# Where Ansible can't make the folder in which it begins, it calls the host unreachable.
_ROOM = (
    ("execution.host_disk_full", r"No space left on device|Disk quota exceeded"),
    ("execution.host_read_only", r"Read-only file system"),
)
_WORKING = (
    (
        "execution.become_password",
        r"(Missing|Incorrect) \S+ password|sudo: a (terminal|password) is required|"
        r"sudo password is (incorrect|required)|"
        r"waiting for privilege escalation prompt",
    ),
    ("execution.no_python", r"module interpreter '.*' was not found|No python interpreters found"),
    (
        "execution.packages_locked",
        r"Could not get lock /var/lib/(dpkg|apt)|Failed to lock apt|"
        r"dpkg frontend lock is locked|Another app is currently holding the yum lock",
    ),
    ("execution.packages_cut", r"dpkg was interrupted"),
    (
        "execution.packages_unfetched",
        r"Failed to fetch http|Failed to update apt cache|Temporary failure resolving|"
        r"Failed to download metadata for repo|Cannot download repomd\.xml",
    ),
    ("execution.kernel_unknown", r"sysctl: cannot stat /proc/sys/"),
    (
        "execution.kernel_refused",
        r'sysctl: (?:permission denied on key|setting key "[^"]*".*'
        r"(?:not permitted|Permission denied|Read-only|Invalid argument))",
    ),
    ("execution.reboot_refused", r"Reboot command failed"),
    (
        "execution.reboot_no_answer",
        r"Timed out waiting for (?:last boot time check|post-reboot test command)",
    ),
    ("execution.service_failed", r"Unable to (?:re)?(?:start|load) service \S+: Job for "),
    *_ROOM,
    *CONTAINERS,
)


def reason(message: str, *, unreachable: bool) -> str:
    """The code of the cause that *message* shows, or an empty text.

    An unreachable host whose cause is not told apart is ``execution.unreachable``.
    """
    for code, pattern in (*_CONNECTING, *_ROOM) if unreachable else _WORKING:
        if re.search(pattern, message, re.IGNORECASE):
            return code
    return "execution.unreachable" if unreachable else ""
