"""What a definition says of servers and of a cluster, as intents of the targets that do it.

Called by ``judging.steps``, ``compiling``, ``staging`` and the pictures. Entries are read by rules
only and without a profile, so that a definition means the same everywhere. Pure; why it is so:
docs/decisions/0035-vdc-stages.md.
"""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from kiki import pipeline
from kiki.model.errors import KikiError
from kiki.model.intent import Assumption, Intent, Operation, Reading, Source
from kiki.model.languages import language_of
from kiki.model.profile import NO_PROFILE
from kiki.model.request import Request
from kiki.targets import registry
from kiki.vdc.definition import Definition, Entry, Step
from kiki.vdc.names import group_of, members
from kiki.vdc.source import Path, shown

TARGETS = {"hosts": "ansible", "podman": "podman", "kubernetes": "k8s"}
"""The sections in the order of their stages, and the target of each."""


class Unclear(Exception):  # noqa: N818 -- not a failure: it becomes a finding
    """An entry that can't be done; *code* and *params* say why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Place(NamedTuple):
    """One entry: its *section*, the *path* of it, the *servers* that it is for."""

    section: str
    path: Path
    entry: Entry
    servers: tuple[str, ...]


class Stage(NamedTuple):
    """One stage: its section's *name*, what is to be done, and the servers that it meets."""

    name: str
    intent: Intent
    servers: tuple[str, ...]


def servers_of(definition: Definition, name: str) -> tuple[str, ...]:
    """The servers that *name* is of: a tier, a group, or one server; none: it is nothing."""
    if name in definition.tiers:
        groups = definition.servers.items()
        return tuple(one for key, body in groups if body.tier == name for one in members(key, body))
    if name in definition.servers:
        return members(name, definition.servers[name])
    return (name,) if group_of(definition, name) else ()


def places(definition: Definition) -> Iterator[Place]:
    """All entries in the order in which they are done."""
    for section in ("hosts", "podman"):
        for name, entries in getattr(definition, section).items():
            servers = servers_of(definition, name)
            for index, entry in enumerate(entries):
                yield Place(section, (section, name, index), entry, servers)
    if definition.kubernetes is not None:
        for index, entry in enumerate(definition.kubernetes.steps):
            yield Place("kubernetes", ("kubernetes", "steps", index), entry, ())


def stages(definition: Definition) -> tuple[Stage, ...]:
    """The stages after the cloud's, in their order; for a definition without errors."""
    found: dict[str, list[Place]] = {}
    for place in places(definition):
        found.setdefault(place.section, []).append(place)
    return tuple(_stage(definition, name, found[name]) for name in TARGETS if name in found)


def _stage(definition: Definition, name: str, entries: list[Place]) -> Stage:
    servers = tuple(dict.fromkeys(server for one in entries for server in one.servers))
    read = [operations(place) for place in entries]
    done = [
        replace(operation, hosts=() if place.servers == servers else place.servers)
        for place, (made, _) in zip(entries, read, strict=True)
        for operation in made
    ]
    assumed = dict.fromkeys(msg for _, told in read for msg in _frozen(told))
    intent = Intent(
        target=TARGETS[name],
        name=f"{definition.name}-{name}",
        operations=tuple(done),
        reader="flags",
        assumptions=tuple(Assumption(code=code, params=dict(params)) for code, params in assumed),
    )
    return Stage(name, intent, servers)


def _frozen(told: tuple[Assumption, ...]) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for one in told:
        yield one.code, tuple(sorted(one.params.items()))


def operations(place: Place) -> tuple[tuple[Operation, ...], tuple[Assumption, ...]]:
    """What the entry asks for, and what it takes for granted. Raises Unclear."""
    step = Step(message=place.entry) if isinstance(place.entry, str) else place.entry
    if bool(step.message.strip()) == bool(step.kind) or (step.fields and not step.kind):
        raise Unclear("vdc.step_shape")
    made, told = _by_kind(place, step) if step.kind else _by_words(place, step.message)
    _require_doing(place, made)
    return made, told


def _by_kind(place: Place, step: Step) -> tuple[tuple[Operation, ...], tuple[Assumption, ...]]:
    target, said = TARGETS[place.section], Source(origin="flag", detail=shown(place.path))
    kinds = {one.id: one for one in registry.vocabulary().every if one.id.startswith(f"{target}.")}
    if step.kind not in kinds:
        from kiki.documents.near import near  # noqa: PLC0415 -- lazy: only for a mistake

        close = near(step.kind, tuple(kinds))
        code = "vdc.step_kind_near" if close else "vdc.step_kind"
        raise Unclear(code, kind=step.kind, near=close, section=place.section)
    fields = dict(step.fields)
    return (Operation(kind=step.kind, fields=fields, sources=dict.fromkeys(fields, said)),), ()


def _by_words(place: Place, words: str) -> tuple[tuple[Operation, ...], tuple[Assumption, ...]]:
    reading = _read(place, words)
    if reading.question is not None:
        told = {**reading.question.params, "words": words, "reason": reading.question.code}
        raise Unclear("vdc.step_asks", **told)
    if reading.intent is None:
        refusal = reading.refusal
        told = {**(refusal.params if refusal else {}), "words": words}
        told["reason"] = refusal.code if refusal else "understand.empty"
        raise Unclear("vdc.step_unread", **told)
    intent, said = reading.intent, Source(origin="flag", detail=shown(place.path))
    if intent.hosts or intent.batch or any(one.hosts for one in intent.operations):
        raise Unclear("vdc.step_places", words=words)
    made = (replace(one, sources=dict.fromkeys(one.sources, said)) for one in intent.operations)
    return tuple(made), intent.assumptions


def _read(place: Place, words: str) -> Reading:
    from kiki.understand.secrets import redact  # noqa: PLC0415 -- lazy: only for words

    if redact(words).values:
        raise Unclear("vdc.step_secret")
    request = Request(message=words, target=TARGETS[place.section], lang=language_of(words) or "en")
    return pipeline.read(request, NO_PROFILE, None)


def _require_doing(place: Place, made: tuple[Operation, ...]) -> None:
    """Raises Unclear for what only looks, and for what its kind does not take."""
    from kiki.policy.reading import only_reads  # noqa: PLC0415 -- lazy: only with stages

    target = TARGETS[place.section]
    intent = Intent(target=target, name="step", operations=made, reader="flags")
    if any(only_reads(replace(intent, operations=(one,)), registry.vocabulary()) for one in made):
        raise Unclear("vdc.step_reads")
    if any(one.kind.startswith("k8s.manifests") for one in made):
        raise Unclear("vdc.step_files")
    try:
        pipeline.render(intent, Request(target=target), NO_PROFILE)
    except KikiError as error:
        raise Unclear(error.code, **{key: str(one) for key, one in error.params.items()}) from error
