"""The environment of Ansible's processes: a short list of what passes, and our settings.

Called by ``drivers``, ``runs`` and ``inventories``. No secret is ever put here: an environment can
be read from /proc by the same user.
"""

import os
from pathlib import Path

from kiki.execution.homes import Home, collections_root, mitogen

# What ssh, sudo on the far side and Python need; nothing of the user's ANSIBLE_* settings.
PASSED = (
    "HOME", "USER", "LOGNAME", "PATH", "SSH_AUTH_SOCK", "KRB5CCNAME", "XDG_RUNTIME_DIR", "TMPDIR",
    "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
MARK = "KIKI_RUN"  # names the run in every process that it starts; see processes
WHOLE_RESULTS = str(1 << 30)  # ansible-runner drops results longer than 700,000 characters


def passed() -> dict[str, str]:
    """What passes. The locale is fixed, so that messages can be told apart."""
    found = {name: os.environ[name] for name in PASSED if name in os.environ}
    return found | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def base(home: Home, config: Path, scratch: Path) -> dict[str, str]:
    """What every Ansible process gets."""
    return passed() | {
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_HOME": str(scratch / "home"),
        "ANSIBLE_LOCAL_TEMP": str(scratch / "tmp"),
        "ANSIBLE_COLLECTIONS_PATH": str(collections_root(home)),
        "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "False",
    }


def strategies(home: Home, wanted: bool) -> dict[str, str]:
    """Where Mitogen is, if it is *wanted*. UsageError ``execution.no_mitogen``."""
    return {"ANSIBLE_STRATEGY_PLUGINS": str(mitogen(home))} if wanted else {}


def for_run(names: dict[str, str], run: str, roles: Path, sockets: Path) -> dict[str, str]:
    """What a run gets besides: its mark, where its roles are, where ssh keeps its sockets."""
    return names | {
        MARK: run,
        "ANSIBLE_ROLES_PATH": str(roles),
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(sockets),
        "ANSIBLE_INVENTORY_ENABLED": "ansible.builtin.yaml",
        "ANSIBLE_HOST_KEY_CHECKING": "True",  # ansible-runner switches it off when it is not set
        "MAX_EVENT_RES": WHOLE_RESULTS,
    }
