"""What the target podman renders, with a real podman: the lab's, on this machine.

It does what it says, the same twice, and is taken back.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiki.provision.ansible import AnsibleHome
from kiki.targets.podman.target import TARGET
from tests.live.podman_kinds import HOST, Kinds, intent, own_name, verbs
from tests.live.podman_lab import BUSYBOX, PodmanLab

pytestmark = [pytest.mark.podman, pytest.mark.slow]


@pytest.fixture
def kinds(podman: PodmanLab, ansible_home: AnsibleHome, tmp_path: Path) -> Kinds:
    return Kinds(podman, ansible_home, tmp_path)


@pytest.fixture
def name(podman: PodmanLab) -> Iterator[str]:
    yield from own_name(podman)


def test_a_container_there_and_back(kinds: Kinds, name: str) -> None:
    more = {
        "ports": ["127.0.0.1:28099:8080"],
        "volumes": [f"{name}:/data"],
        "environment": ["A=b c"],
        "memory": "64m",
        "restart": "always",
        "health": "wget -q -O /dev/null http://127.0.0.1:8080/",
    }
    case = intent(("container_run", {"name": name, "image": BUSYBOX, **more}))
    ran = kinds.there(case)
    assert verbs(ran) == ["create"]
    assert kinds.status(name) == "running"
    assert kinds.plan(case).changes == ()
    other = intent(("container_run", {"name": name, "image": BUSYBOX, "memory": "32m"}))
    assert verbs(kinds.plan(other)) == ["replace"]
    way = kinds.back(case, ran)
    assert [operation.kind for operation in way.operations] == ["podman.container_remove"]
    assert kinds.status(name) == ""


def test_a_secret_in_the_environment_is_in_no_argument(kinds: Kinds, name: str) -> None:
    environment = ["A=b", "PASSWORD={{secret:pw}}", "DSN=db://app:{{secret:pw}}@host"]
    case = intent(("container_run", {"name": name, "image": BUSYBOX, "environment": environment}))
    ran = kinds.there(case)
    assert verbs(ran) == ["create"] * 3
    env = kinds.lab.out("exec", name, "env").splitlines()
    assert {"A=b", "PASSWORD=Tr0ub4dor", "DSN=db://app:Tr0ub4dor@host"} <= set(env)
    made = kinds.lab.out("inspect", "--format", "{{.Config.CreateCommand}}", name)
    assert f"{name}-DSN,type=env,target=DSN" in made
    assert "Tr0ub4dor" not in made
    assert kinds.plan(case).changes == ()
    kinds.lab.out("rm", "--force", "--time", "0", name)
    assert kinds.plan(case).errored, "the secret may hold another value"
    kinds.lab.out("secret", "rm", f"{name}-PASSWORD", f"{name}-DSN")
    kinds.back(case, kinds.there(case))
    assert kinds.status(name) == ""
    assert kinds.lab.run("secret", "inspect", f"{name}-PASSWORD").returncode != 0


def test_states_of_a_container(kinds: Kinds, name: str) -> None:
    kinds.lab.out("run", "--detach", "--name", name, BUSYBOX)
    for kind, state, back in (
        ("container_stop", "exited", "running"),
        ("container_pause", "paused", "running"),
        ("container_kill", "exited", "running"),
    ):
        case = intent((kind, {"names": [name]}))
        ran = kinds.there(case)
        assert verbs(ran) == ["update"], kind
        assert kinds.status(name) == state
        kinds.back(case, ran)
        assert kinds.status(name) == back
    assert verbs(kinds.there(intent(("container_restart", {"names": [name]})))) == ["run"]
    refused = kinds.plan(intent(("container_remove", {"names": [name]})))
    assert refused.errored
    kinds.there(
        intent(("container_stop", {"names": [name]}), ("container_remove", {"names": [name]}))
    )
    assert kinds.status(name) == ""
    kinds.lab.out("run", "--detach", "--name", name, BUSYBOX)
    kinds.there(intent(("container_remove", {"names": [name], "force": True})))
    assert kinds.status(name) == ""
    absent = intent(("container_run", {"name": name, "image": f"localhost/{name}:9"}))
    (refused_image,) = kinds.plan(absent).changes
    assert "build or load it first" in refused_image.message
    missing = kinds.plan(intent(("container_start", {"names": [name]})))
    assert missing.errored


def test_a_container_gets_another_name_and_its_own_again(kinds: Kinds, name: str) -> None:
    kinds.lab.out("create", "--name", name, BUSYBOX)
    case = intent(("container_rename", {"name": name, "new": f"{name}-b"}))
    ran = kinds.there(case)
    assert kinds.status(f"{name}-b") == "created"
    kinds.back(case, ran)
    assert kinds.status(name) == "created"


def test_a_pod_with_a_container_in_a_network_with_a_volume_and_a_secret(
    kinds: Kinds, name: str
) -> None:
    case = intent(
        ("network_create", {"name": name}),
        ("volume_create", {"names": [name]}),
        ("secret_create", {"name": name, "value": "pw"}),
        ("pod_create", {"name": name, "network": name}),
        (
            "container_run",
            {
                "name": f"{name}-c",
                "image": BUSYBOX,
                "pod": name,
                "volumes": [f"{name}:/data"],
                "secrets": [name],
            },
        ),
    )
    ran = kinds.there(case)
    assert verbs(ran) == ["create"] * 5
    assert kinds.lab.out("exec", f"{name}-c", "cat", f"/run/secrets/{name}") == "Tr0ub4dor"
    stop = intent(("pod_stop", {"names": [name]}))
    stopped = kinds.there(stop)
    assert kinds.status(f"{name}-c") == "exited"
    kinds.back(stop, stopped)
    assert kinds.status(f"{name}-c") == "running"
    kinds.back(case, ran)
    for noun in ("network", "volume", "secret", "pod"):
        assert kinds.lab.run(noun, "inspect", name).returncode != 0, noun


def test_what_is_asked_of_a_container_is_answered(kinds: Kinds, name: str) -> None:
    kinds.lab.out(
        *("run", "--detach", "--name", name, "--publish", "127.0.0.1:28098:8080"),
        *("--env", "PASSWORD=Tr0ub4dor", "--volume", f"{name}:/data", BUSYBOX),
    )
    ports = kinds.answer(("container_port", {"name": name}))
    assert ports.tables[0].rows == ((HOST, "8080/tcp", "127.0.0.1:28098"),)
    (details,) = kinds.answer(("container_inspect", {"name": name})).tables[0].rows
    assert details[1:4] == (name, BUSYBOX, "running")
    assert details[6:8] == ("127.0.0.1:28098->8080/tcp", f"{name}:/data")
    assert "PASSWORD" in details[9]
    assert "Tr0ub4dor" not in str(kinds.heard)
    processes = kinds.answer(("container_top", {"name": name})).tables[0].rows
    assert "httpd" in processes[0][-1]
    (image,) = kinds.answer(("image_inspect", {"image": BUSYBOX})).tables[0].rows
    assert BUSYBOX in image[1]
    kinds.lab.out("kill", name)
    ended = kinds.answer(("container_wait", {"name": name}))
    assert ended.tables[0].rows == ((HOST, name, "137"),)
    missing = kinds.answer(("container_inspect", {"name": f"{name}-none"}))
    assert missing.tables[0].rows == ()
    assert [remark.code for remark in missing.remarks] == ["podman.host_complains"]


def test_a_command_in_a_container_is_run_and_its_output_kept(kinds: Kinds, name: str) -> None:
    kinds.lab.out("run", "--detach", "--name", name, BUSYBOX)
    case = intent(("container_exec", {"name": name, "command": "cat '/www/index.html'"}))
    assert verbs(kinds.there(case))[0] == "run"
    found = TARGET.report(case, kinds.heard, "en", str)
    assert "hello from kiki" in found["output.json"]
    failing = intent(("container_exec", {"name": name, "command": "cat /none"}))
    outcome = TARGET.outcome(kinds.run(failing, "apply"), None, kinds.inventory)
    assert "No such file" in outcome.params["message"]


def test_a_file_system_is_mounted_and_taken_off(kinds: Kinds, name: str) -> None:
    kinds.lab.out("create", "--name", name, BUSYBOX)
    case = intent(("container_mount", {"names": [name]}))
    ran = kinds.there(case)
    assert name in kinds.lab.out("mount", "--format", "json") or kinds.plan(case).changes == ()
    kinds.back(case, ran)
    assert kinds.plan(intent(("container_unmount", {"names": [name]}))).changes == ()
    kinds.lab.out("start", name)
    assert kinds.plan(case).changes == (), "what runs is mounted"
    assert kinds.plan(intent(("container_unmount", {"names": [name]}))).errored


def test_an_image_is_copied_and_looked_at_where_it_lies(kinds: Kinds, tmp_path: Path) -> None:
    if shutil.which("skopeo") is None:
        pytest.skip("no skopeo")
    layout, folder = f"oci:{tmp_path}/oci:1", f"dir:{tmp_path}/dir"
    case = intent(
        ("image_copy", {"source": f"containers-storage:{BUSYBOX}", "to": layout}),
        ("image_copy", {"source": layout, "to": folder}),
    )
    assert verbs(kinds.there(case)) == ["run"] * 2
    for place in (layout, folder):
        (row,) = kinds.answer(("registry_inspect", {"source": place})).tables[0].rows
        assert (row[2], row[5][:7]) == ("amd64", "sha256:"), row
    none = kinds.answer(("registry_inspect", {"source": f"dir:{tmp_path}/none"}))
    assert "no such file" in none.remarks[0].params["message"]


def test_images(kinds: Kinds, name: str, tmp_path: Path) -> None:
    image, file = f"localhost/{name}:1", tmp_path / "image.tar"
    case = intent(("image_tag", {"image": BUSYBOX, "new": image}))
    ran = kinds.there(case)
    assert verbs(ran) == ["create"]
    saved = intent(("image_save", {"image": image, "path": str(file)}))
    written = kinds.there(saved)
    assert file.stat().st_size > 1000
    kinds.there(intent(("image_remove", {"images": [image]})))
    loaded = intent(("image_load", {"image": image, "path": str(file)}))
    kinds.there(loaded)
    kinds.back(saved, written)
    assert not file.exists()
    kinds.back(case, ran)
    assert kinds.lab.run("image", "exists", image).returncode == 1


def test_a_pull_that_fails_says_what_podman_says(kinds: Kinds) -> None:
    case = intent(("image_pull", {"images": ["127.0.0.1:9/kiki/none:1"]}))
    outcome = TARGET.outcome(kinds.run(case, "apply"), None, kinds.inventory)
    assert outcome.reason == "ansible.task_failed"
    assert outcome.params["message"].startswith("Error: ")
    assert "127.0.0.1:9" in outcome.params["message"]


def test_what_nothing_uses_goes(kinds: Kinds, name: str) -> None:
    kinds.lab.out("pod", "create", "--name", name)
    kinds.lab.out("create", "--pod", name, "--name", f"{name}-in", BUSYBOX)
    case = intent(("system_prune", {"what": "containers"}))
    assert f"{name}-in" not in str(kinds.plan(case).actions), "a pod's containers stay"
    kinds.lab.out("create", "--name", f"{name}-a", BUSYBOX)
    ran = kinds.there(case)
    assert verbs(ran) == ["delete"]
    assert ran.plan is not None
    (gone,) = ran.plan.changes
    assert f"{name}-a" in gone.before["containers"]
    assert not [one for one in gone.before["containers"] if "infra" in one or one.endswith("-in")]
    assert kinds.status(f"{name}-a") == ""
    assert kinds.status(f"{name}-in") == "created"
    assert TARGET.take_back(case, (ran,)).undo.kind == "impossible"


def test_an_image_is_built_once_and_committed(kinds: Kinds, name: str) -> None:
    image, second = f"localhost/{name}:1", f"localhost/{name}-2:1"
    fields = {"image": image, "base": BUSYBOX, "environment": ["A=b c"], "ports": ["8080/tcp"]}
    case = intent(
        ("image_build", {**fields, "command": "/bin/busybox httpd -f -p 8080 -h /www"}),
        ("container_run", {"name": name, "image": image}),
        ("container_commit", {"name": name, "image": second}),
    )
    ran = kinds.there(case)
    assert verbs(ran) == ["create"] * 3
    assert kinds.lab.out("exec", name, "env").count("A=b c") == 1
    kinds.back(case, ran)
    for one in (image, second):
        assert kinds.lab.run("image", "exists", one).returncode == 1


def test_a_manifest_is_played_with_its_volume_there(
    kinds: Kinds, name: str, tmp_path: Path
) -> None:
    manifest = tmp_path / "pod.yaml"
    manifest.write_text(MANIFEST.format(name=name, image=BUSYBOX))
    kinds.lab.out("volume", "create", name)  # podman 4.3's own play fails on it
    case = intent(("kube_play", {"path": str(manifest)}))
    ran = kinds.there(case)
    assert verbs(ran) == ["create"]
    assert kinds.status(f"{name}-web") == "running"
    kinds.back(case, ran)
    assert kinds.status(f"{name}-web") == ""
    assert kinds.lab.run("volume", "exists", name).returncode == 0


MANIFEST = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {name}
spec:
  accessModes: [ReadWriteOnce]
  resources: {{requests: {{storage: 1Gi}}}}
---
apiVersion: v1
kind: Pod
metadata:
  name: {name}
spec:
  containers:
    - name: web
      image: {image}
      volumeMounts: [{{name: data, mountPath: /data}}]
  volumes:
    - name: data
      persistentVolumeClaim: {{claimName: {name}}}
"""


def test_what_this_machine_can_not_do_is_said(kinds: Kinds, name: str) -> None:
    """No CRIU on this kernel, and podman 4.3 knows no Quadlet."""
    kinds.lab.out("run", "--detach", "--name", name, BUSYBOX)
    frozen = kinds.run(intent(("container_checkpoint", {"names": [name]})), "apply")
    said = [str(event.result) for event in frozen.events if event.kind == "failed"]
    assert frozen.status == "failed"
    assert "criu" in " ".join(said).lower()
    unit = kinds.plan(intent(("container_service", {"name": name, "image": BUSYBOX})))
    if kinds.lab.out("version", "--format", "{{.Client.Version}}").startswith("4.3"):
        assert "no Quadlet units" in " ".join(action.message for action in unit.actions)
