"""Set kernel parameters, now and after every boot.

Called by ``understand`` (fields) and ``compose`` (tasks). They are written to a file of Kiki's own,
which is read last; files of others are not touched. See docs/operations/ansible/sysctl_set.md.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.fields import KernelSettings
from kiki.targets.ansible.tasks import Before, Found, Reverse, Task, Was, listing

RISK: Risk = "medium"

# sysctl.d(5): files are read in the order of their names, and the last value holds. Debian 12 has
# a link 99-sysctl.conf there.
FILE = "/etc/sysctl.d/99-zz-kiki.conf"


class Fields(Record, frozen=True):
    """*settings* such as ``net.ipv4.ip_forward=1``."""

    settings: KernelSettings

    def __post_init__(self) -> None:
        """ValueError when one parameter is to have two values."""
        pairs = dict(setting.split("=", 1) for setting in self.settings)
        if len(pairs) < len(set(self.settings)):
            raise ValueError("a kernel parameter can't have two values")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """One task for all parameters, which fails for one that the kernel doesn't know."""
    pairs = tuple(
        (name, value)
        for setting in dict.fromkeys(fields.settings)
        for name, _, value in (setting.partition("="),)
    )
    return (
        Task(
            name=f"Set {listing(tuple('='.join(pair) for pair in pairs))}",
            module="ansible.posix.sysctl",
            args={"sysctl_set": True, "reload": False, "sysctl_file": FILE},
            verb="update",
            each=tuple({"name": name, "value": value} for name, value in pairs),
            var="kernel_parameters",
            about="Kernel parameters to set",
            items=tuple((name, f"{name}={value}") for name, value in pairs),
            needs=("package:*",),
            before=_before(pairs),
            reverses=(
                Reverse(
                    kind="compensating",
                    reason="ansible.undo_kernel_file",
                    operation="sysctl_set",
                    before=("settings",),
                    only=("update",),
                ),
                Reverse(kind="compensating", reason="ansible.undo_kernel_stays", only=("create",)),
            ),
        ),
    )


def _before(pairs: tuple[tuple[str, str], ...]) -> Before:
    """What the kernel has now. A parameter that it doesn't know has no file: one of a module that
    the same play loads comes with it, and setting any other fails."""
    names = [name for name, _ in pairs]
    look = Task(
        name=f"Read {listing(tuple(names))}",
        module="ansible.builtin.slurp",
        args={},
        verb="none",
        each=tuple({"src": f"/proc/sys/{name.replace('.', '/')}"} for name in names),
        var="kernel_parameters_read",
        about="Kernel parameters to read before they are set",
    )

    def read(found: tuple[Found, ...]) -> Was:
        turns = found[0].items or (found[0].kept,)
        had = [str(turn.get("content", "")).strip() for turn in turns]
        if len(had) < len(names):
            return Was(unread="ansible.before_not_seen")
        settings = [f"{n}={v}" for n, v in zip(names, had, strict=True) if v]
        return Was(values={"settings": settings}) if settings else Was(verb="create")

    after = [f"{name}={value}" for name, value in pairs]
    return Before(looks=(look,), read=read, after={"settings": after})
