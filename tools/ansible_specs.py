"""The argument specification of an Ansible module, by importing the module and catching its call.

Called by ``dump_ansible_doc``, with the Python of an Ansible environment. ``main()`` of a module
begins with ``AnsibleModule(argument_spec=..., required_if=...)``; that call is caught here, so
nothing of the module itself runs. Actions without a module, and the few modules that stop before
that call, have no specification; they are counted in the data (``undeclared``).
"""

import contextlib
import importlib
import io
import signal
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible.module_utils import basic

RELATIONS = (
    "mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by",
)  # fmt: skip
_SECONDS = 20
_NAMES = ("argument_spec", "bypass_checks", "no_log", "mutually_exclusive", "required_together",
          "required_one_of", "add_file_common_args", "supports_check_mode", "required_if",
          "required_by")  # fmt: skip


class Caught(BaseException):
    """Raised in place of running a module; holds the arguments of its ``AnsibleModule``."""


def specification(name: str) -> dict[str, Any] | None:
    """What the module *name* gives to ``AnsibleModule``, by its parameters' names; None when it
    never comes to that."""
    collection, _, short = name.rpartition(".")
    where = "ansible.modules." if collection == "ansible.builtin" else None
    path = (where or f"ansible_collections.{collection}.plugins.modules.") + short
    with _quiet(), _bounded(), _caught() as found:
        importlib.import_module(path).main()
    return found.get("given")


@contextlib.contextmanager
def _caught() -> Iterator[dict[str, Any]]:
    """Keep what is caught; whatever else a module says or raises means that it has none."""
    found: dict[str, Any] = {}
    before: Callable[..., None] = basic.AnsibleModule.__init__
    basic.AnsibleModule.__init__ = _catch  # type: ignore[method-assign]
    try:
        yield found
    except Caught as caught:
        found["given"] = caught.args[0]
    except (Exception, SystemExit):  # noqa: BLE001 -- an action, or it needs another system
        found.clear()
    finally:
        basic.AnsibleModule.__init__ = before  # type: ignore[method-assign]


def _catch(_: Any, *args: Any, **kwargs: Any) -> None:
    given = {**dict(zip(_NAMES, args, strict=False)), **kwargs}
    spec = dict(given.get("argument_spec") or {})
    if given.get("add_file_common_args"):
        spec = {**basic.FILE_COMMON_ARGUMENTS, **spec}
    raise Caught({**given, "argument_spec": spec})


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    def late(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def relations(given: Mapping[str, Any], main: Mapping[str, str]) -> dict[str, Any]:
    """The relations between arguments, by their main names (*main*: of each alias)."""

    def renamed(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [renamed(each) for each in value]
        return main.get(value, value) if isinstance(value, str) else value

    found = {key: given[key] for key in RELATIONS if given.get(key)}
    if found.get("required_by"):
        needs = found["required_by"].items()
        found["required_by"] = {
            renamed(key): renamed([value] if isinstance(value, str) else value)
            for key, value in needs
        }
    if found.get("required_if"):
        found["required_if"] = [
            [renamed(rule[0]), rule[1], renamed(rule[2]), *rule[3:]]
            for rule in found["required_if"]
        ]
    for key in ("mutually_exclusive", "required_together", "required_one_of"):
        if key in found:
            rules = found[key]
            whole = all(isinstance(each, str) for each in rules)  # one rule, not in a list
            found[key] = renamed([rules] if whole else rules)
    return found
