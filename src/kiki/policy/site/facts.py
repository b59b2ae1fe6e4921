"""What rules are told of a change, and the values that a condition is compared with.

Made by ``service.ruling`` and by the trials; called by ``matching``. No secret is in it: fields of
operations hold names of secrets, and variables of hosts are left out.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from kiki.model.artifact import Artifact
from kiki.model.intent import Operation
from kiki.model.inventory import Inventory
from kiki.model.people import Role
from kiki.model.plan import Plan, Risk
from kiki.model.profile import NO_PROFILE, Profile
from kiki.model.records import Record
from kiki.model.ruling import Phase
from kiki.model.trees import leaves
from kiki.policy.fields import is_generic, paths, texts
from kiki.policy.site.images import spellings

CONTAINERS = ("k8s", "podman")
_IMAGE = re.compile(r"^\s*(?:-\s+)?[\"']?image[\"']?:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)
_FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name", "names", "app", "title"),
    "package": ("package", "packages"),
    "service": ("service", "services", "unit", "units"),
    "user": ("user", "users", "owner"),
}
# Kinds whose ``name`` is one of those, by the first word of the kind after its target.
_NAMED = {"package": "package", "service": "service", "user": "user"}


class Facts(Record, frozen=True):
    """One change at one moment. *risk* is what it is without the site's rules, *now* RFC 3339.
    *inventory* and *plan* are None until it is planned. *images* are those of the rendered code."""

    phase: Phase
    now: str
    operations: tuple[Operation, ...]
    target: str
    risk: Risk = "low"
    requester: str = ""
    roles: tuple[Role, ...] = ()
    ticket: str = ""
    undo: bool = False
    reads: bool = False
    inventory: Inventory | None = None
    plan: Plan | None = None
    images: tuple[str, ...] = ()
    profile: Profile = NO_PROFILE

    @property
    def planned(self) -> bool:
        """Whether hosts and what would happen are known."""
        return self.inventory is not None and self.plan is not None

    @property
    def time(self) -> datetime:
        """The moment; ValueError for a time without a zone."""
        when = datetime.fromisoformat(self.now)
        if when.tzinfo is None:
            raise ValueError(self.now)
        return when

    @property
    def hosts(self) -> tuple[str, ...]:
        """The machines that it is for; none of a cluster or a cloud."""
        found = self.inventory
        return found.hosts if found is not None and found.place is None else ()

    @property
    def groups(self) -> dict[str, float]:
        """The groups that have any of the hosts, and what share of each that is, in percent."""
        known = self.inventory.groups if self.inventory is not None else {}
        mine = set(self.hosts)
        shares = {name: mine.intersection(inside) for name, inside in known.items()}
        return {name: 100 * len(hit) / len(known[name]) for name, hit in shares.items() if hit}

    def place(self, kind: str, key: str = "") -> tuple[str, ...]:
        """The name of the cluster or the cloud, or what its identity has under *key*."""
        place = self.inventory.place if self.inventory is not None else None
        if place is None or place.kind != kind:
            return ()
        value = place.identity.get(key, "") if key else place.name
        return (value,) if value else ()

    def verbs(self) -> dict[str, int]:
        """How often the plan has each verb."""
        counted: dict[str, int] = {}
        for action in self.plan.changes if self.plan is not None else ():
            counted[action.verb] = counted.get(action.verb, 0) + 1
        return counted

    def values(self, operation: Operation, condition: str) -> tuple[str, ...]:
        """What *condition* (a name of ``rule.When``) is compared with."""
        match condition:
            case "kind":
                return (operation.kind,)
            case "target":
                return (operation.target,)
            case "image":
                return self._images(operation)
            case "path":
                return paths(operation)
            case "port":
                return _ports(operation)
            case "namespace":
                return self._namespaces(operation)
            case _:
                return named(operation, condition)

    def _images(self, operation: Operation) -> tuple[str, ...]:
        """Of every image of *operation*; those that only the code has count for each."""
        return tuple(dict.fromkeys((*_walked(operation.fields, "image", "images"), *self.images)))

    def spelled(self, image: str, operation: Operation) -> frozenset[str]:
        """All names of one image: of containers also those that it has without saying so."""
        if operation.target not in CONTAINERS:
            return frozenset((image,))
        return spellings(image, self.profile)

    def _namespaces(self, operation: Operation) -> tuple[str, ...]:
        """The namespace of a Kubernetes object: its own, the context's, else ``default``. That of
        a namespace is itself."""
        if operation.target != "k8s":
            return ()
        if operation.kind.startswith("k8s.namespace_"):
            return texts(operation, "name", "names")
        said = _walked(operation.fields, "namespace", "namespaces")
        return said or self.place("cluster", "namespace") or ("default",)


def facts_images(artifact: Artifact | None) -> tuple[str, ...]:
    """The images that the code for containers names, wherever they come from."""
    if artifact is None or artifact.target not in CONTAINERS:
        return ()
    found = (image for file in artifact.files for image in _IMAGE.findall(file.text))
    return tuple(dict.fromkeys(image for image in found if "{" not in image))


def named(operation: Operation, condition: str) -> tuple[str, ...]:
    """The texts of the fields that a condition on names is about."""
    found = texts(operation, *_FIELDS[condition])
    noun = operation.kind.partition(".")[2].partition("_")[0]
    if condition != "name" and _NAMED.get(noun) == condition:
        found += texts(operation, "name", "names")
    if is_generic(operation):
        found += _walked(operation.fields, *_FIELDS[condition])
    return tuple(dict.fromkeys(found))


def field_values(operation: Operation, name: str) -> tuple[str, ...]:
    """Every value below a field or property of that name, as text."""
    return _walked(operation.fields, name)


def _walked(tree: Any, *names: str) -> tuple[str, ...]:
    """The leaves at, or in lists right below, keys called by any of *names*, anywhere."""
    found = []
    for path, leaf in leaves(tree):
        keys = [step for step in path if isinstance(step, str)]
        if keys and keys[-1] in names and leaf is not None and not isinstance(leaf, Mapping | list):
            found.append(_text(leaf))
    return tuple(dict.fromkeys(filter(None, found)))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_PORT_FIELDS = (
    "port", "ports", "target_port", "node_port", "host_port", "publish", "containerPort",
    "hostPort", "nodePort", "targetPort",
)  # fmt: skip


def _ports(operation: Operation) -> tuple[str, ...]:
    """Port numbers and ranges: of ``127.0.0.1:8080:80/tcp`` both."""
    return tuple(dict.fromkeys(_numbers(_walked(operation.fields, *_PORT_FIELDS))))


def _numbers(found: tuple[str, ...]) -> Iterator[str]:
    for text in found:
        for part in re.split(r"[:/,\s]", text):
            if re.fullmatch(r"\d{1,5}(-\d{1,5})?", part):
                yield part
