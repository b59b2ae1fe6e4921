"""Asking a model's server over HTTP: which model it has, and one completion as JSON.

Called by ``engine`` and ``wiring``. Only for servers of our own on the loopback address: no proxy,
no retries, no other form of asking than the one that they know.
"""

import http.client
import json
import urllib.parse
from typing import Any

from kiki.engines.embedded.host import Address
from kiki.engines.port import Completion, Prompt, prefix
from kiki.model.errors import PermanentError, TemporaryError

SEED = 1
_QUICK_S = 10.0


def require_model(address: Address) -> None:
    """TemporaryError ``engine.unavailable`` unless the server has the model: a stale one on the
    same port would answer too."""
    status, found = _asked(address, "GET", "/v1/models", None, _QUICK_S)
    names = [one.get("id") for one in found.get("data", [])] if status == 200 else []
    if address.model not in names:
        raise _unavailable(address, f"HTTP {status}, {', '.join(map(str, names))}")


class LoopbackEngine:
    """An ``engines.port.Engine``: the model at *address*."""

    def __init__(self, address: Address) -> None:
        self.name = address.model
        self._address = address

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
        path = "/v1/chat/completions"
        status, found = _asked(self._address, "POST", path, body, prompt.timeout_s)
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
            raise _unavailable(self._address, "not a completion") from error

    def _refused(self, status: int, found: dict[str, Any]) -> PermanentError | TemporaryError:
        error = found.get("error")
        kind = error.get("type") if isinstance(error, dict) else ""
        if kind == "exceed_context_size_error":
            return PermanentError("engine.too_long", engine=self.name)
        return _unavailable(self._address, f"HTTP {status} {kind or ''}".strip())


def _asked(
    address: Address, method: str, path: str, body: dict[str, Any] | None, timeout_s: float
) -> tuple[int, dict[str, Any]]:
    at = urllib.parse.urlsplit(address.url)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=timeout_s)
    headers = {"Authorization": f"Bearer {address.key}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, json.dumps(body) if body else None, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    except TimeoutError as error:
        seconds = f"{timeout_s:g}"
        raise TemporaryError("engine.timeout", engine=address.model, seconds=seconds) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unavailable(address, str(error) or type(error).__name__) from error
    finally:
        connection.close()


def _unavailable(address: Address, reason: str) -> TemporaryError:
    return TemporaryError("engine.unavailable", engine=address.model, reason=reason)
