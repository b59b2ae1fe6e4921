"""Engines that the benchmark puts around the one that is measured.

Called by ``bench`` and ``measuring``.
"""

from kiki.engines.port import Completion, Engine, Prompt


class Meter:
    """*engine* itself, with a count of its calls and tokens."""

    def __init__(self, engine: Engine) -> None:
        self.name = engine.name
        self.calls = 0
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self._engine = engine

    def complete(self, prompt: Prompt) -> Completion:
        """What the engine answers; what it raises goes on."""
        self.calls += 1
        completion = self._engine.complete(prompt)
        self.prompt_tokens += completion.prompt_tokens
        self.completion_tokens += completion.completion_tokens
        return completion


class Nobody:
    """Knows nothing: with it one sees which requests the rules would leave to a model."""

    name = "nobody"

    def complete(self, prompt: Prompt) -> Completion:
        """That no kind fits."""
        del prompt
        return Completion(text='{"operations": []}', model=self.name)
