"""Give rights to a service account, a user or a group: the account, the role and the binding.

Called through the registry by ``understand`` (fields) and ``kubernetes.render`` (manifests).
"""

from typing import Literal

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes import rights
from kiki.targets.kubernetes.fields import OptionalName
from kiki.targets.kubernetes.objects import Context, Manifest
from kiki.targets.kubernetes.rights import Access, Right, RoleName, Subject, Verb


class Fields(Record, frozen=True):
    """Exactly one of *account*, *user* and *group* gets the rights: a *role* that there is, or one
    that is made of *access* (or *verbs*) and *resources*. *role_kind*: empty for ``ClusterRole`` of
    the built-in ones and ``Role`` of others. *namespace* is where the rights hold and where the
    account is (*account_namespace* if it is in another); *cluster_wide*: in every namespace.
    *account_too*: the account is made where it is not there. An empty *name* is made of the rest.
    """

    access: Access
    resources: tuple[Right, ...]
    namespace: OptionalName
    account: OptionalName = ""
    user: Subject = ""
    group: Subject = ""
    verbs: tuple[Verb, ...] = ()
    role: RoleName = ""
    role_kind: Literal["", "Role", "ClusterRole"] = ""
    cluster_wide: bool = False
    account_namespace: OptionalName = ""
    account_too: bool = True
    name: OptionalName = ""

    def __post_init__(self) -> None:
        """ValueError for rights of nobody, of several, of nothing, or two sorts of them."""
        if sum(map(bool, (self.account, self.user, self.group))) != 1:
            raise ValueError("one account, user or group - at `$.account`")
        if self.account and not (self.account_namespace or self.namespace):
            raise ValueError("an account is in a namespace - at `$.account`")
        if not self.role:
            rights.check(self.access, self.verbs, self.resources)
        elif self.access or self.verbs or self.resources:
            raise ValueError("a role has its rights already - at `$.role`")
        if self.cluster_wide and self.role_kind == "Role":
            raise ValueError("a Role holds in one namespace - at `$.role`")


def risk(fields: Fields) -> Risk:
    """Somebody may do more than before; policy judges what."""
    return "medium"


def manifests(fields: Fields, context: Context) -> tuple[Manifest, ...]:
    """The account, the role if it is made, and the binding."""
    name, wide = _name(fields), fields.cluster_wide
    place = fields.account_namespace or fields.namespace
    made = [_account(fields.account, place)] if fields.account and fields.account_too else []
    if not fields.role:
        listed = rights.rules(fields.access, fields.verbs, fields.resources)
        made.append(rights.role(name, fields.namespace, listed, wide=wide))
    who = rights.subject(fields.account, fields.user, fields.group, place)
    made.append(rights.binding(name, fields.namespace, _bound(fields, name), who, wide=wide))
    return tuple(made)


def _account(name: str, namespace: str) -> Manifest:
    """Nothing but its name, so that one that is there stays as it is."""
    about = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": about}


def _bound(fields: Fields, name: str) -> str:
    if not fields.role:
        return f"{'ClusterRole' if fields.cluster_wide else 'Role'}/{name}"
    whole = fields.cluster_wide or fields.role in rights.BUILT_IN
    return f"{fields.role_kind or ('ClusterRole' if whole else 'Role')}/{fields.role}"


def _name(fields: Fields) -> str:
    """Without the namespace, which the binding is in; the account's other one tells two apart."""
    if fields.name:
        return fields.name
    said = (fields.access, *fields.verbs, *fields.resources)
    who = fields.account or fields.user or fields.group
    return rights.label(fields.account_namespace, who, *((fields.role,) if fields.role else said))
