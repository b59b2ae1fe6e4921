"""Tasks around directories that are shared over NFS: a file of Kiki's own for each of them.

Called by the operations on NFS exports. The files of others, ``/etc/exports`` among them, are not
touched. The file's name is made of the path alone, so that what was set for it is found again.
"""

import re

from kiki.targets.ansible.files import asking, reading, stopping
from kiki.targets.ansible.logs import plain_name
from kiki.targets.ansible.tasks import FOUND, Before, Found, Task, Was

MAIN = "/etc/exports"
FOLDER = "/etc/exports.d"

_CLIENT = re.compile(r"(\S+)\((r[ow]),")


def file_of(path: str) -> str:
    """Kiki's file for the directory at *path*; exportfs(8) reads what ends so."""
    return f"{FOLDER}/kiki-{plain_name(path)}.exports"


def alone(path: str) -> tuple[Task, ...]:
    """Tasks that stop the play where another file shares *path*: what holds then depends on the
    order of the files."""
    args = {"argv": ["grep", "-F", "-r", "-s", "--", path, MAIN, FOLDER]}
    look = asking(f"Look who shares {path}", args)
    named = re.escape(path).replace("\\", "\\\\")
    steps = (
        f"{FOUND}.stdout_lines | default([])",
        f"select('match', '[^:]+:[^#/]*{named}/?[^A-Za-z0-9_.@+/-]')",
        f"reject('match', '{file_of(path)}:')",
        "list | length == 0",
    )
    fail = f"Another file shares {path} already, see {MAIN} and {FOLDER}"
    return look, stopping(f"Check that no other file shares {path}", "\n| ".join(steps), fail)


def before(path: str) -> Before:
    """Who may mount *path*, and whether they may write, as Kiki's own file says it."""

    def read(found: tuple[Found, ...]) -> Was:
        clients = _CLIENT.findall(str(found[0].kept.get("content", "")))
        if not clients:
            return Was()
        writable = clients[0][1] == "rw"
        return Was(values={"sources": [name for name, _ in clients], "writable": writable})

    return Before(looks=(reading(file_of(path), before=True),), read=read)


def shared(path: str) -> Task:
    """The server reads its files again where that of *path* changed."""
    return Task(
        name="Have the NFS server read what it shares",
        module="ansible.builtin.service",
        args={"name": "nfs-server", "state": "reloaded"},
        verb="run",
        needs=("package:nfs-utils",),
        follows=(f"path:{file_of(path)}",),
    )
