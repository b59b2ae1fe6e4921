"""What every target promises: one suite over all of them, through the registry."""

from typing import Any

import msgspec
import pytest

from kiki.documents.read import read_yaml
from kiki.model.artifact import Artifact, File, header
from kiki.model.change import Outcome, Ran
from kiki.model.errors import KikiError
from kiki.model.finding import has_errors
from kiki.model.intent import Intent, Operation
from kiki.model.inventory import Inventory
from kiki.model.plan import Action, Plan
from kiki.model.profile import Profile
from kiki.model.run import RunResult
from kiki.targets import registry
from kiki.targets.port import Target

RISKS = {"low", "medium", "high", "forbidden"}
TARGETS = registry.names()
VOCABULARY = registry.vocabulary()
KINDS = tuple(spec.id for spec in (*VOCABULARY.kinds, *VOCABULARY.generic))

# One value for each field that some kind requires.
VALUES: dict[str, Any] = {
    "names": ["demo"],
    "paths": ["demo.yaml"],
    "groups": ["wheel"],
    "name": "demo",
    "ports": ["80/tcp"],
    "path": "/srv/demo",
    "server": "nginx",
    "image": "nginx:1.27",
    "flavor": "m1.small",
    "network": "ext-net",
    "port": 80,
    "days": 90,
    "format": "rpm",
    "repository": "https://example.com/demo.git",
    "user": "demo",
    "key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKbU3lH6bGx0sO6yC6b2dP1d6gZ4Nn7E2xHhN1V3k3bZ",
    "command": "/usr/bin/demo",
    "line": "a = 1",
    "block": "a = 1\nb = 2",
    "target": "/srv/target",
    "source": "/srv/source.tar",
    "sources": ["/srv/source"],
    "url": "https://example.com/demo",
    "job": "/srv/demo.sh",
    "schedule": "0 3 * * *",
    "address": "10.0.0.5",
    "servers": ["time.example.com"],
    "settings": ["vm.swappiness=10"],
    "mode": "permissive",
    "logins": ["root"],
    "access": "keys",
    "engine": "postgresql",
    "password": "db-pw",
    "images": ["localhost/demo:1"],
    "base": "localhost/base:1",
    "new": "demo2",
    "registry": "registry.example.com",
    "value": "db-pw",
    "what": "images",
    "to": "dir:/srv/demo",
    "resource": "pods",
    "replicas": 3,
    "devices": ["/dev/sdb"],
    "group": "vg0",
    "workload": "demo-app",
    "size": "10Gi",
    "data": ["A=b"],
    "max": 5,
    "service": "demo",
    "min_available": "1",
    "namespace": "demo",
    "resources": ["pods"],
    "request_cpu": "4",
    "default_memory": "256Mi",
    "from_pods": ["app=api"],
    "labels": ["team=a"],
    "annotations": ["note=tested"],
    "keys": ["team"],
    "env": ["A=1"],
    "memory_limit": "512Mi",
    "taints": ["team=a:NoSchedule"],
    "cidr": "10.0.0.0/24",
    "vcpus": 1,
    "ram": "512M",
    "external_network": "ext-net",
    "public_key": "ssh-ed25519 "
    "AAAAC3NzaC1lZDI1NTE5AAAAIKbU3lH6bGx0sO6yC6b2dP1d6gZ4Nn7E2xHhN1V3k3bZ",
    "router": "r1",
    "subnet": "app-sub",
    "subnets": ["app-sub"],
    "role": "member",
    "project": "dev",
    "policy": "anti-affinity",
    "volume": "data",
}

# What has to be made beside a kind that makes nothing by itself.
BESIDE: dict[str, Operation] = {
    "k8s.container_add": Operation(
        kind="k8s.pod_create", fields={"name": "demo-app", "image": "nginx:1.27"}
    ),
}

# The user's own files of kinds that are about such.
GIVEN = File(
    path="demo.yaml",
    text="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: demo}\ndata: {a: b}\n",
)
OF_FILES = ("k8s.manifests_apply", "k8s.manifests_delete")

