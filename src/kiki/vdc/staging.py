"""A definition as an operation of the target ``openstack``: its stacks in order, one change.

Called by ``service.definitions``. Pure: the same definition gives the same operation. Passwords of
people are kept secrets, named after the definition and the person.
"""

import os
import shlex
from collections.abc import Iterator

from msgspec.structs import replace

from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Later, Operation, Source
from kiki.model.request import CloudSource, ClusterSource, InventorySource, Scope
from kiki.targets.openstack.stacks import KIND
from kiki.vdc.compiling import ADMIN, Laid, laid_out
from kiki.vdc.definition import Definition
from kiki.vdc.heat.admin import OPERATOR
from kiki.vdc.heat.inventory import group_name
from kiki.vdc.names import group_of
from kiki.vdc.stages import Stage, stages

FLAG = "vdc"
"""The flag of a request that holds the path of a definition."""
TENANT = "tenant_cloud"
"""The flag that holds the name of the tenant's own cloud, where there is one."""
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
    return _stacks(definition, path, laid_out(definition, operated=True))


def parted(definition: Definition, path: str, cloud: CloudSource) -> tuple[Intent, Later]:
    """The administrator's stack, and the tenant's as a stage with the tenant's own login *cloud*.
    UsageError ``vdc.tenant_alone`` where there is nothing for an administrator to make, and
    ``vdc.group_too_large``."""
    above, *own = laid_out(definition)
    if above.file.path != ADMIN:
        raise UsageError("vdc.tenant_alone", cloud=cloud.name)
    theirs = _stacks(definition, path, tuple(own), home=True)
    later = Later(
        name="tenant",
        intent=replace(theirs, name=f"{definition.name}-tenant"),
        scope=Scope(cloud=cloud),
        project=definition.project_name,
        domain=definition.project.domain,
    )
    return _stacks(definition, path, (above,)), later


def _stacks(
    definition: Definition, path: str, laid: tuple[Laid, ...], *, home: bool = False
) -> Intent:
    """*laid* as one operation; *home*: whoever applies it is in the project already."""
    fields = {"source": path, "stacks": [_one(definition, one, home=home) for one in laid]}
    operation = Operation(
        kind=KIND,
        fields=fields,
        sources=dict.fromkeys(fields, _SAID),
        given=tuple(one.file for one in laid),
    )
    return Intent(target="openstack", name=definition.name, operations=(operation,), reader="flags")


def _one(definition: Definition, laid: Laid, *, home: bool) -> dict[str, object]:
    """One stack as ``targets.openstack.stacks`` has it."""
    about = {"name": laid.stack.name, "file": laid.file.path}
    if home:
        return {**about}
    if laid.file.path != ADMIN:
        return {**about, "project": definition.project_name, "domain": definition.project.domain}
    hidden = {
        f"password_{name}": secret_of(definition, name)
        for name, one in definition.people.items()
        if not one.existing
    }
    operator = {"operator": OPERATOR} if OPERATOR in laid.stack.parameters else {}
    return {**about, **operator, **({"hidden": hidden} if hidden else {})}


def later(definition: Definition, path: str, asked: Scope) -> tuple[Later, ...]:
    """The stages after the cloud's, as the definition at *path* has them. How servers are logged in
    to is what was *asked* for all of it."""
    return tuple(_later(definition, path, asked, one) for one in stages(definition))


def _later(definition: Definition, path: str, asked: Scope, stage: Stage) -> Later:
    cluster = definition.kubernetes
    if not stage.servers and cluster is not None:
        file = cluster.kubeconfig
        beside = os.path.join(os.path.dirname(path), os.path.expanduser(file)) if file else ""  # noqa: PTH111, PTH118, PTH120 -- pathlib costs start-up time
        source = ClusterSource(kubeconfig=beside, context=cluster.context, named=True)
        return Later(
            name=stage.name, intent=stage.intent,
            scope=Scope(cluster=source, verify=asked.verify, timeout_s=asked.timeout_s),
        )  # fmt: skip
    text = "\n".join(_lines(definition, stage)) + "\n"
    scope = Scope(
        inventory=InventorySource(form="inline", text=text, origin=f"{path}: {stage.name}"),
        user=asked.user,
        ssh_key=asked.ssh_key,
        ask_become_pass=asked.ask_become_pass,
        verify=asked.verify,
        timeout_s=asked.timeout_s,
    )
    return Later(
        name=stage.name,
        intent=stage.intent,
        scope=scope,
        servers=stage.servers,
        project=definition.project_name,
        domain=definition.project.domain,
    )


def _lines(definition: Definition, stage: Stage) -> Iterator[str]:
    """An inventory with a placeholder for each address, by tier."""
    tiers: dict[str, list[str]] = {}
    for server in stage.servers:
        group = definition.servers[group_of(definition, server)]
        login = f" ansible_user={shlex.quote(group.login)}" if group.login else ""
        line = f"{server} ansible_host={{{{server:{server}}}}}{login}"
        tiers.setdefault(group_name(group.tier), []).append(line)
    for name, lines in tiers.items():
        yield f"[{name}]"
        yield from lines
