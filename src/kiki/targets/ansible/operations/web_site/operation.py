"""Have a web server answer for a name of its own: a virtual host.

Called by ``understand`` (fields) and ``compose`` (tasks). Installs and starts the server unless an
earlier operation does. The default site and the firewall are left as they are; see ``sites``.
"""

from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages, probes, services, sites
from kiki.targets.ansible.fields import DocumentRoot, HostNames, without_slash
from kiki.targets.ansible.files import file_task, looking
from kiki.targets.ansible.names import FAMILIES, Family
from kiki.targets.ansible.sites import Server, Site
from kiki.targets.ansible.tasks import FOUND, Reverse, Task

RISK: Risk = "medium"

_PRIVATE = ("/boot", "/dev", "/etc", "/proc", "/root", "/run", "/sys")
_RIGHTS = {"mode": "0644", "owner": "root", "group": "root"}
_FOLDER = {"mode": "0755", "owner": "root", "group": "root"}


class Fields(Record, frozen=True):
    """*names*: the first is the site's own, by the others it is found, too. *root* is
    ``/var/www/<name>`` when empty; *content* is its first page, and when empty a small one where
    there is none."""

    server: Server
    names: HostNames
    root: DocumentRoot = ""
    port: Annotated[int, Meta(ge=1, le=65535)] = 80
    content: str = ""

    def __post_init__(self) -> None:
        """ValueError for folders of the system, which would be shown to everybody."""
        if f"{self.root}/".startswith(tuple(f"{folder}/" for folder in _PRIVATE)):
            raise ValueError("the documents of a site can't be in a folder of the system")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Server, folder, page, the site's file, a test, and a reload."""
    names = tuple(dict.fromkeys(name.lower() for name in fields.names))
    root = without_slash(fields.root) or sites.default_root(names[0])
    site = Site(fields.server, names, root, fields.port)
    started = f"started:{fields.server}"
    return (
        *packages.install((fields.server,), ensured),
        *sites.ours(site.server, names[0]),
        *sites.asking(site.server, "as they are"),
        *_documents(root, names[0], fields.content),
        *(_file(site, family) for family in FAMILIES),
        _link(site),
        *sites.asking(site.server, "as they have become"),
        *services.bring("enable", (fields.server,), ensured),
        *services.bring("start", (fields.server,), ensured),
        *sites.reloading(site.server, names[0]),
        *probes.site_answers(names[0], fields.port, f"{root}/index.html", started),
    )


def _documents(root: str, name: str, content: str) -> tuple[Task, ...]:
    """The folder, where there is none, and the page; what others have there stays."""
    folder = Task(
        name=f"Make {root}",
        module="ansible.builtin.file",
        args={"path": root, "state": "directory", **_FOLDER},
        verb="create",
        items=((root, root),),
        ensures=frozenset((f"path:{root}",)),
        when=(f"not {FOUND}.stat.exists",),
        reverses=(Reverse(kind="compensating", reason="ansible.undo_documents_stay"),),
    )
    page = f"{root}/index.html"
    if content:
        return looking(root, follow=True), folder, file_task(page, content, _RIGHTS)
    made = file_task(page, _page(name), _RIGHTS)
    once = replace(
        made,
        name=f"Write {page} where there is none",
        args={**made.args, "force": False},
        verb="create",
        before=None,
        reverses=tuple(back for back in made.reverses if "create" in back.only),
    )
    return looking(root, follow=True), folder, once


def _page(name: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{name}</title>\n</head>\n<body>\n<h1>{name}</h1>\n</body>\n</html>\n"
    )


def _file(site: Site, family: Family) -> Task:
    name = site.names[0]
    made = file_task(
        sites.path_of(site.server, name, family), sites.text_of(site, family), _RIGHTS, family
    )
    gone = Reverse(
        kind="exact",
        operation="web_site_remove",
        fields={"server": site.server, "name": name},
        only=("create",),
    )
    return replace(
        made,
        ensures=made.ensures | {f"site:{name}"},
        needs=(f"package:{site.server}",),
        before=sites.look_before(site.server, name, family),
        reverses=(gone, sites.again(site.server)),
    )


def _link(site: Site) -> Task:
    """Debian's way of having a site there and on."""
    name = site.names[0]
    link = sites.link_of(site.server, name)
    args = {"src": f"../sites-available/{name}.conf", "dest": link, "state": "link"}
    return Task(
        name=f"Have {link} lead to it (Debian)",
        module="ansible.builtin.file",
        args={**args, "force": True, "follow": False},
        verb="create",
        family="Debian",
        items=((link, link),),
        ensures=frozenset((f"site:{name}",)),
        needs=(f"package:{site.server}",),
        reverses=(
            Reverse(kind="exact", operation="link_remove", fields={"path": link}, only=("create",)),
        ),
    )
