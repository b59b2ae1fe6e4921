"""ansible-lint, and with it Ansible's own syntax check, on files that somebody trusts.

Called by ``cli.linting``. Both run code of the files: lookups of static imports, plugins beside
the playbook, rules named in the repository. So the process gets nothing of ours but a PATH, and
ends after a while. All files go to one process: what takes long is its start.
"""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from kiki.model.errors import PermanentError, TemporaryError
from kiki.model.finding import Finding, Severity
from kiki.provision.ansible import AnsibleHome

LIMIT_S = 600.0
_FOUND = 2  # what it ends with when it found something
_SEVERITIES: dict[str, Severity] = {"info": "info", "minor": "warning"}
_TAIL = 300  # characters of what it said that are shown


def lint(home: AnsibleHome, paths: Sequence[str]) -> tuple[Finding, ...]:
    """What ansible-lint's production profile says of *paths*, files or folders.

    TemporaryError ``check.lint_late``, PermanentError ``check.lint_failed``.
    """
    command = [home.lint, "--profile", "production", "--offline", "--nocolor", "-q", "-f", "json"]
    with tempfile.TemporaryDirectory(prefix="kiki-lint-") as folder:
        try:
            done = subprocess.run(
                [*command, "--", *paths], env=_environment(home, folder), capture_output=True,
                stdin=subprocess.DEVNULL, timeout=LIMIT_S, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise TemporaryError("check.lint_late", seconds=int(LIMIT_S)) from error
    try:
        found = msgspec.json.decode(done.stdout, type=list[dict[str, Any]])
    except msgspec.MsgspecError as error:
        said = done.stderr.decode(errors="replace").strip()[-_TAIL:]
        raise PermanentError("check.lint_failed", said=said or str(done.returncode)) from error
    return tuple(map(_finding, found))


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
    if (more := str((one.get("content") or {}).get("body", "")).strip()) and more != said:
        said = f"{said}: {more}"
    rule = str(one.get("check_name", ""))
    return Finding(
        code="check.lint", severity=_SEVERITIES.get(str(one.get("severity")), "error"),
        file=str(place.get("path", "")), line=line, column=column,
        params={"rule": rule, "said": said.splitlines()[0] if said else rule},
    )  # fmt: skip
