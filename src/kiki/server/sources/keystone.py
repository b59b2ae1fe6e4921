"""Logging in with a name and password of an OpenStack cloud (Identity API v3).

Called by ``doors``. One login is an unscoped token, then one scoped token for each project that the
table names, for the roles there, and the groups where the table names any. All tokens are ended
again. The subject is Keystone's own spelling of the name in its one domain, which is what nobody
else in the domain is called; the name of somebody who was deleted can be given again."""

import contextlib
import json
from typing import Any

from kiki.model.errors import KikiError, UsageError
from kiki.server.sources.definitions import Keystone
from kiki.server.sources.port import Person
from kiki.server.sources.web import Reply, Web

_BETWEEN = "/"


class KeystoneSource:
    """Implements ``port.ByPassword``."""

    def __init__(self, name: str, wanted: Keystone) -> None:
        self._name = name
        self._wanted = wanted
        self._web = Web(name, wanted.ca_file, wanted.timeout_s)
        base = wanted.url.rstrip("/")
        self._base = base if base.endswith("/v3") else f"{base}/v3"

    def person(self, name: str, password: str) -> Person:
        """Who that is, with the roles in projects (``PROJECT/ROLE``) and the groups."""
        if not name or not password:
            raise UsageError("login.refused", source=self._name)
        user = {"name": name, "domain": {"name": self._wanted.domain}, "password": password}
        told = self._token({"methods": ["password"], "password": {"user": user}}, "unscoped")
        if told is None:
            raise UsageError("login.refused", source=self._name)
        token, about = told
        try:
            return Person(str(about["user"]["name"]), tuple(self._groups(token, about)))
        except (KeyError, TypeError) as error:
            raise self._web.down("not Keystone's answer") from error
        finally:
            self._end(token)

    def _groups(self, token: str, about: dict[str, Any]) -> list[str]:
        found: list[str] = []
        named = [key for key in self._wanted.roles if _BETWEEN in key]
        for project in sorted({key.rpartition(_BETWEEN)[0] for key in named}):
            found += [f"{project}{_BETWEEN}{role}" for role in self._roles(token, project)]
        if len(named) < len(self._wanted.roles):
            found += self._of_domain(token, about)
        return found

    def _roles(self, token: str, project: str) -> list[str]:
        """Those in one project; none where Keystone gives no token for it."""
        wanted = {"project": {"name": project, "domain": {"name": self._wanted.domain}}}
        told = self._token({"methods": ["token"], "token": {"id": token}}, wanted)
        if told is None:
            return []
        self._end(told[0])
        return [str(role["name"]) for role in told[1].get("roles", ())]

    def _of_domain(self, token: str, about: dict[str, Any]) -> list[str]:
        """The groups of the user's own domain; in another one they are somebody else's."""
        user = about["user"]
        url = f"{self._base}/users/{user['id']}/groups"
        reply = self._web.ask("GET", url, X_Auth_Token=token)
        if reply.status != 200:
            raise self._web.down(f"HTTP {reply.status}")
        groups = reply.body.get("groups", [])
        own = user["domain"]["id"]
        return [str(one["name"]) for one in groups if one.get("domain_id") == own]

    def _token(self, identity: dict[str, Any], scope: Any) -> tuple[str, dict[str, Any]] | None:
        """A token and what Keystone says of it; None when it is not given."""
        body = json.dumps({"auth": {"identity": identity, "scope": scope}}).encode()
        url = f"{self._base}/auth/tokens"
        reply = self._web.ask("POST", url, body, Content_Type="application/json")
        if reply.status == 401:
            return None
        return self._made(reply)

    def _made(self, reply: Reply) -> tuple[str, dict[str, Any]]:
        token, about = reply.headers.get("X-Subject-Token", ""), reply.body.get("token")
        if reply.status != 201 or not token or not isinstance(about, dict):
            raise self._web.down(f"HTTP {reply.status}")
        return token, about

    def _end(self, token: str) -> None:
        with contextlib.suppress(KikiError):  # it ends by itself, too
            url = f"{self._base}/auth/tokens"
            self._web.ask("DELETE", url, X_Auth_Token=token, X_Subject_Token=token)
