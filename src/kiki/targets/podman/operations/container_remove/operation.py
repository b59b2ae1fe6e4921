"""Remove containers.

Called by ``understand`` (fields) and ``compose`` (tasks). What was written in them, outside of
volumes, is lost.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.files import stopping
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import module
from kiki.targets.podman.fields import Names
from kiki.targets.podman.looks import STATE, fact, rootless, state_of

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*names* of containers; *force*: those that run, too; *volumes*: their unnamed volumes."""

    names: Names
    force: bool = False
    volumes: bool = False


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each the removal; without *force*, one that runs stops the play."""
    return tuple(task for name in fields.names for task in _gone(name, fields))


def _gone(name: str, fields: Fields) -> tuple[Task, ...]:
    test = f"{STATE} not in ['running', 'paused']"
    fail = f"Container {name} runs; stop it first, or say that it is to be removed by force"
    here = fact("container", name)
    checks = (
        state_of("container", name),
        rootless(stopping(f"Check that container {name} does not run", test, fail, (here,))),
    )
    more = {"delete_volumes": True} if fields.volumes else {}
    removal = module(
        f"Remove container {name}",
        "podman_container",
        {"name": name, "state": "absent", "force_delete": fields.force, **more},
        "delete",
        breaks=frozenset((here, f"running:{name}")),
        reverses=(Reverse(kind="impossible", reason="podman.undo_container_removed"),),
    )
    return (removal,) if fields.force else (*checks, removal)
