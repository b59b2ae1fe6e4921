"""What a message has said so far, and the definition that it comes to.

Called by ``reading``. What was not said and has to be something is either missing, and then asked
for, or an assumption, and then a comment of the file.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kiki.documents.write import to_yaml

_ANYWHERE = "any"
_INSTALL = "ansible.package_install"
# Whom images of these names know by that name, as their makers say
_LOGINS = ("rocky", "ubuntu", "debian", "almalinux", "fedora", "cirros")


class Unclear(Exception):  # noqa: N818 -- not a failure of Kiki's: it is told to whoever wrote
    """Words that contradict others; *code* and *params* say how."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Allowed(NamedTuple):
    """Something that may pass. No *targets*: to every tier. *said* is where it stands."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    services: tuple[str, ...]
    cidr: str


class Draft:
    """A definition in the making."""

    def __init__(self) -> None:
        self.name = ""
        self.single: dict[str, str] = {}  # image, flavor, key, external
        self.groups: dict[str, int] = {}
        self.networks: dict[str, str] = {}
        self.quotas: dict[str, int | str] = {}
        self.people: list[str] = []
        self.floating: list[str] = []
        self.volumes: dict[str, list[str]] = {}
        self.allowed: list[Allowed] = []
        self.software: dict[str, list[str]] = {}
        self.guessed_tcp = False

    def once(self, sort: str, value: str) -> None:
        """Keep the one *value* of its *sort*."""
        if self.single.get(sort, value) != value:
            raise Unclear("vdc.new_twice", what=f"{self.single[sort]}, {value}")
        self.single[sort] = value

    def call(self, name: str) -> None:
        """The name of it all."""
        if self.name not in ("", name):
            raise Unclear("vdc.new_twice", what=f"{self.name}, {name}")
        self.name = name

    def add(self, kept: dict[str, Any], name: str, value: Any) -> None:
        """One more thing of its sort, which may not be there yet."""
        if name in kept:
            raise Unclear("vdc.new_twice", what=name)
        kept[name] = value

    def install(self, groups: Sequence[str], software: Sequence[str]) -> None:
        """What is to be on the servers of *groups*."""
        for name in groups:
            kept = self.software.setdefault(name, [])
            kept += [one for one in software if one not in kept]

    def missing(self) -> tuple[str, ...]:
        """What has to be said before it is a definition."""
        wanted = ["name"] if not self.name else []
        wanted += [] if self.groups else ["servers"]
        wanted += [] if self.networks else ["network"]
        wanted += [sort for sort in ("image", "flavor") if sort not in self.single]
        wanted += ["external"] if self.floating and "external" not in self.single else []
        return tuple(wanted)

    def definition(self) -> dict[str, Any]:
        """The data of the file. Raises Unclear for what refers to nothing."""
        self._require_known()
        found: dict[str, Any] = {"vdc": 1, "name": self.name}
        found["people"] = {name: {"roles": ["member"]} for name in self.people}
        found["quotas"] = self.quotas
        external = self.single.get("external")
        found["routers"] = {"r1": {"external": external}} if external else {}
        found["networks"] = {
            name: {"cidr": cidr, **({"router": "r1"} if external else {})}
            for name, cidr in self.networks.items()
        }
        found["tiers"] = {name: {} for name in self.groups}
        found["rules"] = [self._rule(one) for one in self.allowed]
        found["servers"] = {name: self._servers(name) for name in self.groups}
        found["hosts"] = {
            name: [{"kind": _INSTALL, "fields": {"names": list(names)}}]
            for name, names in self.software.items()
        }
        return {key: value for key, value in found.items() if value}

    def _servers(self, name: str) -> dict[str, Any]:
        body: dict[str, Any] = {"tier": name}
        if self.groups[name] > 1:
            body["count"] = self.groups[name]
        body |= {key: self.single[key] for key in ("image", "flavor")}
        body["network"] = next(iter(self.networks))
        if "key" in self.single:
            body["key"] = self.single["key"]
        if self.software and self._login():
            body["login"] = self._login()
        if name in self.floating:
            body["floating_ip"] = self.single["external"]
        sizes = self.volumes.get(name, [])
        keys = ["data"] if len(sizes) == 1 else [f"data-{index}" for index in range(len(sizes))]
        if sizes:
            body["volumes"] = {
                key: {"size": size} for key, size in zip(keys, sizes, strict=True)
            }  # fmt: skip
        return body

    def _login(self) -> str:
        """The user of the image, for what is done on servers."""
        image = self.single.get("image", "").lower()
        return next((name for name in _LOGINS if image.startswith(name)), "")

    def _rule(self, one: Allowed) -> dict[str, str]:
        """As people write it: one key, FROM -> TO."""
        targets = one.targets or tuple(self.groups)
        sources = ", ".join(one.sources) or _ANYWHERE
        narrowed = f" from {one.cidr}" if one.cidr else ""
        return {f"{sources} -> {', '.join(targets)}": f"{', '.join(one.services)}{narrowed}"}

    def _require_known(self) -> None:
        named = [*self.floating, *self.volumes, *self.software]
        named += [name for one in self.allowed for name in (*one.sources, *one.targets)]
        for name in named:
            if name not in self.groups:
                raise Unclear("vdc.new_group", name=name, known=", ".join(self.groups))
        if len(self.networks) > 1:
            raise Unclear("vdc.new_networks", names=", ".join(self.networks))

    def assumptions(self) -> tuple[str, ...]:
        """The codes of what was not said and was taken to be so."""
        found = {
            "vdc.assumed_any": any(not one.sources and not one.cidr for one in self.allowed),
            "vdc.assumed_all": any(not one.targets for one in self.allowed),
            "vdc.assumed_tcp": self.guessed_tcp,
            "vdc.assumed_member": bool(self.people),
            "vdc.assumed_router": "external" in self.single,
            "vdc.assumed_login": bool(self.software and self._login()),
        }
        return tuple(code for code, is_so in found.items() if is_so)

    def text(self, comments: tuple[str, ...]) -> str:
        """The file."""
        return to_yaml([self.definition()], comments)
