"""A change of many hosts at once is high, whatever it does.

How many are many is the site profile's default ``policy.many_hosts.limit``; 20 without one.
"""

from kiki.policy.case import Case, Concern, Opinion

KEY = "policy.many_hosts.limit"
LIMIT = 20


def judge(case: Case) -> tuple[Opinion, ...]:
    """One concern when there are more hosts than the limit."""
    limit = int(case.profile.defaults.get(KEY, LIMIT))
    if len(case.hosts) <= limit:
        return ()
    params = {"count": str(len(case.hosts)), "limit": str(limit)}
    return (Concern(code="policy.many_hosts", risk="high", params=params),)
