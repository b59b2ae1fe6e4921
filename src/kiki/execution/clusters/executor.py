"""Runs for a cluster: looked at by the client's own process, applied by Ansible on this machine.

Called by ``wiring``, which puts it before the executor for hosts; everything that is not for a
cluster goes on to that one. What is the same for every such place is ``execution.places``. See
docs/decisions/0017-kubernetes-live.md.
"""

import fnmatch
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kiki.execution.clusters.client import REQUEST_S, ClusterClient
from kiki.execution.places import HERE, ROLLOUT_S, PlaceExecutor
from kiki.execution.port import Executor, SecretValues
from kiki.execution.spellings import encoded
from kiki.model.errors import PermanentError, UsageError
from kiki.model.inventory import Inventory, Place
from kiki.model.request import ClusterSource, Scope
from kiki.model.run import HOLD, RunOrder

__all__ = ["HERE", "ClusterExecutor"]

Keep = Callable[[str, str], None]
_EVICTION_S = 10  # between two tries of a drain, as the program has it


class ClusterExecutor(PlaceExecutor[ClusterSource]):
    """See ``places``; *guarded* are patterns of contexts. *keep* seals a secret by its name:
    without it nothing whose undo needs one is applied."""

    module = "kubernetes.core.k8s"

    def __init__(
        self,
        hosts: Executor,
        client: ClusterClient,
        state_dir: str,
        secret_value: SecretValues,
        *,
        keep: Keep | None = None,
        guarded: tuple[str, ...] = (),
        rollout_s: int = ROLLOUT_S,
    ) -> None:
        super().__init__(hosts, state_dir, secret_value, guarded=guarded, rollout_s=rollout_s)
        self._client = client
        self._keep = keep

    def _source(self, scope: Scope) -> ClusterSource | None:
        return scope.cluster

    def _resolved(self, source: ClusterSource, scope: Scope) -> Inventory:
        """UsageError and TemporaryError ``cluster.<what>`` as ``client`` raises them."""
        said = self._client.identity(source)
        name = said["context"]
        for text in (name, source.kubeconfig):
            if "{{" in text or "{%" in text:  # Ansible would take it for a template
                raise UsageError("cluster.name_unsafe", name=text)
        if scope.limit not in ("", name):
            raise UsageError("cluster.limit", limit=scope.limit, context=name)
        guarded = any(fnmatch.fnmatchcase(name, pattern) for pattern in self._guarded)
        place = Place(kind="cluster", name=name, identity=said, guarded=guarded)
        frozen = {"all": {"hosts": {name: {"ansible_host": said["uid"]}}}, "cluster": said}
        return Inventory(
            text=json.dumps(frozen, indent=1, ensure_ascii=False) + "\n",
            hosts=(name,),
            hostvars={name: {"ansible_host": said["uid"]}},
            place=place,
        )

    def _ask(
        self, source: ClusterSource, what: str, asked: dict[str, Any],
        hear: Callable[[Any], None], *, timeout_s: float, begun: Callable[[int], None],
    ) -> dict[str, Any]:  # fmt: skip
        return self._client.ask(source, what, asked, hear, timeout_s=timeout_s, begun=begun)

    def _about(self, order: RunOrder, place: Place) -> dict[str, Any]:
        return {"namespace": place.identity["namespace"]}

    def _variables(self, order: RunOrder, source: ClusterSource, place: Place) -> dict[str, str]:
        kubeconfig = source.kubeconfig or str(Path.home() / ".kube" / "config")
        return {
            "kiki_kubeconfig": kubeconfig,
            "kiki_context": place.name,
            "kiki_evictions": str(self._rollout_s // _EVICTION_S),
        }

    def _shown(self, values: Iterable[str]) -> Iterable[str]:
        """A registry's login has its password in JSON and in base64, and all of it is in base64
        once more: what a webhook says of it may be any of these."""
        for value in values:
            yield from (value, json.dumps(value)[1:-1], *encoded(value))

    def _begun(self, order: RunOrder, source: ClusterSource) -> dict[str, Any]:
        """Have the values of Secrets sealed that the run is about to write over: before it begins,
        so that an apply that is cut can be taken back, too. TemporaryError ``cluster.held_moved``
        when they are not those of the plan any more."""
        told = {key: value for key, value in order.variables.items() if key != HOLD}
        wanted = order.variables.get(HOLD, [])
        if not wanted:
            return told
        if self._keep is None:
            raise PermanentError("cluster.no_keeper")
        seconds = min(REQUEST_S * len(wanted), order.timeout_s)
        said = self._client.ask(source, "hold", {"secrets": wanted}, timeout_s=seconds)
        for name, value in said["values"].items():
            self._keep(str(name), str(value))
        return told

    def _python(self) -> Path:
        return self._client.python()
