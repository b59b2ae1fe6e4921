"""Rights in a cluster that reach further than they look.

Everything, the values of secrets, and what one can give oneself more rights with make a change
high; rights for whoever reaches the API server are refused. A role that is only named is judged if
it is one that every cluster has. Source: kubernetes.io/docs, "Role Based Access Control Good
Practices".
"""

from collections.abc import Iterator

from kiki.model.finding import Finding
from kiki.model.intent import Operation
from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import plain, texts

_KINDS = ("k8s.access_grant", "k8s.role_create")
EVERYBODY = ("system:anonymous", "system:unauthenticated", "system:authenticated")
_READING = frozenset(("read", "edit", "all", "get", "list", "watch", "*"))
_CHANGING = frozenset(("edit", "all", "create", "update", "patch", "*"))
# With these somebody may act as others, or change what others may.
_POWERS = frozenset(("bind", "escalate", "impersonate", "approve", "sign"))
_PATHS = frozenset((
    "roles", "rolebindings", "clusterroles", "clusterrolebindings", "serviceaccounts/token",
    "pods/exec", "pods/attach", "nodes/proxy", "nodes",
))  # fmt: skip
_ROLES = {"cluster-admin": "everything", "edit": "secrets", "admin": "secrets"}
_MASTERS = "system:masters"


def judge(case: Case) -> tuple[Opinion, ...]:
    """Opinions on every operation that makes or gives rights."""
    return tuple(
        opinion
        for operation in case.intent.operations
        if operation.kind in _KINDS
        for opinion in _opinions(operation)
    )


def _opinions(operation: Operation) -> Iterator[Opinion]:
    who = (*texts(operation, "account", "user", "group"), *texts(operation, "name"))[:1]
    params = {"kind": operation.kind, "who": who[0] if who else "-"}
    for name in texts(operation, "user", "group"):
        if plain(name) in EVERYBODY:
            yield Finding(code="policy.rights_everybody", severity="error", params=params)
    for code, what in _found(operation):
        yield Concern(code=f"policy.rights_{code}", risk="high", params={**params, "what": what})


def _found(operation: Operation) -> Iterator[tuple[str, str]]:
    """What is remarkable about the rights, worst first: a code and the words for it."""
    for role in texts(operation, "role"):
        if plain(role) in _ROLES or _MASTERS in texts(operation, "group"):
            yield _ROLES.get(plain(role), "everything"), role
    verbs = {plain(one) for one in texts(operation, "access", "verbs")}
    resources = {plain(one) for one in texts(operation, "resources")}
    if "*" in resources or (verbs & {"all", "*"} and "secrets" in resources):
        yield "everything" if verbs & _CHANGING else "secrets", "*"
    elif "secrets" in resources and verbs & _READING:
        yield "secrets", "secrets"
    powers = sorted((verbs & _POWERS) | (resources & _PATHS if verbs & _CHANGING else set()))
    if powers:
        yield "escalating", ", ".join(powers)
