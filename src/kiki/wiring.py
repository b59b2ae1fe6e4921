"""The only place that names concrete adapters.

Called by the CLI (and later the server) with loaded settings. Everything that costs start-up time
is made when it is first used: ``gen`` never opens a database, and a change without an inventory
never looks for Ansible.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kiki import __version__
from kiki.model.agent import Listener, Progress, silent
from kiki.model.catalogue import UNKNOWN
from kiki.service.elsewhere import Elsewhere
from kiki.service.generating import LocalGenerator

if TYPE_CHECKING:
    from pathlib import Path

    from kiki.benchmark.bench import Bench
    from kiki.engines.embedded.host import Address, Host
    from kiki.engines.port import Engine
    from kiki.execution.clouds.client import CloudClient
    from kiki.execution.clusters.client import ClusterClient
    from kiki.execution.hosts.tools import HostTools
    from kiki.execution.port import Executor
    from kiki.execution.vaults import Vaults
    from kiki.model.catalogue import Catalogue
    from kiki.model.change import Change
    from kiki.model.inspected import Inspected
    from kiki.model.ledger import LedgerExport, LedgerFault, LedgerHead, LedgerRecord
    from kiki.model.windows import Window
    from kiki.provision.ansible import AnsibleHome
    from kiki.provision.doctor import Check
    from kiki.provision.installers import Report
    from kiki.provision.runtimes import Runtime
    from kiki.service.local import LocalAgent
    from kiki.service.parts import Bundler
    from kiki.settings import Settings
    from kiki.store.opening import Store
    from kiki.targets.port import Files


def generator(settings: Settings, report: Listener = silent) -> LocalGenerator:
    """What makes and checks code and keeps nothing. *report* hears of a model that is asked."""
    return LocalGenerator(
        settings.profile, _engine(settings), report, generic=generic(settings), files=own
    )


def own() -> Files:
    """What reads the files of the user of this process."""
    from kiki.execution.own.files import OwnFiles  # noqa: PLC0415 -- lazy: few requests have files

    return OwnFiles()


def bench(settings: Settings, *, generic: bool = False) -> Bench:
    """The benchmark of understanding, with the engine that *settings* name; with *generic* that of
    official types."""
    from time import perf_counter  # noqa: PLC0415 -- lazy: gen has no clock

    from kiki.benchmark.bench import Bench  # noqa: PLC0415 -- lazy: only for ``kiki bench``

    return Bench(_engine(settings), perf_counter, generic=generic)


def local_agent(
    settings: Settings,
    report: Listener = silent,
    *,
    own_files: bool = False,
    store: Callable[[], Store] | None = None,
    who: str = "",
) -> LocalAgent:
    """The whole service in this process. *report* hears of installations on demand, and of a model
    that is asked where nobody else listens. *own_files*: whoever asks is the user of this process,
    so that the files that a request names are theirs to read. *store* is one that is open already,
    and *who* acts, where that is not this process's user."""
    from kiki.jobs import InlineJobs  # noqa: PLC0415 -- lazy: gen makes no change
    from kiki.service.local import LocalAgent  # noqa: PLC0415 -- lazy: gen makes no change
    from kiki.service.parts import Parts  # noqa: PLC0415 -- lazy: gen makes no change
    from kiki.store.ids import new_id  # noqa: PLC0415 -- lazy: gen makes no change

    store = store or _store(settings)
    now, who = clock(), who or actor()
    return LocalAgent(
        Parts(
            store=store,
            executor=_executor(settings, store, report, who),
            engine=_engine(settings),
            profile=settings.profile,
            jobs=InlineJobs(settings.state_dir + "/jobs"),
            bundle=_bundle(settings),
            now=now,
            new_id=lambda: new_id(now()),
            actor=who,
            fresh_s=settings.plan_fresh_s,
            timeout_s=settings.timeout_s,
            retain=_retain(settings, store),
            about=lambda: {
                "version": __version__,
                "state_dir": settings.state_dir,
                "engine": chosen_engine(settings),
            },
            report=report,
            generic=generic(settings),
            clusters=lambda: clusters(settings, report),
            clouds=lambda: clouds(settings, report),
            catalogue=_catalogue(settings, report),
            files=own if own_files else Elsewhere,
            four_eyes=settings.four_eyes,
            windows=_windows(settings),
            projects=settings.projects,
        )
    )


