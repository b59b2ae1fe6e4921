"""Logging in with a browser at an OpenID provider (OpenID Connect Core 1.0, Discovery 1.0).

Called by ``doors``. The server is the provider's client, the command line only opens the browser:
the authorization code flow with PKCE (RFC 7636) comes back to a loopback port of the command line
(RFC 8252), which hands over what it got; where there is no browser the device flow (RFC 8628) shows
a code. State, nonce and verifier are made here, kept ten minutes at most, and used once."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from kiki.model.errors import StateError, UsageError
from kiki.server.sources import idtokens
from kiki.server.sources.definitions import LOOPBACK, Oidc
from kiki.server.sources.pending import Pending
from kiki.server.sources.port import Person, Started
from kiki.server.sources.web import Reply, Web

LASTS_S = 600
KNOWN_S = 600.0
"""For how long an issuer's document and keys are believed to be the newest."""
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Begun(NamedTuple):
    """A login under way: in the browser with *redirect*, or on another device with *code*."""

    nonce: str = ""
    verifier: str = ""
    redirect: str = ""
    code: str = ""


class OidcSource:
    """Implements ``port.ByBrowser``. *secret* gives the value of a kept secret."""

    def __init__(
        self,
        name: str,
        wanted: Oidc,
        secret: Callable[[str], str],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._name = name
        self._wanted = wanted
        self._secret = secret
        self._now = now
        self._web = Web(name, wanted.ca_file, wanted.timeout_s)
        self._pending: Pending[Begun] = Pending(LASTS_S)
        self._lock = threading.Lock()
        self._known: tuple[float, dict[str, Any], dict[str, Any]] | None = None

    def begin(self, redirect: str, address: str) -> Started:
        """A login in the browser that comes back to *redirect*, a loopback address; without one a
        login on any device. *address* is where it was asked for."""
        return self._browser(redirect, address) if redirect else self._device(address)

    def _browser(self, redirect: str, address: str) -> Started:
        _require_loopback(redirect)
        document, _ = self._provider()
        begun = Begun(secrets.token_urlsafe(24), secrets.token_urlsafe(48), redirect)
        state = self._pending.put(begun, address)
        query = urlencode({
            "response_type": "code", "client_id": self._wanted.client_id, "redirect_uri": redirect,
            "scope": " ".join(self._wanted.scopes), "state": state, "nonce": begun.nonce,
            "code_challenge": _challenge(begun.verifier), "code_challenge_method": "S256",
        })  # fmt: skip
        joint = "&" if urlsplit(document["authorization_endpoint"]).query else "?"
        url = f"{document['authorization_endpoint']}{joint}{query}"
        return Started(ticket=state, url=url, seconds=LASTS_S)

    def _device(self, address: str) -> Started:
        document, _ = self._provider()
        url = document.get("device_authorization_endpoint", "")
        if not url:
            raise UsageError("login.no_device", source=self._name)
        told = self._post(url, {"scope": " ".join(self._wanted.scopes)})
        body = told.body
        if told.status != 200 or not all(isinstance(body.get(key), str) for key in _SHOWN):
            raise self._web.down(f"HTTP {told.status}")
        ticket = self._pending.put(Begun(code=body["device_code"]), address)
        return Started(
            ticket=ticket, url=body["verification_uri"], code=body["user_code"],
            interval=_number(body.get("interval"), 5, 60),
            seconds=_number(body.get("expires_in"), LASTS_S, LASTS_S),
        )  # fmt: skip

    def finish(self, ticket: str, code: str) -> Person:
        """Who logged in: the code, or the device's code, for a token. UsageError ``login.state``
        for a ticket that is not known, was used, or is too old."""
        begun = self._pending.look(ticket)
        if begun is not None and not begun.redirect:
            return self._polled(ticket, begun)
        begun = self._pending.take(ticket)
        if begun is None or not code:
            raise UsageError("login.state", source=self._name)
        return self._redeemed(begun, code)

    def _redeemed(self, begun: Begun, code: str) -> Person:
        told = self._token({
            "grant_type": "authorization_code", "code": code, "redirect_uri": begun.redirect,
            "code_verifier": begun.verifier,
        })  # fmt: skip
        if told.status != 200:
            raise self._refused(told)
        return self._person(told, begun.nonce)

    def _polled(self, ticket: str, begun: Begun) -> Person:
        told = self._token({"grant_type": _DEVICE, "device_code": begun.code})
        error = told.body.get("error")
        if error in ("authorization_pending", "slow_down"):
            raise StateError("login.pending", source=self._name, slow=int(error == "slow_down"))
        if self._pending.take(ticket) is None:
            raise UsageError("login.state", source=self._name)
        if told.status == 200:
            return self._person(told, "")
        raise self._refused(told)

    def _person(self, told: Reply, nonce: str) -> Person:
        """Who the ID token names; UsageError ``login.refused`` for one that does not hold."""
        text = told.body.get("id_token")
        if not isinstance(text, str):
            raise self._web.down("no ID token")
        claims = self._claims(text, nonce)
        subject = claims.get(self._wanted.subject)
        groups = claims.get(self._wanted.groups, ())
        groups = [groups] if isinstance(groups, str) else groups
        if not isinstance(subject, str) or not isinstance(groups, list | tuple):
            raise UsageError("login.bad_token", source=self._name, why="claims")
        return Person(subject, tuple(one for one in groups if isinstance(one, str)))

    def _claims(self, text: str, nonce: str) -> dict[str, Any]:
        """Keys that are not known may be new: they are asked for once more."""
        wanted = idtokens.Wanted(self._wanted.url, self._wanted.client_id, nonce)
        for again in (False, True):
            _, keys = self._provider(again=again)
            try:
                return idtokens.claims(text, keys, wanted, self._now())
            except idtokens.UnknownKeyError:
                continue
            except idtokens.BadTokenError as error:
                raise UsageError("login.bad_token", source=self._name, why=str(error)) from error
        raise UsageError("login.bad_token", source=self._name, why="key")

    def _token(self, asked: dict[str, str]) -> Reply:
        document, _ = self._provider()
        return self._post(document["token_endpoint"], asked)

    def _post(self, url: str, asked: dict[str, str]) -> Reply:
        """As this client: with its secret in the head (RFC 6749, 2.3.1), or without one."""
        wanted, headers = self._wanted, {"Content_Type": "application/x-www-form-urlencoded"}
        if wanted.client_secret:
            pair = f"{quote(wanted.client_id, '')}:{quote(self._secret(wanted.client_secret), '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        data = urlencode({**asked, "client_id": wanted.client_id}).encode()
        return self._web.ask("POST", url, data, Accept="application/json", **headers)

    def _refused(self, told: Reply) -> Exception:
        """What a provider says with ``error`` is a no; anything else is no answer. That the client
        itself is refused is a mistake in the settings."""
        error = told.body.get("error")
        if not isinstance(error, str) or error in ("invalid_client", "unauthorized_client"):
            return self._web.down(f"HTTP {told.status} {error or ''}".strip())
        return UsageError("login.not_given", source=self._name, why=error[:100])

    def _provider(self, *, again: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
        """The issuer's document and its keys."""
        with self._lock:
            if self._known is None or again or time.monotonic() - self._known[0] > KNOWN_S:
                document = self._document()
                keys = self._web.ask("GET", document["jwks_uri"])
                if keys.status != 200 or not isinstance(keys.body.get("keys"), list):
                    raise self._web.down("jwks_uri")
                self._known = (time.monotonic(), document, keys.body)
            return self._known[1], self._known[2]

    def _document(self) -> dict[str, Any]:
        """Of this very issuer, and with addresses that are as safe as its own."""
        issuer = self._wanted.url
        told = self._web.ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        document = told.body
        if told.status != 200 or document.get("issuer") != issuer:
            raise self._web.down("discovery: another issuer or none")
        device = ("device_authorization_endpoint",) if _DEVICED in document else ()
        for key in (*_ENDPOINTS, *device):
            if not _as_safe(document.get(key), issuer):
                raise self._web.down(f"discovery: {key}")
        return document


_DEVICED = "device_authorization_endpoint"
_SHOWN = ("device_code", "user_code", "verification_uri")


def _as_safe(url: object, issuer: str) -> bool:
    """TLS; without it only loopback, where the issuer is there, too."""
    if not isinstance(url, str):
        return False
    parts, own = urlsplit(url), urlsplit(issuer)
    near = parts.hostname in LOOPBACK and own.hostname in LOOPBACK and own.scheme == "http"
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and near))


def _require_loopback(redirect: str) -> None:
    """UsageError ``login.redirect``: a code goes to whoever began on their own machine."""
    try:
        parts = urlsplit(redirect)
        port = parts.port
    except ValueError:
        raise UsageError("login.redirect") from None
    plain = not (parts.username or parts.query or parts.fragment) and parts.path == "/callback"
    if (
        parts.scheme != "http"
        or parts.hostname not in ("127.0.0.1", "::1")
        or not port
        or not plain
    ):
        raise UsageError("login.redirect")


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _number(value: object, usual: int, most: int) -> int:
    return min(max(value, 1), most) if isinstance(value, int) else usual
