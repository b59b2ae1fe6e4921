"""What podman says of pods and containers: JSON as ``podman inspect`` prints it.

Made by ``execution.hosts.inspecting``; called by ``migration``. It may hold secrets (environments):
it is never stored, logged or shown.
"""

from typing import Any

from kiki.model.records import Record


class Inspected(Record, frozen=True):
    """*pods* in the order asked for, *containers* by id, *alone* the ids of those that were asked
    for by name, *images* by id, *volumes* by name."""

    pods: tuple[dict[str, Any], ...] = ()
    alone: tuple[str, ...] = ()
    containers: dict[str, dict[str, Any]] = {}
    images: dict[str, dict[str, Any]] = {}
    volumes: dict[str, dict[str, Any]] = {}

    def __repr__(self) -> str:
        """Names only, as everything else may be a secret."""
        return f"Inspected({len(self.pods)} pods, {len(self.containers)} containers)"
