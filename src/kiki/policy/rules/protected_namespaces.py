"""The namespaces that Kubernetes runs itself in.

Making objects in them makes a change high; removing or making the namespaces themselves is refused.
"""

from kiki.model.finding import Finding
from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import matches, noun, texts

PROTECTED = ("kube-*", "openshift", "openshift-*", "calico-*", "tigera-operator", "metallb-system")


def judge(case: Case) -> tuple[Opinion, ...]:
    """Opinions on every protected namespace that a Kubernetes operation names."""
    said: list[Opinion] = []
    for operation in case.intent.operations:
        if operation.target != "k8s":
            continue
        for name in filter(_is_protected, texts(operation, "namespace")):
            said.append(_inside(operation.kind, name))
        if noun(operation) == "namespace":
            said += [
                _itself(operation.kind, name)
                for name in texts(operation, "name", "names")
                if _is_protected(name)
            ]
    return tuple(said)


def _is_protected(name: str) -> bool:
    return matches(name, PROTECTED)


def _inside(kind: str, name: str) -> Opinion:
    params = {"kind": kind, "namespace": name}
    return Concern(code="policy.namespace_protected", risk="high", params=params)


def _itself(kind: str, name: str) -> Opinion:
    params = {"kind": kind, "namespace": name}
    return Finding(code="policy.namespace_protected", severity="error", params=params)
