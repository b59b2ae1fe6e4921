"""The agent over HTTP: ``model.agent.Agent`` for a Kiki server named by ``--base-url``.

Called by the CLI. JSON over HTTP/1.1, UTF-8; the token goes in ``Authorization: Bearer``. Records
are the JSON forms of ``kiki.model``. The server has these paths, all below ``/api/v1``:

===========  ================================  ==============================================
method       path                              body, and what comes back
===========  ================================  ==============================================
POST         ``generate``                      request, strict -> Generated
POST         ``code-only``                     request -> {"value": bool}
POST         ``check``                         target, files, entry, kube_version ->
                                               {"findings": [...]}
GET          ``changes?state=...``             -> {"changes": [...]}
POST         ``changes``                       request, become_password -> stream
GET          ``changes/ID``                    -> Change
GET          ``changes/ID/history``            -> {"records": [...]}
GET          ``changes/ID/bundle.zip``         -> the zip's bytes
POST         ``changes/ID/answer``             value, become_password -> stream
POST         ``changes/ID/approve``            digest, note, name, break_glass ->
                                               Change
POST         ``changes/ID/reject``             reason -> Change
POST         ``changes/ID/cancel``             -> Change
POST         ``changes/ID/run|plan``           become_password -> stream
POST         ``changes/ID/redo|undo|resume``   become_password -> stream
GET          ``ledger?limit=N``                -> {"records": [...]}
GET          ``audit``                         -> {"faults": [...]}
GET          ``ledger/search?who=...``         -> {"records": [...]}
GET          ``ledger/export``                 -> LedgerExport
GET, DELETE  ``freeze``                        -> Freeze
POST         ``freeze``                        reason, until -> Freeze
POST         ``recover``                       -> {"changes": [...]}
GET          ``agent``                         -> what ``describe`` gives
===========  ================================  ==============================================

A *stream* is one JSON object a line (``model.wire.Line``): ``{"progress": {...}}`` any number of
times, then ``{"change": {...}}`` or ``{"error": {...}}``. An error is a ``model.wire.Problem``,
also as the whole answer with a status of 400 or more. Logging in is not the Agent's: see the last
methods. Nothing is tried twice: the server may have begun."""

import http.client
import os
from collections.abc import Iterator
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from kiki.model.agent import ChangeFilter, Generated, Listener, silent
from kiki.model.artifact import File
from kiki.model.change import Change
from kiki.model.errors import KikiError, PermanentError, TemporaryError, UsageError
from kiki.model.finding import Finding
from kiki.model.freeze import Freeze
from kiki.model.ledger import LedgerExport, LedgerFault, LedgerFilter, LedgerRecord
from kiki.model.request import Request
from kiki.model.secret import MasterRotation, SecretVersion
from kiki.model.wire import Line, Problem

API = "/api/v1/"
CONNECT_S = 10.0
ANSWER_S = 60.0  # a stream may be silent this long many times over; see ``_Reply``
STREAM_S = 3900.0  # longer than the longest run that a server allows by default

T = TypeVar("T")


