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
from kiki.targets.podman.looks import STATE, fact, halted, rootless, state_of

RISK: Risk = "high"


class Fields(Record, frozen=True):
    """*names* of containers; *force*: those that run, too; *volumes*: their unnamed volumes."""

    names: Names
    force: bool = False
    volumes: bool = False


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """For each the removal; without *force*, one that runs stops the play, unless the play itself
    has ended it before."""
    return tuple(task for name in fields.names for task in _gone(name, fields, ensured))


def _gone(name: str, fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    test = f"{STATE} not in ['running', 'paused']"
    fail = f"Container {name} runs; stop it first, or say that it is to be removed by force"
    here = fact("container", name)
    checks = (
        state_of("container", name),
        rootless(
            stopping(f"Check that container {name} does not run", test, fail, (here, halted(name)))
        ),
    )
    more = {"delete_volumes": True} if fields.volumes else {}
    removal = module(
        f"Remove container {name}",
        "podman_container",
        {"name": name, "state": "absent", "force_delete": fields.force, **more},
        "delete",
        breaks=frozenset((here, f"running:{name}", halted(name))),
        reverses=(Reverse(kind="impossible", reason="podman.undo_container_removed"),),
    )
    sure = fields.force or halted(name) in ensured
    return (removal,) if sure else (*checks, removal)
