"""Which tasks ``--tags`` chooses, as Ansible does.

Called by ``target`` before a plan and by ``plan``. The code's own tags are few: tasks that act each
time have one. https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_tags.html
"""

from collections.abc import Iterable

from kiki.model.errors import UsageError
from kiki.targets.ansible.compose import Step
from kiki.targets.ansible.tasks import ACTION_TAG, PROBE_TAG

_NONE = frozenset({"untagged"})  # what Ansible says that a task without tags has


def require(steps: tuple[Step, ...], tags: tuple[str, ...]) -> None:
    """UsageError ``ansible.tags_unmatched`` or ``ansible.no_tags`` when any of *tags* chooses no
    task: it is misspelt, and less would be done than was meant, or nothing."""
    unmatched = [tag for tag in tags if not chosen(steps, (tag,))]
    if not unmatched:
        return
    known = sorted(frozenset().union(*map(_tags, steps)) - _NONE)
    if not known:
        raise UsageError("ansible.no_tags", tags=", ".join(unmatched))
    raise UsageError("ansible.tags_unmatched", tags=", ".join(unmatched), known=", ".join(known))


def chosen(steps: Iterable[Step], tags: tuple[str, ...]) -> tuple[Step, ...]:
    """The steps that a run with *tags* does; all of them without tags."""
    return tuple(step for step in steps if not tags or _is_chosen(_tags(step), tags))


def _is_chosen(has: frozenset[str], tags: tuple[str, ...]) -> bool:
    return "all" in tags or not has.isdisjoint(tags) or ("tagged" in tags and has != _NONE)


def _tags(step: Step) -> frozenset[str]:
    has = {ACTION_TAG: step.task.acts, PROBE_TAG: step.task.probe}
    return frozenset(tag for tag, holds in has.items() if holds) or _NONE
