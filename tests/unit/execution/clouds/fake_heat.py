"""A cloud in memory, as far as the driver asks one: the shapes are those of a real Heat 24."""

from types import SimpleNamespace
from typing import Any

from kiki.execution.clouds.driver.connection import Refused

SCHEMA = {
    "name": {"update_allowed": True},
    "image": {"update_allowed": True, "constraints": [{"custom_constraint": "glance.image"}]},
    "flavor": {"update_allowed": True, "constraints": [{"custom_constraint": "nova.flavor"}]},
    "key_name": {"update_allowed": False, "constraints": [{"custom_constraint": "nova.keypair"}]},
    "networks": {"schema": {"*": {"schema": {
        "network": {"constraints": [{"custom_constraint": "neutron.network"}]}}}}},
}  # fmt: skip


def named(*names: str) -> list[Any]:
    return [SimpleNamespace(name=name, id=f"id-{number}", project_id="p")
            for number, name in enumerate(names)]  # fmt: skip


class FakeCloud:
    """*stack* is the one there, with its *template*; *previews* are what Heat says of a create and
    of an update. *asked* are the requests: none of them writes."""

    def __init__(self) -> None:
        self.stack: dict[str, Any] | None = None
        self.template: dict[str, Any] = {}
        self.environment: dict[str, Any] = {"parameters": {}}
        self.members: list[dict[str, Any]] = []
        self.create: list[Any] = []
        self.update: dict[str, list[Any]] = {}
        self.refusal: Refused | None = None
        self.limits = {"maxTotalInstances": 10, "totalInstancesUsed": 8, "maxTotalCores": -1}
        self.quota = {"port": {"limit": 5, "used": 1, "reserved": 0}}
        self.servers: dict[str, Any] = {}
        self.asked: list[tuple[str, str]] = []
        self.projects: dict[str, FakeCloud | None] = {}
        self.access = SimpleNamespace(project_id="p")
        flavor = SimpleNamespace(vcpus=2, ram=512)
        self.connection = SimpleNamespace(
            image=SimpleNamespace(images=lambda: named("rocky-9", "twice", "twice")),
            compute=SimpleNamespace(
                flavors=lambda: named("small"), keypairs=lambda: named("ops"),
                find_flavor=lambda name: flavor,
            ),
            network=SimpleNamespace(
                networks=lambda: named("net"), subnets=list, routers=list,
                security_groups=lambda: named("web"),
            ),
        )  # fmt: skip

    def within(self, project: str, domain: str) -> "FakeCloud | None":
        return self.projects[project] if project else self

    def heat(self, method: str, path: str, body: Any = None) -> Any:
        self.asked.append((method, path))
        if self.refusal and "preview" in path:
            raise self.refusal
        if path == "/stacks/preview":
            return {"stack": {"resources": self.create}}
        if path.endswith("/preview?show_nested=True"):
            return {"resource_changes": self.update}
        if path.startswith("/resource_types/"):
            return {"properties": SCHEMA if path.endswith("Server") else {}}
        answers = {"template": self.template, "environment": self.environment, "files": {}}
        return answers[path.rpartition("/")[2]]

    def ask(self, service: str, method: str, path: str, body: Any = None) -> Any:
        self.asked.append((method, path))
        if service == "compute":
            return {"limits": {"absolute": self.limits}}
        return {"quota": self.quota}

    def found(self, service: str, path: str) -> Any:
        self.asked.append(("get", path))
        if service == "compute":
            return self.servers.get(path.rpartition("/")[2])
        if "/resources" in path:
            return {"resources": self.members}
        return {"stack": self.stack} if self.stack else None


def server(name: str = "server", **more: Any) -> dict[str, Any]:
    """A resource as a preview lists it."""
    about = {"resource_name": name, "resource_type": "OS::Nova::Server",
             "resource_status": "COMPLETE", "resource_status_reason": "",
             "physical_resource_id": f"u-{name}"}  # fmt: skip
    return {**about, "properties": {"flavor": "small", "networks": [{"network": "net"}]}, **more}
