"""Which known cause is behind a failure, from what ssh and sudo print.

Called by ``events``. ssh has one exit status (255) for everything, so its words are all there is;
they don't depend on the locale. Sources: OpenSSH's sshconnect.c and sshconnect2.c, Ansible's
become plugins; Mitogen's ssh.py, which does not tell a changed key from an unknown one. A cause
that is not known here has no code.
"""

import re

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
_WORKING = (
    (
        "execution.become_password",
        r"(Missing|Incorrect) \S+ password|sudo: a (terminal|password) is required|"
        r"sudo password is (incorrect|required)|"
        r"waiting for privilege escalation prompt",
    ),
    ("execution.no_python", r"module interpreter '.*' was not found|No python interpreters found"),
)


def reason(message: str, *, unreachable: bool) -> str:
    """The code of the cause that *message* shows, or an empty text.

    An unreachable host whose cause is not told apart is ``execution.unreachable``.
    """
    for code, pattern in _CONNECTING if unreachable else _WORKING:
        if re.search(pattern, message, re.IGNORECASE):
            return code
    return "execution.unreachable" if unreachable else ""
