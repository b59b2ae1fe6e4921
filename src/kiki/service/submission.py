"""From raw words to a checked change.

Called by ``local``. Secrets leave the message here, before the first byte is stored.
"""

from msgspec.structs import replace

from kiki import pipeline
from kiki.model.agent import Listener, Progress
from kiki.model.change import Change, Stage
from kiki.model.intent import Intent, Reading
from kiki.model.request import Request
from kiki.service.journal import Journal
from kiki.service.parts import Parts


def redact(parts: Parts, raw: Request) -> Request:
    """The request with every secret in its message kept in the store and replaced by its name."""
    from kiki.understand.secrets import redact as take_out  # noqa: PLC0415 -- lazy: gen has no words

    taken = take_out(raw.message)
    secrets = parts.store().secrets if taken.values else None
    kept = (
        {name: secrets.put(name, value) for name, value in taken.values.items()} if secrets else {}
    )
    return replace(raw, message=taken.message, secrets=raw.secrets | kept)


def draft(parts: Parts, request: Request, *, undoes: str = "", redoes: str = "") -> Change:
    """A new change in its first state, stored."""
    now = parts.now()
    change = Change(
        id=parts.new_id(),
        state="draft",
        request=replace(request, requester=request.requester or parts.actor),
        created=now,
        updated=now,
        undoes=undoes,
        redoes=redoes,
    )
    return Journal(parts).create(change)


def settle_reading(
    parts: Parts, change: Change, listener: Listener, reading: Reading | None = None
) -> Change:
    """Read the request, unless *reading* is given, and go on to checked code, a question or a
    refusal."""
    if reading is None:
        listener(Progress(code="progress.read"))
        reading = pipeline.read(change.request, parts.profile, parts.engine)
    journal = Journal(parts)
    if reading.question is not None:
        return journal.move(change, "ask", reading=reading)
    if reading.intent is None:
        refusal = reading.refusal
        code, params = (refusal.code, refusal.params) if refusal else ("understand.empty", {})
        return journal.move(change, "refuse", reading=reading, reason=code, params=params)
    return _build(parts, replace(change, reading=reading), reading.intent, listener)


def _build(parts: Parts, change: Change, intent: Intent, listener: Listener) -> Change:
    listener(Progress(code="progress.check"))
    built = pipeline.build(intent, change.request, parts.profile)
    stage = Stage(
        name=intent.name, target=intent.target, artifact=built.artifact, findings=built.findings
    )
    journal = Journal(parts)
    if built.refused:
        first = next(found for found in built.findings if found.severity == "error")
        return journal.move(
            change, "refuse", stages=(stage,), reason=first.code, params=first.params
        )
    if not built.valid:
        return journal.move(change, "check_fail", stages=(stage,))
    return journal.move(change, "check_pass", stages=(stage,))
