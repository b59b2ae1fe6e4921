"""Tasks around settings of sshd: files of Kiki's own that sshd reads first.

Called by the operations on sshd. The files of others are not touched; sshd is asked before and
after whether it takes its settings, and only reloaded, so that open sessions stay.
"""

from kiki.targets.ansible import names
from kiki.targets.ansible.files import reading, stopping
from kiki.targets.ansible.tasks import FOUND, PROBE, Task

MAIN = "/etc/ssh/sshd_config"
FOLDER = f"{MAIN}.d"
"""Of several settings of one thing sshd takes the first, and 00 is read first."""

CALLERS = (
    "/bin/sh",
    "-c",
    r"p=$$; while [ $p -gt 1 ] && ! tr '\0' '\n' </proc/$p/environ | grep ^SSH_CONNECTION=;"
    " do p=$(grep ^PPid: /proc/$p/status | tr -dc 0-9); done",
)
"""Shows SSH_CONNECTION, see ssh(1), of the nearest process that called: sudo takes it away."""

CAME_AS = (
    "/bin/sh",
    "-c",
    r"p=$$; while [ $p -gt 1 ]; do e=$(tr '\0' '\n' </proc/$p/environ);"
    '\ncase "$e" in *SSH_CONNECTION=*) u=$(echo "$e" | sed -n s/^USER=//p);; esac;'
    '\np=$(grep ^PPid: /proc/$p/status | tr -dc 0-9); done; echo "$u"',
)
"""Shows USER of the farthest process that called and has SSH_CONNECTION: the one that sshd itself
started for whoever came in, where neither sudo nor a shell's settings had a say."""

_INCLUDE = r"^[ \t]*Include[ \t]+/etc/ssh/sshd_config\.d/\*\.conf"


def including() -> tuple[Task, ...]:
    """Tasks that stop the play where sshd reads no such folder, as older ones (RedHat 8) do."""
    pattern = _INCLUDE.replace("\\", "\\\\")
    return (
        reading(MAIN, register=True),
        stopping(
            f"Check that sshd reads {FOLDER}",
            f"{FOUND}.content | b64decode is search('{pattern}', ignorecase=true, multiline=true)",
            f"{MAIN} does not include {FOLDER}/*.conf: settings there would do nothing",
        ),
    )


def taken(when: str) -> Task:
    """sshd is asked whether it takes its settings, as they are or as they have become (*when*)."""
    return Task(
        name=f"Check that sshd takes its settings as they {when}",
        module="ansible.builtin.command",
        args={"cmd": "/usr/sbin/sshd -t"},
        verb="none",
        still=True,
    )


def probe(said: str, fails: str, needs: tuple[str, ...] = ()) -> Task:
    """sshd is asked for its settings (``sshd -T``), and *fails* where they are not as *said*."""
    return Task(
        name=f"{PROBE}sshd says {said}",
        module="ansible.builtin.command",
        args={"cmd": "/usr/sbin/sshd -T"},
        verb="none",
        probe=True,
        fails=(fails,),
        needs=needs,
    )


def reloads(facts: tuple[str, ...]) -> tuple[Task, ...]:
    """sshd reads its settings again where a task with one of the *facts* changed something."""
    return tuple(
        Task(
            name=f"Have sshd read its settings again ({family})",
            module="ansible.builtin.service",
            args={"name": service, "state": "reloaded"},
            verb="run",
            family=family,
            follows=facts,
        )
        for family, (service,) in names.by_family("services", ("sshd",))
    )
