"""The model port: a prompt and a JSON schema in, JSON out.

Called by ``understand.model`` and ``benchmark``. Adapters: ``engines.scripted`` (the shipped fake);
real engines come behind the same port. A model gets redacted text only and has no tools.
"""

from typing import Any, Protocol

from kiki.model.records import Record


class Prompt(Record, frozen=True):
    """What a model is asked. *schema* is the JSON Schema that the answer must satisfy; an empty one
    leaves the answer free (the benchmark's baseline), no JSON then."""

    system: str
    user: str
    schema: dict[str, Any]
    max_tokens: int = 256
    timeout_s: float = 30.0


class Completion(Record, frozen=True):
    """What a model answered: *text* is JSON (free with an empty schema), not yet validated."""

    text: str
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Engine(Protocol):
    """A language model. Raises TemporaryError ``engine.unavailable`` or ``engine.timeout`` when
    it does not answer, PermanentError ``engine.model_unknown`` for a wrong name."""

    name: str

    def complete(self, prompt: Prompt) -> Completion:
        """One answer, at temperature 0 and with a fixed seed."""
        ...
