"""Health checks, as probes.

Called by ``podman``. Podman only says how a container is, unless it was told to act; so it becomes
a readiness probe, and a liveness probe beside it where podman would have acted.
"""

import math
from typing import Any

from kiki.migration.environment import repeats
from kiki.migration.given import Given
from kiki.migration.losses import Losses
from kiki.migration.secrecy import tells
from kiki.migration.workload import Probe

_NANO = 1_000_000_000
_ACTING = ("restart", "kill", "stop")


def probe(given: Given, variables: dict[str, str], losses: Losses) -> Probe | None:
    """The probe; None where there is no check, or none that can stand in a manifest: no secret of
    the container's *variables* may be in it."""
    check = given.config.get("Healthcheck") or {}
    words = [str(word) for word in check.get("Test") or []]
    if not words or words[0] == "NONE":
        return None
    command = ("/bin/sh", "-c", *words[1:]) if words[0] == "CMD-SHELL" else tuple(words[1:])
    if words[0] not in ("CMD", "CMD-SHELL"):
        command = ("/bin/sh", "-c", " ".join(words))
    text = " ".join(command)
    if tells(text) or repeats(given, variables, text):
        losses.say("migrate.probe_secret", container=given.name)
        return None
    acts = str(given.config.get("HealthcheckOnFailureAction") or "none") in _ACTING
    losses.say("migrate.probe_acts" if acts else "migrate.probe", "info", container=given.name)
    return Probe(
        command=command,
        interval_s=_seconds(check.get("Interval"), 30),
        timeout_s=_seconds(check.get("Timeout"), 30),
        start_s=_seconds(check.get("StartPeriod"), 0),
        retries=int(check.get("Retries") or 3),
        acts=acts,
    )


def _seconds(said: Any, default: int) -> int:
    """Nanoseconds as whole seconds, never fewer."""
    return math.ceil(int(said) / _NANO) if said else default
