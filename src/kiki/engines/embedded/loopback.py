"""Asking a model's server over HTTP: one completion, as JSON that satisfies a schema.

Called by ``engine``. Only for servers of our own on the loopback address: no proxy, no retries. The
server is asked which model it has before any of its answers is believed.
"""

import http.client
import json
import urllib.parse
from typing import Any

from kiki.engines.port import Completion, Prompt, prefix
from kiki.model.errors import PermanentError, TemporaryError

SEED = 1
_QUICK_S = 10.0


class LoopbackEngine:
    """An ``engines.port.Engine``: the model *name* at *url*, with *key*."""

    def __init__(self, url: str, key: str, name: str) -> None:
        self.name = name
        self._key = key
        self._at = urllib.parse.urlsplit(url)

    def check(self) -> None:
        """TemporaryError ``engine.unavailable`` unless the server has this model."""
        status, found = self._asked("GET", "/v1/models", None, _QUICK_S)
        names = [one.get("id") for one in found.get("data", [])] if status == 200 else []
        if self.name not in names:
            raise self._unavailable(f"HTTP {status}, {', '.join(map(str, names))}")

    def complete(self, prompt: Prompt) -> Completion:
        """See ``engines.port.Engine``; PermanentError ``engine.too_long`` for a prompt that does
        not fit into the model's context."""
        body = {
            "model": self.name,
            "messages": [*prefix(prompt), {"role": "user", "content": prompt.user}],
            "temperature": 0,
            "seed": SEED,
            "max_tokens": prompt.max_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": prompt.schema},
            },
        }
        status, found = self._asked("POST", "/v1/chat/completions", body, prompt.timeout_s)
        if status != 200:
            raise self._refused(status, found)
        return self._completion(found)

    def _completion(self, found: dict[str, Any]) -> Completion:
        try:
            usage = found.get("usage") or {}
            return Completion(
                text=found["choices"][0]["message"]["content"] or "",
                model=self.name,
                prompt_tokens=int(usage.get("prompt_tokens", 0)),
                completion_tokens=int(usage.get("completion_tokens", 0)),
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise self._unavailable("not a completion") from error

    def _refused(self, status: int, found: dict[str, Any]) -> PermanentError | TemporaryError:
        error = found.get("error")
        kind = error.get("type") if isinstance(error, dict) else ""
        if kind == "exceed_context_size_error":
            return PermanentError("engine.too_long", engine=self.name)
        return self._unavailable(f"HTTP {status} {kind or ''}".strip())

    def _asked(
        self, method: str, path: str, body: dict[str, Any] | None, timeout_s: float
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(
            self._at.hostname or "", self._at.port, timeout=timeout_s
        )
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except TimeoutError as error:
            seconds = f"{timeout_s:g}"
            raise TemporaryError("engine.timeout", engine=self.name, seconds=seconds) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._unavailable(str(error) or type(error).__name__) from error
        finally:
            connection.close()

    def _unavailable(self, reason: str) -> TemporaryError:
        return TemporaryError("engine.unavailable", engine=self.name, reason=reason)
