"""Runs for a cloud: looked at by openstacksdk's own process, applied by Ansible on this machine.

Called by ``wiring``, which puts it before the executor for clusters; everything that is not for a
cloud goes on to that one. What is the same for every such place is ``execution.places``. See
docs/decisions/0025-openstack-live.md.
"""

import fnmatch
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kiki.execution.clouds.client import CloudClient
from kiki.execution.folders import Folder
from kiki.execution.places import ROLLOUT_S, PlaceExecutor, redacted
from kiki.execution.port import Executor, OnEvent, SecretValues
from kiki.execution.redaction import Redactor
from kiki.model.errors import KikiError, UsageError
from kiki.model.inventory import Inventory, Place
from kiki.model.records import digest
from kiki.model.request import CloudSource, Scope
from kiki.model.run import EventKind, RunEvent, RunOrder, RunResult

_LEAST_S = 60  # Heat counts in minutes
_BEFORE_S = 30  # so much earlier than Ansible is ended Heat gives up, and says why
_AFTER_S = 60.0
_END_S = 5.0


class CloudExecutor(PlaceExecutor[CloudSource]):
    """See ``places``; *guarded* are patterns of clouds' names."""

    module = "openstack.cloud.stack"

    def __init__(
        self,
        hosts: Executor,
        client: CloudClient,
        state_dir: str,
        secret_value: SecretValues,
        *,
        guarded: tuple[str, ...] = (),
        rollout_s: int = ROLLOUT_S,
    ) -> None:
        super().__init__(hosts, state_dir, secret_value, guarded=guarded, rollout_s=rollout_s)
        self._client = client

    def _source(self, scope: Scope) -> CloudSource | None:
        return scope.cloud

    def _resolved(self, source: CloudSource, scope: Scope) -> Inventory:
        """UsageError and TemporaryError ``cloud.<what>`` as ``client`` raises them."""
        for text in (source.name, source.file, source.region):
            if "{{" in text or "{%" in text:  # Ansible would take it for a template
                raise UsageError("cloud.name_unsafe", name=text)
        if scope.limit not in ("", source.name):
            raise UsageError("cloud.limit", limit=scope.limit, cloud=source.name)
        said = self._client.identity(source)
        name = source.name
        guarded = any(fnmatch.fnmatchcase(name, pattern) for pattern in self._guarded)
        place = Place(kind="cloud", name=name, identity=said, guarded=guarded)
        about = {"ansible_host": said["project_id"]}
        frozen = {"all": {"hosts": {name: about}}, "cloud": said}
        return Inventory(
            text=json.dumps(frozen, indent=1, ensure_ascii=False) + "\n",
            hosts=(name,),
            hostvars={name: about},
            place=place,
        )

    def _ask(
        self, source: CloudSource, what: str, asked: dict[str, Any], hear: Callable[[Any], None],
        *, timeout_s: float, begun: Callable[[int], None],
    ) -> dict[str, Any]:  # fmt: skip
        return self._client.ask(source, what, asked, hear, timeout_s=timeout_s, begun=begun)

    def _about(self, order: RunOrder, place: Place) -> dict[str, Any]:
        return {"variables": order.variables, "kept": _kept(order)}

    def _variables(self, order: RunOrder, source: CloudSource, place: Place) -> dict[str, str]:
        secure = Path(source.file).with_name("secure.yaml")
        return {
            "kiki_clouds_file": source.file,
            "kiki_secure_file": str(secure) if secure.is_file() else "",
            "kiki_cloud": source.name,
            "kiki_region": source.region,
            "kiki_kept": _kept(order),
            "kiki_again": str(CloudClient.script / "again.py"),
            "kiki_project": place.identity["project_id"],
            "kiki_timeout": str(max(_LEAST_S, order.timeout_s - _BEFORE_S)),
        }

    def _python(self) -> Path:
        return self._client.python()

    @contextmanager
    def _followed(
        self, order: RunOrder, source: CloudSource, place: Place, on_event: OnEvent
    ) -> Iterator[None]:
        """While Ansible waits for Heat, tell of each resource that has ended. Nothing depends on
        it: it goes with the run, and what it can't find out is left."""
        asked = self._asked(Folder(self._runs, order.run_id), order, place)
        redactor = Redactor(asked["values"].values())
        begun: list[int] = []

        def hear(said: dict[str, Any]) -> None:
            kind: EventKind = "failed" if said["failed"] else "ok"
            on_event(
                RunEvent(counter=0, kind=kind, host=place.name, task=said["task"],
                         module=self.module, message=redactor.text(said["reason"]))
            )  # fmt: skip

        def follow() -> None:
            with suppress(KikiError):
                self._client.ask(
                    source, "follow", asked, hear, timeout_s=order.timeout_s,
                    begun=begun.append,
                )  # fmt: skip

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            for pid in begun:  # it leads a group of its own
                with suppress(OSError):
                    os.killpg(pid, signal.SIGKILL)
            thread.join(_END_S)

    def _applied(self, order: RunOrder, source: CloudSource, done: RunResult) -> RunResult:
        """*done*, with how the stack is now: the module's own words don't say which resource
        failed, and why, and of a stack that failed it may say nothing at all. Without an answer it
        stays as it is."""
        place = order.inventory.place
        if place is None:
            return done
        asked = self._asked(Folder(self._runs, order.run_id), order, place)
        try:
            said = self._client.ask(source, "after", asked, timeout_s=_AFTER_S)
        except KikiError:
            return done
        clean = redacted(said, Redactor(asked["values"].values()))
        failed = any(_failed(one) for one in clean["stacks"]) and done.status == "successful"
        ended = replace(done, status="failed", rc=1) if failed else done
        return replace(ended, reports={**done.reports, place.name: clean})


def _kept(order: RunOrder) -> str:
    """A mark for the versions of the secrets that *order* takes. Heat does not tell a hidden value,
    so a stack carries it, to be known again; it says nothing of the values."""
    return digest(order.secrets).rpartition(":")[2][:16] if order.secrets else ""


def _failed(stack: dict[str, Any]) -> bool:
    return str(stack["params"].get("status", "")).endswith("_FAILED")
