"""Whether a server can be started, stopped, rebooted and so on, from the status that it has.

Called by ``acts``. The table is Nova's: docs.openstack.org/nova, "Virtual Machine States and
Transitions".
"""

import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.connection import Cloud
    from kiki.execution.clouds.driver.program import Doing
    from kiki.execution.clouds.driver.wrongs import Found, becomes, problem
else:
    from connection import Cloud
    from program import Doing
    from wrongs import Found, becomes, problem

_TASK = "OS-EXT-STS:task_state"
_SETTLES_S, _PAUSE_S = 60, 2


class Way(NamedTuple):
    """From one of *since* to *to*; *again*: also from there, as it is done each time."""

    since: tuple[str, ...]
    to: str
    again: bool = False


ACTS = {
    "start": Way(("SHUTOFF",), "ACTIVE"),
    "stop": Way(("ACTIVE", "ERROR"), "SHUTOFF"),
    "pause": Way(("ACTIVE",), "PAUSED"),
    "suspend": Way(("ACTIVE",), "SUSPENDED"),
    "resume": Way(("SUSPENDED", "PAUSED"), "ACTIVE"),
    "reboot": Way(("ACTIVE",), "ACTIVE", again=True),
    "reboot_hard": Way(("ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "ERROR"), "ACTIVE", again=True),
}


def judge(cloud: Cloud, doing: Doing, thing: Found, after: bool) -> Found:
    """The status that it has and is to have; *after* a reboot only whether it is up."""
    way = ACTS[doing.act]
    if after:
        thing = _settled(cloud, thing)
        status = str(thing["status"])
        return {"verb": "none"} if status == way.to else _not(status, way)
    status = str(thing["status"])
    if busy := thing.get(_TASK):
        return problem("busy", status=str(busy))
    if status == way.to and not way.again:
        return {"verb": "none"}
    if status not in way.since:
        return _not(status, way)
    was: dict[str, Any] = {"status": status}
    told = (
        {"action": "unpause" if status == "PAUSED" else "resume"} if doing.act == "resume" else {}
    )
    diff = becomes("status", status, _to(doing, way))
    return {"verb": "update", "diff": diff, "was": was, "told": told}


def _to(doing: Doing, way: Way) -> str:
    return f"{way.to} ({doing.act.partition('_')[0]})" if way.again else way.to


def _not(status: str, way: Way) -> Found:
    return problem("status", status=status, needs=", ".join(way.since))


def _settled(cloud: Cloud, thing: Found) -> Found:
    """The server, once nothing goes on with it: a reboot is under way when it is asked for."""
    until = time.monotonic() + _SETTLES_S
    while thing.get(_TASK) and time.monotonic() < until:
        time.sleep(_PAUSE_S)
        told = cloud.ask("compute", "get", f"/servers/{thing['id']}", version="2.47")
        thing = dict(told["server"])
    return thing