# What some kinds need beside what is required, or in another form.
OF_KIND: dict[str, dict[str, Any]] = {
    "ansible.sshd_set": {"max_auth_tries": 3},
    "ansible.sudo_grant": {"user": "demo"},
    "ansible.sudo_revoke": {"user": "demo"},
    "ansible.user_change": {"shell": "/bin/zsh"},
    "ansible.file_rights": {"mode": "0600"},
    "ansible.archive_create": {"path": "/srv/demo.tar.gz"},
    "ansible.mount_add": {"source": "/dev/sdb1"},
    "ansible.logical_volume_create": {"size": "10Gi"},
    "ansible.logical_volume_extend": {"size": "10Gi"},
    "ansible.nfs_export": {"sources": ["10.0.0.0/24"]},
    "k8s.hpa_create": {"target": "demo"},
    "k8s.role_create": {"access": "read"},
    "k8s.access_grant": {"access": "read", "account": "ci"},
    "podman.image_copy": {"source": "docker://quay.io/podman/hello:1"},
    "podman.registry_inspect": {"source": "docker://quay.io/podman/hello:1"},
    "k8s.secret_create": {"data": ["password={{secret:demo}}"]},
    "podman.image_tag": {"new": "localhost/demo:2"},
    "openstack.security_rule_add": {"ports": ["22/tcp"]},
    "openstack.quota_set": {"cores": 20},
}

# Whose code a playbook is taken for, when nothing but the playbook is known.
OWNER = {"podman": "ansible"}

# And for kinds with values of their own, as generic ones, whose values depend on each other.
OFFICIAL: dict[str, dict[str, Any]] = {
    "ansible.locale_set": {"name": "C.UTF-8"},
    "openstack.things_list": {"resource": "servers"},
    "openstack.thing_show": {"name": "demo", "resource": "servers"},
    "openstack.thing_delete": {"name": "demo", "resource": "servers"},
    "openstack.server_act": {"action": "stop"},
    "openstack.stack_act": {"action": "suspend"},
    "openstack.server_security_group": {"group": "demo", "action": "add"},
    "openstack.floating_ip_use": {"action": "detach"},
    "openstack.user_switch": {"action": "disable"},
    "ansible.module": {
        "module": "ansible.posix.sysctl",
        "args": {"name": "vm.swappiness", "value": "10"},
    },
    "k8s.object": {"type": "v1/ConfigMap", "name": "demo", "body": {"data": {"a": "b"}}},
    "openstack.resource": {"type": "OS::Cinder::Volume", "body": {"name": "demo", "size": 1}},
}


def intent_of(kind: str, **more: Any) -> Intent:
    known = msgspec.structs.fields(registry.fields_type(kind))
    required = [field.name for field in known if field.required]
    values = VALUES | OFFICIAL.get(kind, {})
    more = OF_KIND.get(kind, {}) | more
    given = (GIVEN,) if kind in OF_FILES else ()
    fields = {name: values[name] for name in required} | more
    operation = Operation(kind=kind, fields=fields, given=given)
    operations = (operation, BESIDE[kind]) if kind in BESIDE else (operation,)
    return Intent(target=operation.target, name="demo", operations=operations, reader="flags")


def target_of(kind: str) -> Target:
    return registry.target(kind.partition(".")[0])


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_is_what_its_name_says(name: str) -> None:
    found = registry.target(name)
    assert found.name == name
    assert isinstance(found.plans, bool)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_intent_gives_the_same_bytes(kind: str) -> None:
    case = intent_of(kind)
    first, second = (target_of(kind).render(case, "playbook", Profile()) for _ in range(2))
    assert first == second
    assert first.digest() == second.digest()
    assert (first.target, first.intent_digest) == (case.target, case.digest())


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_says_what_made_it_and_stays_inside(kind: str) -> None:
    case = intent_of(kind)
    artifact = target_of(kind).render(case, "playbook", Profile())
    assert artifact.text_of(artifact.entry)
    for file in artifact.files:
        if file.path == f"given/{GIVEN.path}":
            assert file.text == GIVEN.text  # the user's own stays as it is
        else:
            assert header(case.digest())[0] in file.text.split("\n---\n")[0]
            assert case.digest() in file.text
        assert file.text.endswith("\n")
        assert "\r" not in file.text
        assert not file.path.startswith("/")
        assert ".." not in file.path.split("/")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_rendered_passes_the_check(kind: str) -> None:
    target = target_of(kind)
    assert not has_errors(target.check(target.render(intent_of(kind), "playbook", Profile())))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_rendered_is_recognised_by_its_own_target_alone(kind: str) -> None:
    artifact = target_of(kind).render(intent_of(kind), "playbook", Profile())
    if artifact.entry.endswith((".sh", ".given.yaml", ".acts.yaml", ".stacks.yaml")):
        return  # pages of acts or of files, or commands to look at, and no code of others
    for document in read_yaml(artifact.text_of(artifact.entry), artifact.entry).documents:
        found = [name for name in TARGETS if registry.target(name).recognises(document)]
        assert found == [OWNER.get(artifact.target, artifact.target)]


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("document", [None, "", "text", 1, [], {}, [1], {"port": 80}, {1: 2}])
def test_what_could_be_anything_is_recognised_by_nobody(name: str, document: Any) -> None:
    assert not registry.target(name).recognises(document)


