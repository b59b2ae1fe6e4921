"""One OpenAI-compatible server: which models it has, what it is, and its answers.

Called by ``catalogue``, ``ladder`` and ``engine``. Knows the API's paths and statuses; what is
worth another try and what is not is decided here, the ladder is not.
"""

import email.utils
import json
import time
from datetime import UTC, datetime
from typing import Any

from kiki.engines.connecting import Deadline
from kiki.engines.http import Client, Reply
from kiki.engines.openai.replies import Answer, Heard, Reader
from kiki.engines.port import listed
from kiki.engines.texts import error_text, shown
from kiki.model.errors import KikiError, PermanentError, TemporaryError

_BUSY = (429, 503)
_PAUSE_S = 1.0  # before the second try, when the server does not say how long
_LOOK_S = 5.0  # for what is only looked up
# Statuses of a server that does not know what was asked for, or can't do it.
_REJECTED = (400, 405, 415, 422, 501)
_VERSIONS = {
    "llamacpp": ("/props", "build_info"),
    "vllm": ("/version", "version"),
    "library": ("/api/version", "version"),  # Ollama
}


class RejectedError(Exception):
    """The server refused a request for what was in it: *said* names it, perhaps. Raised inside
    this package only."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__()
        self.status = status
        self.said = said


class Server:
    """Asks *client*'s server. Whatever goes wrong is a KikiError ``engine.<what>``."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.url = client.address.url
        self._reader = Reader(self.url, client.key)

    def chat(self, body: dict[str, Any], limit: int, deadline: Deadline, heard: Heard) -> Answer:
        """The answer to one chat request of at most *limit* tokens; RejectedError for a request
        that the server does not understand. A server that is busy is asked twice."""
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        path = self.client.address.api + "/chat/completions"
        for last in (False, True):
            with self.client.ask("POST", path, data, deadline) as reply:
                if reply.status in _BUSY and not last:
                    pause = self._pause(reply, deadline)
                else:
                    self._refuse(reply, str(body.get("model", "")))
                    return self._reader.answer(reply, limit, heard)
            time.sleep(pause)
        raise AssertionError("unreachable")

    def models(self, deadline: Deadline) -> list[dict[str, Any]] | None:
        """What ``/models`` lists; None when the server has no such list."""
        with self.client.ask("GET", self.client.address.api + "/models", None, deadline) as reply:
            if reply.status in (401, 403) or 300 <= reply.status < 400:
                self._refuse(reply, "")
            if reply.status >= 300:
                return None
            try:
                found = self._reader.document(reply)
            except PermanentError:
                return None
        data = found.get("data") if isinstance(found, dict) else None
        if not isinstance(data, list):
            return None
        return [one for one in data if isinstance(one, dict)]

    def version(self, owner: str, deadline: Deadline) -> str:
        """What is known of the server's version; *owner* is whom ``/models`` names."""
        path, field = _VERSIONS.get(owner, ("", ""))
        if not path:
            return ""
        soon = Deadline(min(_LOOK_S, deadline.remaining()))
        try:
            with self.client.ask("GET", self.client.address.root + path, None, soon) as reply:
                found = self._reader.document(reply) if reply.status == 200 else {}
        except KikiError:
            return ""
        said = found.get(field) if isinstance(found, dict) else None
        return shown(said, self.client.key) if isinstance(said, str) else ""

    # -- statuses --------------------------------------------------------------------------------

    def _refuse(self, reply: Reply, model: str) -> None:
        """Raise unless *reply* is an answer."""
        status = reply.status
        if 200 <= status < 300:
            return
        if 300 <= status < 400:
            raise self._redirected(reply)
        text = error_text(reply.body())
        if status in _REJECTED and text.lstrip().startswith("<"):  # a page, and no API at all
            raise self._reader.not_api(status, text)
        said = shown(text, self.client.key)
        if status in _REJECTED:
            raise RejectedError(status, said)
        raise self.error(status, said, model)

    def error(self, status: int, said: str, model: str = "") -> KikiError:
        """The error for a status that is no answer; *said* is what came with it, cleaned."""
        told: dict[str, Any] = {"engine": self.url, "status": status, "said": said}
        if status in (401, 403):
            code = "engine.key_refused" if self.client.key else "engine.key_missing"
            return PermanentError(code, **told)
        if status == 404:
            return self._not_found(told, model)
        if status in _BUSY:
            return TemporaryError("engine.busy", **told)
        if status >= 500 and status != 501:
            return TemporaryError("engine.failed", **told)
        return PermanentError("engine.refused", **told)

    def _not_found(self, told: dict[str, Any], model: str) -> KikiError:
        """A wrong path, or a wrong model: then the server speaks of it."""
        if model and "model" in str(told["said"]).lower():
            return self.unknown(model)
        return PermanentError("engine.no_path", **told)

    def unknown(self, model: str, known: tuple[str, ...] = ()) -> KikiError:
        """The error for a model that there is not."""
        told = {"name": model, "engine": self.url, "known": listed(known)}
        return PermanentError("engine.model_missing", **told)

    def _redirected(self, reply: Reply) -> KikiError:
        place = shown(reply.headers.get("Location", "").split("?")[0], self.client.key)
        return PermanentError("engine.redirected", engine=self.url, to=place)

    def _pause(self, reply: Reply, deadline: Deadline) -> float:
        """How long to wait before the second try; TemporaryError ``engine.busy`` when there is no
        time for it."""
        said = shown(error_text(reply.body()), self.client.key)
        pause = _seconds(reply.headers.get("Retry-After", ""))
        if pause >= deadline.remaining():
            raise self.error(reply.status, said)
        return pause


def _seconds(after: str) -> float:
    """Retry-After as RFC 9110 has it: seconds or a date."""
    if after.strip().isdecimal():
        return float(after.strip()[:9])
    try:
        until = email.utils.parsedate_to_datetime(after)
    except (ValueError, TypeError):
        return _PAUSE_S
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
