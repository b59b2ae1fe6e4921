"""From raw words to a checked change.

Called by ``local`` and ``reversal``. Secrets leave the message, and an answer, here, before the
first byte is stored.
"""

from msgspec import UNSET
from msgspec.structs import replace

from kiki import pipeline
from kiki.engines.port import telling
from kiki.execution.safety import refuse_passwords
from kiki.model.agent import Listener, Progress
from kiki.model.change import Change, Stage
from kiki.model.errors import KikiError, NotFoundError, UsageError
from kiki.model.finding import Finding, has_errors
from kiki.model.intent import Intent, Reading
from kiki.model.people import DEFAULT
from kiki.model.request import SURE, CloudSource, ClusterSource, Request
from kiki.model.rollout import require_valid
from kiki.model.secret import named, placeholder
from kiki.policy.reading import only_reads
from kiki.service import definitions, keeping, ruling, tickets
from kiki.service.catalogue import RequestCatalogue
from kiki.service.journal import Journal
from kiki.service.parts import Parts
from kiki.targets import registry


def redact(parts: Parts, raw: Request) -> Request:
    """The request with every secret in its message kept in the store and replaced by its name.
    Beside its own it has the newest versions of the kept secrets that it names; a caller can't
    name a version, and no secret that was taken out of somebody else's message. UsageError when
    its scope holds a password, which would be kept, a rollout that can't be done, or a project that
    there is not, and ``approval.ticket_invalid``."""
    refuse_passwords(raw.scope)
    raw = replace(raw, ticket=tickets.held(parts, raw.ticket))
    require_valid(raw.scope.rollout)
    _require_project(parts, raw.project)
    message, secrets = _taken_out(parts, raw.message, {})
    return replace(raw, message=message, secrets=secrets)


def _require_project(parts: Parts, project: str) -> None:
    """UsageError ``project.unknown``: a slip of the hand makes no new one."""
    if project and project not in parts.projects:
        known = ", ".join((DEFAULT, *parts.projects))
        raise UsageError("project.unknown", name=project, known=known)


def answered(parts: Parts, change: Change, field: str, value: str) -> Request:
    """The change's request with an answer, the answer's secrets taken out as a message's are."""
    request = change.request
    question = change.reading.question if change.reading else None
    if _is_secret(field) and not named(value):
        text, secrets = _kept_whole(parts, value, request.secrets)
    elif question is not None and question.code in _KEPT:
        text, secrets = _taken_out(parts, value, request.secrets, pairs=True)
    else:
        text, secrets = _taken_out(parts, value, request.secrets)
    answers = request.answers | {field: text} | _insisted(change, field, text)
    return replace(request, answers=answers, secrets=request.secrets | secrets)


def _insisted(change: Change, field: str, text: str) -> dict[str, str]:
    """Marks an answer that is the very name which the question says is not there: it is meant."""
    question = change.reading.question if change.reading else None
    absent = question is not None and "where" in question.params
    if question is None or not absent or question.params.get("value") != text.strip():
        return {}
    return {field + SURE: text.strip()}


# What is answered with pairs, each value of which is secret.
_KEPT = ("question.kept_data", "question.unfit_kept")


def _is_secret(field: str) -> bool:
    """Whether an answer for *field* (``<number>.<name>``) is a secret as a whole."""
    name = field.rpartition(".")[2]
    kinds = registry.vocabulary().kinds
    return any(
        spec.name == name and spec.shape == "secret" for kind in kinds for spec in kind.fields
    )


def _kept_whole(parts: Parts, value: str, known: dict[str, str]) -> tuple[str, dict[str, str]]:
    number = 1
    while f"password-{number}" in known:
        number += 1
    name = f"password-{number}"
    return placeholder(name), {name: parts.store().secrets.put(name, value.strip())}


def _taken_out(
    parts: Parts, text: str, known: dict[str, str], *, pairs: bool = False
) -> tuple[str, dict[str, str]]:
    """*text* without its secrets, and the version ids of all that it names; no name of *known* is
    used again. *pairs*: all that it gives keys is secret."""
    from kiki.understand.secrets import redact as take_out  # noqa: PLC0415 -- lazy: gen has no words

    taken = take_out(text, pairs=pairs, known=known)
    secrets = parts.store().secrets if taken.values else None
    kept = (
        {name: secrets.put(name, value) for name, value in taken.values.items()} if secrets else {}
    )
    return taken.message, keeping.resolved(parts, taken.message, {**known, **kept}) | kept


def draft(
    parts: Parts,
    request: Request,
    *,
    undoes: str = "",
    redoes: str = "",
    reading: Reading | None = None,
) -> Change:
    """A new change in its first state, stored. *reading* is how it is to be read, where that is
    already known: it is kept now, so that a crash does not lose it."""
    now = parts.now()
    change = Change(
        id=parts.new_id(),
        state="draft",
        request=replace(request, requester=parts.actor),
        created=now,
        updated=now,
        reading=reading,
        undoes=undoes,
        redoes=redoes,
        roles=parts.roles(parts.actor, request.project) or UNSET,
    )
    return Journal(parts).create(change)


def settle_reading(
    parts: Parts, change: Change, listener: Listener, reading: Reading | None = None
) -> Change:
    """Read a draft, unless *reading* is given or kept, and go on to checked code, a question or a
    refusal. An error moves it to ``failed`` and is raised with its id."""
    try:
        return _settled(parts, change, listener, reading or change.reading)
    except KikiError as error:
        Journal(parts).fail(change, "fail", error)
        raise


