"""The one table of what the server does: paths, rights, bodies, and who does the work.

``routing`` makes the routes and the check of rights of it, ``openapi`` the document. An operation
lists the rights of which one is enough, in the project of what is asked for, or *everywhere* where
that is of no project; none at all means that anybody may ask. See ``model.people`` for the
roles."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from kiki.model.agent import Generated
from kiki.model.change import Change
from kiki.model.freeze import Freeze
from kiki.model.ledger import LedgerExport
from kiki.model.people import Account, Right
from kiki.server import bodies, chat, people, work
from kiki.server.surroundings import Call

Answers = Literal["json", "stream", "zip", "events", "text", "chat"]
READING: frozenset[Right] = frozenset({"read", "request", "operate", "approve"})
"""All who see changes; those with ``request`` alone see their own, which ``work.visible`` holds."""


class Operation(NamedTuple):
    """One thing that can be asked for. *do* runs in a thread; *body* and *result* are records."""

    name: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    rights: frozenset[Right]
    do: Callable[[Call], Any]
    body: Any = None
    result: Any = None
    answers: Answers = "json"
    query: tuple[str, ...] = ()
    anybody: bool = False
    everywhere: bool = False


def _any(*rights: Right) -> frozenset[Right]:
    return frozenset(rights)


V1 = "/api/v1/"
ONE = V1 + "changes/{id}"
LOGGED_IN = _any("read", "request", "approve", "operate", "admin")
SOUGHT = ("who", "target", "object", "since", "until", "text", "limit", "project")
FILTER = ("state", "target", "requester", "since", "text", "limit", "project")

OPERATIONS: tuple[Operation, ...] = (
    Operation("generate", "POST", V1 + "generate", _any("request"), work.generate,
              bodies.GenerateBody, Generated),
    Operation("code_only", "POST", V1 + "code-only", _any("request"), work.code_only,
              bodies.RequestBody, bodies.Value),
    Operation("check", "POST", V1 + "check", _any("request"), work.check,
              bodies.CheckBody, bodies.Findings),
    Operation("changes", "GET", V1 + "changes", READING, work.find, None, bodies.Changes,
              query=FILTER),
    Operation("submit", "POST", V1 + "changes", _any("request"), work.submit,
              bodies.SubmitBody, Change, "stream"),
    Operation("change", "GET", ONE, READING, work.get, None, Change),
    Operation("history", "GET", ONE + "/history", READING, work.history, None, bodies.Records),
    Operation("events", "GET", ONE + "/events", READING, work.get, None, None, "events"),
    Operation("bundle", "GET", ONE + "/bundle.zip", READING, work.bundle, None, None, "zip"),
    Operation("answer", "POST", ONE + "/answer", _any("request", "operate"), work.answer,
              bodies.AnswerBody, Change, "stream"),
    Operation("approve", "POST", ONE + "/approve", _any("approve"), work.approve,
              bodies.ApproveBody, Change),
    Operation("reject", "POST", ONE + "/reject", _any("approve"), work.reject,
              bodies.RejectBody, Change),
    Operation("cancel", "POST", ONE + "/cancel", _any("request", "operate"), work.cancel,
              bodies.Nothing, Change),
    Operation("run", "POST", ONE + "/run", _any("operate"), work.run,
              bodies.RunBody, Change, "stream"),
    Operation("plan", "POST", ONE + "/plan", _any("request", "operate"), work.replan,
              bodies.WorkBody, Change, "stream"),
    Operation("resume", "POST", ONE + "/resume", _any("request", "operate"), work.resume,
              bodies.WorkBody, Change, "stream"),
    Operation("redo", "POST", ONE + "/redo", _any("request"), work.redo,
              bodies.WorkBody, Change, "stream"),
    Operation("undo", "POST", ONE + "/undo", _any("request"), work.undo,
              bodies.WorkBody, Change, "stream"),
    Operation("ledger", "GET", V1 + "ledger", _any("read"), work.ledger, None, bodies.Records,
              query=("limit",)),
    Operation("search", "GET", V1 + "ledger/search", _any("read"), work.search, None,
              bodies.Records, query=SOUGHT),
    Operation("export", "GET", V1 + "ledger/export", _any("read"), work.export, None,
              LedgerExport, everywhere=True),
    Operation("audit", "GET", V1 + "audit", _any("read"), work.audit, None, bodies.Faults,
              everywhere=True),
    Operation("frozen", "GET", V1 + "freeze", LOGGED_IN, work.frozen, None, Freeze),
    Operation("freeze", "POST", V1 + "freeze", _any("operate"), work.freeze,
              bodies.FreezeBody, Freeze, everywhere=True),
    Operation("thaw", "DELETE", V1 + "freeze", _any("operate"), work.thaw, None, Freeze,
              everywhere=True),
    Operation("recover", "POST", V1 + "recover", _any("operate"), work.recover,
              bodies.Nothing, bodies.Changes, everywhere=True),
    Operation("agent", "GET", V1 + "agent", LOGGED_IN, work.describe, None, bodies.Object),
    Operation("inventories", "GET", V1 + "inventories", READING, work.inventories, None,
              bodies.Names),
    Operation("models", "GET", V1 + "models", _any("request"), chat.models, None, bodies.Names),
    Operation("login", "POST", V1 + "login", frozenset(), people.login,
              bodies.LoginBody, bodies.NewToken, anybody=True),
    Operation("sources", "GET", V1 + "login", frozenset(), people.sources, None, bodies.Logins,
              anybody=True),
    Operation("login_begin", "POST", V1 + "login/begin", frozenset(), people.begin,
              bodies.BeginBody, bodies.Begun, anybody=True),
    Operation("login_finish", "POST", V1 + "login/finish", frozenset(), people.finish,
              bodies.FinishBody, bodies.NewToken, anybody=True),
    Operation("first", "POST", V1 + "first", frozenset(), people.first,
              bodies.FirstBody, Account, anybody=True),
    Operation("logout", "POST", V1 + "logout", LOGGED_IN, people.logout,
              bodies.Nothing, bodies.Status),
    Operation("me", "GET", V1 + "me", LOGGED_IN, people.me, None, bodies.Me),
    Operation("password", "POST", V1 + "password", LOGGED_IN, people.password,
              bodies.PasswordBody, bodies.Status),
    Operation("tokens", "GET", V1 + "tokens", LOGGED_IN, people.tokens, None, bodies.Tokens),
    Operation("make_token", "POST", V1 + "tokens", LOGGED_IN, people.make_token,
              bodies.TokenBody, bodies.NewToken),
    Operation("remove_token", "DELETE", V1 + "tokens/{id}", LOGGED_IN, people.remove_token, None,
              bodies.Status),
    Operation("people", "GET", V1 + "people", _any("admin"), people.people, None, bodies.People,
              everywhere=True),
    Operation("put_person", "PUT", V1 + "people/{name}", _any("admin"), people.put,
              bodies.PersonBody, Account, everywhere=True),
    Operation("remove_person", "DELETE", V1 + "people/{name}", _any("admin"), people.remove, None,
              bodies.Status, everywhere=True),
    Operation("chat", "POST", "/v1/chat/completions", _any("request"), chat.complete,
              bodies.ChatBody, bodies.Object, "chat"),
    Operation("openai_models", "GET", "/v1/models", _any("request"), chat.listed, None,
              bodies.Object),
    Operation("health", "GET", "/health", frozenset(), work.health, None, bodies.Status,
              anybody=True),
    Operation("ready", "GET", "/ready", frozenset(), work.ready, None, bodies.Status,
              anybody=True),
    Operation("metrics", "GET", "/metrics", _any("read"), work.metrics, None, None, "text",
              everywhere=True),
)  # fmt: skip
