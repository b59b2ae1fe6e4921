"""Have a host trust an authority: its certificate comes to the host's own.

Called by ``understand`` (fields) and ``compose`` (tasks). The certificate is a file that is on the
host, or comes from a server with a sum that somebody said: nothing else may be trusted.
"""

from typing import Any

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages
from kiki.targets.ansible.authorities import (
    back_again,
    bringing_back,
    certificate_checks,
    is_trusted,
    name_of,
    path_of,
    refresh,
)
from kiki.targets.ansible.fields import Checksum, OptionalUnitName, Source
from kiki.targets.ansible.files import bringers
from kiki.targets.ansible.kept import keeping, keeping_unlike
from kiki.targets.ansible.names import FAMILIES, Family
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "high"

_STAYS = Reverse(kind="compensating", reason="ansible.undo_tool_stays")


class Fields(Record, frozen=True):
    """*source*: the path of a PEM file on the host, or an address, which needs a *checksum*
    (``sha256:...``). Without a *name* it is called as the file."""

    source: Source
    checksum: Checksum = ""
    name: OptionalUnitName = ""

    def __post_init__(self) -> None:
        """ValueError for an empty source, and for an address without the sum of what comes."""
        if not self.source:
            raise ValueError("say where the certificate is")
        if self.checksum and not self.checksum.startswith("sha256:"):
            raise ValueError("the sum of a certificate is a sha256")
        if "://" in self.source and not self.checksum:
            raise ValueError("a certificate from a server needs its sha256 checksum")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The program that keeps them, the certificate, and what the host makes of it."""
    name = name_of(fields.name, fields.source)
    local = "://" not in fields.source
    installed = packages.install(("ca-certificates",), ensured)
    tool = (replace(task, reverses=(_STAYS,)) for task in installed)
    return (
        *(certificate_checks(fields.source, fields.checksum) if local else ()),
        *tool,
        *(_task(fields, name, family) for family in FAMILIES),
        *(refresh(name, family) for family in FAMILIES),
        *(is_trusted(name, family) for family in FAMILIES),
    )


def _task(fields: Fields, name: str, family: Family) -> Task:
    path, source, local = path_of(name, family), fields.source, "://" not in fields.source
    rights: dict[str, Any] = {"dest": path, "mode": "0644", "owner": "root", "group": "root"}
    copied = {"src": source, "remote_src": True}
    fetched = {"url": source, "checksum": fields.checksum}
    becomes = fields.checksum.partition(":")[2]
    before = keeping_unlike(path, source) if local else keeping(path, becomes)
    gone = Reverse(kind="exact", operation="ca_untrust", fields={"name": name}, only=("create",))
    return Task(
        name=f"Bring the certificate of {name} ({family})",
        module="ansible.builtin.copy" if local else "ansible.builtin.get_url",
        args=(copied if local else fetched) | rights,
        verb="update",
        family=family,
        items=((path, name),),
        ensures=frozenset((f"path:{path}",)),
        needs=("package:ca-certificates", *(bringers(source) if local else ())),
        network=not local,
        before=bringing_back(before, path),
        reverses=(gone, back_again(name, "update", "replace")),
    )
