"""Reads from a cloud and changes nothing: its things, one of them, quotas, who asks, consoles.

Asked as ``reading`` with ``asks``, a list of mappings with ``ask`` and what that takes; the answer
has one mapping for each: ``tables``, ``excerpts``, ``data`` and ``remarks``. Only GET is sent, and
Nova's action that gives a console's log. What a service refuses is told as ``refused`` with its own
words, as they are its answer to the person who asked. Secrets never leave here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import allowance, things
    from kiki.execution.clouds.driver.connection import Cloud, Refused
    from kiki.execution.clouds.driver.faults import Fault
    from kiki.execution.clouds.driver.secrecy import without_secrets
else:
    import allowance
    import things
    from connection import Cloud, Refused
    from faults import Fault
    from secrecy import without_secrets

Told = dict[str, Any]
_NO_SERVICE = ("EndpointNotFound", "EmptyCatalog", "ServiceDiscoveryException", "NotSupported")


def answer(cloud: Cloud, order: Told, say: Callable[[Any], None]) -> Told:
    """``from``: cloud, project, user and region; ``answers``: one for each ask."""
    access = cloud.access
    where = {"cloud": cloud.name, "project": str(access.project_name),
             "user": str(access.username), "region": cloud.region or "-"}  # fmt: skip
    return {"from": where, "answers": [_one(cloud, ask) for ask in order["asks"]]}


def _one(cloud: Cloud, ask: Told) -> Told:
    try:
        return without_secrets(_ASKS[ask["ask"]](cloud, ask))  # type: ignore[no-any-return]
    except Refused as refused:
        return {"refused": {"status": refused.status, "message": str(refused),
                            "where": refused.where}}  # fmt: skip
    except Fault as fault:
        if not fault.code.startswith("answers."):
            raise  # of the connection: there is no answer at all
        return {"fault": {"code": fault.code, "params": fault.params}}
    except Exception as error:
        if type(error).__name__ not in _NO_SERVICE:
            raise
        service = things.service_of(ask)
        return {"fault": {"code": "answers.cloud_no_service", "params": {"service": service}}}


_ASKS: dict[str, Callable[[Cloud, Told], Told]] = {
    "listed": things.listed,
    "described": things.described,
    "events": things.events,
    "console": things.console,
    "quota": allowance.quota,
    "token": allowance.token,
}
