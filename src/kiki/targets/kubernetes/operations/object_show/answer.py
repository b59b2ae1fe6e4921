"""One object: what it is, its containers or pods, its conditions, its events; the rest as YAML.

Called by ``kubernetes.answers``.
"""

from typing import Any

from kiki.documents.write import to_yaml
from kiki.messages import text as say
from kiki.model.answer import Answer, Excerpt
from kiki.targets.kubernetes import shown
from kiki.targets.kubernetes.answers import Heard, Told
from kiki.targets.kubernetes.items import dig, text, texts
from kiki.targets.kubernetes.operations.object_show.operation import Fields

_OWN = ("apiVersion", "kind", "metadata", "status")


def answer(fields: Fields, told: Told, heard: Heard) -> Answer:
    """Tables, and everything but the metadata and the status as YAML. As JSON ``object``,
    ``events`` and, of a workload, ``pods``."""
    found = told["object"]
    tables = [shown.table(("field", "value"), _named(_about(found, told), heard))]
    if told["kind"] == "Pod":
        tables.append(shown.table(shown.CONTAINER_COLUMNS, shown.containers(found)))
    if "pods" in told:
        tables.append(shown.table(shown.POD_COLUMNS, shown.pods(told["pods"])))
    if told["kind"] == "Secret":  # values never left the driver: these are sizes
        tables.append(shown.table(("key", "size"), list(texts(found.get("data")).items())))
    tables.append(shown.table(shown.CONDITION_COLUMNS, shown.conditions(found)))
    tables.append(shown.table(shown.EVENT_COLUMNS, shown.events(told["events"])))
    data = {key: told[key] for key in ("object", "events", "pods") if key in told}
    kept = tuple(table for table in tables if table.rows)
    return Answer(tables=kept, excerpts=_rest(found, heard), data=data)


def _about(found: Any, told: Told) -> list[tuple[str, ...]]:
    about = found.get("metadata") or {}
    rows = [
        ("kind", told["kind"]),
        ("name", text(about.get("name"))),
        ("namespace", text(about.get("namespace"))),
        (
            "created",
            f"{text(about.get('creationTimestamp'))} ({shown.age(about.get('creationTimestamp'))})",
        ),
        ("deleted", text(about.get("deletionTimestamp"))),
        ("finalizers", ", ".join(map(str, about.get("finalizers") or ()))),
        ("labels", _pairs(about.get("labels"))),
        (
            "owner",
            ", ".join(
                f"{text(o.get('kind'))}/{text(o.get('name'))}"
                for o in about.get("ownerReferences") or ()
            ),
        ),
        ("phase", text(dig(found, "status", "phase"))),
        ("node", text(dig(found, "spec", "nodeName"))),
        ("ip", text(dig(found, "status", "podIP")) or text(dig(found, "spec", "clusterIP"))),
        ("replicas", _replicas(found)),
    ]
    return [row for row in rows if row[1]]


def _named(rows: list[tuple[str, ...]], heard: Heard) -> list[tuple[str, ...]]:
    """What is told, in the person's language."""
    return [(say(f"column.{name}", heard.lang, {}).text, *rest) for name, *rest in rows]


def _pairs(found: Any) -> str:
    return ", ".join(f"{key}={value}" for key, value in texts(found).items())


def _replicas(found: Any) -> str:
    wanted, ready = dig(found, "spec", "replicas"), dig(found, "status", "readyReplicas")
    return "" if wanted is None else f"{ready or 0}/{wanted}"


def _rest(found: Any, heard: Heard) -> tuple[Excerpt, ...]:
    rest = {key: value for key, value in found.items() if key not in _OWN}
    if not rest or found.get("kind") == "Secret":
        return ()
    lines = heard.masked(to_yaml([rest])).splitlines()[1:]
    return (Excerpt(title="spec", lines=tuple(lines)),)
