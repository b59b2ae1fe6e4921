"""Requests for official types with answers as a model gives them. Imported by the tests here."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec

import kiki.benchmark
from kiki import pipeline
from kiki.benchmark.samples import Asked, Sample, load
from kiki.engines.port import Completion, Prompt
from kiki.engines.scripted import Script, ScriptedEngine
from kiki.model.intent import Reading
from kiki.model.official import Shape
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.targets.official import OfficialTypes

NOTHING: dict[str, Any] = {"operations": []}  # what a model says of the curated kinds
# Of OpenStack only servers: what the other curated kinds make is asked for here as official types.
FEW = msgspec.structs.replace(
    registry.vocabulary(),
    kinds=tuple(
        kind
        for kind in registry.vocabulary().kinds
        if kind.target != "openstack" or kind.name == "server_create"
    ),
)
OFFICIAL = OfficialTypes("playbook")
TYPES = {spec.name: spec for spec in OFFICIAL.types()}
SAMPLES = load(Path(kiki.benchmark.__file__).parent / "generic")


def given(shape: Shape, tree: Any) -> Any:
    """*tree* as an answer has it: a mapping with keys of its own is a list of pairs."""
    match shape.sort:
        case "pairs":
            return [{"key": key, "value": value} for key, value in tree.items()]
        case "map":
            return {key: given(shape.inside()[key], value) for key, value in tree.items()}
        case "list":
            return [given(shape.inside()[""], value) for value in tree]
    return tree


def answer_of(asked: Asked) -> dict[str, Any]:
    """One operation of an answer that says what *asked* says."""
    fields = dict(asked.fields)
    name = fields.pop("type", None) or fields.pop("module")
    tree = fields.pop("body", None) or fields.pop("args", {})
    made = {"type": name, "body": given(OFFICIAL.shape(TYPES[name]), tree)}
    nameless = {"name": None} if asked.kind == "k8s.object" else {}
    return nameless | made | fields


def right_answer(sample: Sample) -> dict[str, Any]:
    return {"operations": [answer_of(asked) for asked in sample.answers[0].operations]}


class TwoPrompts:
    """An engine that answers each of the two prompts from a script of its own: a message that no
    curated kind can be is not asked about in the first one."""

    def __init__(self, curated: Script, official: Script) -> None:
        self._curated, self._official = ScriptedEngine(curated), ScriptedEngine(official)
        self.name = self._official.name
        self.asked: list[Prompt] = []

    @property
    def official(self) -> list[Prompt]:
        return self._official.asked

    def complete(self, prompt: Prompt) -> Completion:
        self.asked.append(prompt)
        engine = self._official if "\nTypes:\n" in prompt.user else self._curated
        return engine.complete(prompt)


class Asking:
    """One message that a model was asked about: *curated* kinds, then official types."""

    def __init__(
        self, say: str, *answers: Any, generic: bool = True, curated: Any = NOTHING, **more: Any
    ) -> None:
        self.engine = TwoPrompts([curated] * 4, [*answers, *answers[-1:], *answers[-1:]])
        request = Request(message=say, **more)
        with patch.object(registry, "vocabulary", return_value=FEW):
            self.reading: Reading = pipeline.read(request, Profile(), self.engine, generic=generic)

    @property
    def prompts(self) -> list[Prompt]:
        """Those about official types."""
        return self.engine.official

    @property
    def why(self) -> str:
        """Why the first answer about official types was refused."""
        again = self.prompts[1].user if len(self.prompts) > 1 else ""
        return again.partition("was refused: ")[2].partition("\n")[0]

    def fields(self) -> list[dict[str, Any]]:
        """The fields of the operations, without empty defaults; none when nothing was read."""
        operations = self.reading.intent.operations if self.reading.intent else ()
        return [{k: v for k, v in one.fields.items() if v != ""} for one in operations]

    def assumed(self) -> dict[str, dict[str, str]]:
        """The assumptions by code."""
        found = self.reading.intent.assumptions if self.reading.intent else ()
        return {one.code: one.params for one in found}


def ask(say: str, *operations: dict[str, Any], **more: Any) -> Asking:
    """A message, and what a model answers about official types."""
    return Asking(say, {"operations": list(operations)}, **more)
