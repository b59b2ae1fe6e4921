"""The ASGI application: the table's routes behind the guard, and the watcher of the ledger.

Called by ``main`` and by tests.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from kiki.model.errors import KikiError
from kiki.server import guards, openapi
from kiki.server.operations import OPERATIONS
from kiki.server.routing import Router
from kiki.server.surroundings import Surroundings


def make(server: Surroundings) -> ASGIApp:
    """The application."""
    router = Router(server)
    routes = [Route(one.path, router.endpoint(one), methods=[one.method]) for one in OPERATIONS]
    app = Starlette(
        routes=[*routes, Route("/openapi.json", _document, methods=["GET"])],
        exception_handlers={KikiError: guards.told, 404: guards.no_path, 405: guards.no_method},
        lifespan=_lifespan(server),
    )
    app.router.redirect_slashes = False
    return guards.Guard(app, server)


def _lifespan(server: Surroundings) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watcher = asyncio.create_task(server.hub.watch())
        yield
        server.hub.stop()
        watcher.cancel()

    return lifespan


async def _document(_: Request) -> Response:
    return Response(msgspec.json.encode(openapi.document()), media_type="application/json")
