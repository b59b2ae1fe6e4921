"""Logs, a text for each container.

Called by ``kubernetes.answers``.
"""

from kiki.model.answer import Answer, Excerpt
from kiki.model.errors import PermanentError
from kiki.model.finding import Finding
from kiki.targets.kubernetes import shown
from kiki.targets.kubernetes.answers import Heard, Told
from kiki.targets.kubernetes.operations.logs_show.operation import Fields


def answer(fields: Fields, told: Told, heard: Heard) -> Answer:
    """The lines, secrets that they announce masked; what the server says where a container has no
    log. PermanentError ``answers.k8s_no_log`` when none has."""
    whole = [one for one in told["logs"] if "text" in one]
    failed = tuple(_refused(one) for one in told["logs"] if "text" not in one)
    if failed and not whole:
        raise PermanentError("answers.k8s_no_log", **failed[0].params)
    excerpts = tuple(_excerpt(one, heard) for one in whole)
    failed += tuple(_instead(one) for one in whole if one.get("instead"))
    silent = tuple(_silent(one) for one in whole if not one["text"] and not shown.ready(one["of"]))
    data = [
        {"pod": one["pod"], "container": one["container"], "lines": list(made.lines)}
        for one, made in zip(whole, excerpts, strict=True)
    ]
    return Answer(excerpts=excerpts, data=data, remarks=failed + silent + _others(told, fields))


def _excerpt(one: Told, heard: Heard) -> Excerpt:
    lines = heard.masked(one["text"]).splitlines()
    return Excerpt(title=f"{one['pod']}/{one['container']}", lines=tuple(lines))


def _refused(one: Told) -> Finding:
    params = {"pod": one["pod"], "container": one["container"], "message": one["refused"]}
    return Finding(code="answers.k8s_no_log", severity="warning", params=params)


def _instead(one: Told) -> Finding:
    params = {"pod": one["pod"], "container": one["container"]}
    return Finding(code="answers.k8s_previous_gone", severity="warning", params=params)


def _silent(one: Told) -> Finding:
    """Why nothing is written yet."""
    params = {"pod": one["pod"], "container": one["container"], "message": shown.why(one["of"])}
    return Finding(code="answers.k8s_empty_log", severity="warning", params=params)


def _others(told: Told, fields: Fields) -> tuple[Finding, ...]:
    """What is said of pods that were not read, and of a workload that has none."""
    read = len({one["pod"] for one in told["logs"]})
    if told["pods"] > read:
        params = {"read": str(read), "count": str(told["pods"])}
        return (Finding(code="answers.k8s_some_pods", severity="warning", params=params),)
    if not told["pods"]:
        params = {"name": fields.name, "namespace": told["namespace"]}
        return (Finding(code="answers.k8s_no_pods", severity="warning", params=params),)
    return ()