def served(
    settings: Settings, report: Listener = silent
) -> tuple[Store, Callable[[str], LocalAgent], Engine | None]:
    """What the server is over: one open store, an agent for whoever acts, and the engine."""
    store = _store(settings)
    store()

    @lru_cache(maxsize=256)
    def agent_of(who: str) -> LocalAgent:
        return local_agent(settings, report, store=store, who=who)

    return store(), agent_of, _engine(settings)


def host_tools(settings: Settings, report: Listener = silent) -> HostTools:
    """What looks at hosts and changes nothing: ``kiki hosts``."""
    from kiki.execution.hosts.tools import HostTools  # noqa: PLC0415 -- lazy: only ``kiki hosts``
    from kiki.execution.runner import RunnerExecutor  # noqa: PLC0415 -- lazy: as above

    def none(name: str, version: str) -> str:
        raise KeyError(name)  # no code runs that could ask for a secret

    store = _store(settings)
    executor = RunnerExecutor(
        settings.state_dir,
        none,
        _ansible(report),
        local_connections=settings.allow_local_connection,
        scripts=settings.allow_inventory_scripts,
        forks=settings.forks,
        vaults=_vaults(settings, store),
    )

    def record(event: str, subject: str, data: dict[str, str]) -> None:
        store().ledger.append(actor(), event, subject, dict(data))

    return HostTools(settings.state_dir, executor, report, record, forks=settings.forks)


def export_text(export: LedgerExport, form: str) -> str:
    """The ledger as a file in one of the formats of ``store.exports``."""
    from kiki.store import exports  # noqa: PLC0415 -- lazy: only ``kiki audit export``

    return exports.text(export, "csv" if form == "csv" else "json")


def export_faults(data: bytes, key: str) -> tuple[tuple[LedgerFault, ...], LedgerExport]:
    """What does not hold in an exported ledger, and what is in it; needs no state folder."""
    from kiki.store import exports  # noqa: PLC0415 -- lazy: only ``kiki audit verify FILE``

    return exports.faults(data, key)


def inspected(pods: Sequence[str], containers: Sequence[str]) -> Inspected:
    """What the person's own podman on this machine says of them: ``kiki migrate``."""
    from kiki.execution.hosts import inspecting  # noqa: PLC0415 -- lazy: only ``kiki migrate``

    return inspecting.inspected(inspecting.Near(), pods, containers)


def clock() -> Callable[[], str]:
    """What tells the time: RFC 3339 UTC with milliseconds."""
    from datetime import UTC, datetime  # noqa: PLC0415 -- lazy: gen has no clock

    def now() -> str:
        return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    return now


def actor() -> str:
    """Who asks: the user of the operating system, or the number of one without a name."""
    import getpass  # noqa: PLC0415 -- lazy: gen has no requester

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def _windows(settings: Settings) -> tuple[Window, ...]:
    if not settings.freeze_windows:
        return ()
    from kiki.model.windows import window  # noqa: PLC0415 -- lazy: few sites have windows

    return tuple(map(window, settings.freeze_windows))


def _store(settings: Settings) -> Callable[[], Store]:
    @cache
    def opened() -> Store:
        from kiki.store.opening import open_store  # noqa: PLC0415 -- lazy: the database and its keys, 50 ms

        return open_store(settings.state_dir, clock(), master_key=settings.master_key)

    return opened


