"""The model port: a prompt and a JSON schema in, JSON out.

Called by ``understand.model``. Adapters: ``engines.scripted`` (the shipped fake); real engines
come behind the same port. A model gets redacted text only and has no tools.
"""

from typing import Any, Protocol

from kiki.model.records import Record


class Prompt(Record, frozen=True):
    """What a model is asked. *schema* is the JSON Schema that the answer must satisfy; *examples*
    are questions with their answers, given as earlier turns. *system* and *examples* are the same
    for many prompts, so that what a model computed for them can be kept."""

    system: str
    user: str
    schema: dict[str, Any]
    examples: tuple[tuple[str, str], ...] = ()
    max_tokens: int = 256
    timeout_s: float = 30.0


def prefix(prompt: Prompt) -> list[dict[str, str]]:
    """The turns before the question, as chat messages."""
    turns = [{"role": "system", "content": prompt.system}]
    for question, answer in prompt.examples:
        turns.append({"role": "user", "content": question})
        turns.append({"role": "assistant", "content": answer})
    return turns


class Completion(Record, frozen=True):
    """What a model answered: *text* is JSON, not yet validated by us."""

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
