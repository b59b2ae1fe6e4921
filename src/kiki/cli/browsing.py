"""Logging in with a browser: a loopback port that it comes back to, or a code for another device.

Called by ``commands.login``. The server is the provider's client; here the address is opened or
shown, and what comes back is handed on if it belongs to the login that was begun (RFC 8252, 8.9).
"""

import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kiki.cli.context import Context
from kiki.client import HttpAgent
from kiki.model.errors import KikiError, TemporaryError, UsageError

PENDING = "login.pending"
_SLOWER_S = 5


def login(server: HttpAgent, source: str, context: Context, *, device: bool) -> dict[str, Any]:
    """A session: its token, and what is told about it. UsageError ``client.login_refused``,
    TemporaryError ``client.login_timeout``."""
    if device or not context.settings.browser:
        return _on_a_device(server, source, context)
    return _in_the_browser(server, source, context)


def _in_the_browser(server: HttpAgent, source: str, context: Context) -> dict[str, Any]:
    import webbrowser  # noqa: PLC0415 -- lazy: few log in with a browser

    with _Loopback() as back:
        begun = server.call("POST", "login/begin", {"source": source, "redirect": back.url})
        context.screen.err(context.look_err.label("login_open", url=begun["url"]))
        webbrowser.open(begun["url"])
        code = back.wait(begun["ticket"], begun["seconds"])
    body = {"source": source, "ticket": begun["ticket"], "code": code}
    return server.call("POST", "login/finish", body)


def _on_a_device(server: HttpAgent, source: str, context: Context) -> dict[str, Any]:
    begun = server.call("POST", "login/begin", {"source": source})
    shown = {"url": begun["url"], "code": begun["code"]}
    context.screen.err(context.look_err.label("login_device", **shown))
    until, interval = time.monotonic() + begun["seconds"], begun["interval"]
    while time.monotonic() < until:
        time.sleep(interval)
        try:
            body = {"source": source, "ticket": begun["ticket"]}
            return server.call("POST", "login/finish", body)
        except KikiError as error:
            if error.code != PENDING:
                raise
            interval += _SLOWER_S if error.params.get("slow") else 0
    raise TemporaryError("client.login_timeout", source=source)


class _Loopback:
    """A port of this machine, for one answer of the browser."""

    def __init__(self) -> None:
        self._answers: list[dict[str, list[str]]] = []
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())

    def __enter__(self) -> "_Loopback":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where the browser comes back to."""
        return f"http://127.0.0.1:{self._server.server_port}/callback"

    def wait(self, state: str, seconds: float) -> str:
        """The code that came with this *state*: what comes with another one is somebody else's
        doing, and is passed over."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._server.timeout = min(left, 1.0)
            self._server.handle_request()
            while self._answers:
                answer = self._answers.pop()
                if answer.get("state") == [state]:
                    return _code(answer)
        raise TemporaryError("client.login_timeout", source="")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answers = self._answers

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == "/callback":
                    answers.append(parse_qs(parts.query))
                self.send_response(200 if parts.path == "/callback" else 404)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.end_headers()
                self.wfile.write("Kiki: you can close this page. 이 창을 닫아도 됩니다.".encode())

            def log_message(self, *_: Any) -> None:
                """Nothing: the line would have the code in it."""

        return Handler


def _code(answer: dict[str, list[str]]) -> str:
    code = answer.get("code", [""])[0]
    if not code:
        why = answer.get("error", ["-"])[0][:100]
        raise UsageError("client.login_refused", why=why)
    return code
