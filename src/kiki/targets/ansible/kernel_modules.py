"""Tasks that load and unload kernel modules, now and at every boot.

Called by ``kernel_module_load`` and ``kernel_module_unload``. Which are loaded at boot stands in a
file of Kiki's own; files of others in the same folder are not touched, and what they name is loaded
at boot whatever is done here. Two tasks, so that an undo knows which of them was new.
"""

from typing import Any

from kiki.targets.ansible.tasks import Reverse, Task, listing

FILE = "/etc/modules-load.d/kiki.conf"


def loading(names: tuple[str, ...], now: bool, boot: bool) -> tuple[Task, ...]:
    """modprobe fails for a module that the host's kernel doesn't have, in check mode, too."""
    load = _now("Load", names, "present", "create", _back("kernel_module_unload", boot=False))
    keep = _file(
        "Load {} at boot",
        names,
        {"path": FILE, "create": True, "mode": "0644"},
        "update",
        _back("kernel_module_unload", now=False),
    )
    return (*((load,) if now else ()), *((keep,) if boot else ()))


def unloading(names: tuple[str, ...], now: bool, boot: bool) -> tuple[Task, ...]:
    """First out of the file: a module that is in use can't be unloaded."""
    args = {"path": FILE, "state": "absent"}
    back = _back("kernel_module_load", now=False)
    forget = _file("Don't load {} at boot", names, args, "delete", back)
    off = _now("Unload", names, "absent", "delete", _back("kernel_module_load", boot=False))
    return (*((forget,) if boot else ()), *((off,) if now else ()))


def _back(operation: str, **fields: bool) -> Reverse:
    return Reverse(kind="exact", operation=operation, fields=fields, items="names")


def _now(title: str, names: tuple[str, ...], state: str, verb: Any, back: Reverse) -> Task:
    return Task(
        name=f"{title} {listing(names)}",
        module="community.general.modprobe",
        args={"state": state},
        verb=verb,
        each=tuple({"name": name} for name in names),
        var=f"kernel_modules_{state}",
        about="Kernel modules",
        items=tuple((name, name) for name in names),
        needs=("package:*",),
        reverses=(back,),
    )


def _file(
    title: str, names: tuple[str, ...], args: dict[str, Any], verb: Any, back: Reverse
) -> Task:
    return Task(
        name=title.format(listing(names)),
        module="ansible.builtin.lineinfile",
        args=args,
        verb=verb,
        each=tuple({"line": name} for name in names),
        var=f"kernel_modules_at_boot_{args.get('state', 'present')}",
        about=f"Kernel modules in {FILE}",
        items=tuple((name, name) for name in names),
        writes=(FILE,),
        reverses=(back,),
    )
