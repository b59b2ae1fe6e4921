"""The engine for any OpenAI-compatible server: llama.cpp, vLLM, OpenVINO, Ollama, a proxy.

Made by ``wiring``, and by engines that start such a server themselves. Making one costs nothing
and asks nobody: address, key and server are looked at when an answer is first wanted.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiki.engines.port import Completion, Engine, Look, Prompt
from kiki.model.agent import Listener, silent

if TYPE_CHECKING:
    from kiki.engines.openai.rungs import Way
    from kiki.engines.openai.session import Session


class OpenAIEngine:
    """A model behind an OpenAI-compatible API.

    *url* is the API's address with or without ``/v1``; *key* goes nowhere but there; *model* is
    asked when a prompt names none, and may be empty when the server has only one. *state_dir* is
    the folder in which is remembered what the server can do (empty: nowhere), *proxies* are the
    environment's, *timeout_s* wins over a prompt's own when it is not 0. *way* is how the server is
    asked, where that is known: it is not found out then.
    """

    def __init__(
        self,
        url: str,
        key: str = "",
        model: str = "",
        *,
        state_dir: str = "",
        proxies: Mapping[str, str] = {},
        timeout_s: float = 0,
        way: "Way | None" = None,
    ) -> None:
        self.name = model or "openai"
        self._url = url
        self._key = key
        self._model = model
        self._state_dir = state_dir
        self._proxies = dict(proxies)
        self._timeout_s = timeout_s
        self._way = way

    def __repr__(self) -> str:
        """Without the key."""
        return f"OpenAIEngine({self.name!r})"

    @cached_property
    def _session(self) -> "Session":
        from kiki.engines.openai.session import Session  # noqa: PLC0415 -- lazy: http.client, 27 ms

        return Session(self._url, self._key, self._proxies, self._state_dir, self._way)

    def complete(self, prompt: Prompt) -> Completion:
        """One answer within the time limit; see ``Engine`` for what it raises."""
        return self.answered(prompt, silent)

    def heard_by(self, listener: Listener) -> Engine:
        """The same engine; *listener* hears of every few tokens."""
        return _Heard(self, listener)

    def answered(self, prompt: Prompt, listener: Listener) -> Completion:
        """As ``complete``, heard by *listener*."""
        from kiki.engines.connecting import Deadline  # noqa: PLC0415 -- lazy: as above

        deadline = Deadline(self._timeout_s or prompt.timeout_s)
        named = prompt if prompt.model else replace(prompt, model=self._model)
        return self._session.complete(named, deadline, listener)

    def look(self, seconds: float) -> Look:
        """Whether an answer could be had, found out within *seconds*; raises as ``complete``."""
        from kiki.engines.connecting import Deadline  # noqa: PLC0415 -- lazy: as above

        deadline = Deadline(seconds)
        session = self._session
        model = session.catalogue.chosen(self._model, deadline)
        way = session.ladder(model, deadline).settled(deadline, silent)
        held = way.step.promise == "schema"
        return Look(session.server.url, model, way.rung, held)


class _Heard:
    def __init__(self, engine: OpenAIEngine, listener: Listener) -> None:
        self.name = engine.name
        self._engine = engine
        self._listener = listener

    def complete(self, prompt: Prompt) -> Completion:
        return self._engine.answered(prompt, self._listener)
