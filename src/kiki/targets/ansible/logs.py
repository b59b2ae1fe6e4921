"""Tasks around settings of logrotate: a file of Kiki's own for each path of logs.

Called by the operations on logrotate. The file's name is made of the path alone, so that what was
set for a path is found again.
"""

from kiki.targets.ansible import packages
from kiki.targets.ansible.files import asking, stopping
from kiki.targets.ansible.tasks import FOUND, Task

MAIN = "/etc/logrotate.conf"
FOLDER = "/etc/logrotate.d"
PROGRAM = "/usr/sbin/logrotate"

_PACKAGE = ("package:logrotate",)


def file_of(path: str) -> str:
    """Kiki's file for the logs at *path*: different paths have different files."""
    return f"{FOLDER}/kiki-{plain_name(path)}.conf"


def plain_name(path: str) -> str:
    """*path* as one name of ASCII letters, digits, dots, dashes and underscores: different paths
    have different names."""
    plain = (c if c.isascii() and (c.isalnum() or c == ".") else _written(c) for c in path[1:])
    return "".join(plain)


def _written(character: str) -> str:
    return "-" if character == "/" else f"_{ord(character):02x}"


def brought(ensured: frozenset[str]) -> tuple[Task, ...]:
    """Tasks that install logrotate where it is not there."""
    return packages.install(("logrotate",), ensured)


def alone(path: str) -> tuple[Task, ...]:
    """Tasks that stop the play where another file says how *path* is rotated: logrotate leaves a
    file out that names logs which one before it named. Patterns that only overlap are not seen;
    ``taken`` sees them."""
    mine = file_of(path)
    args = {"argv": ["grep", "-F", "-r", "-l", "--", path, MAIN, FOLDER]}
    look = asking(f"Look who rotates {path}", args)
    test = f"({FOUND}.stdout_lines | default([])) | difference(['{mine}']) | length == 0"
    fail = f"Another file in {FOLDER} names {path} already"
    return look, stopping(f"Check that nobody else rotates {path}", test, fail)


def taken(when: str) -> Task:
    """logrotate is asked whether it takes all of its settings, as they are or as they have become
    (*when*)."""
    return Task(
        name=f"Check that logrotate takes its settings as they {when}",
        module="ansible.builtin.command",
        args={"cmd": f"{PROGRAM} -d {MAIN}"},
        verb="none",
        still=True,
        needs=_PACKAGE,
    )