def _executor(
    settings: Settings, store: Callable[[], Store], report: Listener, who: str
) -> Callable[[], Executor]:
    @cache
    def made() -> Executor:
        from kiki.execution.clouds.executor import CloudExecutor  # noqa: PLC0415 -- lazy: as below
        from kiki.execution.clusters.executor import ClusterExecutor  # noqa: PLC0415 -- lazy: as below
        from kiki.execution.runner import RunnerExecutor  # noqa: PLC0415 -- lazy: only with hosts

        def value(name: str, version: str) -> str:
            return store().secrets.value(name, version)

        def keep(name: str, value: str) -> None:
            store().secrets.put(name, value, who)

        hosts = RunnerExecutor(
            settings.state_dir,
            value,
            _ansible(report),
            local_connections=settings.allow_local_connection,
            scripts=settings.allow_inventory_scripts,
            forks=settings.forks,
            mitogen=settings.mitogen,
            vaults=_vaults(settings, store),
        )
        found = ClusterExecutor(
            hosts,
            clusters(settings, report),
            settings.state_dir,
            value,
            keep=keep,
            guarded=settings.production_contexts,
            rollout_s=settings.rollout_timeout_s,
        )
        return CloudExecutor(
            found,
            clouds(settings, report),
            settings.state_dir,
            value,
            guarded=settings.production_clouds,
            rollout_s=settings.rollout_timeout_s,
        )

    return made


def _vaults(settings: Settings, store: Callable[[], Store]) -> Vaults:
    """The passwords for Ansible Vault; the store is opened when an inventory needs one."""
    from kiki.execution.vaults import Vaults  # noqa: PLC0415 -- lazy: only with hosts

    def current(name: str) -> str:
        secrets = store().secrets
        return secrets.value(name, secrets.current(name))

    return Vaults(settings.vault_secrets, current)


def _ansible(report: Listener) -> Callable[[], AnsibleHome]:
    @cache
    def home() -> AnsibleHome:
        from kiki.provision.ansible import ensure  # noqa: PLC0415 -- lazy: only with hosts

        return ensure(lambda code, params: report(Progress(code=code, params=params)))

    return home


def _catalogue(settings: Settings, report: Listener) -> Catalogue:
    """The live systems that the settings name; nothing is looked for before the first question."""
    found = []
    if settings.cloud or settings.openstack.get("OS_AUTH_URL"):
        found.append(_cloud(settings, report))
    if settings.kubeconfig:
        found.append(_cluster(settings, report))
    if not found or not settings.catalogue_timeout_s:
        return UNKNOWN
    from kiki.catalogues.joined import JoinedCatalogue  # noqa: PLC0415 -- lazy: if configured

    return JoinedCatalogue(*found)


def _cloud(settings: Settings, report: Listener) -> Catalogue:
    from kiki.catalogues.openstack import OpenStackCatalogue  # noqa: PLC0415 -- lazy: if configured

    return OpenStackCatalogue(
        settings.cloud,
        settings.openstack,
        _client("openstack", settings, report),
        timeout_s=settings.catalogue_timeout_s,
        environment=_surroundings(settings),
    )


def _cluster(settings: Settings, report: Listener) -> Catalogue:
    from kiki.catalogues.kubernetes import KubernetesCatalogue  # noqa: PLC0415 -- lazy: as above

    return KubernetesCatalogue(
        settings.kubeconfig,
        settings.kube_context,
        _client("kubernetes", settings, report),
        timeout_s=settings.catalogue_timeout_s,
        environment=_surroundings(settings),
    )


def clusters(settings: Settings, report: Listener = silent) -> ClusterClient:
    """What asks Kubernetes clusters; nothing is looked for before the first question."""
    from kiki.execution.clusters.client import ClusterClient  # noqa: PLC0415 -- lazy: with clusters

    return ClusterClient(_client("kubernetes", settings, report), _surroundings(settings))


def clouds(settings: Settings, report: Listener = silent) -> CloudClient:
    """What asks OpenStack clouds; nothing is looked for before the first question."""
    from kiki.execution.clouds.client import CloudClient  # noqa: PLC0415 -- lazy: with clouds

    return CloudClient(_client("openstack", settings, report), _surroundings(settings))


def _surroundings(settings: Settings) -> dict[str, str]:
    """The proxies, as the clients' libraries read them."""
    return {f"{name}_proxy": value for name, value in settings.proxies.items()}


