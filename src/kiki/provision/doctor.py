"""What is there, what is missing, and the one command that mends each.

Called by ``kiki doctor``. It looks and changes nothing; a check that can't be made is a failed one.
"""

import contextlib
import locale
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from kiki import settings
from kiki.model.errors import UsageError
from kiki.model.records import Record
from kiki.provision import ansible, environments, places, runtimes
from kiki.provision.models.catalogue import Engine
from kiki.provision.models.choosing import chosen
from kiki.provision.models.shelves import Shelves
from kiki.provision.runtimes import Runtime
from kiki.settings import Settings

Level = Literal["required", "apply", "optional"]

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 35)  # RETURNING, which compare-and-set uses
NEEDED_MB = 500  # Ansible's environment while it is being made
CLOCK_SLACK_S = 300


class Check(Record, frozen=True):
    """One thing that was looked at. *code* names the text for how it is now; *level* says what
    fails without it: everything, applying, or one feature; *mend* is empty when all is well."""

    code: str
    ok: bool
    level: Level
    params: dict[str, str] = {}
    mend: str = ""


def examine(state_dir: str = "", config: Settings | None = None) -> tuple[Check, ...]:
    """Every check, in order of importance. *config* defaults to the settings that apply here, and
    *state_dir* to its folder."""
    config = config or settings.load({}, os.environ, str(Path.cwd()))
    state = Path(state_dir or config.state_dir)
    return (
        _python(),
        _environment(),
        _sqlite(),
        _state(state),
        _disk(state),
        _clock(),
        _ansible(),
        _collections(),
        _program("ssh", "apply", {"apt-get": "openssh-client", "dnf": "openssh-clients"}),
        _program(
            "kubectl", "optional", {"apt-get": "kubernetes-client", "dnf": "kubernetes-client"}
        ),
        _program("openstack", "optional", dict.fromkeys(_MANAGERS, "python3-openstackclient")),
        _program("podman", "optional", dict.fromkeys(_MANAGERS, "podman")),
        *_models(config),
        _client("openstack"),
        _client("kubernetes"),
        _server(),
        _locale(),
    )


_MANAGERS = ("apt-get", "dnf")


def _check(topic: str, level: Level, ok: bool, mend: str, **params: str) -> Check:
    code = f"provision.{topic}" if ok else f"provision.{topic}_bad"
    return Check(code=code, ok=ok, level=level, params=params, mend="" if ok else mend)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    mend = _package({"apt-get": "python3.11 python3.11-venv", "dnf": "python3.11"})
    fine = sys.version_info[:2] >= OLDEST_PYTHON
    return _check("check_python", "required", fine, mend, version=version)


def _environment() -> Check:
    folder = places.base()
    if not folder:  # installed as a package: whatever installed it answers for it
        return _check("check_environment", "required", True, "", path=sys.prefix)
    fine = environments.current(folder, places.lock("base").read_text())
    mend = f"{places.command()} --version"
    return _check("check_environment", "required", fine, mend, path=str(folder))


def _sqlite() -> Check:
    fine = sqlite3.sqlite_version_info[:2] >= OLDEST_SQLITE
    mend = _package({"apt-get": "libsqlite3-0", "dnf": "sqlite-libs"})
    return _check("check_sqlite", "required", fine, mend, version=sqlite3.sqlite_version)


def _state(state: Path) -> Check:
    place = _nearest(state)
    mend = f"sudo install -d -o {os.geteuid()} {state}"
    fine = place.is_dir() and os.access(place, os.W_OK | os.X_OK)
    return _check("check_state", "required", fine, mend, path=str(state))


def _disk(state: Path) -> Check:
    place = _nearest(state)
    free = shutil.disk_usage(place).free // 1_000_000
    mend = f"du -xh -d 2 {place} | sort -h | tail"
    params = {"path": str(place), "free": str(free), "needed": str(NEEDED_MB)}
    return _check("check_disk", "required", free >= NEEDED_MB, mend, **params)


def _nearest(path: Path) -> Path:
    """*path*, or the nearest of its parents that exists."""
    return path if path.exists() or path == path.parent else _nearest(path.parent)


def _clock() -> Check:
    """A clock that stands before this very program was installed is wrong."""
    now, installed = time.time(), Path(__file__).stat().st_mtime
    shown = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(now))
    fine = now > installed - CLOCK_SLACK_S
    return _check("check_clock", "required", fine, "sudo timedatectl set-ntp true", now=shown)


def _ansible() -> Check:
    home = ansible.find()
    path = str(Path(home.playbook).parent.parent) if home else ""
    return _check("check_ansible", "apply", home is not None, _setup(), path=path)


def _collections() -> Check:
    home = ansible.find()
    root = Path(home.collections if home else "/nonexistent") / "ansible_collections"
    names = ansible.COLLECTIONS
    missing = [name for name in names if not (root / name.replace(".", "/")).is_dir()]
    params = {"names": ", ".join(missing or names)}
    return _check("check_collections", "apply", not missing, _setup(), **params)


def _setup() -> str:
    return f"{places.command()} setup ansible"


def _program(name: str, level: Level, packages: dict[str, str]) -> Check:
    path = shutil.which(name) or ""
    mend = _package(packages)
    return _check("check_program", level, bool(path), mend, name=name, path=path)


def _package(names: dict[str, str], which: Callable[[str], str | None] = shutil.which) -> str:
    """The command that installs a distribution's package, by the package manager that is here."""
    manager = next((manager for manager in names if which(manager)), "dnf")
    return f"{'' if os.geteuid() == 0 else 'sudo '}{manager} install {names[manager]}"


def _models(config: Settings) -> tuple[Check, ...]:
    """What the configured engine of ours needs, or the usual one when none is configured."""
    engine: Engine = "openvino" if config.engine == "openvino" else "embedded"
    runtime: Runtime = "openvino" if engine == "openvino" else "llama"
    python = runtimes.find(runtime)
    mend = f"{places.command()} setup {runtime}"
    params = {"what": runtimes.TITLES[runtime], "path": str(python or "")}
    there = _check("check_runtime", "optional", python is not None, mend, **params)
    return (there, _model(config, engine))


def _client(name: Runtime) -> Check:
    """What asks a live system for its names."""
    python = runtimes.find(name)
    mend = f"{places.command()} setup {name}"
    params = {"what": runtimes.TITLES[name], "path": str(python or "")}
    return _check("check_client", "optional", python is not None, mend, **params)


def _server() -> Check:
    """What ``kiki agent`` runs in."""
    python = runtimes.find("server")
    mend = f"{places.command()} setup server"
    return _check("check_server", "optional", python is not None, mend, path=str(python or ""))


def _model(config: Settings, engine: Engine) -> Check:
    shelves = Shelves(config.model_dirs, config.state_dir)
    mine = config.engine in ("embedded", "openvino")  # another engine has models of its own
    params, path = {"id": config.model, "engine": engine}, None
    with contextlib.suppress(UsageError):
        model = chosen(config.model if mine else "", engine, shelves)
        params["id"], path = model.id, shelves.find(model)
    mend = f"{places.command()} model pull"
    return _check("check_model", "optional", path is not None, mend, **params, path=str(path or ""))


def _locale() -> Check:
    encoding = locale.getpreferredencoding(False)
    fine = encoding.lower().replace("-", "") == "utf8"
    return _check("check_locale", "optional", fine, "export LC_ALL=C.UTF-8", encoding=encoding)
