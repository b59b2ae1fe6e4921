"""Who works on the hosts can still log in.

A change that lets root log in no more, where hosts are reached as root, locks everybody out, Kiki
included; it is refused. So is one after which only some accounts may log in, and not those as which
hosts are reached. Where nobody knows as whom they are reached it is high.
"""

from kiki.model.finding import Finding
from kiki.model.intent import Operation
from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import on_hosts, plain, texts


def judge(case: Case) -> tuple[Opinion, ...]:
    """An opinion on every operation that shuts accounts out."""
    users = {plain(user) for user in (case.scope.user, *case.connecting) if user}
    found: list[Opinion] = []
    for operation in on_hosts(case.intent):
        if operation.kind == "ansible.sshd_login" and _forbids_root(operation):
            found += _opinions(operation, users)
        elif operation.kind == "ansible.sshd_set" and texts(operation, "allow_users"):
            found += _of_list(operation, users)
    return tuple(found)


def _of_list(operation: Operation, users: set[str]) -> tuple[Opinion, ...]:
    """Of groups only the host itself knows who is in them; the play looks there."""
    params = {"kind": operation.kind}
    if not users:
        return (Concern(code="policy.sshd_unknown", risk="high", params=params),)
    out = sorted(users - set(texts(operation, "allow_users")))
    if not out:
        return ()
    params["users"] = ", ".join(out)
    return (Finding(code="policy.sshd_users", severity="error", params=params),)


def _forbids_root(operation: Operation) -> bool:
    return "root" in texts(operation, "logins") and texts(operation, "access") == ("no",)


def _opinions(operation: Operation, users: set[str]) -> tuple[Opinion, ...]:
    params = {"kind": operation.kind}
    if "root" in users:
        return (Finding(code="policy.sshd_root", severity="error", params=params),)
    return () if users else (Concern(code="policy.sshd_unknown", risk="high", params=params),)
