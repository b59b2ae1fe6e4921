"""Create a secret of a cluster with the login of a registry, whose password is one that Kiki keeps.

Called through the registry by ``understand`` (fields), ``kubernetes.render`` (manifests) and
``target`` (what an approval is bound to). What ``kubectl create secret docker-registry`` makes;
the value is composed when it is planned and applied: see ``logins``.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.fields import INVALID as SHARED
from kiki.targets.kubernetes.fields import Name, OptionalName
from kiki.targets.kubernetes.kept import FIELD
from kiki.targets.kubernetes.logins import KEY, TYPE, Login, OptionalEmail, SecretName, Server, User
from kiki.targets.kubernetes.logins import text as as_docker_has_it
from kiki.targets.kubernetes.objects import Context, Manifest, metadata

_LOGIN = "k8s.registry_login_invalid"
INVALID = {
    **SHARED,
    **dict.fromkeys(("registry", "user", "email"), _LOGIN),
    "password": "k8s.registry_password_invalid",
}
SILENT = ("password",)


class Fields(Record, frozen=True):
    """*password* is the name of a secret; *registry* is as names of images begin, or the address
    of Docker Hub."""

    name: Name
    registry: Server
    user: User
    password: SecretName
    email: OptionalEmail = ""
    namespace: OptionalName = ""


def risk(fields: Fields) -> Risk:
    """As of any secret: whoever may read those of the namespace has the password."""
    return "medium"


def secrets(fields: Fields) -> tuple[str, ...]:
    """The name of the password."""
    return (fields.password,)


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The Secret, with the name of its password."""
    about = metadata(fields.name, fields.namespace, fields.name)
    login = Login(
        server=fields.registry,
        username=fields.user,
        password=fields.password,
        email=fields.email,
    )
    head = {"apiVersion": "v1", "kind": "Secret", "metadata": about, "type": TYPE}
    return ({**head, FIELD: {KEY: as_docker_has_it(login)}},)
