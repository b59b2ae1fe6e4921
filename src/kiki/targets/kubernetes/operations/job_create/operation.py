"""Create a job: pods that run until they have ended well.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
What its pods are is in ``pods``, what it does with them in ``jobs``.
"""

from kiki.model.plan import Risk
from kiki.targets.kubernetes.jobs import JobFields, job_spec
from kiki.targets.kubernetes.objects import Context, Manifest, metadata
from kiki.targets.kubernetes.pods import listening

__all__ = ["Fields", "listening", "manifests", "risk"]


class Fields(JobFields, frozen=True):
    """See ``JobFields``."""


def risk(fields: Fields) -> Risk:
    """It runs its command at once, and nothing takes that back."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Job."""
    about = metadata(fields.name, fields.namespace, fields.name)
    spec = job_spec(fields, context)
    return ({"apiVersion": "batch/v1", "kind": "Job", "metadata": about, "spec": spec},)
