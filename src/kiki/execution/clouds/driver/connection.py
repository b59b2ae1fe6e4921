"""A cloud and its services, by openstacksdk: who asks, and plain requests.

Called by ``__main__`` and the modules that ask. The cloud is that name of ``clouds.yaml``;
environment variables say nothing here. A ``secure.yaml`` beside it counts, as OpenStack's own
programs have it.
"""

import difflib
import os
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.faults import Fault, place
else:
    from faults import Fault, place

_TOKENS = ("token", "v3token", "v2token", "admin_token")
_CREDENTIALS = ("v3applicationcredential", "application_credential")
_UNAUTHORIZED = 401
_NOT_FOUND = 404
_BAD = 400


class Refused(Exception):  # noqa: N818 -- it never leaves this process
    """An answer of a service that is an error, in its own words."""

    def __init__(self, status: int, kind: str, message: str, where: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.where = where


class Cloud:
    """One cloud. *config* is openstacksdk's of one cloud and region."""

    def __init__(self, config: Any, connection: Any, order: dict[str, Any]) -> None:
        self.name: str = order["cloud"]
        self.region: str = config.region_name or ""
        self.address: str = str(config.get_auth_args().get("auth_url") or "-")
        self.connection = connection
        self._type: str = str(config.config.get("auth_type") or "password")
        self._order = order
        self._others: dict[str, Cloud | None] = {}

    @cached_property
    def access(self) -> Any:
        """What Keystone says of the login. Fault ``cloud.denied``, ``token_expired``,
        ``credential_refused``, ``no_project``."""
        session = self.connection.session
        try:
            found = session.auth.get_access(session)
        except Exception as error:
            status, code = getattr(error, "http_status", 0), self._denied()
            # Keystone says of a token or a credential that it does not know that it is not there.
            if status == _UNAUTHORIZED or (status == _NOT_FOUND and code != "cloud.denied"):
                raise Fault(code) from error
            if status == _BAD:  # something is missing: Keystone says what
                said = str(getattr(error, "message", "") or "-").split(" (HTTP")[0]
                raise Fault("cloud.settings_wrong", reason=said) from error
            raise
        if not found.project_id:
            raise Fault("cloud.no_project")
        return found

    def within(self, project: str, domain: str) -> "Cloud | None":
        """The same login in *project* of *domain*, without one as it is; None when there is no such
        project. Fault ``cloud.project_closed``, ``project_bound``."""
        if not project:
            return self
        if self._others.get(project) is None:  # what is not there may come
            self._others[project] = self._entered(project, domain)
        return self._others[project]

    def _entered(self, project: str, domain: str) -> "Cloud | None":
        if self._type in (*_TOKENS, *_CREDENTIALS):  # each is one project's
            raise Fault("cloud.project_bound", project=project)
        if not self._has_project(project, domain):
            return None
        other = connected({**self._order, "project": project, "domain": domain})
        try:
            assert other.access
        except Fault as fault:
            if fault.code != "cloud.denied":
                raise
            raise Fault("cloud.project_closed", project=project) from fault
        return other

    def _has_project(self, project: str, domain: str) -> bool:
        """Whether there is such a project; one who may not look for it may be in it yet."""
        try:
            found = self.ask("identity", "get", f"/projects?name={quote(project)}")["projects"]
            domains = self.ask("identity", "get", f"/domains?name={quote(domain)}")["domains"]
        except Refused:
            return True
        known = {one["id"] for one in domains} | {domain.lower()}
        return any(one["domain_id"] in known for one in found)

    def _denied(self) -> str:
        if self._type in _TOKENS:
            return "cloud.token_expired"
        return "cloud.credential_refused" if self._type in _CREDENTIALS else "cloud.denied"

    def heat(self, method: str, path: str, body: Any = None) -> Any:
        """What Heat answers; Refused for an error."""
        return self.ask("orchestration", method, path, body)

    def ask(self, service: str, method: str, path: str, body: Any = None, version: str = "") -> Any:
        """What a service answers, as JSON; Refused for an error. *version* is a microversion."""
        proxy = getattr(self.connection, service)
        options: dict[str, Any] = {} if body is None else {"json": body}
        if version:
            options["microversion"] = version
        response = getattr(proxy, method)(path, **options)
        if response.status_code >= _BAD:
            if response.status_code == _UNAUTHORIZED:
                raise Fault(self._denied())
            kind, message = _said(response)
            raise Refused(response.status_code, kind, message, place(response.url))
        return response.json() if response.content else {}

    def found(self, service: str, path: str) -> Any:
        """What is at *path*; None when nothing is."""
        try:
            return self.ask(service, "get", path)
        except Refused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise


def connected(order: dict[str, Any]) -> Cloud:
    """The cloud that *order* names; no request to it waits longer than ``timeout_s``. Fault
    ``cloud.no_file``, ``file_invalid``, ``unknown``, ``region_unknown``, ``settings_wrong``."""
    path = order["file"]
    if not path:
        raise Fault("cloud.no_file", path="clouds.yaml", reason="No such file")
    try:
        with open(path, encoding="utf-8"):  # noqa: PTH123 -- only whether it can be read
            pass
    except OSError as error:
        raise Fault("cloud.no_file", reason=error.strerror or "OSError") from error
    import openstack  # type: ignore[import-not-found]  # noqa: PLC0415 -- of its own environment

    config = _chosen(openstack, order)
    return Cloud(config, openstack.connection.Connection(config=config), order)


def secure_file(path: str) -> str:
    """The ``secure.yaml`` beside a ``clouds.yaml``."""
    return os.path.join(os.path.dirname(path), "secure.yaml")  # noqa: PTH118, PTH120


def _chosen(openstack: Any, order: dict[str, Any]) -> Any:
    path, name = order["file"], order["cloud"]
    try:
        every = openstack.config.OpenStackConfig(
            config_files=[path], secure_files=[secure_file(path)], load_envvars=False
        )
        names = sorted(every.get_cloud_names())
    except Exception as error:
        raise Fault("cloud.file_invalid", reason=type(error).__name__) from error
    if name not in names:
        near = difflib.get_close_matches(name, names, 1, 0.5) or names[:1] or ["-"]
        raise Fault("cloud.unknown", clouds=", ".join(names) or "-", near=near[0])
    asked = {"api_timeout": order["timeout_s"]}
    if order["region"]:
        asked["region_name"] = order["region"]
    if order.get("project"):
        login = {"project_name": order["project"], "project_domain_name": order["domain"]}
        asked["auth"] = {**login, "project_id": "", "project_domain_id": ""}
    try:
        return every.get_one(name, **asked)
    except Exception as error:
        if order["region"] and "egion" in str(error):
            raise Fault("cloud.region_unknown", regions=_regions(every, name)) from error
        raise Fault("cloud.settings_wrong", reason=_wrong(error)) from error


def _regions(every: Any, name: str) -> str:
    told = every.cloud_config["clouds"][name]
    listed = told.get("regions") or [told.get("region_name") or "-"]
    names = [one["name"] if isinstance(one, dict) else str(one) for one in listed]
    return ", ".join(names) or "-"


def _wrong(error: Exception) -> str:
    """What keystoneauth misses by name; of anything else its class."""
    options = getattr(error, "options", None) or ()
    names = [str(getattr(one, "dest", "")) for one in options]
    return ", ".join(filter(None, names)) or type(error).__name__


def _said(response: Any) -> tuple[str, str]:
    """The kind and the message in a service's error: each service has a form of its own."""
    try:
        body = response.json()
    except ValueError:
        return "", (response.reason or "")[:500]
    if not isinstance(body, dict):
        return "", str(body)[:500]
    error: Any = body.get("error") or next(iter(body.values()), {})
    if not isinstance(error, dict):
        return "", str(error)[:500]
    return str(error.get("type") or ""), str(error.get("message") or body)[:1500]
