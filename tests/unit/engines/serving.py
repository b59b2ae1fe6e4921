"""Servers on the loopback that behave as OpenAI-compatible servers do, and as they should not.

``Api`` is one that can be told what it knows, refuses and ignores. ``raw`` is one that writes
whatever bytes it likes to the socket.
"""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-geheim-4711"
KNOWN = ("model", "messages", "max_tokens", "temperature", "seed", "stream", "stream_options")
# Where each rung has its schema.
SCHEMAS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "response_format": lambda body: body["response_format"]["json_schema"]["schema"],
    "json_schema": lambda body: body["json_schema"],
    "guided_json": lambda body: body["guided_json"],
    "structured_outputs": lambda body: body["structured_outputs"]["json"],
}

Said = str | dict[str, Any] | None
Talk = Callable[[dict[str, Any]], Said]


def least(schema: dict[str, Any]) -> Any:
    """The simplest value that satisfies a schema of ours."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return least(schema["anyOf"][0])
    if schema["type"] == "object":
        return {name: least(schema["properties"][name]) for name in schema.get("required", ())}
    if schema["type"] == "array":
        return [least(schema["items"]) for _ in range(schema.get("minItems", 0))]
    return {"string": "x" * schema.get("minLength", 0), "boolean": True, "null": None}[
        schema["type"]
    ]


class Api:
    """An OpenAI-compatible server.

    *keeps* are the rungs whose schema it holds its model to; it ignores other fields, or answers
    400 to those in *refuses*. *talk* is what the model says when nothing holds it. Everything else
    is an attribute that a test may set before it asks.
    """

    def __init__(self, *, keeps: tuple[str, ...] = (), refuses: tuple[str, ...] = ()) -> None:
        self.keeps, self.refuses = keeps, refuses
        self.talk: Talk = lambda _: "Hello! How can I help?"
        self.hold: Talk | None = None  # what it says when it is held; the least by default
        self.models: Any = ["small-1"]
        self.owner = "test"
        self.version = ""
        self.key = ""
        self.silent_refusals = False  # 400 without naming the field
        self.streams = True
        self.finish = "stop"
        self.statuses: list[tuple[int, dict[str, str], bytes]] = []  # answered first, in turn
        self.pause_s = 0.0  # before each token
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The chat requests that were no probes."""
        return [body for body in self.asked if "Say hello" not in body["messages"][-1]["content"]]

    # -- what it does ----------------------------------------------------------------------------

    def get(self, handler: "Handler") -> None:
        """Its models, and its version where the servers that we know have it."""
        if handler.path == "/v1/models" and isinstance(self.models, list):
            data = [{"id": name, "object": "model", "owned_by": self.owner} for name in self.models]
            return handler.json({"object": "list", "data": data})
        if handler.path == "/props" and self.version:
            return handler.json({"build_info": self.version})
        status, body = self.models if isinstance(self.models, tuple) else (404, b"not found")
        return handler.reply(status, body)

    def post(self, handler: "Handler", body: dict[str, Any]) -> None:
        """A chat."""
        self.asked.append(body)
        if self.statuses:
            status, headers, data = self.statuses.pop(0)
            return handler.reply(status, data, **headers)
        if self.key and handler.headers.get("Authorization") != f"Bearer {self.key}":
            return handler.reply(401, b'{"error": {"message": "Invalid API Key"}}')
        bad = [name for name in self.refuses if _has(body, name)]
        if bad:
            said = "bad request" if self.silent_refusals else f"Unrecognized field: {bad[0]}"
            return handler.reply(400, json.dumps({"error": {"message": said}}).encode())
        said_now = self._said(body)
        text = said_now if isinstance(said_now, str | None) else json.dumps(said_now)
        if body.get("stream") and self.streams:
            return self._stream(handler, text, body)
        choice = {"message": {"content": text}, "finish_reason": self.finish}
        return handler.json({"model": "small-1-as-said", "choices": [choice]})

    def _said(self, body: dict[str, Any]) -> Said:
        for name in self.keeps:
            if name == "json_object" and _has(body, name):
                return self.hold(body) if self.hold else {"some": "object"}
            if name in SCHEMAS and _has(body, name):
                return self._held(body, SCHEMAS[name](body))
        return self.talk(body)

    def _held(self, body: dict[str, Any], schema: dict[str, Any]) -> Said:
        probing = body not in self.chats
        held = self.hold(body) if self.hold and not probing else least(schema)
        return held if self.hold and isinstance(held, str | None) else json.dumps(held)

    def _stream(self, handler: "Handler", text: str | None, body: dict[str, Any]) -> None:
        handler.start(200, "text/event-stream")
        handler.event({"choices": [{"delta": {"role": "assistant", "content": None}}]})
        for word in (text or "").split(" ") if text else ():
            time.sleep(self.pause_s)
            handler.event({"choices": [{"delta": {"content": word + " "}}], "model": "small-1"})
        handler.event({"choices": [{"delta": {}, "finish_reason": self.finish}]})
        if body.get("stream_options"):
            usage = {"prompt_tokens": 10, "completion_tokens": 5}
            handler.event({"choices": [], "usage": usage})
        handler.wfile.write(b"data: [DONE]\n\n")


def _has(body: dict[str, Any], name: str) -> bool:
    """Whether the field or form of ``response_format`` called *name* is asked for."""
    form = body.get("response_format", {}).get("type")
    if name in ("response_format", "json_object"):
        return bool(form == {"response_format": "json_schema"}.get(name, name))
    return name in body


class Handler(BaseHTTPRequestHandler):
    """Hands requests to an ``Api``."""

    api: Api
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        self._note()
        self.api.get(self)

    def do_POST(self) -> None:
        self._note()
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.api.post(self, json.loads(data))

    def _note(self) -> None:
        self.api.paths.append(self.path)
        self.api.headers.append(dict(self.headers))

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def start(self, status: int, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def reply(
        self, status: int, body: bytes, kind: str = "application/json", **headers: str
    ) -> None:
        self.start(status, kind, **headers)
        self.wfile.write(body)

    def json(self, value: Any) -> None:
        self.reply(200, json.dumps(value).encode())

    def event(self, value: Any) -> None:
        self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
        self.wfile.flush()


class _Quiet(ThreadingHTTPServer):
    """Says nothing when a client goes away."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def serving(api: Api, *, certificate: tuple[str, str] | None = None) -> Iterator[Api]:
    """Start *api*; its address is ``api.url``."""
    made = type("Handling", (Handler,), {"api": api})
    server = _Quiet(("127.0.0.1", 0), made)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    scheme = "https" if certificate else "http"
    api.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port of this machine; each connection to it is handed to *serve*, in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@contextmanager
def raw(talk: Callable[[socket.socket, bytes], None]) -> Iterator[str]:
    """A server that hands each connection, and the request that came first on it, to *talk*; its
    address. A request for models is answered with 404, so that the chat is what goes wrong."""

    def one(connection: socket.socket) -> None:
        with connection:
            try:
                request = _request(connection)
                if request.startswith(b"GET "):
                    connection.sendall(b"HTTP/1.0 404 Not Found\r\n\r\n")
                else:
                    talk(connection, request)
            except OSError:
                pass  # the client has gone

    with listening(one) as port:
        yield f"http://127.0.0.1:{port}"


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.lower().splitlines():
        if line.startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += connection.recv(65536)
    return data
