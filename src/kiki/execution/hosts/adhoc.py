"""One module on every host, once, and what it answers: Ansible's ad-hoc command.

Called by ``hosts.facts`` and ``hosts.inspecting``. Everything lies in a private folder in memory.
Nothing is asked of a host that its inventory does not say: there is no become but the inventory's.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kiki.execution import config, environment, orders, reasons
from kiki.execution.faults import guarded
from kiki.execution.folders import open_private
from kiki.execution.homes import Home
from kiki.execution.pipes import Pipe, variables
from kiki.model.errors import CancelledError, TemporaryError
from kiki.model.inventory import Inventory
from kiki.model.request import Scope

_LINE = re.compile(r"(\S+) \| (UNREACHABLE|FAILED)[!]?:?(?: \(rc=\d+\))? ?(?:=> )?(.*)")
_SHOWN = 300  # characters of a host's own words


class Asking(NamedTuple):
    """What every question needs: *scratch* is a private folder in memory, *site* variables that
    add the site's known hosts, *sealed* the inventory's passwords by the variable that holds them
    (they go by pipe)."""

    home: Home
    scratch: Path
    site: dict[str, str]
    sealed: dict[str, dict[str, Any]]
    forks: int
    timeout_s: int

    @property
    def tree(self) -> Path:
        """The folder with each host's answer, a JSON file named as the host."""
        return self.scratch / "tree"

    def ask(self, inventory: Inventory, scope: Scope, module: str, args: str) -> str:
        """Have every host of *inventory* run *module*; what Ansible printed. Answers lie in
        ``tree``. TemporaryError ``hosts.facts_timeout``, CancelledError."""
        self._write(inventory, scope)
        with contextlib.ExitStack() as held:
            words = [*self._words(), "--module-name", module, "--args", args]
            if self.sealed:
                pipe = Pipe(self.scratch / "passwords", variables({}, self.sealed))
                held.callback(pipe.close)
                words += ["--extra-vars", f"@{pipe.path}"]
            return _run(words, self._environment(), self.timeout_s)

    def _write(self, inventory: Inventory, scope: Scope) -> None:
        texts = {
            "hosts.json": inventory.text,
            "ansible.cfg": config.text(self.forks),
            "limit": "".join(f"{host}\n" for host in inventory.hosts),
            "variables.json": json.dumps(scope.extra_vars | orders.who(scope)),
        }
        with guarded(self.scratch):
            for name, text in texts.items():
                with open_private(self.scratch / name) as file:
                    file.write(text)
            (self.scratch / "home").mkdir(exist_ok=True)

    def _words(self) -> list[str]:
        folder = self.scratch
        words = [self.home.python, "-m", "ansible", "adhoc", "all", "--one-line"]
        words += ["--inventory", str(folder / "hosts.json"), "--limit", f"@{folder / 'limit'}"]
        words += ["--tree", str(self.tree)]
        return [*words, "--extra-vars", f"@{folder / 'variables.json'}"]

    def _environment(self) -> dict[str, str]:
        """No connection is shared: one question is all, and none shall outlive it."""
        names = environment.base(self.home, self.scratch / "ansible.cfg", self.scratch)
        names["ANSIBLE_INVENTORY_ENABLED"] = "ansible.builtin.yaml"
        names["ANSIBLE_SSH_ARGS"] = "-o ControlMaster=no -o ControlPath=none"
        return names | self.site


def _run(words: Sequence[str], names: dict[str, str], timeout_s: int) -> str:
    process = subprocess.Popen(
        words, env=names, cwd=names["ANSIBLE_HOME"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        start_new_session=True,
    )  # fmt: skip
    try:
        return process.communicate(timeout=timeout_s)[0]
    except (subprocess.TimeoutExpired, KeyboardInterrupt) as error:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, KeyboardInterrupt):
            raise CancelledError("hosts.cancelled") from None
        raise TemporaryError("hosts.facts_timeout", seconds=timeout_s) from None


def complaints(said: str) -> dict[str, "re.Match[str]"]:
    """Of what Ansible printed, what it says of each host that failed."""
    return {found[1]: found for line in said.splitlines() if (found := _LINE.match(line))}


def why(complaint: "re.Match[str] | None") -> tuple[str, str]:
    """The code of the cause, empty where it is not known, and the host's own words."""
    message = _message(complaint[3]) if complaint else ""
    lost = complaint is None or complaint[2] == "UNREACHABLE"
    return reasons.reason(message, unreachable=lost), message[:_SHOWN]


def _message(text: str) -> str:
    with contextlib.suppress(ValueError, AttributeError):
        return str(json.loads(text).get("msg", text))
    return text.strip()
