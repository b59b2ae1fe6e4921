"""Apply manifests of the user's own: files, folders of them, kustomizations.

Called through the registry by ``understand`` (fields) and ``kubernetes.render``, which lays out the
files that ``given.taking`` took in. There are no manifests of Kiki's own here.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.kubernetes.fields import GivenPath, OptionalName
from kiki.targets.kubernetes.given.command import told

ACT = "given"


class Fields(Record, frozen=True):
    """The *paths* of files and folders, or with *kustomize* of kustomizations; *recursive*: what
    lies deeper, too. *namespace* is for objects that name none."""

    paths: tuple[GivenPath, ...]
    namespace: OptionalName = ""
    kustomize: bool = False
    recursive: bool = False

    def __post_init__(self) -> None:
        """ValueError where no path is said."""
        if not self.paths:
            raise ValueError("at least one path - at `$.paths`")


def risk(fields: Fields) -> Risk:
    """What the files do is judged by itself, see ``given.meaning``."""
    return "low"


def equivalent(fields: Fields) -> str:
    """The same with kubectl."""
    return told("apply", fields)
