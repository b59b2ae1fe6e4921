"""Have a working copy of a Git repository, at a branch, a tag or a commit.

Called by ``understand`` (fields) and ``compose`` (tasks). Git is installed where it is missing.
Changes that somebody made in the copy stop the run; nothing is thrown away.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible import packages
from kiki.targets.ansible.fields import AbsolutePath, GitRepository, Revision
from kiki.targets.ansible.files import looking
from kiki.targets.ansible.tasks import BEFORE, Before, Found, Reverse, Task, Was

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """An empty *version* is the branch that the repository itself names."""

    repository: GitRepository
    path: AbsolutePath
    version: Revision = ""


def _was(found: tuple[Found, ...]) -> Was:
    """Whether anything is there: without Git nobody can say what it is."""
    there = found[0].kept.get("stat.exists")
    return Was(verb="create") if there is False else Was(new=() if there else None)


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """Git, and the copy."""
    version: dict[str, Any] = {"version": fields.version} if fields.version else {}
    return (
        *packages.install(("git",), ensured),
        Task(
            name=f"Check out {fields.repository} in {fields.path}",
            module="ansible.builtin.git",
            args={"repo": fields.repository, "dest": fields.path, **version},
            verb="create",
            items=((fields.path, fields.path),),
            ensures=frozenset((f"path:{fields.path}",)),
            needs=("package:git", "path:*"),
            before=Before(looks=(looking(fields.path, into=BEFORE),), read=_was),
            network=True,
            reverses=(
                Reverse(
                    kind="compensating",
                    reason="ansible.undo_checkout_goes",
                    operation="directory_remove",
                    fields={"path": fields.path},
                    only=("create",),
                    otherwise="ansible.undo_checkout_unknown",
                ),
            ),
        ),
    )
