"""The OpenStack lab beside Kiki: what its services say of it. Used by ``test_openstack_*`` and
``test_vdc``."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kiki.provision import runtimes
from kiki.provision.ansible import AnsibleHome
from tests.live.clients import python
from tests.live.kiki_cli import Kiki

_ASKED = """
import json, sys
import openstack
order = json.loads(sys.stdin.readline())
config = openstack.config.OpenStackConfig(config_files=[order["file"]], load_envvars=False)
cloud = openstack.connection.Connection(config=config.get_one(order["cloud"]))
heat = cloud.orchestration
found = None
exec(order["code"])
print(json.dumps(found, default=str))
"""


class Cloud:
    """The lab as openstacksdk sees it, which stands for everybody who is not Kiki."""

    def __init__(self, clouds: Path) -> None:
        self.clouds = clouds

    def __call__(self, code: str, cloud: str = "kiki", **names: Any) -> Any:
        """What *code* leaves in ``found``: it has ``cloud``, ``heat``, and *names*."""
        given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
        order = {"file": str(self.clouds), "cloud": cloud, "code": given + code}
        done = subprocess.run(
            [str(python("openstack")), "-I", "-c", _ASKED], input=json.dumps(order) + "\n",
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def stack(self, name: str) -> dict[str, Any] | None:
        """The stack of that name or id, if it is there."""
        found: dict[str, Any] | None = self(
            "told = heat.get(f'/stacks/{name}')\n"
            "found = told.json()['stack'] if told.status_code == 200 else None\n"
            "found = None if found and found['stack_status'] == 'DELETE_COMPLETE' else found",
            name=name,
        )
        return found

    def make(self, name: str, template: dict[str, Any], tags: str = "") -> None:
        """A stack of somebody else's; not waited for."""
        self(
            "body = {'stack_name': name, 'template': template}\n"
            "heat.post('/stacks', json=body | ({'tags': tags} if tags else {}))",
            name=name, template=template, tags=tags,
        )  # fmt: skip

    def drop(self, name: str) -> None:
        """Delete the stack of that name, if it is there."""
        self("cloud.delete_stack(name, wait=False)", name=name)


@pytest.fixture
def cloud(clouds: Path) -> Cloud:
    """The lab, past Kiki."""
    return Cloud(clouds)


@pytest.fixture
def kiki(clouds: Path, ansible_home: AnsibleHome, tmp_path: Path) -> Kiki:
    """Kiki with the clouds of the lab, one of which has to be named."""
    python("openstack")
    found = runtimes.find("openstack")
    assert found
    made = Kiki(
        tmp_path,
        OS_CLIENT_CONFIG_FILE=str(clouds),
        KIKI_ANSIBLE=str(Path(ansible_home.python).parent.parent),
        KIKI_OPENSTACK=str(found.parent.parent),
        KIKI_CATALOGUE_TIMEOUT_S="0",
    )
    made.limit_s = 900  # stacks take minutes on a machine that runs other suites, too
    return made
