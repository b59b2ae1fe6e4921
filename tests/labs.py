"""Which tests share a lab, so that they don't run at once, and the labs that a run of the tests
started itself: with several processes they are stopped when the last of these has ended.

Called by ``conftest``. A lab that ran before is somebody's, and is left as it is.
"""

import subprocess
from pathlib import Path

# The suites that change a whole host have ``a1`` and ``r1`` for themselves.
APART = "hosts apart"
_LABS = (
    ("tests/live/test_kinds_", APART),
    ("tests/live/test_ansible_kinds", APART),
    ("tests/live/test_undo_", APART),
    ("tests/live/test_health_check", APART),
    ("tests/live/test_roles", APART),
    ("tests/live/test_redhat", APART),
    ("tests/live/test_kubeadm", APART),
    ("tests/live/test_course_practice", APART),
    ("tests/live/test_podman_quadlet", "t1"),
    ("tests/live/test_podman_five", "t1"),
    ("tests/live/test_podman_", "podman"),
    ("tests/live/test_migrate", "podman"),
    ("tests/install/test_other_machines", "podman"),
    ("tests/install/", "installations"),
    ("tests/live/test_llama", "installations"),  # neither may be slowed down by the other
    ("tests/live/test_ansible_lint", "installations"),
    ("tests/live/test_ansible_examples", "installations"),
    ("tests/live/test_trusted", "installations"),
    ("tests/live/test_vm_", "vm"),
    ("tests/live/", "hosts"),
    ("tests/contract/test_executors", "hosts"),
    # They look for one another's processes by what these are called.
    ("tests/unit/execution/", "processes"),
)
_to_stop: dict[str, None] = {}


def shared(path: str) -> str:
    """What the tests of the file at *path* have for themselves while they run."""
    return next((lab for start, lab in _LABS if path.startswith(start)), path)


def leave(script: Path | str) -> None:
    """The lab of *script* was started by this process: stop it when nobody uses it any more."""
    _to_stop[str(script)] = None


def left() -> list[str]:
    """The scripts of the labs that are to be stopped."""
    return list(_to_stop)


def stop() -> None:
    """Stop them."""
    for script in left():
        subprocess.run([script, "down"], stdin=subprocess.DEVNULL, capture_output=True)
    _to_stop.clear()
