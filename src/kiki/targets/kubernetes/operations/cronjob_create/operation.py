"""Create a cron job: a job at set times.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
What its pods are is in ``pods``, what the job does with them in ``jobs``.
"""

from typing import Annotated, Literal

from msgspec import Meta

from kiki.model.plan import Risk
from kiki.targets.kubernetes.jobs import JobFields, job_spec
from kiki.targets.kubernetes.objects import Context, Manifest, metadata
from kiki.targets.kubernetes.pods import listening

__all__ = ["Fields", "listening", "manifests", "risk"]
_FIELD = r"[0-9A-Za-z*][0-9A-Za-z*,/-]*"
_NAMED = "yearly|annually|monthly|weekly|daily|midnight|hourly"
# The server takes no seconds and no @reboot
Schedule = Annotated[str, Meta(pattern=rf"^(?:{_FIELD}(?: {_FIELD}){{4}}|@(?:{_NAMED}))$(?!\n)")]


class Fields(JobFields, frozen=True, kw_only=True):
    """*schedule* as cron has it, by the clock of the cluster's controller. *overlap* says what
    happens when the run before has not ended."""

    schedule: Schedule
    overlap: Literal["Forbid", "Allow", "Replace"] = "Forbid"


def risk(fields: Fields) -> Risk:
    """It runs its command again and again, with nobody there."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The CronJob."""
    spec = {
        "schedule": fields.schedule,
        "concurrencyPolicy": fields.overlap,
        "jobTemplate": {"spec": job_spec(fields, context)},
    }
    about = metadata(fields.name, fields.namespace, fields.name)
    return ({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": about, "spec": spec},)
