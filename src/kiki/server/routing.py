"""From an operation of the table to a route: who asks, may they, what did they send, what comes
back.

Called by ``app``. The order is fixed: the token, the right, the size and form of the body, then the
work. Work is blocking code in a thread; a client that goes away does not stop it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from kiki.model.errors import KikiError, TemporaryError, UsageError
from kiki.model.people import EVERYWHERE, Identity
from kiki.server import chat, events, metrics, streaming
from kiki.server.operations import Operation
from kiki.server.problems import language
from kiki.server.surroundings import Call, Surroundings

MOST_BYTES = 8 * 1024 * 1024
BODY_S = 20.0
QUICK, LONG, DOOR, ELSEWHERE = 16, 64, 4, 8
"""Threads for what answers at once, for work on changes, for passwords, whose hashing is slow on
purpose, and for login sources, which may be: none of them can starve the others."""
AT_THE_DOOR = ("login", "login_begin", "login_finish", "first", "password", "put_person")
NOBODY = Identity(name="", token="", places={})

Endpoint = Callable[[Request], Awaitable[Response]]


class Router:
    """Makes the endpoint of each operation."""

    def __init__(self, server: Surroundings) -> None:
        self._server = server
        self._quick = CapacityLimiter(QUICK)
        self._long = CapacityLimiter(LONG)
        self._door = CapacityLimiter(DOOR)
        self._elsewhere = CapacityLimiter(ELSEWHERE)

    def endpoint(self, operation: Operation) -> Endpoint:
        """What answers one operation."""

        async def answer(request: Request) -> Response:
            request.state.operation = operation.name
            call = await self._call(operation, request)
            request.state.who = call.who.name
            return await self._respond(operation, call, request)

        return answer

    async def _call(self, operation: Operation, request: Request) -> Call:
        who = NOBODY
        if not operation.anybody:
            who = await self._threaded(self._server.accounts.identity, _token(request.headers))
            holds = who.where(EVERYWHERE) if operation.everywhere else who.rights
            if not holds & operation.rights:
                raise UsageError("server.forbidden", right=" | ".join(sorted(operation.rights)))
        body = await _body(operation, request) if operation.body else None
        return Call(
            server=self._server,
            who=who,
            agent=self._server.agent_of(who.name),
            body=body,
            path=request.path_params,
            query=_query(operation, request),
            address=request.client.host if request.client else "",
            lang=language(request.headers.get("accept-language", "")),
            needs=operation.rights,
        )

    async def _respond(self, operation: Operation, call: Call, request: Request) -> Response:
        if operation.answers == "stream":
            return streaming.response(operation.do, call, self._long)
        limiter = self._limiter(operation, call)
        found = await to_thread.run_sync(operation.do, call, limiter=limiter)
        if operation.answers == "events":
            seen = request.headers.get("last-event-id", "")
            return events.response(call, found.id, seen, _token(request.headers))
        if operation.answers == "chat" and call.body.stream:
            return events.chat_stream(chat.chunk(found))
        if operation.answers == "zip":
            name = {"Content-Disposition": 'attachment; filename="bundle.zip"'}
            return Response(found, media_type="application/zip", headers=name)
        if operation.answers == "text":
            return Response(found, media_type=metrics.MEDIA_TYPE)
        return Response(msgspec.json.encode(found), media_type="application/json")

    def _limiter(self, operation: Operation, call: Call) -> CapacityLimiter:
        """Whoever waits for a login source that says nothing keeps nobody else from logging in."""
        if operation.name not in AT_THE_DOOR:
            return self._quick
        return self._elsewhere if getattr(call.body, "source", "") else self._door

    async def _threaded(self, do: Callable[..., Any], *arguments: Any) -> Any:
        return await to_thread.run_sync(do, *arguments, limiter=self._quick)


def _token(headers: Mapping[str, str]) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _query(operation: Operation, request: Request) -> dict[str, str]:
    """The parameters; UsageError ``server.parameter`` for one that is not known or comes twice."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in operation.query or name in found or "\0" in value:
            raise UsageError("server.parameter", name=name[:100])
        found[name] = value
    return found


async def _body(operation: Operation, request: Request) -> Any:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise UsageError("server.not_json")
    data = await _read(request)
    try:
        return msgspec.json.decode(data, type=operation.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        why = "too deep" if isinstance(error, RecursionError) else str(error)
        raise UsageError("server.body", why=why[:300]) from error


async def _read(request: Request) -> bytes:
    """The body; UsageError ``server.too_large``, TemporaryError ``server.slow``."""
    size = request.headers.get("content-length", "0")
    if size.isdecimal() and int(size) > MOST_BYTES:
        raise UsageError("server.too_large", most=MOST_BYTES)
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                data += part
                if len(data) > MOST_BYTES:
                    raise UsageError("server.too_large", most=MOST_BYTES)
    except TimeoutError as error:
        raise TemporaryError("server.slow", seconds=int(BODY_S)) from error
    except ClientDisconnect as error:
        raise KikiError("server.slow", seconds=0) from error
    return bytes(data)
