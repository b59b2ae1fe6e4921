"""An order as Ansible's command line, and the environment and files that it needs.

Called by ``runner``. Nothing here is secret: for secrets ``runs`` adds paths of pipes.
"""

from typing import Any

from kiki.execution.folders import Folder, safe
from kiki.execution.freezing import every_host
from kiki.execution.homes import Home
from kiki.execution.sources import absolute
from kiki.model.errors import UsageError
from kiki.model.request import Scope
from kiki.model.run import RunMode, RunOrder

# -v in check mode: only then does Ansible say why a task was skipped.
_MODES: dict[RunMode, tuple[str, ...]] = {
    "syntax": ("--syntax-check",),
    "check": ("--check", "--diff", "-v"),
    "apply": ("--diff",),
    "again": ("--diff",),
    "read": (),
}

# Every name that a connection plugin asks: of several that are set it takes the last.
_USER = ("ansible_user", "ansible_ssh_user", "ansible_paramiko_user")
_KEY = (
    "ansible_private_key_file",
    "ansible_ssh_private_key_file",
    "ansible_paramiko_private_key_file",
)


def write(folder: Folder, order: RunOrder, config: str) -> None:
    """Make the run's folder and everything in it that Ansible is given."""
    folder.make()
    folder.put_artifact(order.artifact)
    folder.put(folder.inventory, order.inventory.text)
    folder.put(folder.config, config)
    if _limited(order):
        folder.put(folder.limit, "".join(f"{host}\n" for host in order.inventory.hosts))
    named = variables(order)
    if named:
        folder.put_json(folder.extra_vars, named)


def command(home: Home, folder: Folder, order: RunOrder) -> list[str]:
    """``ansible-playbook`` with its arguments, the playbook last."""
    scope = order.scope
    words = [home.playbook, "--inventory", str(folder.inventory), *_MODES[order.mode]]
    words += _option("--limit", f"@{folder.limit}" if _limited(order) else "")
    words += _option("--tags", ",".join(scope.tags))
    words += _option("--skip-tags", ",".join(order.skip_tags))
    words += _option("--user", scope.user)
    words += _option("--private-key", key_file(scope))
    if variables(order):
        words += ["--extra-vars", f"@{folder.extra_vars}"]
    return [*words, str(folder.project / safe(order.artifact.entry))]


def variables(order: RunOrder) -> dict[str, Any]:
    """The scope's extra variables, the target's own, and the scope's user and key as such: the
    options alone lose against variables of the inventory, and then another user than the one shown
    would connect."""
    return order.scope.extra_vars | order.variables | who(order.scope)


def who(scope: Scope) -> dict[str, str]:
    """The user and the key of *scope* as variables."""
    user = dict.fromkeys(_USER, scope.user) if scope.user else {}
    key = key_file(scope)
    return user | (dict.fromkeys(_KEY, key) if key else {})


def key_file(scope: Scope) -> str:
    """The private key's absolute path; UsageError when it can't be read."""
    if not scope.ssh_key:
        return ""
    try:
        path = absolute(scope.ssh_key)
        path.open("rb").close()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError("execution.ssh_key_unreadable", path=scope.ssh_key, why=why) from error
    return str(path)


def _limited(order: RunOrder) -> bool:
    """Whether the run is for some hosts only: the very ones that were resolved, not the pattern
    that they came from. They are in a file, as Linux takes 128 KiB in one argument."""
    return set(every_host(order.inventory)) != set(order.inventory.hosts)


def _option(name: str, value: str) -> list[str]:
    """``--name=value``, so that a value that begins with ``-`` stays a value."""
    return [f"{name}={value}"] if value else []
