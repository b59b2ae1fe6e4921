"""The model port: a prompt and a JSON schema in, JSON out.

Called by ``understand.model`` and ``benchmark``. Adapters: ``engines.openai`` (any
OpenAI-compatible server) and ``engines.scripted`` (the shipped fake). A model gets redacted text
only and has no tools.
"""

from typing import Any, NamedTuple, Protocol, runtime_checkable

from kiki.model.agent import Listener
from kiki.model.errors import UsageError
from kiki.model.records import Record

MOST_NAMED = 24


class Prompt(Record, frozen=True):
    """What a model is asked. *schema* is the JSON Schema that the answer must satisfy; an empty one
    leaves the answer free (the benchmark's baseline), no JSON then. *examples* are questions with
    their answers, given as earlier turns; *system* and *examples* are the same for many prompts, so
    that what a model computed for them can be kept. *model* is the name of the wanted one, empty
    for the engine's own."""

    system: str
    user: str
    schema: dict[str, Any]
    examples: tuple[tuple[str, str], ...] = ()
    max_tokens: int = 256
    timeout_s: float = 30.0
    model: str = ""


def prefix(prompt: Prompt) -> list[dict[str, str]]:
    """The turns before the question, as chat messages."""
    turns = [{"role": "system", "content": prompt.system}]
    for question, answer in prompt.examples:
        turns.append({"role": "user", "content": question})
        turns.append({"role": "assistant", "content": answer})
    return turns


class Completion(Record, frozen=True):
    """What a model answered: *text* is JSON (free with an empty schema), not yet validated. *how*
    says with what it was made (``seed``, ``temperature``, ``rung``), as far as the engine knows."""

    text: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    how: dict[str, str] = {}


class SeveralModelsError(UsageError):
    """The engine has several models, *names*, and nobody said which is meant."""

    def __init__(self, engine: str, names: tuple[str, ...]) -> None:
        super().__init__("engine.several_models", engine=engine, known=listed(names))
        self.names = names[:MOST_NAMED]


def listed(names: tuple[str, ...]) -> str:
    """The names of models for a text: some servers have hundreds."""
    more = ["…"] if len(names) > MOST_NAMED else []
    return ", ".join([*names[:MOST_NAMED], *more]) or "-"


class Engine(Protocol):
    """A language model. Raises TemporaryError ``engine.unavailable`` or ``engine.timeout`` when
    it does not answer, PermanentError ``engine.model_unknown`` for a wrong name,
    SeveralModelsError, and no other than KikiErrors ``engine.<what>``."""

    name: str

    def complete(self, prompt: Prompt) -> Completion:
        """One answer, at temperature 0 and with a fixed seed."""
        ...


@runtime_checkable
class Tells(Protocol):
    """An engine that can tell how far it is."""

    def heard_by(self, listener: Listener) -> Engine:
        """The same engine, of which *listener* hears ``progress.model`` while it works."""
        ...


def telling(engine: Engine | None, listener: Listener) -> Engine | None:
    """*engine*, heard by *listener* if it can tell anything."""
    return engine.heard_by(listener) if isinstance(engine, Tells) else engine


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
