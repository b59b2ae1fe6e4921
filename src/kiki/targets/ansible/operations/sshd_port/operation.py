"""Say on which port sshd listens.

Called by ``understand`` (fields) and ``compose`` (tasks). Ports of sshd add up, and the one that
Kiki comes in by stays beside the new one, so that nobody is locked out: it goes once the inventory
names the new one. SELinux and the host's firewall let the new port in before sshd listens there.
"""

from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import firewall, packages, sshd
from kiki.targets.ansible.files import asking, looking, reading, stopping
from kiki.targets.ansible.tasks import FOUND, PROBE, Before, Found, Reverse, Task, Was

RISK: Risk = "high"

PATH = f"{sshd.FOLDER}/00-kiki-port.conf"
USUAL = 22
"""Where sshd listens when nobody says otherwise."""

_FACT = "sshd:port"
_CAME, _TAKEN = "kiki_came", "kiki_taken"
# SSH_CONNECTION, see ssh(1): both addresses and ports, the last is the host's own.
_BY = f"({_CAME}.stdout | default('')).split()[3:4]"
_FIREWALL = "kiki_firewall"
_PROGRAMS = {"RedHat": "/usr/bin/firewall-cmd", "Debian": "/usr/sbin/ufw"}
_SELINUX = "ansible_facts['selinux']['status'] | default('') == 'enabled'"
_STAYS = Reverse(kind="compensating", reason="ansible.undo_label_stays")


class Fields(Record, frozen=True):
    """*port* of TCP; 0 takes Kiki's own file away, so that sshd listens where it did before."""

    port: Annotated[int, Meta(ge=0, le=65535)]


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look whether that can be done, let the port in, write or remove, ask sshd, reload."""
    port = fields.port
    ways = (*_label(port, ensured), *_firewall(port)) if port else ()
    return (
        *sshd.including(),
        *_only_ours(),
        *_without_socket(),
        *_coming(),
        *(_free(port) if port else _not_locked_out()),
        sshd.taken("are"),
        *ways,
        _written(port) if port else _removed(),
        sshd.taken("have become"),
        *sshd.reloads((_FACT,)),
        *((_probe(port),) if port else ()),
    )


def _only_ours() -> tuple[Task, ...]:
    """Ports of several files add up, so that those of others would stay open unsaid."""
    command = "grep -F -i -r -s --include=sshd_config --include=*.conf port"
    steps = (
        f"{FOUND}.stdout_lines | default([])",
        "select('match', '(?i)[^:]+:[ \\t]*port[ \\t=]')",
        f"reject('match', '{PATH}:')",
        "list | length == 0",
    )
    fail = "Other files say on which ports sshd listens, and those add up"
    return (
        asking(
            "Look who says on which ports sshd listens",
            {"cmd": f"{command} {sshd.MAIN} {sshd.FOLDER}"},
        ),
        stopping(
            "Check that no other file says on which ports sshd listens", "\n| ".join(steps), fail
        ),
    )


def _without_socket() -> tuple[Task, ...]:
    """Where systemd listens for sshd, as on newer Ubuntus, sshd's own port may say nothing."""
    command = "systemctl status --no-pager --lines=0 ssh.socket sshd.socket"
    fail = "systemd listens for sshd here (ssh.socket): its ports are those of the socket"
    return (
        asking("Look whether systemd listens for sshd", {"cmd": command}),
        stopping(
            "Check that sshd listens itself",
            f"'Active: active' not in ({FOUND}.stdout | default(''))",
            fail,
        ),
    )


def _coming() -> tuple[Task, ...]:
    """The port of the host that Kiki's connection came in by. Who becomes root loses
    SSH_CONNECTION, so that those who called are asked."""
    found = f"({_CAME}.stdout | default('')).split() | length == 4"
    local = "ansible_connection | default('ssh') == 'local'"
    return (
        asking("Look by which port Kiki came in", {"argv": list(sshd.CALLERS)}, _CAME),
        stopping(
            "Check that it is known by which port Kiki came in",
            f"{found} or {local}",
            "It can't be seen by which port Kiki came in, and it must stay open",
        ),
    )


def _listening(port: int) -> str:
    """Shows who listens on *port*, as proc_pid_net(5) has it: state 0A, and nobody at the end."""
    ends = " ".join(f"-e ':{port:04X} {'0' * digits}:0000 0A'" for digits in (8, 32))
    return f"grep -F {ends} /proc/net/tcp /proc/net/tcp6"