@pytest.mark.parametrize("kind", KINDS)
def test_every_operation_has_a_risk_and_known_secrets(kind: str) -> None:
    case = intent_of(kind)
    risks = target_of(kind).risks(case)
    assert len(risks) == len(case.operations)
    assert set(risks) <= RISKS
    fields = case.operations[0].fields
    known = {"podman.secret_create": "value"}.get(kind, "password")
    named = "demo" if kind == "k8s.secret_create" else fields.get(known, "")
    assert target_of(kind).secrets(case) == ((named,) if named else ())


@pytest.mark.parametrize("kind", KINDS)
def test_undo_can_be_told_before_anything_ran(kind: str) -> None:
    found = target_of(kind).undo(intent_of(kind), None)
    assert found.undo.kind in ("exact", "compensating", "impossible")
    assert found.operations == () or found.undo.kind != "impossible"


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_no_kind_has_is_a_kiki_error(kind: str) -> None:
    with pytest.raises(KikiError):
        target_of(kind).render(intent_of(kind, surely_no_field=1), "playbook", Profile())


@pytest.mark.parametrize("name", TARGETS)
def test_a_kind_that_is_none_is_a_kiki_error(name: str) -> None:
    operation = Operation(kind=f"{name}.surely_no_kind", fields={})
    case = Intent(target=name, name="x", operations=(operation,), reader="flags")
    with pytest.raises(KikiError):
        registry.target(name).render(case, "playbook", Profile())


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize(
    "text",
    ["", "---\n", "just words", "a: [1", "- 1\n- 2\n", "\x00", "a: 1\na: 2\n", "{}\n", "[]\n"],
)
def test_the_check_never_raises_and_places_what_it_finds(name: str, text: str) -> None:
    files = (File(path="file.yaml", text=text),)
    artifact = Artifact(target=name, intent_digest="", entry="file.yaml", files=files)
    found = registry.target(name).check(artifact)
    assert has_errors(found)
    assert all(each.file in ("", "file.yaml") and each.line >= 0 for each in found)


@pytest.mark.parametrize("kind", KINDS)
def test_what_ran_is_taken_back_or_it_is_said_why_not(kind: str) -> None:
    """One action that the target does not know: nothing may be made up for it."""
    action = Action(subject="a", task="By hand", verb="create")
    runs = (Ran(plan=Plan(actions=(action,), hosts=("a",))),)
    found = target_of(kind).take_back(intent_of(kind), runs)
    assert (found.undo.kind, found.operations) == ("impossible", ())
    assert found.undo.reason


PLANNING = tuple(name for name in TARGETS if registry.target(name).plans)


@pytest.mark.parametrize("name", PLANNING)
def test_a_run_that_failed_makes_an_errored_plan_and_a_reason(name: str) -> None:
    kind = next(kind for kind in KINDS if kind.startswith(name + "."))
    target, case = registry.target(name), intent_of(kind)
    failed = RunResult(status="failed", rc=1, output="broken")
    plan = target.plan(failed, case, Inventory(text="", hosts=("a",)))
    assert isinstance(plan, Plan)
    assert plan.errored
    assert not plan.applyable
    outcome = target.outcome(failed, None, Inventory(text="", hosts=("a",)))
    assert isinstance(outcome, Outcome)
    assert outcome.reason
    assert outcome.verified == "not_run"


@pytest.mark.parametrize("name", PLANNING)
def test_a_plan_s_fingerprint_is_stable(name: str) -> None:
    kind = next(kind for kind in KINDS if kind.startswith(name + "."))
    done = RunResult(status="successful", rc=0)
    plans = [
        registry.target(name).plan(done, intent_of(kind), Inventory(text="", hosts=("a", "b")))
        for _ in range(2)
    ]
    assert plans[0].fingerprint() == plans[1].fingerprint()
