"""ansible-lint, and with it Ansible's own syntax check, on files that somebody trusts.

Called by ``cli.linting``. Both run code of the files: lookups of static imports, plugins beside
the playbook, rules named in the repository. So the process gets nothing of ours but a PATH. What
takes long is its start: one that has started is kept for a while (``lint_server``), one for each
user and version.
"""

import fcntl
import hashlib
import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kiki.model.errors import PermanentError, TemporaryError
from kiki.model.finding import Finding, Severity
from kiki.provision.ansible import AnsibleHome

SERVER = Path(__file__).with_name("lint_server.py")
LIMIT_S = 600.0
IDLE_S = 600.0
_SEVERITIES: dict[str, Severity] = {"info": "info", "minor": "warning"}
_TAIL = 300  # characters of what it said that are shown


class Said(NamedTuple):
    """What ansible-lint wrote."""

    out: str
    err: str


def lint(home: AnsibleHome, paths: Sequence[str], folder: Path | None) -> tuple[Finding, ...]:
    """What ansible-lint's production profile says of *paths*, files or folders.

    *folder* is private to this user: there the warm process listens. Without it, or where an
    ``ansible.cfg`` says how Ansible is to be, one is started for this question alone.
    TemporaryError ``check.lint_late``, PermanentError ``check.lint_failed``.
    """
    command = [home.lint, "--profile", "production", "--offline", "--nocolor", "-q", "-f", "json"]
    argv = [*command, "--", *paths]
    try:
        warm = folder is not None and not Path("ansible.cfg").exists()
        said = _asked(home, argv, folder) if warm and folder else _started(home, argv)
    except (TimeoutError, subprocess.TimeoutExpired) as error:
        raise TemporaryError("check.lint_late", seconds=int(LIMIT_S)) from error
    try:
        found = msgspec.json.decode(said.out, type=list[dict[str, Any]])
    except msgspec.MsgspecError as error:
        raise PermanentError("check.lint_failed", said=said.err.strip()[-_TAIL:]) from error
    return tuple(map(_finding, found))


def _started(home: AnsibleHome, argv: list[str]) -> Said:
    """Start it, and be without it afterwards."""
    with tempfile.TemporaryDirectory(prefix="kiki-lint-") as folder:
        done = subprocess.run(
            argv, env=_environment(home, folder), capture_output=True, encoding="utf-8",
            errors="replace", stdin=subprocess.DEVNULL, timeout=LIMIT_S, check=False,
        )  # fmt: skip
    return Said(done.stdout, done.stderr)


def _asked(home: AnsibleHome, argv: list[str], folder: Path) -> Said:
    """Ask the warm process, which is started if there is none."""
    path = folder / f"{_build(home)}.sock"
    with _connected(home, path) as line:
        line.settimeout(LIMIT_S)
        line.sendall(json.dumps({"cwd": os.getcwd(), "argv": argv}).encode() + b"\n")  # noqa: PTH109
        answer = line.makefile("rb").readline()
    if not answer:  # it ended while it was asked
        return _started(home, argv)
    told = json.loads(answer)
    return Said(told["out"], told["err"])


def _build(home: AnsibleHome) -> str:
    """What tells this version of everything from another."""
    stamp = Path(home.lint).parents[1] / "kiki.stamp"
    parts = (SERVER.read_bytes(), stamp.read_bytes() if stamp.exists() else os.fsencode(home.lint))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _connected(home: AnsibleHome, path: Path) -> socket.socket:
    with open(path.with_suffix(".lock"), "w") as lock:  # noqa: PTH123 -- held by its descriptor
        fcntl.flock(lock, fcntl.LOCK_EX)
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            subprocess.run(
                [home.python, "-I", str(SERVER), str(path), str(IDLE_S)],
                env=_environment(home, str(path.parent)), stdin=subprocess.DEVNULL,
                capture_output=True, timeout=LIMIT_S, check=True,
            )  # fmt: skip
            line.connect(str(path))
        return line


def _environment(home: AnsibleHome, folder: str) -> dict[str, str]:
    return {
        "PATH": f"{Path(home.lint).parent}:{os.environ.get('PATH', os.defpath)}",
        "HOME": folder,
        "ANSIBLE_HOME": folder,
        "ANSIBLE_COLLECTIONS_PATH": home.collections,
        "LC_ALL": "C.UTF-8",
    }


def _finding(one: dict[str, Any]) -> Finding:
    place = one.get("location", {})
    begin = place.get("positions", {}).get("begin", {}) or place.get("lines", {}).get("begin", 0)
    line, column = (begin, 0) if isinstance(begin, int) else (begin["line"], begin["column"])
    said = str(one.get("description", "")).strip()
    rule = str(one.get("check_name", ""))
    return Finding(
        code="check.lint", severity=_SEVERITIES.get(str(one.get("severity")), "error"),
        file=str(place.get("path", "")), line=line, column=column,
        params={"rule": rule, "said": said.splitlines()[0] if said else rule},
    )  # fmt: skip
