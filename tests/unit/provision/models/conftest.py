"""A small model for these tests: its bytes, its entry, and a server that has it."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kiki.provision.models.catalogue import Model

BYTES = bytes(range(256)) * 4096  # 1 MB
SHA256 = hashlib.sha256(BYTES).hexdigest()


def entry(**fields: Any) -> Model:
    given = {
        "id": "tiny",
        "name": "Tiny",
        "file": "tiny.gguf",
        "size": len(BYTES),
        "sha256": SHA256,
        "licence": "Apache-2.0",
        "languages": ("en",),
        "family": "none",
        "context": 2048,
        "memory_mb": {"embedded": 1},
        "note": "model.note_smollm2",
    }
    return Model(**(given | fields))


@pytest.fixture
def tiny() -> Model:
    return entry()


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """A folder with the model's file under its name."""
    folder = tmp_path / "held"
    folder.mkdir()
    (folder / "tiny.gguf").write_bytes(BYTES)
    return folder


class FileServer(ThreadingHTTPServer):
    """Serves *data* at every path but ``/missing``. *cut* bytes end each answer early; *ranges*
    is false for a server that knows none; *failing* answers are refused first."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.data = BYTES
        self.cut = 0
        self.ranges = True
        self.failing = 0
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:
        asked = self.headers.get("Range") or ""
        self.server.asked.append(asked)
        if self.path == "/missing":
            self.send_error(404)
            return
        if self.server.failing:
            self.server.failing -= 1
            self.send_error(503)
            return
        start = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
        total = len(self.server.data)
        if self.server.ranges:
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        else:
            self.send_response(200)
            start = 0
        rest = self.server.data[start:]
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: self.server.cut] if self.server.cut else rest)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer() as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


class Heard:
    """A report that keeps what it hears."""

    def __init__(self) -> None:
        self.all: list[tuple[str, dict[str, str]]] = []

    def __call__(self, code: str, params: dict[str, str]) -> None:
        self.all.append((code, params))

    @property
    def codes(self) -> list[str]:
        return [code for code, _ in self.all]


@pytest.fixture
def heard() -> Heard:
    return Heard()
