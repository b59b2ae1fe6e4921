"""One request to a login source over HTTP: checked TLS, no redirects, a limit on time and size.

Called by ``keystone`` and ``oidc``. Addresses come from the settings, or from the document of an
issuer that is in the settings, which ``oidc`` holds to the same scheme. What goes wrong is a
TemporaryError ``login.down`` with the name of the source; what is sent and answered is not
told."""

import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, NamedTuple

from kiki.model.errors import TemporaryError

MOST_BYTES = 1 << 20


class Reply(NamedTuple):
    """An answer; *body* is empty where it is no JSON object."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like others: nothing is sent where it leads."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Web:
    """Asks one source."""

    def __init__(self, source: str, ca_file: str, timeout_s: float) -> None:
        self._source = source
        self._timeout_s = timeout_s
        context = ssl.create_default_context(cafile=ca_file or None)
        secure = urllib.request.HTTPSHandler(context=context)
        # No proxy of the environment: these addresses get passwords.
        direct = urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener(_Stay(), secure, direct)

    def ask(self, method: str, url: str, data: bytes | None = None, **headers: str) -> Reply:
        """The answer, whatever its status below 500."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        request = urllib.request.Request(url, data, named, method=method)  # noqa: S310 -- settings
        try:
            with self._opener.open(request, timeout=self._timeout_s) as reply:
                return self._read(reply.status, reply)
        except urllib.error.HTTPError as error:
            with error:
                return self._read(error.code, error)
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise self.down(str(reason) or type(error).__name__) from error

    def _read(self, status: int, reply: Any) -> Reply:
        if status >= 500:
            raise self.down(f"HTTP {status}")
        data = reply.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise self.down("answer too large")
        try:
            body = json.loads(data)
        except (ValueError, RecursionError):
            body = {}
        return Reply(status, reply.headers, body if isinstance(body, dict) else {})

    def down(self, why: str) -> TemporaryError:
        """The source can't be asked, or does not answer as it should."""
        return TemporaryError("login.down", source=self._source, why=why[:200])
