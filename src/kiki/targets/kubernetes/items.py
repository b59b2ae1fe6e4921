"""One object of a file under check, and safe ways into data of which nothing is known yet.

Called by ``check`` and all of its rules. No rule may fail on data of the wrong shape: the schema
check has already named it.
"""

from collections.abc import Iterator
from typing import Any

from kiki.documents.read import Parsed
from kiki.model.finding import Finding, Severity

Path = tuple[str | int, ...]

# Where each kind that runs pods keeps their specification
POD_PATHS: dict[str, Path] = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "Deployment": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}


class Item:
    """An object with its place: document *index* of *parsed*, and *root* inside that document."""

    def __init__(self, parsed: Parsed, index: int, data: dict[Any, Any], root: Path = ()) -> None:
        self.parsed = parsed
        self.index = index
        self.data = data
        self.root = root
        self.findings: list[Finding] = []
        # What every rule asks for, an empty text where it is not there.
        self.kind = text(data.get("kind"))
        self.api = text(data.get("apiVersion"))
        self.group = self.api.rpartition("/")[0]  # empty for the core one
        self.name = text(dig(data, "metadata", "name"))
        self.namespace = text(dig(data, "metadata", "namespace"))  # empty: the kubeconfig's
        self.pod_path = POD_PATHS.get(self.kind)  # None for a kind that runs no pods

    def report(self, code: str, severity: Severity, path: Path, **params: str) -> None:
        """Keep a finding about the value at *path*."""
        line, column = self.parsed.line_of(self.root + path, self.index)
        params = {"object": f"{self.kind} {self.name}".strip(), "path": shown(path), **params}
        self.findings.append(
            Finding(
                code=code, severity=severity, file=self.parsed.file, line=line, column=column,
                params=params,
            )
        )  # fmt: skip


def shown(path: Path) -> str:
    """*path* as people write it: ``spec.containers[0].image``."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")


def dig(data: Any, *path: str | int) -> Any:
    """The value at *path*, or None when anything on the way is missing or of another shape."""
    for step in path:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def text(value: Any) -> str:
    """*value* if it is text, else an empty one."""
    return value if isinstance(value, str) else ""


def number(value: Any) -> int | None:
    """*value* if it is a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def mappings(data: Any, *path: str | int) -> Iterator[tuple[Path, dict[Any, Any]]]:
    """The mappings of the list at *path*, each with its own path."""
    found = dig(data, *path)
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict):
            yield (*path, index), item


def texts(value: Any) -> dict[str, str]:
    """The entries of a mapping of texts, such as labels; anything else is left out."""
    entries = value.items() if isinstance(value, dict) else ()
    return {key: item for key, item in entries if isinstance(key, str) and isinstance(item, str)}
