"""Lines as the driver writes them, for tests of what reads them."""

from typing import Any


def line(event: str, **changes: Any) -> dict[str, Any]:
    """One line with every key that the driver gives."""
    full: dict[str, Any] = {
        "event": event,
        "res": {},
        "host": "",
        "play": "",
        "task": "",
        "task_action": "",
        "task_uuid": "",
        "ignore_errors": "",
    }
    return full | changes


def task(
    event: str,
    host: str = "n1",
    *,
    name: str = "Write",
    module: str = "ansible.builtin.copy",
    **res: Any,
) -> dict[str, Any]:
    """A line about a host and a task with this result."""
    return line(event, host=host, task=name, task_action=module, task_uuid=f"uuid-{name}", res=res)


def stats(**counts: dict[str, int]) -> dict[str, Any]:
    """The recap."""
    keys = ("ok", "changed", "failures", "dark", "skipped", "ignored", "rescued")
    return line("playbook_on_stats", stats={key: counts.get(key, {}) for key in keys})
