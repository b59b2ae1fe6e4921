"""ansible-lint kept warm: one process that has imported everything, and forks for each question.

Started by ``linting`` with Ansible's own Python, by its path: ``lint_server.py SOCKET SECONDS``.
Imports the standard library and, once it listens, ansible-lint. It ends after so many idle
seconds. Only its own user is answered. A question is one line of JSON, ``{"cwd", "argv"}``; the
answer ``{"rc", "out", "err"}``. The programs of Ansible that ansible-lint starts are forked as
well. Ansible has read its configuration by then: who asks from a folder with an ``ansible.cfg``
does not ask here.
"""

import contextlib
import importlib
import json
import os
import pkgutil
import signal
import socket
import struct
import subprocess
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

LINE_LIMIT = 1 << 20  # bytes of one question
ASK_S = 10.0  # how long a connection may take to say what it wants
LIMIT_S = 600  # of one question
_PROGRAMS = {
    "ansible-playbook": ("ansible.cli.playbook", "PlaybookCLI"),
    "ansible-config": ("ansible.cli.config", "ConfigCLI"),
    "ansible-galaxy": ("ansible.cli.galaxy", "GalaxyCLI"),
    "ansible-doc": ("ansible.cli.doc", "DocCLI"),
    "ansible": ("ansible.cli.adhoc", "AdHocCLI"),
}
_ORDINARY = subprocess.run


def main() -> None:
    """Listen, let go of whoever started this, and serve."""
    path, idle_s = sys.argv[1], float(sys.argv[2])
    os.umask(0o077)
    ready, told = os.pipe()
    if os.fork():  # whoever started this waits until there is a socket
        os.close(told)
        os._exit(0 if os.read(ready, 1) else 1)
    os.setsid()
    os.chdir("/")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(16)
    os.write(told, b".")
    os.close(told)
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    with contextlib.suppress(TimeoutError):
        _serve(listener, idle_s)
    Path(path).unlink(missing_ok=True)
    os._exit(0)


def _serve(listener: socket.socket, idle_s: float) -> None:
    """Answer until nobody asks for *idle_s* seconds."""
    _prepare()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener.settimeout(idle_s)
    while True:
        connection, _ = listener.accept()
        with connection:
            if _is_ours(connection) and os.fork() == 0:
                _answer(connection)
                os._exit(0)


def _prepare() -> None:
    """Import all that a question would: ansible-lint, its rules, Ansible's programs, plugins."""
    names = ["ansiblelint.__main__", "ansiblelint.runner", *(one for one, _ in _PROGRAMS.values())]
    rules = importlib.import_module("ansiblelint.rules")
    names += [f"ansiblelint.rules.{one.name}" for one in pkgutil.iter_modules(rules.__path__)]
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    _load_plugins()
    _share_scalars()


def _share_scalars() -> None:
    """A copy of a text, a number, or of what Ansible knows of where either stands is that itself,
    as none can change. ansible-lint copies every task deeply for each of its rules, and that is
    most of what it does."""
    with contextlib.suppress(ImportError, AttributeError):
        tags = importlib.import_module("ansible.module_utils._internal._datatag")
        scalars = tags.AnsibleTaggedObject.__subclasses__()
        kinds = [kind for kind in scalars if issubclass(kind, str | int | float | bytes)]
        for kind in [*kinds, *tags.AnsibleDatatagBase.__subclasses__()]:
            kind.__deepcopy__ = lambda self, memo: self


def _load_plugins() -> None:
    """What every syntax check loads before it looks at its playbook, most of what it takes: all
    plugins that connect, and those that read an inventory. The names are those of Ansible's own
    ``PlaybookExecutor``. Forks are told again where collections are, and would warn of that."""
    warnings.filterwarnings("ignore", message="AnsibleCollectionFinder has already been configured")
    plugins = importlib.import_module("ansible.plugins.loader")
    plugins.init_plugin_loader()
    for name in ("connection_loader", "shell_loader", "become_loader"):
        for _ in getattr(plugins, name).all(class_only=True):
            pass
    data = importlib.import_module("ansible.parsing.dataloader").DataLoader()
    inventories = importlib.import_module("ansible.inventory.manager")
    inventories.InventoryManager(loader=data, sources=["localhost,"])


def _is_ours(connection: socket.socket) -> bool:
    size = struct.calcsize("3i")
    found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    return bool(struct.unpack("3i", found)[1] == os.geteuid())


def _answer(connection: socket.socket) -> None:
    """In a fork: do what is asked and say what came of it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    signal.alarm(LIMIT_S)
    connection.settimeout(ASK_S)
    with contextlib.suppress(OSError, ValueError):
        asked = json.loads(connection.makefile("rb").readline(LINE_LIMIT))
        answer = _forked(asked["argv"], asked["cwd"], _lint)
        connection.settimeout(None)
        connection.sendall(json.dumps(answer).encode() + b"\n")


def _lint(argv: list[str]) -> int:
    """ansible-lint in this process, with Ansible's programs forked from it."""
    subprocess.run = _run  # type: ignore[assignment]
    with contextlib.suppress(ImportError):
        setattr(importlib.import_module("subprocess_tee"), "run", _run)  # noqa: B010 -- untyped
    return int(importlib.import_module("ansiblelint.__main__").main(argv) or 0)


def _run(command: Any, *args: Any, **kwargs: Any) -> subprocess.CompletedProcess[str]:
    """In place of ``subprocess.run``: a program of Ansible's is a fork of this process."""
    name = Path(command[0]).name if isinstance(command, list) and command else ""
    if name not in _PROGRAMS:
        kwargs.pop("tee", None)
        return _ORDINARY(command, *args, **kwargs)
    module, kind = _PROGRAMS[name]

    def play(argv: list[str]) -> int:
        os.environ.update(kwargs.get("env") or {})
        return int(getattr(importlib.import_module(module), kind).cli_executor(argv) or 0)

    done = _forked([str(each) for each in command], str(kwargs.get("cwd") or "."), play)
    return subprocess.CompletedProcess(command, done["rc"], done["out"], done["err"])


def _forked(argv: list[str], cwd: str, act: Any) -> dict[str, Any]:
    """What *act* gives and says in a fork of this process, in the folder *cwd*."""
    said = [os.memfd_create(name) for name in ("out", "err")]
    child = os.fork()
    if child == 0:
        for number, target in enumerate(said, 1):
            os.dup2(target, number)
        os._exit(_acted(argv, cwd, act))
    _, status = os.waitpid(child, 0)
    texts = []
    for target in said:
        os.lseek(target, 0, os.SEEK_SET)
        with open(target, "rb") as file:  # noqa: PTH123 -- a descriptor
            texts.append(file.read().decode(errors="replace"))
    return {"rc": os.waitstatus_to_exitcode(status), "out": texts[0], "err": texts[1]}


def _acted(argv: list[str], cwd: str, act: Any) -> int:
    code = 1
    try:
        os.chdir(cwd)
        sys.argv = argv
        code = act(argv)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 -- the end of a fork
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    return code & 0xFF


if __name__ == "__main__":
    main()
