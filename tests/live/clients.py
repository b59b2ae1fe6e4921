"""What the suites of clouds and clusters talk to these with, installed when needed."""

from pathlib import Path

from kiki.model.errors import KikiError
from kiki.provision import runtimes
from kiki.provision.ansible import AnsibleHome
from kiki.provision.runtimes import Runtime
from tests.conftest import lab_missing
from tests.live.kiki_cli import Kiki
from tests.live.kube_lab import Cluster


def python(name: Runtime) -> Path:
    """The Python with the client of that name."""
    try:
        return runtimes.ensure(name, lambda code, params: None)
    except KikiError as error:
        lab_missing(f"{runtimes.TITLES[name]} can't be installed: {error}")


def kiki_at(cluster: Cluster, ansible_home: AnsibleHome, folder: Path) -> Kiki:
    """The command line for this cluster; workloads get a short time to come up."""
    python("kubernetes")
    found = runtimes.find("kubernetes")
    assert found
    return Kiki(
        folder,
        KIKI_KUBECONFIG=str(cluster.kubeconfig),
        KIKI_ANSIBLE=str(Path(ansible_home.python).parent.parent),
        KIKI_KUBERNETES=str(found.parent.parent),
        KIKI_ROLLOUT_TIMEOUT_S="4",
    )
