"""What Kiki's own module of Ansible makes of the services' answers; it runs beside openstacksdk."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from kiki.execution.clouds.driver import marks
from kiki.targets.openstack import modules

TOLD = {"service": "orchestration", "path": "/stacks/app/1", "key": "stack", "told": {}}
MODULES = {"ansible": {}, "ansible.module_utils": {"kiki_marks": marks},
           "ansible.module_utils.basic": {"AnsibleModule": None}}  # fmt: skip


class Answers:
    """Each service as openstacksdk has it: the next answer to whatever is asked."""

    def __init__(self, *told: Any) -> None:
        self.asked: list[str] = []
        self._told = list(told)

    def __getattr__(self, method: str) -> Any:
        def ask(path: str, **options: Any) -> Any:
            self.asked.append(f"{method} {path}")
            told, headers = self._told.pop(0), {"content-type": "application/json"}
            return SimpleNamespace(
                status_code=200, content=b"null", headers=headers, json=lambda: told
            )

        return ask


@pytest.fixture
def kiki_cloud(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, beside an Ansible that is only as much as it imports."""
    for name, holds in MODULES.items():
        made = ModuleType(name)
        made.__dict__.update(holds)
        monkeypatch.setitem(sys.modules, name, made)
    spec = spec_from_file_location("kiki_cloud", Path(modules.__path__[0]) / "kiki_cloud.py")
    assert spec and spec.loader
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    monkeypatch.setattr(loaded, "_PAUSE_S", 0)
    return loaded


def test_an_act_of_a_stack_is_answered_with_null_and_waited_for(kiki_cloud: Any) -> None:
    heat = Answers(
        None,
        {"stack": {"stack_status": "SUSPEND_IN_PROGRESS"}},
        {"stack": {"stack_status": "SUSPEND_COMPLETE"}},
    )
    thing = object.__new__(kiki_cloud.Thing)
    thing.__dict__.update(_cloud=SimpleNamespace(orchestration=heat), _told=TOLD, _until=1e18)
    assert kiki_cloud.stack("suspend")(thing, TOLD) is True
    assert heat.asked == ["post /stacks/app/1/actions", *["get /stacks/app/1"] * 2]
