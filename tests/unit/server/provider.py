"""A small OpenID provider: real HTTP, real signatures, and every way to be wrong.

It logs everybody in at once: whoever opens the authorization address gets a code for *subject*."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "kiki", "Client-Secret-3/+"


class Provider:
    """Its state, and what a test wants to be otherwise."""

    def __init__(self) -> None:
        self.key: Any = ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})
        self.published: list[Any] = [self.key]
        self.url = ""
        self.subject = "kim"
        self.groups: Any = ["ops"]
        self.claims: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any], dict[str, Any]], str] = self._signed
        self.codes: dict[str, dict[str, str]] = {}
        self.devices: dict[str, bool] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.status = 0

    def _signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        return jwt.encode(header, claims, self.key, algorithms=[header["alg"]])

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "groups": self.groups,
        } | ({"nonce": nonce} if nonce else {})
        claims |= self.claims
        claims = {key: value for key, value in claims.items() if value is not None}
        alg = "RS256" if isinstance(self.key, RSAKey) else "ES256"
        return self.sign({"alg": alg, "kid": self.key.kid} | self.header, claims)

    def open(self, url: str) -> str:
        """What a browser would come back to, for somebody who logs in."""
        query = {key: one[0] for key, one in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.url}/authorize?")
        assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        back = urlencode({"code": code, "state": query["state"]})
        return f"{query['redirect_uri']}?{back}"

    def answer(self, path: str, form: dict[str, str], head: str) -> tuple[int, dict[str, Any]]:
        """One request, but for ``/authorize``."""
        self.asked.append((path, form))
        if self.status:
            return self.status, {}
        if path.endswith("openid-configuration"):
            return 200, self._document()
        if path == "/keys":
            return 200, {"keys": [one.as_dict(private=False) for one in self.published]}
        if head != "Basic " + base64.b64encode(_quoted().encode()).decode():
            return 401, {"error": "invalid_client"}
        return self._device() if path == "/device" else self._token(form)

    def _document(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token",
                 "jwks_uri": "/keys", "device_authorization_endpoint": "/device"}  # fmt: skip
        found = {key: self.url + path for key, path in paths.items()} | {"issuer": self.url}
        return found | self.document

    def _device(self) -> tuple[int, dict[str, Any]]:
        code = secrets.token_urlsafe(8)
        self.devices[code] = False
        return 200, {"device_code": code, "user_code": "AB-CD", "interval": 1, "expires_in": 60,
                     "verification_uri": f"{self.url}/device/page"}  # fmt: skip

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if form["grant_type"].endswith("device_code"):
            if form["device_code"] not in self.devices:
                return 400, {"error": "expired_token"}
            if not self.devices[form["device_code"]]:
                return 400, {"error": "authorization_pending"}
            del self.devices[form["device_code"]]
            return 200, {"id_token": self.token("")}
        begun = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if begun is None or challenge != begun["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"id_token": self.token(begun["nonce"])}


def _quoted() -> str:
    from urllib.parse import quote

    return f"{quote(CLIENT, '')}:{quote(SECRET, '')}"


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """``alg: none``."""
    parts = [json.dumps({"alg": "none", **header}), json.dumps(claims)]
    return (
        ".".join(base64.urlsafe_b64encode(one.encode()).decode().rstrip("=") for one in parts) + "."
    )


def with_the_public_key(provider: Provider) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    """HS256 with what everybody knows as the shared secret."""
    shared = provider.key.as_pem(private=False)

    def sign(header: dict[str, Any], claims: dict[str, Any]) -> str:
        signed = unsigned({**header, "alg": "HS256"}, claims).rstrip(".")
        made = hmac.new(shared, signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"

    return sign


@contextmanager
def provider() -> Iterator[Provider]:
    """A running one."""
    state = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/authorize?"):
                self.send_response(302)
                self.send_header("Location", state.open(state.url + self.path))
                self.end_headers()
                return
            self._say(*state.answer(self.path, {}, ""))

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {key: one[0] for key, one in parse_qs(data).items()}
            self._say(*state.answer(self.path, form, self.headers.get("Authorization", "")))

        def _say(self, status: int, body: dict[str, Any]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def returned(url: str) -> tuple[str, str]:
    """The code and the state of the address that a browser came back to."""
    query = parse_qs(unquote(urlsplit(url).query))
    return query["code"][0], query["state"][0]
