"""What the server is made of, and what one request is: the arguments of every operation.

Filled in by ``main`` and by tests. No logic here.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kiki.engines.port import Engine
from kiki.model.agent import Agent, Listener, silent
from kiki.model.errors import UsageError
from kiki.model.languages import Lang
from kiki.model.people import Identity, Right, project_name
from kiki.server.accounts import Accounts
from kiki.server.hub import Hub
from kiki.server.metrics import Metrics
from kiki.server.sources.doors import Doors
from kiki.store.port import Ledger


class Surroundings(NamedTuple):
    """*agent_of* gives the agent that acts in a person's name; *inventories* is the folder that
    paths of clients are in, *doors* are the login sources, *stop_run* ends a run of this process,
    *log* gets one record a line."""

    agent_of: Callable[[str], Agent]
    accounts: Accounts
    ledger: Ledger
    hub: Hub
    metrics: Metrics
    inventories: str
    doors: Doors
    engine: Engine | None = None
    model_timeout_s: float = 300.0
    stop_run: Callable[[str], None] = lambda _: None
    log: Callable[[dict[str, Any]], None] = lambda _: None


class Call(NamedTuple):
    """One request that was let in: *body* is decoded, *path* and *query* are as they were sent;
    *needs* are the rights of which one is enough."""

    server: Surroundings
    who: Identity
    agent: Agent
    body: Any
    path: Mapping[str, str]
    query: Mapping[str, str]
    address: str
    lang: Lang
    listener: Listener = silent
    needs: frozenset[Right] = frozenset()

    def hold(self, project: str) -> None:
        """UsageError ``server.forbidden_there`` without one of the needed rights in *project*, as
        a request has it."""
        name = project_name(project)
        if not self.who.where(name) & self.needs:
            right = " | ".join(sorted(self.needs))
            raise UsageError("server.forbidden_there", right=right, project=name)
