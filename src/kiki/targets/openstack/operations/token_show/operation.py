"""Show who asks a cloud: user, project, roles and until when; never the token.

Called as the other operations that read, see ``things_list``.
"""

from typing import Any

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.asking import client


class Fields(Record, frozen=True):
    """Nothing to say."""


def risk(fields: Fields) -> Risk:
    """Nothing changes."""
    return "low"


def command(fields: Fields) -> str:
    """The same with OpenStack's client, without the token's id."""
    return client("token issue -c expires -c project_id -c user_id")


def ask(fields: Fields) -> dict[str, Any]:
    """What the cloud is asked."""
    return {"ask": "token"}
