"""SELinux goes on guarding the host.

Switching it off, or having it only note what it would forbid, makes a change high, and says so
before the approval.
"""

from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import on_hosts, texts

_OFF = frozenset(("disabled", "permissive"))


def judge(case: Case) -> tuple[Opinion, ...]:
    """A concern for every operation after which SELinux forbids nothing."""
    return tuple(
        Concern(code="policy.selinux_off", risk="high", params={"kind": found.kind, "mode": mode})
        for found in on_hosts(case.intent)
        if found.kind == "ansible.selinux_set"
        for mode in texts(found, "mode")
        if mode in _OFF
    )
