"""Set the language and character set of the system.

Called by ``understand`` (fields) and ``compose`` (tasks). Sessions that are open keep theirs.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages
from kiki.targets.ansible.fields import Locale
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.ansible.values import from_file, of_line

RISK: Risk = "low"

_FILES: tuple[tuple[Family, str], ...] = (
    ("RedHat", "/etc/locale.conf"),
    ("Debian", "/etc/default/locale"),
)
# glibc has these by itself.
_BUILT_IN = ("C", "POSIX")


class Fields(Record, frozen=True):
    """*name* such as ``ko_KR.UTF-8``."""

    name: Locale


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Have the locale there, then make it the system's."""
    made = () if fields.name.partition(".")[0] in _BUILT_IN else _made(fields.name, ensured)
    return (*made, *(_system(family, path, fields.name) for family, path in _FILES))


def _made(name: str, ensured: frozenset[str]) -> tuple[Task, ...]:
    """RedHat has a package for each language; Debian compiles them."""
    language = name.partition("_")[0]
    return (
        *packages.install((f"glibc-langpack-{language}",), ensured, ("RedHat",)),
        *packages.install(("locales",), ensured, ("Debian",)),
        Task(
            name=f"Make the locale {name} (Debian)",
            module="community.general.locale_gen",
            args={"name": [name], "state": "present"},
            verb="create",
            family="Debian",
            items=((name, name),),
            needs=("package:locales",),
            reverses=(Reverse(kind="compensating", reason="ansible.undo_tool_stays"),),
        ),
    )


def _system(family: Family, path: str, name: str) -> Task:
    return Task(
        name=f"Set the locale of the system to {name} ({family})",
        module="ansible.builtin.lineinfile",
        args={"path": path, "regexp": "^LANG=", "line": f"LANG={name}", "create": True,
              "mode": "0644"},
        verb="update",
        family=family,
        items=((name, name),),
        needs=("package:locales",) if family == "Debian" else (),
        before=from_file(path, "name", of_line("LANG"), name),
        reverses=(Reverse(kind="exact", operation="locale_set", before=("name",)),),
    )  # fmt: skip
