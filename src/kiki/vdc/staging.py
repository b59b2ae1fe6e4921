"""A definition as an operation of the target ``openstack``: its stacks in order, one change.

Called by ``service.definitions``. Pure: the same definition gives the same operation. Passwords of
people are kept secrets, named after the definition and the person.
"""

from kiki.model.intent import Intent, Operation, Source
from kiki.targets.openstack.stacks import KIND
from kiki.vdc.compiling import ADMIN, Laid, laid_out
from kiki.vdc.definition import Definition
from kiki.vdc.heat.admin import OPERATOR

FLAG = "vdc"
"""The flag of a request that holds the path of a definition."""
_SAID = Source(origin="flag", detail=FLAG)


def secret_of(definition: Definition, person: str) -> str:
    """The name under which the password of *person* is kept."""
    return f"vdc-{definition.name}-{person}".replace(".", "-").replace("_", "-").lower()


def secrets(definition: Definition) -> tuple[str, ...]:
    """The names of all passwords that it needs."""
    people = definition.people.items()
    return tuple(secret_of(definition, name) for name, one in people if not one.existing)


def staged(definition: Definition, path: str) -> Intent:
    """What is asked with the definition at *path*. UsageError ``vdc.group_too_large``."""
    laid = laid_out(definition, operated=True)
    fields = {"source": path, "stacks": [_one(definition, one) for one in laid]}
    operation = Operation(
        kind=KIND,
        fields=fields,
        sources=dict.fromkeys(fields, _SAID),
        given=tuple(one.file for one in laid),
    )
    return Intent(target="openstack", name=definition.name, operations=(operation,), reader="flags")


def _one(definition: Definition, laid: Laid) -> dict[str, object]:
    """One stack as ``targets.openstack.stacks`` has it."""
    about = {"name": laid.stack.name, "file": laid.file.path}
    if laid.file.path != ADMIN:
        return {**about, "project": definition.project_name, "domain": definition.project.domain}
    hidden = {
        f"password_{name}": secret_of(definition, name)
        for name, one in definition.people.items()
        if not one.existing
    }
    operator = {"operator": OPERATOR} if OPERATOR in laid.stack.parameters else {}
    return {**about, **operator, **({"hidden": hidden} if hidden else {})}
