"""Where objects are: from apiVersion and kind to a path of the API, as the server itself says.

Called by the other modules of this folder. Each group's list is asked for once; threads may share
one ``Kinds``.
"""

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver.connection import Api, Refused
else:
    from connection import Api, Refused

Object = dict[str, Any]


class NotServed(Exception):  # noqa: N818 -- it never leaves this process
    """The server has no such kind."""


class Kinds:
    """The kinds that a server serves. *namespace* is where objects without one belong."""

    def __init__(self, api: Api, namespace: str) -> None:
        self.namespace = namespace
        self._api = api
        self._lock = threading.Lock()
        self._groups: dict[str, dict[str, dict[str, Any]]] = {}

    def resource(self, version: str, kind: str) -> dict[str, Any]:
        """What the server says of *kind* in *version* (``apps/v1``): name (plural), namespaced,
        verbs. NotServed where it has none."""
        found = self.group(version).get(kind)
        if found is None:
            raise NotServed(f"{version}/{kind}")
        return found

    def group(self, version: str) -> dict[str, dict[str, Any]]:
        """The kinds of *version*, by their names."""
        with self._lock:
            if version not in self._groups:
                self._groups[version] = self._asked(version)
            return self._groups[version]

    def path(self, one: Object) -> str:
        """The path of *one* object; NotServed."""
        about = one["metadata"]
        return f"{self.folder(one)}/{about['name']}"

    def folder(self, one: Object) -> str:
        """The path of the list that *one* belongs to; NotServed."""
        known = self.resource(one["apiVersion"], one["kind"])
        where = f"/namespaces/{self.place(one)}" if known["namespaced"] else ""
        return f"{root(one['apiVersion'])}{where}/{known['name']}"

    def place(self, one: Object) -> str:
        """The namespace of *one*; empty for a kind that belongs to none."""
        known = self.resource(one["apiVersion"], one["kind"])
        if not known["namespaced"]:
            return ""
        return str(one["metadata"].get("namespace") or self.namespace)

    def unplaced(self, one: Object) -> bool:
        """Whether *one* belongs into a namespace and does not say into which."""
        known = self.resource(one["apiVersion"], one["kind"])
        return bool(known["namespaced"]) and not one["metadata"].get("namespace")

    def _asked(self, version: str) -> dict[str, dict[str, Any]]:
        try:
            listed = self._api.get(root(version)).get("resources", [])
        except Refused as refused:
            if refused.status == 404:  # of a group that nobody serves a server says no reason
                return {}
            raise
        return {one["kind"]: one for one in listed if "/" not in one["name"]}


def root(version: str) -> str:
    """The path of an API version: the oldest group has a place of its own."""
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


def titled(one: Object) -> str:
    """An object as people call it: ``Deployment demo/web``."""
    about = one["metadata"]
    where = f"{about['namespace']}/" if about.get("namespace") else ""
    return f"{one['kind']} {where}{about['name']}"
