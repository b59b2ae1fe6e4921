"""Have a timer of systemd run a command at certain times.

Called by ``understand`` (fields) and ``compose`` (tasks). A timer only where one is asked for by
this word; what is to run at times and no more is cron's: see ``cron_add``. The timer is started and
comes back at boot.
"""

from msgspec.structs import replace

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import services
from kiki.targets.ansible.accounts import account_checks
from kiki.targets.ansible.fields import OptionalUnitName, Owner, PlainCommand, Schedule
from kiki.targets.ansible.files import file_task, looking, stopping, units_read
from kiki.targets.ansible.tasks import FOUND, Reverse, Task
from kiki.targets.ansible.timers import calendar_of, name_of, service_text, timer_text
from kiki.targets.ansible.units import RIGHTS, path_of

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*command* is run without a shell, as *user* (root when empty), at *schedule*: five fields of
    crontab(5), or ``@daily`` and the like. *persistent*: also once after a time that was missed.
    Without a *name* it has one of its own."""

    command: PlainCommand
    schedule: Schedule
    user: Owner = ""
    name: OptionalUnitName = ""
    persistent: bool = False

    def __post_init__(self) -> None:
        """ValueError for times that there are not."""
        calendar_of(self.schedule)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Looks for the user and for a service of that name; both units, systemd reads them, and the
    timer is enabled and started."""
    name = name_of(fields.name, fields.command)
    timer = timer_text(name, fields.schedule, persistent=fields.persistent)
    written = (
        _unit(name, "service", service_text(name, fields.command, fields.user)),
        _unit(name, "timer", timer),
    )
    unit = (f"{name}.timer",)
    return (
        *account_checks("user", (fields.user,), ensured),
        *(_free(name) if fields.name else ()),
        *written,
        _read(name),
        *services.bring("enable", unit, ensured),
        *services.bring("start", unit, ensured),
    )


def _free(name: str) -> tuple[Task, ...]:
    """A unit of ours would take the place of one that a package brings."""
    path = f"/usr/lib/systemd/system/{name}.service"
    fail = f"{name}.service comes with a package: the timer needs another name"
    check = stopping(f"Check that no package brings {name}", f"not {FOUND}.stat.exists", fail)
    return looking(path), check


def _unit(name: str, sort: str, text: str) -> Task:
    made = file_task(path_of(name, sort), text, RIGHTS)
    gone = Reverse(kind="exact", operation="timer_remove", fields={"name": name}, only=("create",))
    _, restored = made.reverses
    return replace(made, ensures=made.ensures | {f"unit:{name}"}, reverses=(gone, restored))


def _read(name: str) -> Task:
    both = tuple(f"path:{path_of(name, sort)}" for sort in ("service", "timer"))
    return replace(units_read(path_of(name, "timer")), follows=both)
