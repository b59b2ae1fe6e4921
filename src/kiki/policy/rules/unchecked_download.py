"""Downloads of which nobody says what has to come.

Without a checksum a host keeps whatever the server, or somebody on the way, gives it. High, so that
somebody looks at where it comes from.
"""

from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import on_hosts, texts, verb


def judge(case: Case) -> tuple[Opinion, ...]:
    """A high risk for every download without a checksum."""
    return tuple(
        Concern(
            code="policy.download_unchecked",
            risk="high",
            params={"kind": operation.kind, "url": url},
        )
        for operation in on_hosts(case.intent)
        if verb(operation) == "download" and not texts(operation, "checksum")
        for url in texts(operation, "url")
    )
