"""Insists that a thing of a cloud is as it was planned, or does what no module of openstack.cloud
does: a resize with its confirmation, an image of a server, a stack's own acts, a deletion by id.

A module of Ansible, run by a program of ``acts``, which puts it into its ``library/``. It runs in
the Python of openstacksdk, and imports nothing of Kiki but what comes with the program. Where a
thing is (*service*, *path*, *key* of the answer) the plan found out. Sources: the API references of
Nova, Heat, Neutron and Keystone at docs.openstack.org/api-ref.
"""

import time
from typing import Any

from ansible.module_utils import kiki_marks  # type: ignore[import-not-found]
from ansible.module_utils.basic import AnsibleModule  # type: ignore[import-not-found]

Found = dict[str, Any]
_BAD, _GONE = 400, 404
_PAUSE_S = 2
_VERSIONS = {"compute": "2.47"}
_FAILED = ("ERROR", "FAILED", "KILLED", "DELETED")
_OPTIONS = {
    "act": {"required": True},
    "service": {"required": True},
    "path": {"required": True},
    "key": {"default": ""},
    "id": {"default": ""},
    "mark": {"default": ""},
    "told": {"type": "dict", "default": {}},
    "cloud": {"required": True},
    "region_name": {},
    "timeout": {"type": "int", "default": 600},
}


class RefusedError(Exception):
    """A service said no, in its own words."""


class Thing:
    """One thing of a cloud, by its place in the API."""

    def __init__(self, told: Found) -> None:
        import openstack  # type: ignore[import-not-found]  # noqa: PLC0415 -- of the client

        options = {"region_name": told["region_name"]} if told["region_name"] else {}
        self._cloud = openstack.connect(cloud=told["cloud"], **options)
        self._told = told
        self._until = time.monotonic() + told["timeout"]

    def ask(self, method: str, path: str, body: Any = None, service: str = "") -> Found:
        """The JSON of the answer. RefusedError where the service refuses, ``None`` as ``{}``."""
        name = service or self._told["service"]
        options: Found = {} if body is None else {"json": body}
        if name in _VERSIONS:
            options["microversion"] = _VERSIONS[name]
        answer = getattr(getattr(self._cloud, name), method)(path, **options)
        if answer.status_code == _GONE and method in ("get", "delete"):
            return {}
        if answer.status_code >= _BAD:
            raise RefusedError(f"{answer.status_code} {_said(answer)}")
        told = answer.json() if answer.content and "json" in _type(answer) else None
        return dict(told or {})  # Heat answers an action of a stack with null

    def act(self, body: Found) -> Found:
        """An action of the thing."""
        path = self._told["path"].removesuffix("/detail")
        ending = "actions" if self._told["service"] == "orchestration" else "action"
        return self.ask("post", f"{path}/{ending}", body)

    def now(self) -> Found:
        """How it is; empty when it is gone."""
        found = self.ask("get", self._told["path"])
        key = self._told["key"]
        return dict(found.get(key) or {}) if key else found

    def settled(self, wanted: tuple[str, ...]) -> Found:
        """The thing, once its status is one of *wanted*; RefusedError for one that failed, and
        when it takes longer than it may."""
        while True:
            found = self.now()
            status = kiki_marks.status(found)
            if status in wanted and not found.get("OS-EXT-STS:task_state"):
                return found
            if status.upper().endswith(_FAILED) or not found:
                fault = found.get("fault") or {}
                reason = fault.get("message") or found.get("stack_status_reason") or "-"
                raise RefusedError(f"{status}: {reason}")
            self.wait(status)

    def gone(self) -> None:
        """Wait until it is."""
        while found := self.now():
            self.wait(kiki_marks.status(found))

    def wait(self, status: str) -> None:
        """A moment; RefusedError when it takes longer than it may."""
        if time.monotonic() > self._until:
            raise RefusedError(f"still {status} after {self._told['timeout']} s")
        time.sleep(_PAUSE_S)


def _type(answer: Any) -> str:
    return str(answer.headers.get("content-type", ""))


