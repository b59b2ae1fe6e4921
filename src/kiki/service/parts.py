"""What the service is made of. ``wiring`` fills it in; tests fill it with the shipped fakes.

No logic here. Everything that costs start-up time is a callable, made when first used.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from kiki.engines.port import Engine
from kiki.execution.port import Executor
from kiki.model.agent import Listener, silent
from kiki.model.catalogue import UNKNOWN, Catalogue
from kiki.model.change import Change
from kiki.model.ledger import LedgerHead, LedgerRecord
from kiki.model.profile import Profile
from kiki.model.request import CloudSource, ClusterSource
from kiki.model.windows import Window
from kiki.service.elsewhere import Elsewhere
from kiki.store.port import Changes, Ledger, Secrets
from kiki.targets.port import OpenFiles


class Kept(Protocol):
    """An open store."""

    @property
    def changes(self) -> Changes:
        """The changes."""
        ...

    @property
    def ledger(self) -> Ledger:
        """The ledger."""
        ...

    @property
    def secrets(self) -> Secrets:
        """The secrets."""
        ...


class Jobs(Protocol):
    """The jobs port: work on a change that somebody has to own until it ends."""

    def start(self, change_id: str, work: Callable[[], Change]) -> Change:
        """Own the change and do *work*; TemporaryError ``job.owned`` when another process does."""
        ...

    def abandoned(self, change_id: str) -> bool:
        """Whether nobody owns the change: the process that did is gone."""
        ...


class Clusters(Protocol):
    """Asks Kubernetes clusters; see ``execution.clusters.client``."""

    def ask(
        self, source: ClusterSource, what: str, order: Mapping[str, Any], *, timeout_s: float
    ) -> dict[str, Any]:
        """The answer of the driver's module *what* to *order*."""
        ...


class Clouds(Protocol):
    """Asks OpenStack clouds; see ``execution.clouds.client``."""

    def ask(
        self, source: CloudSource, what: str, order: Mapping[str, Any], *, timeout_s: float
    ) -> dict[str, Any]:
        """The answer of the driver's module *what* to *order*."""
        ...


class Bundler(Protocol):
    """Writes a change's bundle; see ``store.bundles``."""

    def __call__(
        self,
        path: str,
        change: Change,
        records: Sequence[LedgerRecord],
        run_folders: Sequence[str],
        *,
        head: LedgerHead | None = None,
        overwrite: bool = False,
    ) -> str:
        """The path written."""
        ...


class Parts(NamedTuple):
    """Everything that the service needs from outside itself.

    *now* gives RFC 3339 UTC; *fresh_s* is how old a plan may be, in seconds, to be applied without
    being made again; *timeout_s* ends a run; *retain* deletes run folders that are too old;
    *report* hears of work in methods that have no listener of their own. *generic*: a model may
    fill in official types. *clusters* asks Kubernetes clusters, *clouds* those of OpenStack.
    *catalogue* asks the live systems what they have. *files* reads the user's own files, where
    this is the user's process. *four_eyes*: for which risks the approver may not be the requester,
    as the setting says; *windows*: when nothing is applied. *projects*: those that there
    are beside the default one.
    """

    store: Callable[[], Kept]
    executor: Callable[[], Executor]
    engine: Engine | None
    profile: Profile
    jobs: Jobs
    bundle: Bundler
    now: Callable[[], str]
    new_id: Callable[[], str]
    actor: str
    fresh_s: int = 300
    timeout_s: int = 3600
    retain: Callable[[], None] = lambda: None
    about: Callable[[], dict[str, str]] = dict
    report: Listener = silent
    generic: bool = False
    clusters: "Callable[[], Clusters] | None" = None
    clouds: "Callable[[], Clouds] | None" = None
    catalogue: Catalogue = UNKNOWN
    files: OpenFiles = Elsewhere
    four_eyes: str = "never"
    windows: tuple[Window, ...] = ()
    projects: tuple[str, ...] = ()
