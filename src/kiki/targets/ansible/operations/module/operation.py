"""Have any module of Ansible that describes a state bring it about.

Called by ``understand.generic`` (fields) and ``compose`` (tasks). Which modules and arguments there
are, and which are withheld and why, is in ``ansible.offered``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.model.secret import named, variable
from kiki.model.trees import leaves, shown
from kiki.targets.ansible import offered
from kiki.targets.ansible.generic import has_jinja, is_half_a_time, is_reference
from kiki.targets.ansible.tasks import Reverse, Task

RISK: Risk = "high"

_TITLES = ("name", "path", "dest", "repo", "user", "key")  # what a task's title may name
_TITLE = 60


class Fields(Record, frozen=True):
    """*module* is a full name, *args* are its arguments. A secret is its placeholder, and only
    where ``offered.is_secret`` says so; nothing else may hold Jinja."""

    module: str
    args: dict[str, Any]

    def __post_init__(self) -> None:
        if self.module not in offered.modules():
            raise ValueError(f"{self.module} is not offered - at `$.module`")
        for path, leaf in leaves(self.args):
            _refuse(self.module, shown(path), [str(step) for step in path], leaf)
        _refuse_half_a_time(self.module, self.args)


def _refuse(module: str, where: str, steps: list[str], leaf: Any) -> None:
    """ValueError for an argument that is withheld, Jinja, or a secret in plain."""
    if withheld := [step for step in steps if offered.withheld(module, step)]:
        raise ValueError(f"{withheld[0]} is withheld - at `$.args`")
    secret = any(offered.is_secret(step, module) for step in steps)
    if secret and _reference(leaf) == "":
        raise ValueError(f"{where} takes only the name of a secret - at `$.args`")
    if not secret and isinstance(leaf, str) and has_jinja(leaf):
        raise ValueError(f"{where} must not hold Jinja - at `$.args`")


def _refuse_half_a_time(module: str, args: dict[str, Any]) -> None:
    """ValueError for an hour without a minute: cron would run sixty times."""
    if is_half_a_time(module, args):
        raise ValueError("hour needs a minute: without one it runs sixty times - at `$.args`")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """The one task. Nothing is known of how it is taken back."""
    secrets = tuple(sorted({_reference(leaf) for _, leaf in leaves(fields.args)} - {""}))
    return (
        Task(
            name=_title(fields),
            module=fields.module,
            args=_valued(fields.args),
            verb="delete" if fields.args.get("state") in offered.REMOVING else "update",
            # What a package, or another module of this play, brings may be what this one needs.
            ensures=frozenset({f"module:{fields.module}"}),
            needs=("module:*", "package:*"),
            secrets=secrets,
            network=fields.module in offered.NETWORK,
            foreign=True,
            reverses=(Reverse(kind="impossible", reason="ansible.undo_generic"),),
        ),
    )


def _reference(leaf: Any) -> str:
    """The name of the secret that *leaf* is the placeholder of, and nothing else; else empty."""
    return named(leaf)[0] if is_reference(leaf) else ""


def _valued(tree: Any) -> Any:
    """*tree* with each secret as the variable that holds it."""
    if isinstance(tree, dict):
        return {key: _valued(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_valued(value) for value in tree]
    name = _reference(tree)
    return "{{ " + variable(name) + " }}" if name else tree


def _title(fields: Fields) -> str:
    """What the task is called: ``Set cron backup``."""
    verb = "Remove" if fields.args.get("state") in offered.REMOVING else "Set"
    named_by = (fields.args.get(key) for key in _TITLES)
    about = next((value for value in named_by if isinstance(value, str) and not named(value)), "")
    line = " ".join(about.split())[:_TITLE]
    return f"{verb} {fields.module.rpartition('.')[2]} {line}".strip()
