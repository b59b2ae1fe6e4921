"""The model port: a prompt and a JSON schema in, JSON out.

Called by ``understand.model``. Adapters: ``engines.openai`` (any OpenAI-compatible server) and
``engines.scripted`` (the shipped fake). A model gets redacted text only and has no tools.
"""

from typing import Any, NamedTuple, Protocol, runtime_checkable

from kiki.model.agent import Listener, silent
from kiki.model.errors import UsageError
from kiki.model.records import Record


class Prompt(Record, frozen=True):
    """What a model is asked. *schema* is the JSON Schema that the answer must satisfy; *model* the
    name of the wanted one, empty for the engine's own."""

    system: str
    user: str
    schema: dict[str, Any]
    max_tokens: int = 256
    timeout_s: float = 30.0
    model: str = ""


class Completion(Record, frozen=True):
    """What a model answered: *text* is JSON, not yet validated by us. *how* says with what it was
    made (``seed``, ``temperature``, ``rung``), as far as the engine knows."""

    text: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    how: dict[str, str] = {}


class SeveralModelsError(UsageError):
    """The engine has several models, *names*, and nobody said which is meant."""

    def __init__(self, engine: str, names: tuple[str, ...]) -> None:
        super().__init__("engine.several_models", engine=engine, known=", ".join(names))
        self.names = names


class Engine(Protocol):
    """A language model. Raises TemporaryError ``engine.unavailable`` or ``engine.timeout`` when
    it does not answer, PermanentError ``engine.model_unknown`` for a wrong name,
    SeveralModelsError, and no other than KikiErrors ``engine.<what>``."""

    name: str

    def complete(self, prompt: Prompt, listener: Listener = silent) -> Completion:
        """One answer, at temperature 0 and with a fixed seed. *listener* hears
        ``progress.model`` while it is being made."""
        ...


class Telling:
    """*engine*, heard by *listener* whatever it is asked."""

    def __init__(self, engine: Engine, listener: Listener) -> None:
        self.name = engine.name
        self._engine = engine
        self._listener = listener

    def complete(self, prompt: Prompt, listener: Listener = silent) -> Completion:
        """The engine's answer."""
        del listener
        return self._engine.complete(prompt, self._listener)


def telling(engine: Engine | None, listener: Listener) -> Engine | None:
    """*engine*, if there is one, heard by *listener*."""
    return None if engine is None else Telling(engine, listener)


class Look(NamedTuple):
    """What a look at an engine shows: where it is, the *model* that would be asked, the *rung* on
    which it is asked for JSON, and whether that holds it to a schema."""

    engine: str
    model: str
    rung: str
    held: bool


@runtime_checkable
class Looked(Protocol):
    """An engine that can be looked at without a prompt."""

    def look(self, seconds: float) -> Look:
        """Whether an answer could be had, found out within *seconds*; raises as ``complete``."""
        ...
