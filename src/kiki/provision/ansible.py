"""The environment that runs playbooks: ansible-core, ansible-runner, ansible-lint, collections.

Called by ``wiring`` when a change is planned or applied, and by ``kiki setup ansible``. Ansible is
GPL and is only ever started as a process. Collections are taken out of the ``ansible`` package,
as galaxy.ansible.com is out of reach for many sites while a package mirror is not.
"""

import shutil
from pathlib import Path

from kiki.model.errors import UsageError
from kiki.model.records import Record
from kiki.provision import environments, installers, places
from kiki.provision.installers import Report, Tool

COLLECTIONS = (
    "ansible.posix", "community.general", "community.mysql", "community.postgresql",
    "containers.podman", "kubernetes.core", "openstack.cloud",
)  # fmt: skip
# Not needed to run: half of a collection's files.
_PRUNED = ("changelogs", "docs", "tests", "hacking", "FILES.json", "CHANGELOG.md", "CHANGELOG.rst")


class AnsibleHome(Record, frozen=True):
    """The programs, as paths. *collections* is the value for ANSIBLE_COLLECTIONS_PATH."""

    python: str
    playbook: str
    inventory: str
    runner: str
    lint: str
    collections: str


def find() -> AnsibleHome | None:
    """Ansible as the site prepared it (KIKI_ANSIBLE) or as Kiki installed it; None without."""
    prepared = places.prepared_ansible()
    if prepared:
        return _home(prepared) if (prepared / "bin" / "ansible-playbook").exists() else None
    folder = places.ansible()
    return _home(folder) if environments.current(folder, _locks()) else None


def ensure(report: Report) -> AnsibleHome:
    """Ansible, installed first if need be; *report* gets ``(code, params)`` of each step.

    UsageError ``provision.missing`` when installing is switched off, ``provision.not_writable``,
    ``provision.prepared_incomplete``; TemporaryError ``provision.unreachable``,
    ``provision.disk_full`` or ``provision.install_failed``.
    """
    found = find()
    if found:
        return found
    prepared = places.prepared_ansible()
    if prepared:
        raise UsageError("provision.prepared_incomplete", path=str(prepared))
    if not places.may_install():
        command = f"{places.command()} setup ansible"
        raise UsageError("provision.missing", what="Ansible", command=command)
    folder = places.ansible()
    environments.make(folder, _locks(), lambda aside: _fill(aside, report), report)
    return _home(folder)


def _fill(aside: Path, report: Report) -> None:
    report("provision.ansible", {"path": str(places.ansible())})
    installers.attempt(lambda tool: _fill_with(tool, aside, report), report)
    report("provision.ansible_done", {})


def _fill_with(tool: Tool, aside: Path, report: Report) -> None:
    installers.create(tool, aside)
    installers.install(tool, aside, places.lock("ansible"), report)
    report("provision.collections", {"names": ", ".join(COLLECTIONS)})
    into = aside / "collections"
    wanted = [f"ansible_collections/{name.replace('.', '/')}" for name in COLLECTIONS]
    installers.unpack(tool, aside, places.lock("collections"), wanted, into)
    for name in wanted:
        _prune(into / name)


def _prune(collection: Path) -> None:
    for name in _PRUNED:
        path = collection / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _locks() -> str:
    """Everything that decides what is installed."""
    texts = [places.lock(name).read_text() for name in ("ansible", "collections")]
    return "".join([*texts, *COLLECTIONS])


def _home(folder: Path) -> AnsibleHome:
    programs = {
        "python": "python",
        "playbook": "ansible-playbook",
        "inventory": "ansible-inventory",
        "runner": "ansible-runner",
        "lint": "ansible-lint",
    }
    paths = {field: str(folder / "bin" / name) for field, name in programs.items()}
    return AnsibleHome(**paths, collections=_collections(folder))


def _collections(folder: Path) -> str:
    ours = folder / "collections"
    if ours.is_dir():
        return str(ours)
    return str(next(folder.glob("lib/python3*/site-packages"), ours))
