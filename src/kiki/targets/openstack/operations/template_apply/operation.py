"""Make a stack of a Heat template of the user's own, or change one to what it says.

Called through the registry by ``understand`` (fields). ``own`` takes the files in and makes the
stack of them; there is no template of Kiki's here.
"""

from kiki.model.plan import Risk
from kiki.targets.openstack.own import Given

ACT = "given"


class Fields(Given, frozen=True):
    """Which template, with which values."""


def risk(fields: Fields) -> Risk:
    """Users, rights and quotas may be among it."""
    return "medium"
