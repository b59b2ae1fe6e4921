"""Have a web server deliver one page.

Called by ``understand`` (fields) and ``compose`` (tasks). Installs and starts
the server unless an earlier operation of the same request does.
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import names, packages, probes, services
from kiki.targets.ansible.fields import FileName
from kiki.targets.ansible.files import file_task
from kiki.targets.ansible.kept import sum_of
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Task

RISK: Risk = "medium"

# Each package's own document root: httpd's on both families and Debian's nginx-common use one.
_ROOTS: dict[str, tuple[tuple[Family | None, str], ...]] = {
    "httpd": ((None, "/var/www/html"),),
    "nginx": (("RedHat", "/usr/share/nginx/html"), ("Debian", "/var/www/html")),
}
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>It works</title>
</head>
<body>
<h1>It works</h1>
</body>
</html>
"""
_PORT = 80  # of both servers' packages, in both families
_RIGHTS = {"mode": "0644", "owner": "root", "group": "root"}


class Fields(Record, frozen=True):
    """*page* is a file name in the server's document root; an empty *content* is a small page."""

    server: Literal["httpd", "nginx"]
    page: FileName = "index.html"
    content: str = ""


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Server, page, service."""
    content = fields.content or _PAGE
    pages = tuple(
        file_task(f"{root}/{fields.page}", content, _RIGHTS, family)
        for family, root in _ROOTS[fields.server]
    )
    started = f"started:{names.canonical('services', fields.server)}"
    return (
        *packages.install((fields.server,), ensured),
        *pages,
        *services.bring("enable", (fields.server,), ensured),
        *services.bring("start", (fields.server,), ensured),
        probes.port_answers(_PORT, started),
        probes.page_served(f"/{fields.page}", sum_of(content), started),
    )
