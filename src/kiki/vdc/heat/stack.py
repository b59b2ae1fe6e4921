"""One stack in the making: its resources, and parameters for what it names and does not make.

Called by the other modules of ``heat``. A resource is called ``<sort>_<name>``, so a name is one as
long as it is one of its sort. Limits: heat.conf of OpenStack 2025.1, ``max_resources_per_stack``
(a top-level stack with all that is nested in it) and ``max_template_size``.
"""

from collections.abc import Sequence
from typing import Any

from kiki.documents.write import to_yaml
from kiki.model.errors import UsageError

# The newest that Heat of 2021 to 2025.1 and later all accept
VERSION = "2021-04-16"
MOST_RESOURCES = 900  # of 1000: while an update replaces something, both count
MOST_BYTES = 460_000  # of 524,288

Section = dict[str, Any]
_CONSTRAINTS = {
    "network": ("Network", "neutron.network"), "subnet": ("Subnet", "neutron.subnet"),
    "tier": ("Security group", "neutron.security_group"), "image": ("Image", "glance.image"),
    "flavor": ("Flavor", "nova.flavor"), "key": ("Key pair", "nova.keypair"),
    "pool": ("Pool of a load balancer", "octavia.pool"), "volume": ("Volume", "cinder.volume"),
    "type": ("Volume type", "cinder.vtype"), "project": ("Project", "keystone.project"),
    "role": ("Role", "keystone.role"), "user": ("User", "keystone.user"),
}  # fmt: skip


class Stack:
    """What becomes one template. *weight* counts resources as Heat does, those of groups with
    them."""

    def __init__(self, name: str, summary: str) -> None:
        self.name = name
        self.summary = summary
        self.parameters: Section = {}
        self.resources: Section = {}
        self.outputs: Section = {}
        self.weight = 0

    def add(
        self, name: str, kind: str, properties: Section, after: Sequence[str] = (), weight: int = 1
    ) -> None:
        """One resource; *after* are others that must be there first and that it does not name.
        UsageError ``vdc.name_twice`` where two things of other names come out as one."""
        if name in self.resources:
            raise UsageError("vdc.name_twice", path=self.name, name=name, first="-")
        body: Section = {"type": kind}
        if after:
            body["depends_on"] = list(after)
        body["properties"] = {key: value for key, value in properties.items() if value != []}
        self.resources[name] = body
        self.weight += weight

    def has(self, sort: str, name: str) -> bool:
        """Whether it makes the thing called *name*."""
        return f"{sort}_{name}" in self.resources

    def ref(self, sort: str, name: str, called: str = "") -> Section:
        """The thing *name*: the resource, or a parameter for what must be there, by the name that
        it is *called* in the cloud."""
        key = f"{sort}_{name}"
        if key in self.resources:
            return {"get_resource": key}
        if key not in self.parameters:
            what, constraint = _CONSTRAINTS[sort]
            self.parameters[key] = {
                "type": "string",
                "description": f"{what} {called or name}",
                "default": called or name,
                "constraints": [{"custom_constraint": constraint}],
            }
        return {"get_param": key}

    def text(self, comments: Sequence[str]) -> str:
        """The template."""
        template = {
            "heat_template_version": VERSION,
            "description": self.summary,
            "parameters": self.parameters,
            "resources": self.resources,
            "outputs": self.outputs,
        }
        return to_yaml([{key: value for key, value in template.items() if value}], comments)


def own(sort: str, name: str) -> Section:
    """The thing *name* that the same stack makes, perhaps later."""
    return {"get_resource": f"{sort}_{name}"}