def _client(name: Runtime, settings: Settings, report: Listener) -> Callable[[], Path]:
    def python() -> Path:
        from pathlib import Path  # noqa: PLC0415 -- lazy: only when asked

        from kiki.provision.clients import ensure  # noqa: PLC0415 -- lazy: only when asked

        def tell(code: str, params: dict[str, str]) -> None:
            report(Progress(code=code, params=params))

        return ensure(name, Path(settings.state_dir), tell)

    return python


def chosen_engine(settings: Settings) -> str:
    """The engine that the settings mean: ``auto`` is ``openai`` when there is an address, else
    ``none``."""
    if settings.engine == "auto":
        return "openai" if settings.model_url else "none"
    return settings.engine


def generic(settings: Settings) -> bool:
    """Whether a model may fill in official types: ``auto`` says so of a server of the user's, and
    not of the small models that Kiki runs itself."""
    if settings.generic == "auto":
        return chosen_engine(settings).partition(":")[0] not in ("embedded", "openvino")
    return settings.generic == "on"


def check_engine(settings: Settings) -> Check:
    """What ``kiki doctor`` says of the engine: which one, whether it answers, and how strictly."""
    from kiki.engines.examining import examine  # noqa: PLC0415 -- lazy: only for doctor

    return examine(chosen_engine(settings), _engine(settings))


def _engine(settings: Settings) -> Engine | None:
    kind, _, detail = chosen_engine(settings).partition(":")
    if kind == "openai":
        return _openai(settings)
    if kind in ("embedded", "openvino"):
        return _embedded(settings)
    if kind != "scripted":
        return None
    from kiki.engines.scripted import ScriptedEngine  # noqa: PLC0415 -- lazy: rarely asked for

    return ScriptedEngine.from_file(detail)


def _openai(settings: Settings) -> Engine:
    from kiki.engines.openai.engine import OpenAIEngine  # noqa: PLC0415 -- lazy: when configured

    return OpenAIEngine(
        settings.model_url,
        settings.api_key,
        settings.model,
        state_dir=settings.state_dir,
        proxies=settings.proxies,
        timeout_s=settings.model_timeout_s,
    )


def _embedded(settings: Settings) -> Engine:
    """Nothing is looked for before the first question: most messages need no model."""
    from kiki.engines.embedded.engine import EmbeddedEngine  # noqa: PLC0415 -- lazy: if configured

    def host(model: str, report: Report) -> Host:
        from kiki.engines.embedded import making  # noqa: PLC0415 -- lazy: most words need no model

        return making.host(settings, model, report)

    def connect(address: Address) -> Engine:
        from kiki.engines.embedded.making import connected  # noqa: PLC0415 -- lazy: as above

        return connected(address, settings.model_timeout_s)

    return EmbeddedEngine(settings.model or settings.engine, host, connect)


def _bundle(settings: Settings) -> Bundler:
    def bundle(
        path: str,
        change: Change,
        records: Sequence[LedgerRecord],
        run_folders: Sequence[str],
        *,
        head: LedgerHead | None = None,
        overwrite: bool = False,
    ) -> str:
        """Also the folders of runs that were cut or could not be recorded."""
        from kiki.store.bundles import write_bundle  # noqa: PLC0415 -- lazy: rarely asked for
        from kiki.store.runs import folders  # noqa: PLC0415 -- lazy: rarely asked for

        found = [str(folder) for folder in folders(settings.state_dir, change.id)]
        every = tuple(dict.fromkeys((*run_folders, *found)))
        return write_bundle(path, change, records, every, head=head, overwrite=overwrite)

    return bundle


def _retain(settings: Settings, store: Callable[[], Store]) -> Callable[[], None]:
    def retain() -> None:
        if settings.retention_days or settings.retention_runs:
            from kiki.store.runs import retain as delete  # noqa: PLC0415 -- lazy: only when set

            delete(settings.state_dir, store(), settings.retention_days, settings.retention_runs)

    return retain
