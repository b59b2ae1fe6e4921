"""Set requests and limits of one container of a workload that is there; those not named stay.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). The
container has to be there: a patch with another name would add one, so the plan refuses it. That a
request is not above its limit is known to the API only, which has the one that stays.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import Rolling, contained, named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest
from kiki.targets.kubernetes.pods import Quantity, amounts

ACT = "adjust"


class Fields(Record, frozen=True):
    """The workload *name*, which is a *resource*; without a *container* the one that is called as
    the workload is. Empty amounts stay as they are."""

    name: Name
    memory_limit: Quantity
    cpu_limit: Quantity = ""
    memory_request: Quantity = ""
    cpu_request: Quantity = ""
    container: OptionalName = ""
    resource: Rolling = "deployments"
    namespace: OptionalName = ""

    def __post_init__(self) -> None:
        """ValueError where nothing is set."""
        if not _amounts(self):
            raise ValueError("an amount is set - at `$.memory_limit`")


def _amounts(fields: Fields) -> Manifest:
    """The amounts that were named."""
    requests = fields.cpu_request, fields.memory_request
    return amounts(requests, (fields.cpu_limit, fields.memory_limit))


def risk(fields: Fields) -> Risk:
    """Every pod is replaced by one with other amounts, which may find no room."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The amounts, and nothing else of the container."""
    about = named(fields.resource, fields.name, fields.namespace)
    return (contained(about, fields.container, {"resources": _amounts(fields)}),)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    name, container = f"{fields.resource}/{fields.name}", fields.container or fields.name
    options = [
        f"--{part}={','.join(f'{what}={much}' for what, much in said.items())}"
        for part, said in _amounts(fields).items()
    ]
    return kubectl("set", "resources", name, "-c", container, *options, namespace=fields.namespace)
