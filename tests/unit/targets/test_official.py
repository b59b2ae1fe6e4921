"""The official types of all targets: which may be made, which may not and why, and their shapes."""

from collections.abc import Iterator
from typing import Any

import pytest

from kiki.messages import text
from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.official import Shape, TypeSpec
from kiki.model.profile import Profile
from kiki.targets import registry
from kiki.targets.ansible import generic, offered
from kiki.targets.ansible.check.modules import known
from kiki.targets.official import OfficialTypes

OFFICIAL = OfficialTypes("playbook")
TYPES = {spec.name: spec for spec in OFFICIAL.types()}
USUAL = [(spec.name, path) for spec in TYPES.values() for path in spec.usual]
DEEP = 4


def names(shape: Shape, depth: int = 0) -> Iterator[str]:
    """The names of all properties, some levels down."""
    if shape.sort in ("map", "list") and depth < DEEP:
        for name, inner in shape.inside().items():
            yield name
            yield from names(inner, depth + 1)


def at(shape: Shape, path: str) -> Shape:
    for step in path.split("."):
        while shape.sort == "list":
            shape = shape.inside()[""]
        shape = shape.inside()[step]
    return shape


def made(kind: str, **fields: object) -> Intent:
    operation = Operation(kind=kind, fields=fields)
    return Intent(target=operation.target, name="a", operations=(operation,), reader="model")


def refused(kind: str, **fields: object) -> str:
    intent = made(kind, **fields)
    with pytest.raises(UsageError) as caught:
        registry.target(intent.target).render(intent, "playbook", Profile())
    return str(caught.value)


def test_every_target_offers_some() -> None:
    assert {spec.kind for spec in TYPES.values()} == {k.id for k in registry.vocabulary().generic}


def test_rules_and_flags_see_none_of_these_kinds() -> None:
    curated = {kind.id for kind in registry.vocabulary().kinds}
    assert curated.isdisjoint(kind.id for kind in registry.vocabulary().generic)


@pytest.mark.parametrize(("name", "path"), USUAL)
def test_what_is_usual_exists(name: str, path: str) -> None:
    at(OFFICIAL.shape(TYPES[name]), path)


def test_the_words_are_of_types_that_are_offered() -> None:
    from kiki.targets.official import _file

    for target in registry.names():
        assert set(_file(target).types) <= set(TYPES), target


@pytest.mark.parametrize("name", sorted(TYPES))
def test_no_shape_has_a_property_that_is_withheld(name: str) -> None:
    found = set(names(OFFICIAL.shape(TYPES[name])))
    if TYPES[name].kind == "ansible.module":
        assert not [key for key in found if offered.withheld(name, key)]
    if TYPES[name].kind == "openstack.resource":
        assert found.isdisjoint({"password", "admin_pass", "user_data", "value_specs", "psk"})
    if TYPES[name].kind == "k8s.object":
        assert found.isdisjoint({"status", "managedFields", "apiVersion"})


class TestKubernetes:
    def test_one_version_of_each_kind(self) -> None:
        kinds = [n.rpartition("/")[2] for n, spec in TYPES.items() if spec.kind == "k8s.object"]
        assert len(kinds) == len(set(kinds)) > 50
        assert "batch/v1/CronJob" in TYPES
        assert "autoscaling/v1/HorizontalPodAutoscaler" in TYPES  # as types.json says

    @pytest.mark.parametrize("kind", ["v1/Secret", "v1/PodList", "v1/Event", "v1/Nothing"])
    def test_what_is_not_offered_is_not_made(self, kind: str) -> None:
        assert kind not in TYPES
        assert "is not offered" in refused("k8s.object", type=kind, name="a", body={})

    def test_the_body_can_not_say_what_it_is(self) -> None:
        body = {"kind": "Secret"}
        assert "body" in refused("k8s.object", type="v1/ConfigMap", name="a", body=body)

    def test_pods_that_end_need_a_restart_policy(self) -> None:
        path = "spec.jobTemplate.spec.template.spec.restartPolicy"
        found = at(OFFICIAL.shape(TYPES["batch/v1/CronJob"]), path)
        assert (found.required, found.choices) == (True, ("Never", "OnFailure"))


class TestOpenStack:
    @pytest.mark.parametrize(
        "name",
        ["OS::Heat::SoftwareConfig", "OS::Heat::Stack", "OS::Barbican::Secret", "AWS::EC2::Volume",
         "OS::Nova::FloatingIP", "OS::No::Such"],
    )  # fmt: skip
    def test_what_is_not_offered_is_not_made(self, name: str) -> None:
        assert name not in TYPES
        assert "is not offered" in refused("openstack.resource", type=name, body={})

    def test_no_user_data(self) -> None:
        body = {"name": "a", "user_data": "#!/bin/sh"}
        assert "user_data" in refused("openstack.resource", type="OS::Nova::Server", body=body)