def _settled(parts: Parts, change: Change, listener: Listener, reading: Reading | None) -> Change:
    if reading is None and definitions.is_definition(change.request):
        reading = definitions.reading(change.request, parts.files)
    if reading is None:
        listener(Progress(code="progress.read"))
        catalogue = RequestCatalogue(parts, change.request)
        engine = telling(parts.engine, listener)
        reading = pipeline.read(
            change.request, parts.profile, engine, catalogue, generic=parts.generic
        )
    journal = Journal(parts)
    if reading.question is not None:
        return journal.move(change, "ask", reading=reading)
    if reading.intent is None:
        refusal = reading.refusal
        code, params = (refusal.code, refusal.params) if refusal else ("understand.empty", {})
        return journal.move(change, "refuse", reading=reading, reason=code, params=params)
    taken = pipeline.take_in(reading.intent, parts.files)
    request = _with_secrets(parts, aimed(change.request, taken.intent), taken.intent)
    reading = replace(reading, intent=taken.intent)
    change = replace(change, reading=reading, request=request)
    return _build(parts, change, taken.intent, listener, taken.findings)


def _with_secrets(parts: Parts, request: Request, intent: Intent) -> Request:
    """*request* with the newest versions of the kept secrets that the user's files name, too."""
    named_there = "\n".join(file.text for one in intent.operations for file in one.given)
    taken = registry.target(intent.target).secrets(intent) if named_there else ()
    named_there += "".join(map(placeholder, taken))
    found = keeping.resolved(parts, named_there, request.secrets) if named_there else {}
    return replace(request, secrets=request.secrets | found) if found else request


def aimed(request: Request, intent: Intent) -> Request:
    """*request*, limited to the hosts that its message names, as many of them at a time as it says,
    or to what is not there yet, and watching if it says so. What was given beside the message
    stands; a cluster or a cloud only for code that is for one."""
    scope = request.scope
    if intent.hosts and not scope.limit:
        scope = replace(scope, limit=",".join(intent.hosts))
    if intent.batch and not scope.rollout.batch:
        scope = replace(scope, rollout=replace(scope.rollout, batch=intent.batch))
    if intent.create_only:
        scope = replace(scope, create_only=True)
    reads = only_reads(intent, registry.vocabulary())
    if not reads and not _meant(scope.cluster, "cluster", intent):
        scope = replace(scope, cluster=None)
    if not reads and not _meant(scope.cloud, "cloud", intent):
        scope = replace(scope, cloud=None)
    if not reads and scope.cluster is None and scope.cloud is None:
        scope = replace(scope, take_over=False, create_only=False)
    return replace(request, scope=scope, watch=request.watch or (reads and intent.watch))


def _meant(source: ClusterSource | CloudSource | None, place: str, intent: Intent) -> bool:
    """Whether the change is for *source*: somebody named it, and the code is for such a *place*."""
    return bool(source and source.named) and registry.target(intent.target).place == place


def _build(
    parts: Parts,
    change: Change,
    intent: Intent,
    listener: Listener,
    found: tuple[Finding, ...] = (),
) -> Change:
    """Checked code, or why not. With an error among *found*, which is what taking the user's files
    in said, there is nothing to check."""
    listener(Progress(code="progress.check"))
    if has_errors(found):
        artifact = pipeline.render(intent, change.request, parts.profile)
        built = pipeline.Built(artifact=artifact, findings=found)
    else:
        built = pipeline.build(intent, change.request, parts.profile)
    ruled = ruling.asked(parts, change, intent, built.artifact, built.risk)
    stage = Stage(
        name=intent.name,
        target=intent.target,
        artifact=built.artifact,
        findings=built.findings + ruled.findings,
        ruling=ruled if ruled.digest else None,
    )
    later = _later(parts, change) if built.valid else ()
    journal, every = Journal(parts), (built, *(made for _, made in later))
    stages = (stage, *(one for one, _ in later))
    for made in every:
        if made.refused:
            said = refusal(made.findings)
            return journal.move(
                change, "refuse", stages=stages, reason=said.code, params=said.params
            )
    denied = [one for one in stages if one.ruling is not None and one.ruling.denied]
    if denied:
        said = refusal(denied[0].findings)
        return journal.move(change, "refuse", stages=stages, reason=said.code, params=said.params)
    if not all(made.valid for made in every):
        return journal.move(change, "check_fail", stages=stages)
    _require_secrets(change, intent)
    request = _with_theirs(change.request, stages) if later else change.request
    return journal.move(change, "check_pass", stages=stages, request=request)


def _later(parts: Parts, change: Change) -> tuple[tuple[Stage, pipeline.Built], ...]:
    """The stages after the first with what their checks said."""
    reading = change.reading
    if reading is None or not reading.later:
        return ()
    from kiki.service import foreseeing  # noqa: PLC0415 -- lazy: most changes have one stage

    first = reading.intent.name if reading.intent else ""
    names = (first, *(one.name for one in reading.later))
    return tuple(
        foreseeing.built(parts, change, one, after)
        for one, after in zip(reading.later, names, strict=False)
    )


def _with_theirs(request: Request, stages: tuple[Stage, ...]) -> Request:
    """*request* with the secrets of all stages: as long as the change may need them they stay."""
    theirs = {
        name: version
        for stage in stages
        for name, version in (stage.part.secrets if stage.part else {}).items()
    }
    return replace(request, secrets=request.secrets | theirs)


def refusal(findings: tuple[Finding, ...]) -> Finding:
    """What policy says against it: its own first error, not one of the check's."""
    errors = [found for found in findings if found.severity == "error"]
    ours = [found for found in errors if found.code.startswith("policy.")]
    return next(iter(ours or errors), Finding(code="policy.forbidden", severity="error"))


def _require_secrets(change: Change, intent: Intent) -> None:
    """A name that somebody typed as ``{{secret:NAME}}`` has no value in this request."""
    for name in registry.target(intent.target).secrets(intent):
        if name not in change.request.secrets:
            raise NotFoundError("secret.unknown", name=name)
