"""Starting and stopping the server. Called by ``__main__``, with what ``kiki agent`` was given."""

import argparse
import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from kiki import messages, settings, wiring
from kiki.model.agent import Progress
from kiki.model.errors import KikiError, UsageError
from kiki.model.languages import Lang
from kiki.server import app
from kiki.server.accounts import OWN, Accounts
from kiki.server.hub import Hub
from kiki.server.metrics import Metrics
from kiki.server.patience import PatientProtocol
from kiki.server.sources import definitions
from kiki.server.sources.doors import Doors
from kiki.server.surroundings import Surroundings
from kiki.settings import Settings
from kiki.store.opening import Store

LOOPBACK = ("127.0.0.1", "::1", "localhost")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 -- told apart, not bound
AT_ONCE = 1000
STOP_S = 15
KEEP_S = 10
END_S = 10.0


def main(argv: Sequence[str]) -> int:
    """Serve until a signal; the exit code."""
    args = _parser().parse_args(argv)
    config = settings.load({}, os.environ, str(Path.cwd()))
    lang: Lang = config.lang or config.locale
    try:
        listener = bound(args.host, args.port)
        server, accounts = surroundings(config, args.slots)
        _greet(args, accounts, lang)
        return _serve(uvicorn_config(server, args, config.trusted_proxies), server, listener)
    except KikiError as error:
        say(error.code, lang, **error.params)
        return int(error.exit)


def bound(host: str, port: int) -> socket.socket:
    """A socket at the address; UsageError ``server.not_bound``, before anything is said or made."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(AT_ONCE)
    except OSError as error:
        listener.close()
        why = error.strerror or str(error)
        raise UsageError("server.not_bound", host=host, port=str(port), why=why) from error
    return listener


def surroundings(config: Settings, slots: int = 1) -> tuple[Surroundings, Accounts]:
    """Everything that the operations need, over one open store."""
    served = wiring.served(config, report, slots=slots, log=log)
    store, agent_of = served.store, served.agent_of
    assert store.people is not None  # a store on disk has them
    accounts = Accounts(store.people, store.ledger, store.now, projects=config.projects)
    folder = Path(config.inventories_dir or f"{config.state_dir}/inventories")
    if not config.inventories_dir:
        folder.mkdir(mode=0o700, exist_ok=True)

    def head() -> int:
        found = store.ledger.head()
        return found.sequence if found else 0

    server = Surroundings(
        agent_of=agent_of,
        accounts=accounts,
        ledger=store.ledger,
        hub=Hub(head, store.queue.told),
        metrics=Metrics(),
        inventories=str(folder),
        doors=_doors(config, store),
        queue=store.queue,
        worker=served.worker,
        engine=served.engine,
        stop_run=lambda change_id: agent_of(OWN).stop(change_id),
        model_timeout_s=config.model_timeout_s,
        log=log,
    )
    return server, accounts


def _doors(config: Settings, store: Store) -> Doors:
    """The login sources; a mistake in their file ends the start."""

    def secret(name: str) -> str:
        return store.secrets.value(name, store.secrets.current(name))

    found = definitions.read(config.logins_file, config.projects) if config.logins_file else {}
    return Doors(found, secret)


def uvicorn_config(
    server: Surroundings, args: argparse.Namespace, proxies: Sequence[str] = ()
) -> uvicorn.Config:
    """How it listens. ``X-Forwarded-For`` and ``-Proto`` are believed from *proxies* only: anybody
    could write them."""
    return uvicorn.Config(
        app.make(server),
        host=args.host,
        port=args.port,
        ssl_certfile=args.tls_cert or None,
        ssl_keyfile=args.tls_key or None,
        http=PatientProtocol,
        ws="none",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=KEEP_S,
        timeout_graceful_shutdown=STOP_S,
    )


class Server(uvicorn.Server):
    """uvicorn's, which tells streams to end as soon as it is asked to stop."""

    def __init__(self, config: uvicorn.Config, server: Surroundings) -> None:
        super().__init__(config)
        self._surroundings = server

    async def shutdown(self, sockets: Any = None) -> None:
        """Take no more jobs, end the streams of events, then wait for what is under way."""
        if self._surroundings.worker is not None:
            self._surroundings.worker.hold()
        self._surroundings.hub.stop()
        await super().shutdown(sockets)


def _serve(config: uvicorn.Config, server: Surroundings, listener: socket.socket) -> int:
    """Until a signal. Runs that are not done by then are ended, and say so in the record; what is
    cut all the same is found to be ``interrupted`` at the next start."""
    running = Server(config, server)
    agent = server.agent_of(OWN)
    agent.recover()
    assert server.worker is not None
    server.worker.start()
    asyncio.run(running.serve(sockets=[listener]))
    server.worker.stop(STOP_S, END_S)
    stop_runs(server)
    server.worker.close()
    log({"event": "stopped"})
    sys.stderr.flush()
    os._exit(0 if running.started else 1)


def stop_runs(server: Surroundings, patience_s: float = END_S) -> None:
    """End what runs in this process, and wait until it is recorded."""
    for change_id in tuple(server.hub.applying):
        with contextlib.suppress(KikiError):
            server.stop_run(change_id)
    until = time.monotonic() + patience_s
    while server.hub.applying and time.monotonic() < until:
        time.sleep(0.05)


def _greet(args: argparse.Namespace, accounts: Accounts, lang: Lang) -> None:
    secure = bool(args.tls_cert)
    url = _url(args.host, args)
    if bool(args.tls_cert) != bool(args.tls_key):
        raise UsageError("server.tls_pair")
    if args.host not in LOOPBACK and not secure:
        say("server.open", lang, url=url)
    token = accounts.first_token()
    if token:
        near = "127.0.0.1" if args.host in EVERYWHERE else args.host
        say("server.first", lang, url=_url(near, args), token=token)
    say("server.listening", lang, url=url)


def _url(host: str, args: argparse.Namespace) -> str:
    named = f"[{host}]" if ":" in host else host
    return f"{'https' if args.tls_cert else 'http'}://{named}:{args.port}"


def say(code: str, lang: Lang, **params: Any) -> None:
    """A sentence for whoever started it."""
    said = messages.text(code, lang, params)
    sys.stderr.write(f"{said.text}\n" + (f"  {said.help}\n" if said.help else ""))
    sys.stderr.flush()


def log(fields: dict[str, Any]) -> None:
    """One record, as one line of JSON on stderr: nothing in it can begin another line."""
    line = {"at": wiring.clock()(), **fields}
    with contextlib.suppress(OSError, ValueError):  # whoever read the log has gone
        sys.stderr.write(msgspec.json.encode(line).decode() + "\n")
        sys.stderr.flush()


def report(progress: Progress) -> None:
    """What is told of work that nobody listens to."""
    log({"event": "progress", "code": progress.code})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiki agent")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--tls-cert", default="")
    parser.add_argument("--tls-key", default="")
    return parser
