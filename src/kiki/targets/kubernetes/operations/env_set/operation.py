"""Set variables of one container of a workload that is there; its other variables stay.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests). The
container has to be there: a patch with another name would add one, so the plan refuses it. A
variable that comes from a secret or a config map is not made a plain one: the API refuses both at
once, which the plan shows.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.acting import Rolling, contained, named
from kiki.targets.kubernetes.asking import kubectl
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest
from kiki.targets.kubernetes.pods import Variable, pairs

ACT = "adjust"


class Fields(Record, frozen=True):
    """The workload *name*, which is a *resource*; without a *container* the one that is called as
    the workload is. *env* are ``KEY=value``."""

    name: Name
    env: tuple[Variable, ...]
    container: OptionalName = ""
    resource: Rolling = "deployments"
    namespace: OptionalName = ""

    def __post_init__(self) -> None:
        """ValueError for no variable, and for one said twice."""
        if not self.env or len(pairs(self.env)) < len(self.env):
            raise ValueError("variables have one value each - at `$.env`")


def risk(fields: Fields) -> Risk:
    """Every pod is replaced by one with the new values."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The variables in the order they were said, and nothing else of the container."""
    env = [{"name": key, "value": value} for key, value in pairs(fields.env).items()]
    about = named(fields.resource, fields.name, fields.namespace)
    return (contained(about, fields.container, {"env": env}),)


def equivalent(fields: Fields, context: Context) -> str:
    """The same with kubectl."""
    name, container = f"{fields.resource}/{fields.name}", fields.container or fields.name
    return kubectl("set", "env", name, "-c", container, *fields.env, namespace=fields.namespace)
