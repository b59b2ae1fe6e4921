"""What a perfect model could read: `.venv/bin/python tools/answer_ceiling.py [--all]`.

Answers every open request of the benchmark that a model is asked about as the right answer has it,
in the schema that Kiki hands out, and counts what Kiki's own checks let through. What is refused
here no model can read, whatever its size. Prints one line for each refused request with the reason,
and the counts. Requests that are held out are not looked at.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from kiki.benchmark.expected import SECRET
from kiki.benchmark.measuring import measure, request_of
from kiki.benchmark.samples import Asked, Sample, load
from kiki.benchmark.scoring import score
from kiki.engines.port import Completion, Prompt
from kiki.model.profile import Profile
from kiki.model.vocabulary import FieldSpec
from kiki.targets import registry
from kiki.understand import model
from kiki.understand.answer import BadAnswerError, Checked, check
from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon

NOTHING = '{"operations": []}'


class Perfect:
    """Knows the right answer to *sample*; *reasons* are why it could not be given, or was not
    taken."""

    name = "perfect"

    def __init__(self, sample: Sample) -> None:
        request = request_of(sample)
        self.asked = 0
        self.reasons: list[str] = []
        self._operations = sample.answers[0].operations
        self._said = Said(request.message, lexicon())
        self._secret = next(iter(request.secrets), SECRET)

    def complete(self, prompt: Prompt) -> Completion:
        """The right answer as far as the schema has it."""
        self.asked += 1
        wanted = prompt.schema["properties"]
        text = self._verb(wanted["verb"]) if "verb" in wanted else self._answer(wanted)
        return Completion(text=text, model=self.name)

    def _verb(self, schema: dict[str, Any]) -> str:
        kinds = [registry.kind(one.kind) for one in self._operations]
        verbs = [use.verb for kind in kinds for use in kind.verbs]
        found = next((verb for verb in verbs if verb in schema.get("enum", ())), "other")
        return json.dumps({"verb": found})

    def _answer(self, schema: dict[str, Any]) -> str:
        branches = schema["operations"]["items"]["anyOf"]
        shown = {one["properties"]["kind"]["const"] for one in branches}
        if hidden := [one.kind for one in self._operations if one.kind not in shown]:
            self.reasons.append(f"not shown: {', '.join(hidden)}")
            return NOTHING
        made = [{"kind": one.kind, "fields": self._fields(one)} for one in self._operations]
        least = schema["operations"].get("minItems", 0)
        if not least <= len(made) <= schema["operations"]["maxItems"]:
            self.reasons.append(f"{len(made)} operations, and the schema wants {least} or more")
        return json.dumps({"operations": made}, ensure_ascii=False)

    def _fields(self, asked: Asked) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in registry.kind(asked.kind).fields:
            value = asked.fields.get(field.name)
            if isinstance(value, list):
                found[field.name] = [self._text(field, one) for one in value]
            elif value is not None:
                found[field.name] = self._text(field, value)
            elif field.required and not field.sources:
                found[field.name] = None
        return found

    def _text(self, field: FieldSpec, value: Any) -> Any:
        value = self._secret if value == SECRET else value
        if field.shape == "text":
            return value
        for offer in self._said.offers(field):
            if offer.value == value and type(offer.value) is type(value):
                return offer.text
        self.reasons.append(f"{field.name} can't be {value!r}")
        return value


def heard(reasons: list[str]) -> Callable[..., Checked]:
    """The check of answers, with the reasons for which it refuses."""

    def checked(*args: Any, **named: Any) -> Checked:
        try:
            return check(*args, **named)
        except BadAnswerError as bad:
            reasons.append(str(bad))
            raise

    return checked


def main() -> None:
    """Measure and print."""
    counts: Counter[str] = Counter()
    for sample in load():
        if sample.held_out or not sample.answers[0].operations:
            continue
        perfect = Perfect(sample)
        vars(model)["check"] = heard(perfect.reasons)  # what ``model`` asks
        measured = measure(sample, perfect, Profile(), time.perf_counter)
        if not perfect.asked:
            counts["by rules" if score(sample, measured, Profile()).right else "never asked"] += 1
            continue
        taken = score(sample, measured, Profile()).right
        counts["taken" if taken else "refused"] += 1
        if not taken or "--all" in sys.argv:
            said = " ".join(sample.say.split())[:100]
            print(sample.id, measured.outcome, list(dict.fromkeys(perfect.reasons))[:3], said)
    print(dict(counts))


if __name__ == "__main__":
    main()
