"""The small part of the OpenAI HTTP API that Kiki uses, for a model that has no server of its own.

Called by ``genai``. One key, or none; one question at a time; it writes no log. Requests are
``GET /health``, ``GET /v1/models`` and ``POST /v1/chat/completions`` with ``messages``,
``max_tokens`` and ``response_format``.
"""

import hmac
import json
import select
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

LONGEST = 4 << 20  # bytes of one request


class Answered(NamedTuple):
    """What the model said, and how many tokens it read and wrote."""

    text: str
    read: int
    written: int


class TooLong(Exception):  # noqa: N818 -- no mistake of anybody
    """The prompt does not fit into the model's context."""


# The request's body and "has the asker gone?" in, the answer out.
Answer = Callable[[dict[str, Any], Callable[[], bool]], Answered]


class CompletionServer(ThreadingHTTPServer):
    """Serves *model* at the address and port *at*, 0 for a free one; ``url`` is where. Starts at
    once. With an empty *key* nobody needs one."""

    daemon_threads = True

    def __init__(
        self, key: str, model: str, answer: Answer, at: tuple[str, int] = ("127.0.0.1", 0)
    ) -> None:
        super().__init__(at, _Handler)
        self.key, self.model, self.answer = key, model, answer
        self.turn = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens, without ``/v1``."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a traceback has the prompt in it."""


class _Handler(BaseHTTPRequestHandler):
    server: CompletionServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Which models there are: one; or that it is there, which needs no key."""
        if self.path == "/health":
            self._send(200, {"status": "ok"})
        elif self._allowed() and self.path == "/v1/models":
            self._send(200, {"object": "list", "data": [{"id": self.server.model}]})
        else:
            self._refuse()

    def do_POST(self) -> None:
        """One completion."""
        length = self.headers.get("Content-Length") or ""
        if not length.isdecimal() or int(length) > LONGEST:
            self.close_connection = True
            self._error(413, "invalid_request_error")
            return
        data = self.rfile.read(int(length))
        if not self._allowed() or self.path != "/v1/chat/completions":
            self._refuse()
            return
        try:
            body = json.loads(data)
            with self.server.turn:
                self._send(200, self._completed(body))
        except TooLong:
            self._error(400, "exceed_context_size_error")
        except (ValueError, KeyError, TypeError):
            self._error(400, "invalid_request_error")
        except RuntimeError as error:  # what the model's library raises
            self._error(500, type(error).__name__)

    def _completed(self, body: dict[str, Any]) -> dict[str, Any]:
        answered = self.server.answer(body, self._gone)
        usage = {"prompt_tokens": answered.read, "completion_tokens": answered.written}
        message = {"role": "assistant", "content": answered.text}
        return {
            "object": "chat.completion",
            "model": self.server.model,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": usage | {"total_tokens": answered.read + answered.written},
        }

    def _gone(self) -> bool:
        """Whether whoever asked has closed the connection."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def _allowed(self) -> bool:
        if not self.server.key:
            return True
        given = self.headers.get("Authorization") or ""
        return hmac.compare_digest(given.encode(), f"Bearer {self.server.key}".encode())

    def _refuse(self) -> None:
        if self._allowed():
            self._error(404, "not_found_error")
        else:
            self._error(401, "authentication_error")

    def _error(self, status: int, kind: str) -> None:
        self._send(status, {"error": {"code": status, "type": kind, "message": kind}})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Write no log."""
