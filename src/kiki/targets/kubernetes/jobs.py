"""What jobs do with their pods: how often, how many at a time, how many tries.

Called by the operations that make jobs and cron jobs.
"""

from typing import Annotated, Literal

from msgspec import Meta

from kiki.targets.kubernetes.objects import Context, Manifest
from kiki.targets.kubernetes.pods import PodFields, template

Times = Annotated[int, Meta(ge=1, le=10_000)]
Retries = Annotated[int, Meta(ge=0, le=1_000)]


class JobFields(PodFields, frozen=True, kw_only=True):
    """*completions* pods have to end well, *parallelism* of them run at a time; after *retries*
    that failed the job has failed. *restart*: is a container that failed started again in its
    pod?"""

    restart: Literal["Never", "OnFailure"] = "Never"
    completions: Times = 1
    parallelism: Times = 1
    retries: Retries = 6


def job_spec(fields: JobFields, context: Context) -> Manifest:
    """The specification of a job."""
    return {
        "completions": fields.completions,
        "parallelism": fields.parallelism,
        "backoffLimit": fields.retries,
        "template": template(fields, context, fields.restart),
    }
