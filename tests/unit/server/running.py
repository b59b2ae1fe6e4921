"""Starting the real server for tests, and talking to it without Kiki's own client."""

import http.client
import json
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn

from kiki.client import HttpAgent
from kiki.engines.port import Completion, Prompt
from kiki.model.people import RIGHTS, ROLES, Account, Role
from kiki.server import main
from kiki.server.accounts import SESSION, Accounts
from kiki.server.surroundings import Surroundings
from kiki.settings import load

PASSWORD = "correct horse battery"


class Echo:
    """An engine that says what it was told."""

    name = "echo"

    def __init__(self) -> None:
        self.asked: list[Prompt] = []

    def complete(self, prompt: Prompt) -> Completion:
        self.asked.append(prompt)
        return Completion(text=f"you said {prompt.user}", model="echo", prompt_tokens=3)


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Running(NamedTuple):
    """*tokens* by role; the accounts are called as their roles are."""

    url: str
    port: int
    folder: Path
    tokens: dict[str, str]
    server: Surroundings
    accounts: Accounts
    engine: Echo
    logged: list[dict[str, Any]]

    def agent(self, role: Role = "admin") -> HttpAgent:
        return HttpAgent(self.url, self.tokens[role])

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        role: str = "admin",
        raw: bytes | None = None,
        **headers: str,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if role:
            given.setdefault("Authorization", f"Bearer {self.tokens.get(role, role)}")
        if body is not None or raw is not None:
            given.setdefault("Content-Type", "application/json")
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, data, given)
            reply = connection.getresponse()
            return Reply(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()


@contextmanager
def start(folder: Path, *, empty: bool = False, **environ: str) -> Iterator[Running]:
    """A server over *folder*, with an account of each role unless it is to be *empty*."""
    config = load({}, {"KIKI_STATE": str(folder), "HOME": str(folder), **environ}, str(folder))
    server, accounts = main.surroundings(config)
    engine, logged = Echo(), []  # type: tuple[Echo, list[dict[str, Any]]]
    server = server._replace(engine=engine, log=logged.append)
    roles = () if empty else tuple(ROLES)
    tokens: dict[str, str] = {role: token_of(server, accounts, role) for role in roles}
    with serving(server) as url:
        port = int(url.rpartition(":")[2])
        yield Running(url, port, folder, tokens, server, accounts, engine, logged)


@contextmanager
def serving(
    server: Surroundings, cert: str = "", key: str = "", proxies: tuple[str, ...] = ()
) -> Iterator[str]:
    """The address of a real server over *server*."""
    args = Namespace(host="127.0.0.1", port=0, tls_cert=cert, tls_key=key)
    running = main.Server(main.uvicorn_config(server, args, proxies), server)
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        yield f"http{'s' if cert else ''}://127.0.0.1:{_port(running)}"
    finally:
        running.should_exit = True
        thread.join(20)


def token_of(server: Surroundings, accounts: Accounts, role: Role, name: str = "") -> str:
    """A token of a new account, made without a login: hashing is slow on purpose."""
    people = accounts._people
    now = accounts._now()
    people.put(Account(name=name or role, roles=(role,), created=now, password="-"), "test")
    text, token = accounts._made(name or role, "api", RIGHTS, SESSION, "")
    people.add_token(token, "")
    return text


def _port(server: uvicorn.Server) -> int:
    for _ in range(500):
        if server.started:
            found: int = server.servers[0].sockets[0].getsockname()[1]
            return found
        time.sleep(0.01)
    raise AssertionError("the server did not start")
