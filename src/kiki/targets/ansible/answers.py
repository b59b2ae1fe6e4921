"""What a run of code that only reads is answered with.

Called by ``target``, and by the target of podman, which brings its own ``find``. Each kind that
reads has a module ``answer`` beside its ``operation``, whose ``answer(fields, heard)`` makes its
part; hosts that did not answer are said beside it.
"""

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

from kiki.model.answer import Answer
from kiki.model.finding import Finding
from kiki.model.intent import Intent, Operation
from kiki.model.languages import Lang
from kiki.model.run import RunResult
from kiki.targets.ansible.collecting import report_key
from kiki.targets.ansible.compose import fields_of, module_of
from kiki.targets.port import Masked, Sources


class Heard(NamedTuple):
    """What a kind makes its answer of. *hosts* are those that it is for, sorted; *reports* is what
    each of them reported, see ``collecting.report_task``."""

    hosts: tuple[str, ...]
    result: RunResult
    lang: Lang
    masked: Masked

    @property
    def reports(self) -> dict[str, Any]:
        """The reports of the hosts that made one, by host."""
        made = self.result.reports
        return {host: made[host] for host in self.hosts if host in made}

    def found(self, kind: str, fields: Any) -> dict[str, Any]:
        """What ``collecting.answer_task`` handed on for this kind and these fields, by host."""
        key = report_key(kind, fields)
        whole = {host: one for host, one in self.reports.items() if isinstance(one, dict)}
        return {host: one[key] for host, one in whole.items() if key in one}


def answer(
    intent: Intent,
    sources: Sources,
    lang: Lang,
    masked: Masked,
    find: Callable[[Operation], Any] = module_of,
) -> Answer:
    """One run, and the parts of the operations in their order."""
    result = sources.run()
    parts = []
    for operation in intent.operations:
        module = find(operation)
        hosts = tuple(sorted(operation.hosts or sources.hosts))
        heard = Heard(hosts, result, lang, masked)
        parts.append(_part(module, fields_of(operation, module), heard))
    return joined(intent, parts, _silent(result))


def _part(module: Any, fields: Any, heard: Heard) -> Answer:
    beside = importlib.import_module(module.__name__.rpartition(".")[0] + ".answer")
    made: Answer = beside.answer(fields, heard)
    return made


def joined(intent: Intent, parts: list[Answer], remarks: tuple[Finding, ...]) -> Answer:
    """One answer of several: its *data* has an entry with kind and data for each operation."""
    kinds = [operation.kind for operation in intent.operations]
    return Answer(
        tables=tuple(table for part in parts for table in part.tables),
        excerpts=tuple(excerpt for part in parts for excerpt in part.excerpts),
        data=[{"kind": kind, "data": part.data} for kind, part in zip(kinds, parts, strict=True)],
        remarks=(*(remark for part in parts for remark in part.remarks), *remarks),
    )


def _silent(result: RunResult) -> tuple[Finding, ...]:
    """The hosts that did not answer, or at which reading failed, each with what it said."""
    found = {}
    for event in result.events:
        if event.kind == "unreachable" or (event.kind == "failed" and not event.ignored):
            code = (
                "answers.host_unreachable" if event.kind == "unreachable" else "answers.host_failed"
            )
            params = {"host": event.host, "task": event.task, "message": event.message}
            found[event.host] = Finding(code=code, severity="warning", params=params)
    return tuple(found.values())