class HttpAgent:
    """Implements ``model.agent.Agent``; see there for what each method promises.

    TemporaryError ``client.unreachable``, ``client.timeout``, ``client.cut``,
    ``client.server_failed``; UsageError ``client.bad_url``, ``client.unauthorised``,
    ``client.no_token``,
    ``client.forbidden``, ``client.secrets_local`` (secrets are kept where the server is);
    PermanentError ``client.not_kiki``.
    """

    def __init__(self, base_url: str, token: str = "") -> None:
        self._url = base_url
        self._host, self._port, self._secure, self._prefix = _parts(base_url)
        self._token = token

    def generate(self, raw: Request, *, strict: bool) -> Generated:
        """Read and render."""
        return self._post("generate", {"request": raw, "strict": strict}, Generated)

    def asks_for_code_only(self, raw: Request) -> bool:
        """Whether the message itself asks for the YAML alone."""
        return self._post("code-only", {"request": raw}, dict[str, bool])["value"]

    def check(
        self, target: str, files: tuple[File, ...], entry: str = "", kube_version: str = ""
    ) -> tuple[Finding, ...]:
        """Check anybody's files."""
        more = {"entry": entry, "kube_version": kube_version}
        body = {"target": target, "files": files} | {key: one for key, one in more.items() if one}
        found = self._post("check", body, dict[str, tuple[Finding, ...]])
        return found["findings"]

    def submit(
        self, raw: Request, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """Make a change."""
        body = {"request": raw, "become_password": become_password}
        return self._stream("changes", body, listener)

    def answer(
        self,
        change_id: str,
        value: str,
        listener: Listener = silent,
        become_password: str | None = None,
    ) -> Change:
        """Answer the open question."""
        body = {"value": value, "become_password": become_password}
        return self._stream(_path(change_id, "answer"), body, listener)

    def get(self, change_id: str) -> Change:
        """The change with this id or unique prefix."""
        return self._get(_path(change_id), Change)

    def find(self, wanted: ChangeFilter) -> tuple[Change, ...]:
        """Matching changes, newest first."""
        query = urlencode(
            {key: value for key, value in msgspec.to_builtins(wanted).items() if value}
        )
        return self._get(f"changes?{query}", dict[str, tuple[Change, ...]])["changes"]

    def approve(
        self,
        change_id: str,
        digest: str,
        note: str = "",
        *,
        name: str = "",
        break_glass: str = "",
    ) -> Change:
        """Grant exactly *digest*."""
        body = {"digest": digest, "note": note}
        more = {"name": name, "break_glass": break_glass}  # an older server knows neither
        body |= {key: value for key, value in more.items() if value}
        return self._post(_path(change_id, "approve"), body, Change)

    def reject(self, change_id: str, reason: str = "") -> Change:
        """Say no for good."""
        return self._post(_path(change_id, "reject"), {"reason": reason}, Change)

    def run(
        self,
        change_id: str,
        listener: Listener = silent,
        become_password: str | None = None,
        *,
        override: str = "",
    ) -> Change:
        """Apply what was approved."""
        body = {"become_password": become_password}
        body |= {"override": override} if override else {}  # an older server does not know it
        return self._stream(_path(change_id, "run"), body, listener)

    def replan(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """Check and plan again."""
        body = {"become_password": become_password}
        return self._stream(_path(change_id, "plan"), body, listener)

    def resume(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """Plan again, for the hosts that are left."""
        body = {"become_password": become_password}
        return self._stream(_path(change_id, "resume"), body, listener)

    def cancel(self, change_id: str) -> Change:
        """Stop it."""
        return self._post(_path(change_id, "cancel"), {}, Change)

    def redo(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """A new change with the same request and reading."""
        body = {"become_password": become_password}
        return self._stream(_path(change_id, "redo"), body, listener)

    def undo(
        self, change_id: str, listener: Listener = silent, become_password: str | None = None
    ) -> Change:
        """A new change that takes this one back."""
        body = {"become_password": become_password}
        return self._stream(_path(change_id, "undo"), body, listener)

    def history(self, change_id: str) -> tuple[LedgerRecord, ...]:
        """The ledger's records about one change."""
        path = _path(change_id, "history")
        return self._get(path, dict[str, tuple[LedgerRecord, ...]])["records"]

    def ledger(self, limit: int = 100) -> tuple[LedgerRecord, ...]:
        """The last *limit* records of the whole ledger."""
        return self._get(f"ledger?limit={limit}", dict[str, tuple[LedgerRecord, ...]])["records"]

    def bundle(self, change_id: str, path: str) -> str:
        """Write the change's ``bundle.zip`` to *path*; the path written."""
        data = self._answer("GET", _path(change_id, "bundle.zip"), None)
        _write(path, data)
        return path

    def audit(self) -> tuple[LedgerFault, ...]:
        """Verify the whole ledger."""
        return self._get("audit", dict[str, tuple[LedgerFault, ...]])["faults"]

    def search(self, wanted: LedgerFilter) -> tuple[LedgerRecord, ...]:
        """The newest matching records."""
        query = urlencode({key: one for key, one in msgspec.to_builtins(wanted).items() if one})
        path = f"ledger/search?{query}"
        return self._get(path, dict[str, tuple[LedgerRecord, ...]])["records"]

    def export(self) -> LedgerExport:
        """The whole ledger at one moment."""
        return self._get("ledger/export", LedgerExport)

    def freeze(self, reason: str, until: str = "") -> Freeze:
        """Halt all new applies."""
        return self._post("freeze", {"reason": reason, "until": until}, Freeze)

    def thaw(self) -> Freeze:
        """End the freeze."""
        return self._decoded(self._answer("DELETE", "freeze", None), Freeze)

    def frozen(self) -> Freeze:
        """The freeze that holds now."""
        return self._get("freeze", Freeze)

    def secrets(self) -> tuple[SecretVersion, ...]:
        """Not over HTTP."""
        raise self._kept_there()

    def keep_secret(self, name: str, value: str, *, known: bool = False) -> SecretVersion:
        """Not over HTTP: a value stays on the machine that keeps it."""
        raise self._kept_there()

    def remove_secret(
        self, name: str, version: str = "", *, force: bool = False
    ) -> tuple[SecretVersion, ...]:
        """Not over HTTP."""
        raise self._kept_there()

    def rotate_master_key(self, to: str = "") -> MasterRotation:
        """Not over HTTP."""
        raise self._kept_there()

    def _kept_there(self) -> UsageError:
        return UsageError("client.secrets_local", url=self._url)

    def recover(self) -> tuple[Change, ...]:
        """Mark what a crash cut as interrupted."""
        return self._post("recover", {}, dict[str, tuple[Change, ...]])["changes"]

    def describe(self) -> dict[str, Any]:
        """What the server is."""
        return self._get("agent", dict[str, Any])

    def _get(self, path: str, kind: type[T]) -> T:
        return self._decoded(self._answer("GET", path, None), kind)

    def _post(self, path: str, body: dict[str, Any], kind: type[T]) -> T:
        return self._decoded(self._answer("POST", path, body), kind)

    def _answer(self, method: str, path: str, body: dict[str, Any] | None) -> bytes:
        with _Reply(self._url) as reply:
            response = reply.open(self._connection(ANSWER_S), method, *self._message(path, body))
            data = response.read()
        self._raise_for(response.status, data)
        return data

    def _stream(self, path: str, body: dict[str, Any], listener: Listener) -> Change:
        with _Reply(self._url) as reply:
            response = reply.open(self._connection(STREAM_S), "POST", *self._message(path, body))
            if response.status >= 400:
                self._raise_for(response.status, response.read())
            for line in self._lines(response):
                if line.progress is not None:
                    listener(line.progress)
                if line.error is not None:
                    raise self._heard(line.error)
                if line.change is not None:
                    return line.change
        raise TemporaryError("client.cut", url=self._url, reason="no result")

    def _lines(self, response: http.client.HTTPResponse) -> Iterator[Line]:
        for text in response:
            if text.strip():
                yield self._decoded(text, Line)

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        make = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = make(self._host, self._port, timeout=CONNECT_S)
        connection.connect()
        connection.sock.settimeout(timeout)
        return connection

    def _message(
        self, path: str, body: dict[str, Any] | None
    ) -> tuple[str, bytes | None, dict[str, str]]:
        headers = {"Accept": "application/json, application/x-ndjson"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else msgspec.json.encode(body)
        return self._prefix + API + path, data, headers

    def _decoded(self, data: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(data, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise PermanentError("client.not_kiki", url=self._url, status=200) from error

    def _raise_for(self, status: int, data: bytes) -> None:
        if status < 300:
            return
        try:
            problem = msgspec.json.decode(data, type=Problem)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise self._unexplained(status) from None
        raise self._heard(problem)

    def _heard(self, problem: Problem) -> KikiError:
        """The error that the server tells of; what is said of a login needs its address."""
        if problem.code == "server.unauthorised":
            return self._unexplained(problem.status)
        return problem.error()

    def _unexplained(self, status: int) -> KikiError:
        if status == 401:
            code = "client.unauthorised" if self._token else "client.no_token"
            return UsageError(code, url=self._url)
        if status == 403:
            return UsageError("client.forbidden", url=self._url)
        if status in (429, 502, 503, 504):
            return TemporaryError("client.server_failed", url=self._url, status=status)
        return PermanentError("client.not_kiki", url=self._url, status=status)

    def login(self, name: str, password: str, source: str = "") -> dict[str, Any]:
        """A session: its token, and what is told about it. Not of the Agent: who is logged in is
        the server's own affair."""
        body = {"name": name, "password": password} | ({"source": source} if source else {})
        return self._post("login", body, dict[str, Any])

    def first(self, token: str, name: str, password: str) -> None:
        """Make the first account with the token that the server printed."""
        body = {"token": token, "name": name, "password": password}
        self._post("first", body, dict[str, Any])

    def logout(self) -> None:
        """End the token."""
        self._post("logout", {}, dict[str, Any])

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Anything else that the server has below ``/api/v1/``."""
        return self._decoded(self._answer(method, path, body), dict[str, Any])


class _Reply:
    """One exchange: whatever goes wrong in it becomes a KikiError, and the connection is closed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: http.client.HTTPConnection | None = None
        self._response: http.client.HTTPResponse | None = None

    def __enter__(self) -> "_Reply":
        return self

    def open(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        data: bytes | None,
        headers: dict[str, str],
    ) -> http.client.HTTPResponse:
        """Send, and give the response with its body unread."""
        self._connection = connection
        connection.request(method, path, body=data, headers=headers)
        self._response = connection.getresponse()
        return self._response

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        for opened in (self._response, self._connection):
            if opened is not None:
                opened.close()
        if isinstance(error, TimeoutError) and self._connection is not None:
            raise TemporaryError("client.timeout", url=self._url, seconds=int(ANSWER_S)) from error
        if isinstance(error, http.client.BadStatusLine | http.client.UnknownProtocol):
            raise PermanentError("client.not_kiki", url=self._url, status=0) from error
        if isinstance(error, OSError | http.client.HTTPException | ValueError):
            code = "client.cut" if self._connection is not None else "client.unreachable"
            raise TemporaryError(code, url=self._url, reason=_reason(error)) from error


def _reason(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error) or type(error).__name__


def _parts(url: str) -> tuple[str, int, bool, str]:
    """Host, port, whether TLS, and the path before the API's; UsageError ``client.bad_url``."""
    try:
        split = urlsplit(url if "://" in url else f"http://{url}")
        host, port = split.hostname, split.port
    except ValueError as error:
        raise UsageError("client.bad_url", url=url) from error
    if split.scheme not in ("http", "https") or not host or split.query or split.username:
        raise UsageError("client.bad_url", url=url)
    secure = split.scheme == "https"
    return host, port or (443 if secure else 80), secure, split.path.rstrip("/")


def _path(change_id: str, action: str = "") -> str:
    path = f"changes/{quote(change_id, safe='')}"
    return f"{path}/{action}" if action else path


def _write(path: str, data: bytes) -> None:
    new = f"{path}.{os.getpid()}.new"
    try:
        with open(new, "wb") as file:  # noqa: PTH123 -- as in the CLI
            file.write(data)
        os.replace(new, path)  # noqa: PTH105 -- as in the CLI
    except OSError as error:
        if os.path.exists(new):  # noqa: PTH110 -- as in the CLI
            os.unlink(new)  # noqa: PTH108 -- as in the CLI
        raise TemporaryError("client.not_written", path=path, reason=_reason(error)) from error
