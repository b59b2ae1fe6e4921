"""What a run shows that a person has to know, though nothing failed.

Called by ``outcome``. So far: a rule was removed to close a port on a host whose firewall keeps
nobody out, as the firewalls' modules say themselves.
"""

from kiki.model.finding import Finding
from kiki.model.run import RunResult
from kiki.targets.ansible.firewall import CLOSING
from kiki.targets.ansible.modules import known


def remarks(result: RunResult) -> tuple[Finding, ...]:
    """One warning for each of them, with its hosts."""
    hosts: dict[str, dict[str, None]] = {}
    for event in result.events:
        said = str(event.result.get("msg", "")) if CLOSING in event.task else ""
        for text, code in known.of(event.module).remarks.items():
            if event.host and text in said:
                hosts.setdefault(code, {})[event.host] = None
    return tuple(
        Finding(code=code, severity="warning", params={"hosts": ", ".join(sorted(named))})
        for code, named in sorted(hosts.items())
    )
