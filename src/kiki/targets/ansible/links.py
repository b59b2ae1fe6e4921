"""Symbolic links: where one leads before it is turned or removed.

Called by the operations on links.
"""

from kiki.model.plan import Verb
from kiki.targets.ansible.files import looking
from kiki.targets.ansible.tasks import BEFORE, Before, Found, Was


def turning(path: str, target: str) -> Before:
    """A look at the link at *path*, which is to lead to *target*."""
    return Before(looks=(looking(path, into=BEFORE),), read=_turned, after={"target": target})


def removing(path: str) -> Before:
    """A look at the link at *path*, which is to go."""
    return Before(looks=(looking(path, into=BEFORE),), read=_was)


def _turned(found: tuple[Found, ...]) -> Was:
    if found[0].kept.get("stat.exists") is False:
        return Was(verb="create")
    return _was(found, "update")


def _was(found: tuple[Found, ...], verb: Verb | None = None) -> Was:
    """A link that leads somewhere relative to itself can't be made again."""
    target = found[0].kept.get("stat.lnk_target")
    if not isinstance(target, str) or not target.startswith("/"):
        return Was(verb=verb, unread="ansible.before_link")
    return Was(verb=verb, values={"target": target})