class TestAnsible:
    def test_every_shipped_module_is_offered_or_withheld_for_a_reason(self) -> None:
        """Those of a release that nobody has looked at yet are in neither list."""
        assert set(known().modules) == set(offered.reasons())
        for name in offered.withheld_modules():
            code = generic.withheld(name)
            assert text(code, "en", {"type": name}).text
            assert name not in TYPES

    def test_what_is_offered_can_be_stated(self) -> None:
        """Each has arguments to give, and what it requires is not withheld."""
        for name in offered.modules():
            module, inside = known().modules[name], generic.shape(name).inside()
            required = {key for key, one in module.options.items() if one.required}
            assert required <= inside.keys(), name

    @pytest.mark.parametrize("word", ["network", "server", "group", "port", "volume", "image"])
    def test_plain_words_name_no_module_of_a_further_collection(self, word: str) -> None:
        named = [one.name for one in TYPES.values() if (word,) in one.names]
        assert [name for name in named if name.startswith(("community.", "openstack."))] == []

    @pytest.mark.parametrize(
        ("module", "args", "told"),
        [
            ("containers.podman.podman_container", {"name": "a", "cmd_args": ["x"]}, "cmd_args"),
            ("containers.podman.podman_image", {"name": "a", "path": "/srv/a"}, "path"),
            ("community.general.ssh_config", {"host": "a", "proxycommand": "x"}, "proxycommand"),
            ("kubernetes.core.helm", {"release_name": "a", "kubeconfig": "/root/x"}, "kubeconfig"),
            ("openstack.cloud.server", {"name": "a", "userdata": "#!/bin/sh"}, "userdata"),
        ],
    )
    def test_nor_their_arguments_that_are_commands_or_files(
        self, module: str, args: dict[str, Any], told: str
    ) -> None:
        assert f"{told} is withheld" in refused("ansible.module", module=module, args=args)

    @pytest.mark.parametrize(
        ("module", "args"),
        [
            ("community.mysql.mysql_user", {"name": "a", "password": "hunter2"}),
            ("community.general.ldap_entry", {"dn": "cn=a", "attributes": {"userPassword": "x"}}),
            ("community.general.ldap_attrs", {"dn": "cn=a", "attributes": {}, "bind_pw": "x"}),
            ("containers.podman.podman_secret", {"name": "a", "data": "hunter2"}),
            ("openstack.cloud.project", {"name": "a", "auth": {"password": "hunter2"}}),
        ],
    )
    def test_nor_a_secret_of_theirs_in_plain(self, module: str, args: dict[str, Any]) -> None:
        told = refused("ansible.module", module=module, args=args)
        assert "takes only the name of a secret" in told
        assert "hunter2" not in told

    @pytest.mark.parametrize(
        "name", ["command", "shell", "raw", "script", "expect", "meta", "set_fact", "debug"]
    )
    def test_a_model_has_no_hands(self, name: str) -> None:
        module = f"ansible.builtin.{name}"
        assert module not in TYPES
        assert "is not offered" in refused("ansible.module", module=module, args={})

    def test_nor_arguments_that_are_commands(self) -> None:
        args = {"path": "/etc/motd", "line": "x", "validate": "rm -rf /"}
        module = "ansible.builtin.lineinfile"
        assert "validate is withheld" in refused("ansible.module", module=module, args=args)

    @pytest.mark.parametrize("text", ["{{ x }}", "{% x %}", "{# x #}", "{{secret:db}}"])
    def test_no_jinja_and_no_secret_where_none_belongs(self, text: str) -> None:
        args = {"name": "vm.swappiness", "value": text}
        assert "Jinja" in refused("ansible.module", module="ansible.posix.sysctl", args=args)

    def test_a_secret_only_by_name(self) -> None:
        args = {"url": "https://a.example/x", "dest": "/opt/x", "url_password": "hunter2"}
        module = "ansible.builtin.get_url"
        for plain in ("hunter2", "x{{secret:w}}", "{{secret:w}}{{secret:w}}"):
            args["url_password"] = plain
            assert "name of a secret" in refused("ansible.module", module=module, args=args)
        target = registry.target("ansible")
        named = made("ansible.module", module=module, args={**args, "url_password": "{{secret:w}}"})
        assert target.secrets(named) == ("w",)
        text = target.render(named, "playbook", Profile()).files[0].text
        assert '"{{ kiki_secret_w }}"' in text
        assert "no_log: true" in text

    def test_an_hour_needs_a_minute(self) -> None:
        args = {"name": "a", "job": "/b.sh", "hour": "3"}
        module = "ansible.builtin.cron"
        assert "sixty times" in refused("ansible.module", module=module, args=args)

    def test_no_state_that_acts_every_time(self) -> None:
        found = at(OFFICIAL.shape(TYPES["ansible.builtin.systemd_service"]), "state")
        assert set(found.choices) == {"started", "stopped"}


def test_a_problem_is_told_in_words() -> None:
    spec = made("k8s.object", type="v1/ConfigMap", name="a", body={"data": {"a": 1}})
    (problem,) = OFFICIAL.problems(spec)
    assert "data.a" in problem
    assert OFFICIAL.problems(made("k8s.object", type="v1/ConfigMap", name="a", body={})) == ()


def test_types_know_whether_they_can_remove() -> None:
    removable: dict[str, TypeSpec] = {n: spec for n, spec in TYPES.items() if spec.removable}
    assert "ansible.builtin.cron" in removable
    assert {spec.kind for spec in removable.values()} == {"ansible.module"}
