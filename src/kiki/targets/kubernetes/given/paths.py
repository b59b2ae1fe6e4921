"""Which files of the user are meant, as words and flags say it.

What the fields of ``manifests_apply`` and ``manifests_delete`` are; read by ``taking``, which finds
them.
"""

from kiki.model.records import Record
from kiki.targets.kubernetes.fields import GivenPath, OptionalName


class Given(Record, frozen=True):
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
