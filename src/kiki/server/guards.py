"""What stands before every operation: headers for safety, errors as problems, one line of log a
request.

Called by ``app``, as the outermost layer (ASGI). No cookie is ever set and no other origin is let
in (no CORS headers at all), so that a web page elsewhere can't act for anybody."""

import time
import traceback
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiki.model.errors import KikiError, NotFoundError, PermanentError, TemporaryError, UsageError
from kiki.model.wire import MEDIA_TYPE
from kiki.server.problems import language, problem
from kiki.server.surroundings import Surroundings

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """The outermost layer around *app*."""

    def __init__(self, app: ASGIApp, server: Surroundings) -> None:
        self._app = app
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, told = time.monotonic(), {"status": 0}

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        try:
            await self._app(scope, receive, safely)
        except Exception as error:  # noqa: BLE001 -- a mistake in Kiki: logged, never shown
            self._server.log({"event": "broken", "trace": traceback.format_exception(error)})
            if not told["status"]:
                broken = answer(PermanentError("server.broken"), Request(scope))
                await broken(scope, receive, safely)
        finally:
            self._note(scope, told["status"], time.monotonic() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        state: dict[str, Any] = scope.get("state", {})
        operation = state.get("operation", "-")
        self._server.metrics.add(operation, status, seconds)
        self._server.log(
            {
                "event": "request",
                "operation": operation,
                "status": status,
                "ms": round(seconds * 1000),
                "who": state.get("who", ""),
                "change": scope.get("path_params", {}).get("id", "")[:64],
                "from": (scope.get("client") or ("",))[0],
            }
        )


def answer(error: KikiError, request: Request) -> Response:
    """*error* as the whole answer."""
    lang = language(request.headers.get("accept-language", ""))
    said = problem(error, lang)
    headers: dict[str, str] = {"Content-Language": lang}
    if said.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TemporaryError):
        headers["Retry-After"] = str(error.params.get("seconds", 5) or 5)
    data = msgspec.json.encode(said)
    return Response(data, status_code=said.status, media_type=MEDIA_TYPE, headers=headers)


async def told(request: Request, error: Exception) -> Response:
    """A KikiError."""
    assert isinstance(error, KikiError)
    return answer(error, request)


async def no_path(request: Request, _: Exception) -> Response:
    """Nothing is at this path."""
    return answer(NotFoundError("server.no_path", path=request.url.path[:200]), request)


async def no_method(request: Request, error: Exception) -> Response:
    """Something is there, and not for this method."""
    found = answer(UsageError("server.method", method=request.method[:20]), request)
    found.headers.update(getattr(error, "headers", None) or {})
    return found
