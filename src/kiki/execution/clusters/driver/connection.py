"""From a kubeconfig and a context to a connection, and one request over it.

Called by ``__main__`` and the modules that it loads. The client reads the kubeconfig and logs in;
what is asked are plain paths of the API with plain JSON, as the client's own types know only the
kinds of its own version.
"""

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver.faults import Fault
else:
    from faults import Fault

APPLY = "application/apply-patch+yaml"  # JSON is YAML
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
# Also since 1.15: what kubectl prints is made by the server, for kinds that it alone knows, too.
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
THREADS = 8
_UNAUTHORIZED, _FORBIDDEN, _BAD = 401, 403, 400


class Refused(Exception):  # noqa: N818 -- it never leaves this process
    """The API server said no. *status* is HTTP's; *body* the server's Status object."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body.get("message", status)))
        self.status = status
        self.body = body

    @property
    def reason(self) -> str:
        """``NotFound``, ``Conflict``, ``Invalid`` ...; the status where the server named none."""
        return str(self.body.get("reason") or self.status)

    @property
    def causes(self) -> list[dict[str, str]]:
        """The server's own list of what is wrong, each with field, message and reason."""
        found = (self.body.get("details") or {}).get("causes") or []
        return [
            {key: str(one.get(key, "")) for key in ("reason", "field", "message")} for one in found
        ]


class Api:
    """A cluster. *context*, *cluster*, *user* and *namespace* are the kubeconfig's names for what
    is used. Threads may share it."""

    def __init__(self, client: Any, context: dict[str, Any], timeout_s: float) -> None:
        known = context.get("context") or {}
        self.context = str(context["name"])
        self.cluster = str(known.get("cluster", ""))
        self.user = str(known.get("user", ""))
        self.namespace = str(known.get("namespace") or "default")
        self.server = str(client.configuration.host)
        self.authority = client.configuration.ssl_ca_cert
        self.certificate = client.configuration.cert_file
        self._client = client
        self._timeout_s = timeout_s

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """The JSON at *path*; Refused when the server says no, Fault ``cluster.denied`` for a login
        that it does not take."""
        answer = self.opened("GET", path, query=query)
        return _read(answer.status, answer.data)

    def tried(
        self,
        method: str,
        path: str,
        body: dict[str, Any],
        kind: str = "application/json",
        **query: str,
    ) -> dict[str, Any]:
        """What a request would give that is tried only: nothing here changes a cluster. Of a
        deletion with a body the server does not read the query (seen with 1.20: it deleted), of a
        patch its body is the object: so it is said where each is read."""
        if method == "DELETE":
            body = {**body, "dryRun": ["All"]}
        answer = self.opened(method, path, body, kind, {**query, "dryRun": "All"})
        return _read(answer.status, answer.data)

    def table(self, path: str, **query: Any) -> dict[str, Any]:
        """The objects at *path* as the server's own table, each row with its whole object."""
        asked = {"includeObject": "Object", **query}
        answer = self.opened("GET", path, query=asked, accept=TABLE)
        return _read(answer.status, answer.data)

    def text(self, path: str, **query: Any) -> str:
        """The text at *path*: logs."""
        answer = self.opened("GET", path, None, "application/json", query)
        if answer.status >= _BAD:
            _read(answer.status, answer.data)
        return bytes(answer.data).decode(errors="replace")

    def opened(
        self,
        method: str,
        path: str,
        body: Any = None,
        kind: str = "application/json",
        query: dict[str, Any] | None = None,
        *,
        stream: bool = False,
        accept: str = "application/json",
    ) -> Any:
        """urllib3's answer, whatever its status; with *stream* its body is still to be read."""
        headers = {"Accept": accept, "Content-Type": kind}
        if path.endswith("/log"):
            headers["Accept"] = "*/*"
        login = self._client.configuration.auth_settings().get("BearerToken")
        if login:
            headers[login["key"]] = login["value"]
        asked = urlencode({key: value for key, value in (query or {}).items() if value != ""})
        url = self.server + path + (f"?{asked}" if asked else "")
        return self._client.rest_client.pool_manager.request(
            method, url, headers=headers, body=None if body is None else json.dumps(body),
            timeout=self._timeout_s, retries=False, preload_content=not stream,
        )  # fmt: skip


def _read(status: int, data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data or b"{}")
    except ValueError:
        found = {"message": data[:500].decode(errors="replace")}
    if not isinstance(found, dict):
        found = {"message": str(found)[:500]}
    if status == _UNAUTHORIZED:
        raise Fault("cluster.denied", reason=str(found.get("message", status)))
    if status >= _BAD:
        raise Refused(status, found)
    return found


def connected(order: dict[str, Any]) -> Api:
    """The cluster that *order* means; asks nothing of it yet, but a login program may be run. A
    request that fails is not repeated."""
    import kubernetes  # type: ignore[import-not-found]  # noqa: PLC0415 -- half a second

    file = order["kubeconfig"] or _usual()
    _require_file(file)
    chosen = _chosen(kubernetes, file, order["context"])
    configuration = kubernetes.client.Configuration()
    configuration.retries = False
    configuration.connection_pool_maxsize = THREADS
    try:
        client = kubernetes.config.new_client_from_config(
            file, chosen["name"], client_configuration=configuration, persist_config=False
        )
    except kubernetes.config.ConfigException as error:
        raise Fault("cluster.file_invalid", path=file, reason=_plain(error)) from error
    return Api(client, chosen, order["timeout_s"])


def _usual() -> str:
    return os.path.expanduser("~/.kube/config")  # noqa: PTH111 -- kubectl's place


def _require_file(file: str) -> None:
    """Fault ``cluster.no_file`` unless at least one of the files can be read."""
    problem = ""
    for path in filter(None, file.split(os.pathsep)):
        try:
            with open(os.path.expanduser(path), "rb"):  # noqa: PTH111, PTH123 -- as the client does
                return
        except OSError as error:
            problem = error.strerror or type(error).__name__
    raise Fault("cluster.no_file", path=file, reason=problem)


def _chosen(kubernetes: Any, file: str, name: str) -> dict[str, Any]:
    """The context called *name*, or the file's own."""
    try:
        contexts, active = kubernetes.config.list_kube_config_contexts(file)
    except kubernetes.config.ConfigException as error:
        raise _of_contexts(file, error) from error
    except Exception as error:
        raise Fault("cluster.file_invalid", path=file, reason=type(error).__name__) from error
    if not name:
        return dict(active)
    found = next((one for one in contexts if one["name"] == name), None)
    if found is None:
        known = ", ".join(str(one["name"]) for one in contexts) or "-"
        raise Fault("cluster.context_unknown", context=name, path=file, contexts=known)
    return dict(found)


def _of_contexts(file: str, error: Exception) -> Fault:
    """A file without a current context still has its others: they can be named."""
    if "current-context" in str(error):
        return Fault("cluster.no_context", path=file)
    return Fault("cluster.file_invalid", path=file, reason=_plain(error))


def _plain(error: Exception) -> str:
    """The client's own words where they say what is missing and quote no value."""
    text = str(error)
    return text if text.startswith("Invalid kube-config file. Expected") else type(error).__name__
