"""Which intents ask for the same."""

from typing import Any

from kiki.benchmark.sameness import kinds_of, plain, same
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.model.request import Request

Op = tuple[str, dict[str, Any]]


def intent(*operations: Op) -> Intent:
    made = tuple(Operation(kind=kind, fields=fields) for kind, fields in operations)
    return Intent(target=made[0].target, name="x", operations=made, reader="rules")


def alike(one: list[Op], other: list[Op]) -> bool:
    return same(intent(*one), intent(*other), Request(), Profile())


def start(*names: str) -> Op:
    return "ansible.service_start", {"names": list(names)}


def stop(*names: str) -> Op:
    return "ansible.service_stop", {"names": list(names)}


def namespace(name: str) -> Op:
    return "k8s.namespace_create", {"name": name}


def deployment(port: int) -> Op:
    fields = {"name": "web", "image": "nginx", "replicas": 1, "port": port, "namespace": ""}
    return "k8s.deployment_create", fields


def service(**said: Any) -> Op:
    fields = {"name": "web", "port": 80, "target_port": 0, "namespace": "", "selector": "web"}
    return "k8s.service_create", fields | {"type": "ClusterIP", "node_port": 0} | said


def test_the_order_of_a_list_does_not_matter() -> None:
    assert alike([start("a", "b")], [start("b", "a")])
    assert not alike([start("a", "b")], [start("a")])


def test_one_operation_or_several_of_one_kind_is_the_same() -> None:
    assert alike([start("a"), start("b")], [start("a", "b")])
    assert kinds_of(intent(start("a"), start("b"))) == ["ansible.service_start"]


def test_what_differs_in_more_than_one_list_is_not_put_together() -> None:
    def user(name: str, shell: str) -> Op:
        return "ansible.user_create", {"names": [name], "shell": shell}

    assert alike([user("a", ""), user("b", "")], [user("b", ""), user("a", "")])
    assert not alike([user("a", "/bin/sh"), user("b", "")], [user("a", ""), user("b", "/bin/sh")])
    assert len(plain(intent(user("a", "/bin/sh"), user("b", "")))) == 2


def test_the_order_of_operations_matters_on_hosts_only() -> None:
    assert not alike([start("a"), stop("b")], [stop("b"), start("a")])
    assert alike([namespace("a"), namespace("b")], [namespace("b"), namespace("a")])


def test_a_thing_by_its_other_name_is_the_same() -> None:
    assert alike([start("apache2")], [start("httpd")])
    assert not alike([start("nginx")], [start("httpd")])


def test_what_comes_to_the_same_code_is_the_same() -> None:
    said = [deployment(3000), service(target_port=3000)]
    assert alike(said, [deployment(3000), service()])
    assert not alike(said, [deployment(80), service()])
    assert alike([service()], [service(selector="")])


def test_another_target_or_an_impossible_value_is_not_the_same() -> None:
    assert not alike([start("a")], [namespace("a")])
    assert not alike([service(port=0)], [service(port=80)])
    assert not alike([service(port=0)], [service(port=-1)])
