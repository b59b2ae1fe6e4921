"""Objects of a cluster as rows and texts: ages, quantities, conditions, containers, events.

Called by the answers of the kinds that read. Every value may be missing or of another shape: what a
cluster says is data.
"""

from datetime import UTC, datetime
from typing import Any

from kiki.model.answer import Column, Table
from kiki.targets.kubernetes.items import dig, mappings, text

_AGES = (("d", 86_400), ("h", 3_600), ("m", 60))
_UNITS = {"n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
          "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40}  # fmt: skip
_OTHER = 2  # days from which hours are no news


def table(names: tuple[str, ...], rows: list[tuple[str, ...]], title: str = "") -> Table:
    """A table with all of its columns shown."""
    columns = tuple(Column(name=name) for name in names)
    return Table(title=title, columns=columns, rows=tuple(rows))


def age(at: Any, now: datetime | None = None) -> str:
    """How long ago *at* (RFC 3339) was, as kubectl says it: 5m, 3d; ``?`` when it is no time."""
    try:
        then = datetime.fromisoformat(text(at))
    except ValueError:
        return "?"
    if then.tzinfo is None:
        return "?"
    seconds = max(0, int(((now or datetime.now(UTC)) - then).total_seconds()))
    for unit, size in _AGES:
        if seconds >= _OTHER * size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def quantity(value: Any) -> float | None:
    """A quantity of Kubernetes (``250m``, ``64Mi``) as a number; None when it is none."""
    said = text(value) or str(value)
    number = said.rstrip("numkMGTiK")
    unit = said[len(number) :]
    try:
        return float(number) * _UNITS[unit]
    except (KeyError, ValueError):
        return None


def conditions(found: Any) -> list[tuple[str, ...]]:
    """A row for each condition of an object: type, status, reason, message."""
    listed = dig(found, "status", "conditions")
    return [
        (text(one.get("type")), text(one.get("status")), text(one.get("reason")),
         text(one.get("message")))
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict)
    ]  # fmt: skip


def containers(pod: Any) -> list[tuple[str, ...]]:
    """A row for each container of a pod: name, image, state, ready, restarts."""
    rows: list[tuple[str, ...]] = []
    for sort in ("initContainers", "containers"):
        told = _statuses(pod, sort)
        for _, one in mappings(pod, "spec", sort):
            name = text(one.get("name"))
            status = told.get(name, {})
            ready = "yes" if status.get("ready") else "no"
            restarts = str(status.get("restartCount", "-"))
            rows.append((name, text(one.get("image")), state(status), ready, restarts))
    return rows


def _statuses(pod: Any, sort: str) -> dict[str, dict[str, Any]]:
    key = "initContainerStatuses" if sort == "initContainers" else "containerStatuses"
    listed = dig(pod, "status", key)
    found = listed if isinstance(listed, list) else []
    return {text(one.get("name")): one for one in found if isinstance(one, dict)}


def state(status: Any) -> str:
    """A container's state and why: ``waiting: ImagePullBackOff``."""
    told = dig(status, "state")
    for name, about in (told if isinstance(told, dict) else {}).items():
        reason = text(dig(about, "reason"))
        return f"{name}: {reason}" if reason else str(name)
    return "-"


def why(pod: Any) -> str:
    """Why a pod is not ready: a container's reason, else that of the condition which is false."""
    for one in [*_statuses(pod, "initContainers").values(), *_statuses(pod, "containers").values()]:
        waiting = dig(one, "state", "waiting") or dig(one, "lastState", "terminated")
        if isinstance(waiting, dict) and not one.get("ready"):
            said = (text(waiting.get("reason")), text(waiting.get("message")))
            return ": ".join(part for part in said if part)
    for _, status, reason, message in conditions(pod):
        if status == "False":
            return ": ".join(part for part in (reason, message) if part)
    return ""


def ready(pod: Any) -> bool:
    """Whether a pod is ready, or has ended well."""
    if text(dig(pod, "status", "phase")) == "Succeeded":
        return True
    return any(kind == "Ready" and status == "True" for kind, status, *_ in conditions(pod))


def pods(listed: list[Any]) -> list[tuple[str, ...]]:
    """A row for each pod: name, phase, whether it is ready, why not."""
    return [
        (text(dig(pod, "metadata", "name")), text(dig(pod, "status", "phase")) or "?",
         "yes" if ready(pod) else "no", "" if ready(pod) else why(pod))
        for pod in listed
    ]  # fmt: skip


def events(listed: list[Any], *, where: bool = False) -> list[tuple[str, ...]]:
    """A row for each event: age, type, reason, object, count, message; *where*: its namespace
    first."""
    rows: list[tuple[str, ...]] = []
    for event in listed:
        about = event.get("involvedObject") or {}
        seen = dig(event, "series", "lastObservedTime") or event.get("lastTimestamp")
        seen = seen or event.get("eventTime") or dig(event, "metadata", "creationTimestamp")
        row = (age(seen), text(event.get("type")), text(event.get("reason")),
               f"{text(about.get('kind'))}/{text(about.get('name'))}",
               str(dig(event, "series", "count") or event.get("count") or 1),
               text(event.get("message")))  # fmt: skip
        rows.append((text(dig(event, "metadata", "namespace")), *row) if where else row)
    return rows


EVENT_COLUMNS = ("age", "type", "reason", "object", "count", "message")
CONDITION_COLUMNS = ("condition", "status", "reason", "message")
CONTAINER_COLUMNS = ("container", "image", "state", "ready", "restarts")
POD_COLUMNS = ("pod", "phase", "ready", "reason")