def _free(port: int) -> tuple[Task, ...]:
    """Where another program has the port, sshd would only note that in its log."""
    return (
        asking(f"Look whether anybody listens on port {port}", {"cmd": _listening(port)}, _TAKEN),
        asking("Look on which ports sshd listens", {"cmd": "/usr/sbin/sshd -T"}),
        stopping(
            f"Check that port {port} is free, or sshd's",
            f"{_TAKEN}.stdout | default('') == ''"
            f" or 'port {port}' in ({FOUND}.stdout_lines | default([]))",
            f"Another program listens on port {port}",
        ),
    )


def _not_locked_out() -> tuple[Task, ...]:
    """Who came in by the port that goes would find no way back."""
    test = f"{_BY} in [[], ['{USUAL}']]"
    fail = f"Kiki came in by the port that would go: name port {USUAL} in the inventory first"
    return (stopping(f"Check that Kiki came in by port {USUAL}", test, fail),)


def _label(port: int, ensured: frozenset[str]) -> tuple[Task, ...]:
    """SELinux lets sshd listen only on ports of its own."""
    tools = packages.install(("policycoreutils-python-utils",), ensured, ("RedHat",))
    label = Task(
        name=f"Let SELinux give port {port} to sshd",
        module="community.general.seport",
        args={"ports": str(port), "proto": "tcp", "setype": "ssh_port_t", "state": "present"},
        verb="update",
        family="RedHat",
        items=((str(port), str(port)),),
        needs=("package:policycoreutils-python-utils",),
    )
    return tuple(
        replace(task, when=(*task.when, _SELINUX), reverses=(_STAYS,)) for task in (*tools, label)
    )


def _firewall(port: int) -> tuple[Task, ...]:
    """A rule for the new port where there is a firewall; none is brought, and no rule goes."""
    found: list[Task] = []
    for task in firewall.rules((f"{port}/tcp",), opened=True):
        family = task.family
        assert family is not None
        look = looking(_PROGRAMS[family], into=_FIREWALL)
        found += (
            replace(look, family=family),
            replace(task, when=(f"{_FIREWALL}.stat.exists | default(false)",)),
        )
    return tuple(found)


def _written(port: int) -> Task:
    other = f"{{% for port in {_BY} if port != '{port}' %}}\nPort {{{{ port }}}}\n{{% endfor %}}\n"
    return Task(
        name=f"Let sshd listen on port {port}",
        module="ansible.builtin.copy",
        args={
            "dest": PATH,
            "content": f"Port {port}\n{other}",
            "mode": "0600",
            "owner": "root",
            "group": "root",
            "validate": "/usr/sbin/sshd -t -f %s",
        },
        verb="update",
        items=((str(port), str(port)),),
        ensures=frozenset((_FACT,)),
        before=_before(),
        reverses=(
            Reverse(kind="exact", operation="sshd_port", fields={"port": 0}, only=("create",)),
            Reverse(
                kind="exact", operation="sshd_port", only=("update", "replace"), before=("port",)
            ),
        ),
    )


def _removed() -> Task:
    return Task(
        name="Take Kiki's port of sshd away",
        module="ansible.builtin.file",
        args={"path": PATH, "state": "absent"},
        verb="delete",
        ensures=frozenset((_FACT,)),
        before=_before(),
        reverses=(
            Reverse(kind="exact", operation="sshd_port", only=("delete",), before=("port",)),
        ),
    )


def _before() -> Before:
    """The first port that Kiki's own file says, if there is one."""

    def read(found: tuple[Found, ...]) -> Was:
        said = str(found[0].kept.get("content", "")).split()
        if said[:1] != ["Port"] or not said[1:2] or not said[1].isdigit():
            return Was()
        return Was(values={"port": int(said[1])})

    return Before(looks=(reading(PATH, before=True),), read=read)


def _probe(port: int) -> Task:
    """Asked of the kernel: sshd may listen on some addresses only. Before, nobody else had it."""
    return Task(
        name=f"{PROBE}sshd listens on port {port}",
        module="ansible.builtin.command",
        args={"cmd": _listening(port)},
        verb="none",
        probe=True,
        tries=3,
        needs=(_FACT,),
    )
