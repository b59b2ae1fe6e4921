"""How a run ended, from Ansible's exit status and recap.

Called by ``runner`` and ``recorded``.
"""

from kiki.model.run import HostStats, RunStatus


def status(rc: int, stats: dict[str, HostStats], *, whole: bool = True) -> RunStatus:
    """The run's status.

    ``partly``: some hosts failed or did not answer and others did not. ``unreachable``: none
    answered. *whole* is false when events were lost or nothing ran: such a run is never successful.
    """
    if rc == 0:
        return "successful" if whole else "failed"
    bad = [host for host in stats.values() if host.failed or host.unreachable]
    if not bad:
        return "failed"
    if len(bad) < len(stats):
        return "partly"
    return "unreachable" if all(host.unreachable for host in bad) else "failed"
