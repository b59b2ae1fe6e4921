"""Probes: read-only tasks that ask whether what was brought works, in the verifying run only.

Called by the operations. That something answers on the host says nothing of the firewall before it,
and the titles say where it was asked. A later operation that takes it away takes the probe, too.
"""

from typing import Any

from msgspec.structs import replace

from kiki.targets.ansible import names
from kiki.targets.ansible.kept import look_at
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import BEFORE, FOUND, PROBE, Task

_TRIES = 3
_HTTP = 80


def service_runs(native: str, family: Family | None = None) -> Task:
    """systemd says that the service is active."""
    canonical = names.canonical("services", native)
    return _probe(
        f"{native} runs" + (f" ({family})" if family else ""),
        "ansible.builtin.command",
        {"cmd": f"systemctl status --no-pager --lines=3 {native}"},
        f"started:{canonical}",
        family,
    )


def account_exists(name: str) -> Task:
    """The user is known to the host."""
    args = {"database": "passwd", "key": name}
    return _probe(f"user {name} exists", "ansible.builtin.getent", args, f"user:{name}")


def port_answers(port: int, needs: str) -> Task:
    """Something accepts connections on this TCP port of the host itself."""
    args = {"host": "127.0.0.1", "port": port, "timeout": 5}
    return _probe(
        f"port {port} answers on the host itself", "ansible.builtin.wait_for", args, needs
    )


def page_served(path: str, checksum: str, needs: str) -> Task:
    """The web server of the host delivers *path* with exactly the content of this SHA-256."""
    args = {"url": f"http://127.0.0.1{path}", "return_content": True, "use_proxy": False}
    other = f"{FOUND}.content | default('') | hash('sha256') != '{checksum}'"
    title = f"{path} is served on the host itself with the content that was asked for"
    return _probe(title, "ansible.builtin.uri", args, needs, fails=(other,))


def site_answers(name: str, port: int, page: str, needs: str) -> tuple[Task, Task]:
    """The web server of the host answers for *name* with exactly the file *page*."""
    args = {
        "url": f"http://127.0.0.1:{port}/",
        "headers": {"Host": name if port == _HTTP else f"{name}:{port}"},
        "return_content": True,
        "use_proxy": False,
    }
    said = f"{FOUND}.content | default('') | hash('sha256')"
    other = f"{said} != {BEFORE}.stat.checksum | default('')"
    title = f"the site {name} answers on the host itself"
    look = replace(look_at(page), name=f"Look what {page} is")
    return look, _probe(title, "ansible.builtin.uri", args, needs, fails=(other,))


def _probe(
    title: str,
    module: str,
    args: dict[str, Any],
    needs: str,
    family: Family | None = None,
    fails: tuple[str, ...] = (),
) -> Task:
    return Task(
        name=PROBE + title,
        module=module,
        args=args,
        verb="none",
        family=family,
        probe=True,
        tries=_TRIES,
        fails=fails,
        needs=(needs,),
        root=False,
    )
