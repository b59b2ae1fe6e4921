"""The commands that the course and the prototype show, as they are written there.

The real command line in a process of its own; what needs a server says so and nothing else.
"""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

GEN_OPENSTACK = """gen -t openstack --name demo-server --image rocky-9-generic --flavor m1.small
  --network ext-net --out heat/demo-stack.yaml"""
GEN_K8S = """gen -t k8s --name web --image nginx:1.27 --port 80 --replicas 3 --ns demo
  --out k8s/web.yaml --validate"""
SAY_OPENSTACK = """--model local-llama --message "ext-net에 rocky-9 이미지를 사용하는
m1.small 서버 2대를 만드는 Heat 템플릿 만들어줘. YAML만 출력."
  --target openstack --name web-stack"""
SAY_K8S = """--model local-llama --message "demo 네임스페이스에 nginx 디플로이먼트 3개와
80 포트 서비스 만들어줘. YAML만 출력." --target k8s --name web-k8s"""
SERVER = "--base-url http://127.0.0.1:9 "
WITH_FILE = '--message "Nginx 설치" --inventory @./hosts.ini'
WITH_PATH = '--message "Nginx 설치" --inventory hosts.ini'


def kiki(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT / "src"),
        "KIKI_NO_INSTALL": "1",
    }
    command = [sys.executable, "-m", "kiki", *shlex.split(line)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def no_record(folder: Path) -> bool:
    return not (folder / ".local").exists()


def test_gen_openstack(tmp_path: Path) -> None:
    done = kiki(tmp_path, GEN_OPENSTACK)
    assert done.returncode == 0, done
    template = yaml.safe_load((tmp_path / "heat/demo-stack.yaml").read_text())
    kinds = [resource["type"] for resource in template["resources"].values()]
    assert kinds == ["OS::Nova::Server"]
    defaults = {part.get("default") for part in template["parameters"].values()}
    assert {"rocky-9-generic", "m1.small", "ext-net"} <= defaults
    assert no_record(tmp_path)


def test_gen_k8s(tmp_path: Path) -> None:
    done = kiki(tmp_path, GEN_K8S)
    assert done.returncode == 0, done
    deployment, service = yaml.safe_load_all((tmp_path / "k8s/web.yaml").read_text())
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    assert (deployment["spec"]["replicas"], container["image"]) == (3, "nginx:1.27")
    assert service["spec"]["ports"][0]["port"] == 80
    assert {deployment["metadata"]["namespace"], service["metadata"]["namespace"]} == {"demo"}
    assert no_record(tmp_path)


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        (SAY_OPENSTACK, {"OS::Heat::ResourceGroup"}),
        (SAY_K8S, {"Deployment", "Service"}),
    ],
)
def test_words_with_only_yaml_on_stdout(tmp_path: Path, line: str, kinds: set[str]) -> None:
    done = kiki(tmp_path, line)
    assert done.returncode == 0, done
    documents = list(yaml.safe_load_all(done.stdout))
    found = {document.get("kind") for document in documents} | {
        resource["type"]
        for document in documents
        for resource in document.get("resources", {}).values()
    }
    assert kinds <= found
    assert no_record(tmp_path)


def test_the_same_words_give_the_same_bytes(tmp_path: Path) -> None:
    assert kiki(tmp_path, SAY_K8S).stdout == kiki(tmp_path, SAY_K8S + " --lang en").stdout


@pytest.mark.parametrize("line", [WITH_FILE, WITH_PATH, SAY_OPENSTACK, SAY_K8S])
def test_with_a_server_that_does_not_listen(tmp_path: Path, line: str) -> None:
    (tmp_path / "hosts.ini").write_text("node1\nnode2\n")
    done = kiki(tmp_path, SERVER + line)
    assert done.returncode == 9, done
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_inventory_form_that_is_no_file(tmp_path: Path) -> None:
    done = kiki(tmp_path, WITH_PATH)
    assert done.returncode == 2, done
    assert "hosts.ini" in done.stderr
