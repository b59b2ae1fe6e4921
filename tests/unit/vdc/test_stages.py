"""What a definition says of servers and of a cluster."""

from typing import Any

import pytest

from kiki import pipeline
from kiki.model.errors import UsageError
from kiki.model.inventory import Inventory
from kiki.model.profile import NO_PROFILE
from kiki.model.request import CloudSource, Request
from kiki.targets import registry
from kiki.vdc.compiling import compiled
from kiki.vdc.definition import Definition
from kiki.vdc.marks import cloud_digest
from kiki.vdc.stages import Stage, stages
from kiki.vdc.staging import parted
from tests.unit.vdc.given import codes, found, small

NGINX = {"kind": "ansible.package_install", "fields": {"names": ["nginx"]}}
TENANT_CLOUD = CloudSource(file="clouds.yaml", name="theirs", named=True)
ONE = {"image": "i", "flavor": "f", "network": "private", "tier": "web"}
TWO = {"tiers": {"web": {}}, "servers": {"web": ONE | {"count": 2}, "db": ONE}}


def made(**more: Any) -> tuple[Stage, ...]:
    read = found(small(**more))
    assert read.definition is not None
    assert not [one for one in read.findings if one.severity == "error"], read.findings
    return stages(read.definition)


@pytest.mark.parametrize("entry", ["nginx 설치", {"message": "install nginx"}, NGINX])
def test_words_and_kinds_come_to_the_same(entry: Any) -> None:
    (stage,) = made(hosts={"vm": [entry]})
    (operation,) = stage.intent.operations
    assert (operation.kind, operation.fields["names"]) == ("ansible.package_install", ["nginx"])
    assert (stage.servers, operation.hosts) == (("vm",), ())


def test_a_step_is_for_the_servers_of_its_tier_group_or_name() -> None:
    (stage,) = made(**TWO, hosts={"web": [NGINX], "web-1": [NGINX], "db": [NGINX]})
    assert stage.servers == ("web-0", "web-1", "db")  # the tier is meant before the group
    assert [one.hosts for one in stage.intent.operations] == [(), ("web-1",), ("db",)]


def test_stages_have_one_order_whatever_the_file_has() -> None:
    cluster = {"context": "lab", "steps": ["네임스페이스 shop 만들어줘"]}
    pods = {"vm": ["redis 컨테이너 실행해줘"]}
    found_stages = made(kubernetes=cluster, podman=pods, hosts={"vm": [NGINX]})
    targets = [(one.name, one.intent.target) for one in found_stages]
    assert targets == [("hosts", "ansible"), ("podman", "podman"), ("kubernetes", "k8s")]


def test_templates_are_the_same_whatever_is_done_on_servers() -> None:
    plain, more = found(small()).definition, found(small(hosts={"vm": [NGINX]})).definition
    assert plain is not None and more is not None
    assert cloud_digest(plain) == cloud_digest(more)
    assert compiled(plain).templates == compiled(more).templates
    assert [name for name, _ in compiled(more).later] == ["hosts"]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        (["nginx 설치하고 fail2ban 설정을 적당히 만져줘"], "vdc.step_unread"),
        (["open a port"], "vdc.step_asks"),
        (["user kim 비밀번호는 hunter2 만들어줘"], "vdc.step_secret"),
        (["nginx 상태 보여줘"], "vdc.step_reads"),
        ([{"kind": "k8s.scale"}], "vdc.step_kind"),
        ([{"kind": "ansible.package_instal"}], "vdc.step_kind_near"),
        ([{"kind": "ansible.package_install", "fields": {"names": "x"}}], "ansible.fields_invalid"),
        ([{}], "vdc.step_shape"),
        ([""], "vdc.step_shape"),
    ],
)
def test_what_can_not_be_done_is_said_with_its_line(steps: list[Any], code: str) -> None:
    read = found(small(hosts={"vm": steps}))
    (error,) = (one for one in read.findings if one.severity == "error")
    assert (error.code, error.params["path"]) == (code, "hosts.vm[0]")
    assert error.line > 1 and "hunter2" not in str(error)


def test_servers_that_nobody_reaches_from_outside_are_told() -> None:
    assert codes(small(hosts={"vm": [NGINX]})) == {"vdc.step_inside"}
    assert codes(small(hosts={"vn": [NGINX]})) == {"vdc.step_servers"}


def test_with_a_login_of_its_own_the_tenant_s_stack_is_a_stage() -> None:
    admin, theirs = parted(read_of(people={"kim": {}}), "dev.yaml", TENANT_CLOUD)
    assert [one["name"] for one in admin.operations[0].fields["stacks"]] == ["dev-admin"]
    assert theirs.intent.operations[0].fields["stacks"] == [{"name": "dev", "file": "dev.yaml"}]
    assert (theirs.scope.cloud, theirs.project) == (TENANT_CLOUD, "dev")
    assert "operator" not in admin.operations[0].given[0].text
    made = pipeline.render(theirs.intent, Request(target="openstack"), NO_PROFILE)
    inventory = Inventory(text="", hosts=("theirs",))
    target = registry.target("openstack")
    plan = target.plan(target.unseen(made, inventory), theirs.intent, inventory, ())
    assert [one.task for one in plan.actions] == [
        "Stack dev", "network_private OS::Neutron::Net",
        "subnet_private-subnet OS::Neutron::Subnet", "port_vm OS::Neutron::Port",
        "server_vm OS::Nova::Server",
    ]  # fmt: skip


def test_without_an_administrator_there_is_no_second_login() -> None:
    with pytest.raises(UsageError, match=r"vdc\.tenant_alone"):
        parted(read_of(project={"existing": True}), "dev.yaml", TENANT_CLOUD)


def read_of(**more: Any) -> Definition:
    read = found(small(**more)).definition
    assert read is not None
    return read
