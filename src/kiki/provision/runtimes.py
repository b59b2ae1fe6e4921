"""The environments that Kiki starts programs in beside Ansible's: those that run language models
(llama.cpp's and OpenVINO's), those that ask live systems (openstacksdk's and the Kubernetes
client's), and the agent server's, one folder each.

Called by ``wiring`` when a model or a system is asked, by ``kiki setup`` and by ``doctor``. None is
ever imported into Kiki's own process: a driver is started with the environment's Python.
"""

import os
from pathlib import Path
from typing import Literal

from kiki.model.errors import UsageError
from kiki.provision import environments, installers, places
from kiki.provision.installers import Report, Tool

Runtime = Literal["llama", "openvino", "openstack", "kubernetes", "server"]

TITLES: dict[Runtime, str] = {
    "llama": "llama.cpp",
    "openvino": "OpenVINO GenAI",
    "openstack": "OpenStack SDK",
    "kubernetes": "Kubernetes client",
    "server": "Kiki server",
}
MODULES: dict[Runtime, str] = {
    "llama": "xllamacpp",
    "openvino": "openvino_genai",
    "openstack": "openstack",
    "kubernetes": "kubernetes",
    "server": "uvicorn",
}
# Threads that find nothing to do must sleep: on a busy machine spinning costs ten times the time.
FIXED = {"OMP_WAIT_POLICY": "PASSIVE", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
# Nothing else passes: keys and tokens of the user's have no business in such a process.
PASSED = ("HOME", "PATH", "TMPDIR", "LD_LIBRARY_PATH")


def find(name: Runtime) -> Path | None:
    """The Python of the runtime, as the site prepared it or as Kiki installed it."""
    prepared = places.prepared(name)
    if prepared:
        return _python(prepared) if any(prepared.glob(f"lib/*/*/{MODULES[name]}")) else None
    folder = places.beside(name)
    return _python(folder) if environments.current(folder, _lock(name)) else None


def ensure(name: Runtime, report: Report) -> Path:
    """The Python of the runtime, installed first if need be; *report* gets each step.

    UsageError ``provision.missing_runtime`` when installing is switched off,
    ``provision.runtime_incomplete`` for a prepared one; and what ``environments.make`` raises.
    """
    found = find(name)
    if found:
        return found
    prepared = places.prepared(name)
    params = {"what": TITLES[name], "variable": f"KIKI_{name.upper()}"}
    if prepared:
        wanted = MODULES[name]
        raise UsageError(
            "provision.runtime_incomplete", path=str(prepared), wanted=wanted, **params
        )
    if not places.may_install():
        command = f"{places.command()} setup {name}"
        raise UsageError("provision.missing_runtime", command=command, **params)
    folder = places.beside(name)
    environments.make(folder, _lock(name), lambda aside: _fill(name, aside, report), report)
    return _python(folder)


def environment() -> dict[str, str]:
    """What every such process gets."""
    return {name: os.environ[name] for name in PASSED if name in os.environ} | FIXED


def _fill(name: Runtime, aside: Path, report: Report) -> None:
    def fill_with(tool: Tool) -> None:
        installers.create(tool, aside)
        installers.install(tool, aside, places.lock(name), report)

    report("provision.runtime", {"what": TITLES[name], "path": str(places.beside(name))})
    installers.attempt(fill_with, report)
    report("provision.runtime_done", {"what": TITLES[name]})


def _lock(name: Runtime) -> str:
    return places.lock(name).read_text()


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"
