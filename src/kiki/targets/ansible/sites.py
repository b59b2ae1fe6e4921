"""Sites of web servers, each with a file of its own: nginx and Apache in both families.

Called by ``web_site`` and ``web_site_remove``. Only files that Kiki wrote are changed or removed: a
first line tells them from others', and what they say is read back for an undo. The server is asked
before and after whether it takes its settings, and only reloaded. Facts: ``site:<name>``.
"""

import re
from typing import Literal

import msgspec

from kiki.targets.ansible import names
from kiki.targets.ansible.files import looking, stopping
from kiki.targets.ansible.names import FAMILIES, Family
from kiki.targets.ansible.tasks import BEFORE, FOUND, Before, Found, Reverse, Task, Was

Server = Literal["httpd", "nginx"]

MARK = "# Made by Kiki: a site of its own"
"""The first line of each file."""

_FOLDERS: dict[Server, dict[Family, str]] = {
    "httpd": {"RedHat": "/etc/httpd/conf.d", "Debian": "/etc/apache2/sites-available"},
    "nginx": {"RedHat": "/etc/nginx/conf.d", "Debian": "/etc/nginx/sites-available"},
}
_PROGRAMS: dict[Server, dict[Family, str]] = {
    "httpd": {"RedHat": "/usr/sbin/apachectl", "Debian": "/usr/sbin/apache2ctl"},
    "nginx": {"RedHat": "/usr/sbin/nginx", "Debian": "/usr/sbin/nginx"},
}
_ASKED: dict[Server, str] = {"httpd": "configtest", "nginx": "-t"}
_HTTP = 80  # the port that both servers' packages listen on


class Site(msgspec.Struct, frozen=True):
    """What a file says: the *names* of the site, its *root* and its *port*."""

    server: Server
    names: tuple[str, ...]
    root: str
    port: int


def default_root(name: str) -> str:
    """Where the documents of the site *name* are, if nobody says where."""
    return f"/var/www/{name}"


def path_of(server: Server, name: str, family: Family) -> str:
    """The file of the site *name*."""
    return f"{_FOLDERS[server][family]}/{name}.conf"


def link_of(server: Server, name: str) -> str:
    """The link that has Debian's servers read the file."""
    return path_of(server, name, "Debian").replace("/sites-available/", "/sites-enabled/")


def text_of(site: Site, family: Family) -> str:
    """The whole file. Apache of RedHat has no site but its own settings, and would answer from the
    first one for whatever name: an empty one before it keeps what was."""
    if site.server == "nginx":
        lines = _nginx(site)
    else:
        default = family == "RedHat" and site.port == _HTTP
        lines = [*_listening(site.port), *(_DEFAULT if default else ()), *_httpd(site)]
    return "\n".join((MARK, *lines)) + "\n"


_DEFAULT = ("<VirtualHost *:80>", "</VirtualHost>")


def _nginx(site: Site) -> list[str]:
    return [
        "server {",
        f"    listen {site.port};",
        f"    listen [::]:{site.port};",
        f"    server_name {' '.join(site.names)};",
        f"    root {site.root};",
        "    index index.html;",
        "}",
    ]


def _httpd(site: Site) -> list[str]:
    first, *others = site.names
    return [
        f"<VirtualHost *:{site.port}>",
        f"    ServerName {first}",
        *([f"    ServerAlias {' '.join(others)}"] if others else []),
        f'    DocumentRoot "{site.root}"',
        f'    <Directory "{site.root}">',
        "        Require all granted",
        "    </Directory>",
        "</VirtualHost>",
    ]


def _listening(port: int) -> list[str]:
    """Apache listens where it is told to, once for all sites of one port."""
    if port == _HTTP:
        return []
    known = f"KIKI_PORT_{port}"
    return [f"<IfDefine !{known}>", f"    Define {known}", f"    Listen {port}", "</IfDefine>"]