def _said(answer: Any) -> str:
    try:
        told = answer.json()
    except ValueError:
        return str(answer.reason)
    inner = told.get("error") or next(iter(told.values()), "") if isinstance(told, dict) else told
    return str(inner.get("message") or inner) if isinstance(inner, dict) else str(inner)


def expect(thing: Thing, told: Found) -> bool:
    """Nothing changes. RefusedError unless the thing is as it was planned."""
    found = thing.now()
    if not found or kiki_marks.mark(found) != told["mark"]:
        raise RefusedError("the thing is not as it was planned any more")
    return False


def resize(thing: Thing, told: Found) -> bool:
    """To another flavor; confirmed when the server is up with it."""
    before = kiki_marks.status(thing.now())
    thing.act({"resize": {"flavorRef": told["told"]["flavor"]}})
    thing.settled(("VERIFY_RESIZE",))
    thing.act({"confirmResize": None})
    thing.settled((before, "ACTIVE", "SHUTOFF"))
    return True


def snapshot(thing: Thing, told: Found) -> bool:
    """An image of a server, waited for until it can be used."""
    made = thing.act({"createImage": {"name": told["told"]["image"]}})
    image = Thing({**told, "service": "image", "path": f"/images/{made['image_id']}", "key": ""})
    image.settled(("active",))
    return True


def grouped(act: str) -> Any:
    """An act of a server with a security group, which goes by its id."""

    def done(thing: Thing, told: Found) -> bool:
        thing.act({act: {"name": told["told"]["group"]}})
        return True

    return done


def address(thing: Thing, told: Found) -> bool:
    """A floating address goes to a port, or to none."""
    body = {"port_id": told["told"].get("port") or None}
    thing.ask("put", f"/floatingips/{told['id']}", {"floatingip": body})
    return True


def stack(what: str) -> Any:
    """An act of a stack, waited for."""

    def done(thing: Thing, told: Found) -> bool:
        thing.act({what: None})
        time.sleep(_PAUSE_S)  # Heat answers before its status is another one
        wanted = what.split("_")[0].upper()
        ended = ("UPDATE_COMPLETE", "ROLLBACK_COMPLETE", "UPDATE_FAILED", "ROLLBACK_FAILED")
        if what == "cancel_update":
            _ended(thing, ended)
        else:
            thing.settled((f"{wanted}_COMPLETE",))
        return True

    return done


def _ended(thing: Thing, wanted: tuple[str, ...]) -> None:
    """A cancelled update rolls back: a failure of the update itself is what was wanted."""
    while (status := kiki_marks.status(thing.now())) not in wanted:
        thing.wait(status)


def user(thing: Thing, told: Found) -> bool:
    """What is told of a user changes."""
    thing.ask("patch", told["path"], {"user": told["told"]})
    return True


def revoke(thing: Thing, told: Found) -> bool:
    """The assignment that the plan found goes."""
    thing.ask("delete", told["told"]["path"])
    return True


def delete(thing: Thing, told: Found) -> bool:
    """Gone, and waited for."""
    thing.ask("delete", told["path"])
    thing.gone()
    return True


_ACTS = {
    "expect": expect, "resize": resize, "snapshot": snapshot,
    "add_group": grouped("addSecurityGroup"), "remove_group": grouped("removeSecurityGroup"),
    "attach_address": address, "detach_address": address,
    "suspend": stack("suspend"), "resume": stack("resume"), "check": stack("check"),
    "cancel": stack("cancel_update"), "enable": user,
    "disable": user, "revoke": revoke, "delete": delete,
}  # fmt: skip


def main() -> None:
    """What Ansible starts."""
    module = AnsibleModule(argument_spec=_OPTIONS)
    told = module.params
    try:
        changed = _ACTS[told["act"]](Thing(told), told)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is said as Ansible wants it
        module.fail_json(msg=str(error) if isinstance(error, RefusedError) else repr(error)[:500])
    module.exit_json(changed=changed)


if __name__ == "__main__":
    main()
