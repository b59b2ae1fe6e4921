"""Have podman keep a secret, for containers that are run with it.

Called by ``understand`` (fields) and ``compose`` (tasks). Its value goes to podman by a pipe, never
as an argument. One of this name that is there is left as it is: nobody can compare the two.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.model.secret import variable
from kiki.targets.ansible.fields import SecretName
from kiki.targets.ansible.tasks import Reverse, Task
from kiki.targets.podman.acting import podman
from kiki.targets.podman.fields import Name
from kiki.targets.podman.looks import MISSING, fact, state_of

RISK: Risk = "medium"


class Fields(Record, frozen=True):
    """*name* is what podman calls it, *value* the name of a secret of Kiki."""

    name: Name
    value: SecretName

    def __post_init__(self) -> None:
        """ValueError without a value."""
        if not self.value:
            raise ValueError("a secret needs a value")


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """A look, and the secret where there is none."""
    made = podman(
        f"Create secret {fields.name}",
        ["secret", "create", fields.name, "-"],
        "create",
        when=(MISSING,),
        stdin="{{ " + variable(fields.value) + " }}",
        secrets=(fields.value,),
        ensures=frozenset((fact("secret", fields.name),)),
        reverses=(
            Reverse(
                kind="exact", operation="podman.secret_remove", fields={"names": [fields.name]}
            ),
        ),
    )
    return state_of("secret", fields.name), made
