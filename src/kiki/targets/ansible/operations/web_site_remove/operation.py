"""Have a web server answer no more for a name that ``web_site`` gave it.

Called by ``understand`` (fields) and ``compose`` (tasks). Documents and server stay; files that
others made are left as they are, see ``sites``.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import sites
from kiki.targets.ansible.fields import HostName
from kiki.targets.ansible.names import FAMILIES, Family
from kiki.targets.ansible.sites import Server
from kiki.targets.ansible.tasks import Task

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*name* is the site's first name."""

    server: Server
    name: HostName


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Look whose it is, take it away, test, reload."""
    name = fields.name.lower()
    return (
        *sites.ours(fields.server, name),
        *sites.asking(fields.server, "as they are"),
        _link(fields.server, name),
        *(_file(fields.server, name, family) for family in FAMILIES),
        *sites.asking(fields.server, "as they have become"),
        *sites.reloading(fields.server, name),
    )


def _link(server: Server, name: str) -> Task:
    """The way back of the file makes the link again."""
    link = sites.link_of(server, name)
    return Task(
        name=f"Take {link} away (Debian)",
        module="ansible.builtin.file",
        args={"path": link, "state": "absent"},
        verb="delete",
        family="Debian",
        items=((link, link),),
        breaks=frozenset((f"site:{name}",)),
    )


def _file(server: Server, name: str, family: Family) -> Task:
    path = sites.path_of(server, name, family)
    return Task(
        name=f"Take {path} away ({family})",
        module="ansible.builtin.file",
        args={"path": path, "state": "absent"},
        verb="delete",
        family=family,
        items=((path, path),),
        breaks=frozenset((f"site:{name}", f"path:{path}")),
        before=sites.look_before(server, name, family),
        reverses=(sites.again(server),),
    )
