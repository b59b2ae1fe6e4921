"""What a module's results mean, by the module's name.

Called by ``judging``, ``changed``, ``remarks`` and ``target``. Of what stands in no file of this
package only the verdict is known: ok, changed, failed or skipped. The words that the readers look
for are from ansible-core 2.19, ansible.posix 2.1 and community.general 11.
"""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec

from kiki.model.plan import Verb
from kiki.model.run import RunEvent
from kiki.targets.ansible.tasks import Task

# Read-only modules whose success says nothing about the host's future.
LOOKS = frozenset(
    (
        *("setup", "gather_facts", "assert", "stat", "find", "getent", "debug", "set_fact"),
        *("include_tasks", "validate_argument_spec"),
    )
)
RUNS = frozenset(("command", "shell", "raw", "script", "reboot", "wait_for", "expect"))
_NOT_MODULES = frozenset(("known",))

Items = tuple[RunEvent, ...]


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """One module.

    *kept* are the keys of its result that the executor has to pass on; an event has them in
    ``result["kept"]``, unless its task has ``no_log``. *verb*: what a change of it does to a host,
    from the event, the events of its loop and our own task (None: somebody else's). *items*:
    which of the names a change is about. *remarks*: pieces of its message that a person has
    to hear of, with the codes that say it.
    """

    kept: tuple[str, ...] = ()
    verb: Callable[[RunEvent, Items, Task | None], Verb] | None = None
    items: Callable[[Task, tuple[str, ...], RunEvent], tuple[str, ...]] | None = None
    remarks: dict[str, str] = {}


def short(name: str) -> str:
    """The last part of a module's name."""
    return name.rpartition(".")[2]


def of(name: str) -> Module:
    """What is known of the module *name*, full or short."""
    return _all().get(short(name), _NOTHING)


def kept() -> dict[str, tuple[str, ...]]:
    """The keys of results to be passed on, by the short names of modules."""
    return {name: module.kept for name, module in _all().items() if module.kept}


_NOTHING = Module()


@cache
def _all() -> dict[str, Module]:
    folder = [str(Path(__file__).parent)]
    names = (found.name for found in pkgutil.iter_modules(folder))
    modules = (
        importlib.import_module(f"{__package__}.{n}") for n in names if n not in _NOT_MODULES
    )
    return {name: module for found in modules for name, module in found.MODULES.items()}
