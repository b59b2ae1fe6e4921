"""What is one host's own is not given to several.

Two hosts with one name are one host to whoever looks them up; it is refused.
"""

from kiki.model.finding import Finding
from kiki.policy.case import Case, Opinion
from kiki.policy.fields import on_hosts, plain, texts

_OWN = {"ansible.hostname_set": "name"}
"""The kinds that give a host something of its own, and the field that holds it."""


def judge(case: Case) -> tuple[Opinion, ...]:
    """A refusal for each value that more than one host would get."""
    found: dict[tuple[str, str], set[str]] = {}
    for operation in on_hosts(case.intent):
        if operation.kind in _OWN:
            value = " ".join(map(plain, texts(operation, _OWN[operation.kind])))
            key = (operation.kind, value)
            found.setdefault(key, set()).update(operation.hosts or case.hosts)
    return tuple(
        Finding(
            code="policy.one_host",
            severity="error",
            params={"kind": kind, "value": value, "count": str(len(hosts))},
        )
        for (kind, value), hosts in found.items()
        if len(hosts) > 1
    )
