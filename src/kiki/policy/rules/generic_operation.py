"""A generic operation is high, whatever it does: its schema is official, its meaning nobody's.

Curated kinds were written by people who know what can go wrong with them. That of any Kubernetes
kind, Heat resource type or Ansible module is for the person who approves.
"""

from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import is_generic


def judge(case: Case) -> tuple[Opinion, ...]:
    """One concern for each generic operation."""
    return tuple(
        Concern(code="policy.generic_operation", risk="high", params={"kind": operation.kind})
        for operation in case.intent.operations
        if is_generic(operation)
    )