_SAID = re.compile(r"^ +(?:server_name|ServerName|ServerAlias) +(.+?);?$", re.MULTILINE)
_ROOT = re.compile(r'^ +(?:root|DocumentRoot) +"?([^";\n]+)"?;?$', re.MULTILINE)
_PORT = re.compile(r"^(?: +listen (\d+);| *<VirtualHost \*:(\d+)>)$", re.MULTILINE)


def read_back(server: Server, text: str, family: Family) -> Site | None:
    """The site that a file of ours was made for; None for a text that is no such file."""
    named = tuple(name for said in _SAID.findall(text) for name in said.split())
    root, port = _ROOT.search(text), _PORT.search(text)
    if not (named and root and port):
        return None
    site = Site(server, named, root[1], int(port[1] or port[2]))
    return site if text_of(site, family) == text else None


def look_before(server: Server, name: str, family: Family) -> Before:
    """A look at the site's file, for ``web_site`` to bring it back."""

    def read(found: tuple[Found, ...]) -> Was:
        stat, text = found[0].kept, found[1].kept.get("content")
        if stat.get("stat.exists") is False:
            return Was(verb="create")
        site = read_back(server, text, family) if isinstance(text, str) else None
        if site is None:
            return Was(unread="ansible.before_site")
        return Was(values={"names": list(site.names), "root": site.root, "port": site.port})

    path = path_of(server, name, family)
    content = Task(
        name=f"Read {path} before it changes",
        module="ansible.builtin.slurp",
        args={"src": path},
        verb="none",
    )
    return Before(looks=(looking(path, into=BEFORE), content), read=read)


def again(server: Server) -> Reverse:
    """The site as it was."""
    return Reverse(
        kind="exact",
        operation="web_site",
        fields={"server": server},
        only=("update", "replace", "delete"),
        before=("names", "root", "port"),
    )


def ours(server: Server, name: str) -> tuple[Task, ...]:
    """Stop where the site's file was made by others."""
    return tuple(task for family in FAMILIES for task in _ours(server, name, family))


def _ours(server: Server, name: str, family: Family) -> tuple[Task, Task]:
    path = path_of(server, name, family)
    look = Task(
        name=f"Look whether {path} is Kiki's own",
        module="ansible.builtin.command",
        args={"argv": ["grep", "-F", "-x", "-e", MARK, path]},
        verb="none",
        family=family,
        register=True,
        still=True,
        fails=(f"{FOUND}.rc > 2",),
    )
    stop = stopping(
        f"Check that {path} is nobody else's",
        f"{FOUND}.rc != 1",
        f"{path} is there and was not made by Kiki: it is left as it is",
    )
    return look, msgspec.structs.replace(stop, family=family)


def asking(server: Server, when: str) -> tuple[Task, ...]:
    """The server says whether it takes its settings, where it is there already."""
    return tuple(task for family in FAMILIES for task in _asking(server, when, family))


def _asking(server: Server, when: str, family: Family) -> tuple[Task, Task]:
    program = _PROGRAMS[server][family]
    native = names.named("services", (server,), family)[0]
    ask = Task(
        name=f"Check that {native} takes its settings {when} ({family})",
        module="ansible.builtin.command",
        args={"argv": [program, _ASKED[server]]},
        verb="none",
        family=family,
        still=True,
        when=(f"{FOUND}.stat.exists",),
    )
    return msgspec.structs.replace(looking(program), family=family), ask


def reloading(server: Server, name: str) -> tuple[Task, ...]:
    """The server reads its settings again, and open connections stay. For each family, as the file
    that it follows is another one."""
    return tuple(
        Task(
            name=f"Have {native} read its sites again ({family})",
            module="ansible.builtin.service",
            args={"name": native, "state": "reloaded"},
            verb="run",
            family=family,
            needs=(f"package:{server}",),
            follows=(f"site:{name}",),
        )
        for family in FAMILIES
        for native in names.named("services", (server,), family)
    )
