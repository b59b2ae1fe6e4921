"""What a program on hosts tells of one thing, asked for and laid out as a table.

Called by the kinds that read about one container or image. Beside what the program prints stands
what it complains of, so that "there is no such container" is said and not shown as an empty table.
Which keys are asked for is chosen here: values of variables, labels and the command that made a
container may be secrets, and never leave the host.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from kiki.execution.reasons import reason
from kiki.model.answer import Answer
from kiki.model.finding import Finding
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.collecting import answer_task, lines_of, program_asked
from kiki.targets.ansible.tasks import SEEN, Task
from kiki.targets.podman.listing import Cells, Row, items, laid_out

Reader = Callable[[str], list[Row]]
_SAID, _TOLD = "said", "told"


def wanted(title: str, name: str, kind: str, fields: Any, argv: list[str]) -> tuple[Task, ...]:
    """Tasks that run *argv* as the user who connects, and hand on both of its outputs."""
    look = program_asked(title, name, argv)
    found = {_SAID: lines_of(name), _TOLD: f"{{{{ {SEEN}{name}.stderr_lines | default([]) }}}}"}
    handed = answer_task(f"Answer with {title}", f"podman.{kind}", fields, found)
    return replace(look, root=False), replace(handed, root=False)


def template(keys: dict[str, str]) -> str:
    """A template of Go that prints one JSON object in a list, with the *keys* as they are read.

    In lines, as a linter takes none of more than 160 characters."""
    parts = ",\n".join(f'"{key}": {value}' for key, value in keys.items())
    return "{% raw %}[{\n" + parts + "\n}]{% endraw %}"


def told(
    kind: str,
    fields: Any,
    heard: Heard,
    cells: Cells,
    read: Reader = items,
    nothing: str = "",
) -> Answer:
    """A row for each thing that *read* finds in what a host printed, and a remark for a host that
    complained; *nothing* is the code for one that said neither."""
    found: dict[str, list[Row]] = {}
    remarks: list[Finding] = []
    for host, one in heard.found(f"podman.{kind}", fields).items():
        said, complaint = (_text(one, part, heard) for part in (_SAID, _TOLD))
        found[host] = read(said)
        if not found[host]:
            remarks += _remarks(host, complaint, nothing)
    return Answer(tables=(laid_out(found, cells),), data=found, remarks=tuple(remarks))


def _text(one: Any, part: str, heard: Heard) -> str:
    lines = one.get(part) if isinstance(one, dict) else None
    return heard.masked("\n".join(map(str, lines or [])))


def _remarks(host: str, complaint: str, nothing: str) -> list[Finding]:
    code = "podman.host_complains" if complaint else nothing
    message = " ".join(complaint.split())[:400]
    params = {"host": host, "message": message}
    codes = (code, reason(complaint, unreachable=False)) if complaint else (code,)
    return [Finding(code=one, severity="warning", params=params) for one in codes if one]


def joined(row: Row, key: str, heard: Heard) -> Row:
    """*row* with the words under *key* as one text without secrets."""
    value = row.get(key)
    words = value if isinstance(value, list) else [value or ""]
    return row | {key: heard.masked(" ".join(map(str, words)))}


def published(row: Row) -> str:
    """As ``podman ps`` shows them, of what ``podman inspect`` says."""
    pairs = (
        (port, one)
        for port, several in (row.get("published") or {}).items()
        for one in several or []
    )
    return ", ".join(f"{_host(one)}->{port}" for port, one in pairs)


def _host(one: Row) -> str:
    address, port = one.get("HostIp"), one.get("HostPort")
    return f"{address}:{port}" if address else str(port)


def mounted(row: Row) -> str:
    """Each mount as ``podman run -v`` writes it."""
    mounts = row.get("mounts") or []
    return ", ".join(
        f"{one.get('Name') or one.get('Source')}:{one.get('Destination')}" for one in mounts
    )


def networks(row: Row) -> str:
    """Each network with the address there."""
    pairs = (row.get("networks") or {}).items()
    return ", ".join(f"{name} {one.get('IPAddress', '')}".strip() for name, one in pairs)
