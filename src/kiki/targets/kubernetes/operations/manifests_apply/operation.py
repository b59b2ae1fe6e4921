"""Apply manifests of the user's own: files, folders of them, kustomizations.

Called through the registry by ``understand`` (fields) and ``kubernetes.render``, which lays out the
files that ``given.taking`` took in. There are no manifests of Kiki's own here.
"""

from kiki.model.plan import Risk
from kiki.targets.kubernetes.given.command import told
from kiki.targets.kubernetes.given.paths import Given

ACT = "given"


class Fields(Given, frozen=True):
    """Which files."""


def risk(fields: Fields) -> Risk:
    """What the files do is judged by itself, see ``given.meaning``."""
    return "low"


def equivalent(fields: Fields) -> str:
    """The same with kubectl."""
    return told("apply", fields)
