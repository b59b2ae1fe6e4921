"""One request on its way from words to checked code, with the time it takes.

Called by ``bench``. The same steps as ``service`` takes for code without a record, in this
process; nothing is kept. What is not read by the rules alone is what *engine* makes of it.
"""

from collections.abc import Callable
from typing import Any, Literal

from kiki import pipeline
from kiki.benchmark.meter import Meter, Nobody
from kiki.benchmark.samples import Sample
from kiki.engines.port import Engine
from kiki.model.errors import PermanentError, TemporaryError
from kiki.model.finding import has_errors
from kiki.model.intent import Intent, Reader, Reading
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.model.request import Request
from kiki.understand.secrets import redact

Outcome = Literal["intent", "question", "refusal", "failure"]
Clock = Callable[[], float]


class Measured(Record, frozen=True):
    """What became of a request.

    *outcome* ``intent`` is a reading that policy allows, ``failure`` an engine that took too long.
    *valid*: the code of *intent* could be made and passes the strict check. *code* is that of the
    question, refusal or failure, *asked* the field that a question is about. *by_rules*: no model
    was needed. *rules_s* is the time of the rules alone, *all_s* from words to checked code, both
    in seconds.
    """

    request: Request
    outcome: Outcome
    reader: Reader = "rules"
    intent: Intent | None = None
    valid: bool = False
    code: str = ""
    asked: str = ""
    by_rules: bool = True
    rules_s: float = 0.0
    all_s: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


def measure(
    sample: Sample,
    engine: Engine | None,
    profile: Profile,
    clock: Clock,
    *,
    generic: bool = False,
) -> Measured:
    """Read *sample*, build what was read, and time it; *generic*: the engine may fill in official
    types. That the engine is not there, or has no such
    model, is raised: TemporaryError ``engine.unavailable``, PermanentError
    ``engine.model_unknown``."""
    started = clock()
    request = request_of(sample)
    pipeline.read(request, profile, None)
    rules_s = clock() - started
    meter = Meter(engine) if engine else None
    started = clock()
    found = _found(sample, profile, meter, generic=generic)
    return Measured(
        request=request,
        by_rules=not meter.calls if meter else _settled(request, profile),
        rules_s=rules_s,
        all_s=clock() - started,
        prompt_tokens=meter.prompt_tokens if meter else 0,
        completion_tokens=meter.completion_tokens if meter else 0,
        **found,
    )


def request_of(sample: Sample) -> Request:
    """The request with its secrets taken out, as the service has it."""
    redacted = redact(sample.say)
    secrets = {name: name for name in redacted.values}
    return Request(message=redacted.message, secrets=secrets, lang=sample.lang)


def _settled(request: Request, profile: Profile) -> bool:
    """Whether the rules would ask no model about this, if there were one."""
    meter = Meter(Nobody())
    pipeline.read(request, profile, meter)
    return not meter.calls


def _found(
    sample: Sample, profile: Profile, engine: Engine | None, *, generic: bool
) -> dict[str, Any]:
    request = request_of(sample)
    try:
        reading = pipeline.read(request, profile, engine, generic=generic)
    except TemporaryError as error:
        if error.code != "engine.timeout":
            raise
        return {"outcome": "failure", "code": error.code, "reader": "model"}
    if reading.intent is not None:
        return {"reader": reading.reader, **_built(reading.intent, request, profile)}
    return {"reader": reading.reader, **_unread(reading)}


def _unread(reading: Reading) -> dict[str, Any]:
    if reading.question is not None:
        field = reading.question.field
        return {"outcome": "question", "code": reading.question.code, "asked": field}
    return {"outcome": "refusal", "code": reading.refusal.code if reading.refusal else ""}


def _built(intent: Intent, request: Request, profile: Profile) -> dict[str, Any]:
    try:
        built = pipeline.build(intent, request, profile)
    except PermanentError as error:  # values that no code can be made of
        return {"outcome": "intent", "intent": intent, "code": error.code}
    if built.refused:
        found = next((one.code for one in built.findings if one.severity == "error"), "")
        return {"outcome": "refusal", "intent": intent, "code": found}
    return {"outcome": "intent", "intent": intent, "valid": not has_errors(built.findings)}
