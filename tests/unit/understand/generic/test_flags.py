"""Generic kinds by flags and from files: what ``kiki gen`` takes for official types."""

import json
from typing import Any

import pytest

from kiki import pipeline
from kiki.messages import text
from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.service.generating import LocalGenerator
from kiki.targets.ansible import offered

SYSCTL = {"kind": "ansible.module", "set.module": "ansible.posix.sysctl"}
INGRESS = {"kind": "k8s.object", "set.type": "networking.k8s.io/v1/Ingress", "name": "web"}


def intent(flags: dict[str, str], **more: Any) -> Intent:
    found = pipeline.read(Request(flags=flags, **more), Profile(), None).intent
    assert found is not None
    return found


def operation(flags: dict[str, str]) -> Operation:
    return intent(flags).operations[0]


def refused(flags: dict[str, str]) -> UsageError:
    with pytest.raises(UsageError) as caught:
        pipeline.read(Request(flags=flags), Profile(), None)
    for lang in ("en", "ko"):
        assert text(caught.value.code, lang, caught.value.params).text
    return caught.value


def from_file(**fields: Any) -> dict[str, str]:
    return {"kind": "k8s.object", "from": json.dumps(fields)}


def codes(flags: dict[str, str]) -> dict[str, dict[str, str]]:
    made = LocalGenerator(Profile(), None).generate(Request(flags=flags), strict=False)
    return {one.code: one.params for one in made.findings}


class TestValues:
    def test_a_value_is_what_the_schema_says_of_its_place(self) -> None:
        flags = SYSCTL | {"set.args.name": "vm.swappiness", "set.args.value": "10"}
        flags |= {"set.args.reload": "no", "set.args.state": "PRESENT"}
        args = operation(flags).fields["args"]
        assert args == {"name": "vm.swappiness", "reload": False, "state": "present", "value": "10"}

    def test_lists_are_made_item_by_item(self) -> None:
        rule = "set.body.spec.rules[0]"
        flags = INGRESS | {f"{rule}.host": "a.example", f"{rule}.http.paths[0].path": "/"}
        flags |= {f"{rule}.http.paths[0].backend.service.port.number": "80"}
        (made,) = operation(flags).fields["body"]["spec"]["rules"]
        assert made["host"] == "a.example"
        assert made["http"]["paths"][0]["backend"]["service"]["port"]["number"] == 80

    def test_a_list_of_texts_may_be_said_at_once(self) -> None:
        flags = {"kind": "k8s.object", "set.type": "PersistentVolumeClaim", "name": "data"}
        flags |= {"set.body.spec.accessModes": "ReadWriteOnce, ReadOnlyMany"}
        assert operation(flags).fields["type"] == "v1/PersistentVolumeClaim"
        modes = operation(flags).fields["body"]["spec"]["accessModes"]
        assert modes == ["ReadWriteOnce", "ReadOnlyMany"]

    def test_an_empty_mapping_can_be_said(self) -> None:
        flags = {"kind": "k8s.object", "set.type": "NetworkPolicy", "name": "deny"}
        body = operation(flags | {"set.body.spec.podSelector": "{}"}).fields["body"]
        assert body == {"spec": {"podSelector": {}}}

    def test_a_key_of_anybodys_stands_in_quotes(self) -> None:
        flags = {"kind": "k8s.object", "set.type": "ConfigMap", "name": "a"}
        body = operation(flags | {'set.body.data["app.conf"]': "80"}).fields["body"]
        assert body == {"data": {"app.conf": "80"}}

    def test_each_leaf_names_its_flag(self) -> None:
        sources = operation(SYSCTL | {"set.args.name": "a.b"}).sources
        assert (sources["args.name"].origin, sources["args.name"].detail) == (
            "flag", "set.args.name",
        )  # fmt: skip

    def test_an_older_version_is_taken_by_its_whole_name(self) -> None:
        flags = {"kind": "k8s.object", "set.type": "autoscaling/v2/HorizontalPodAutoscaler"}
        assert operation(flags | {"name": "a"}).fields["type"].startswith("autoscaling/v2/")

    def test_the_code_is_named_after_it(self) -> None:
        assert intent(SYSCTL | {"set.args.name": "vm.swappiness"}).name == "sysctl-vm-swappiness"
        assert intent(SYSCTL, name="tuning").name == "tuning"


class TestFiles:
    def test_the_file_has_all_fields_and_set_comes_after_it(self) -> None:
        flags = from_file(type="ConfigMap", name="a", body={"data": {"x": "1", "y": "2"}})
        found = operation(flags | {"set.body.data.y": "3", "ns": "shop"})
        assert found.fields["body"] == {"data": {"x": "1", "y": "3"}}
        assert (found.fields["name"], found.fields["namespace"]) == ("a", "shop")
        assert found.sources["body.data.x"].detail == "from"
        assert found.sources["body.data.y"].detail == "set.body.data.y"

    def test_numbers_of_a_file_stay_what_they_are(self) -> None:
        flags = from_file(type="ConfigMap", name="a", body={"data": {"x": 1}})
        assert "k8s.type_quote" in codes(flags)

    @pytest.mark.parametrize(
        ("fields", "code"),
        [({"typ": "ConfigMap"}, "from_field"), ({"type": 1}, "from_text"),
         ({"type": "ConfigMap", "body": []}, "from_form")],
    )  # fmt: skip
    def test_what_is_wrong_with_it_is_said(self, fields: dict[str, Any], code: str) -> None:
        assert refused(from_file(**fields)).code == f"understand.{code}"

    def test_it_has_an_end(self) -> None:
        tree: Any = "x"
        for _ in range(40):
            tree = {"a": tree}
        flags = from_file(type="ConfigMap", name="a", body=tree)
        assert refused(flags).code == "understand.tree_deep"
        said = {"kind": "k8s.object", "set.type": "ConfigMap", "name": "a"}
        found = refused(said | {"set.body.data": json.dumps(tree)})
        assert found.code == "understand.tree_deep"

    @pytest.mark.parametrize("text", ["{", "[" * 5000, "1"])
    def test_what_is_no_mapping_is_said(self, text: str) -> None:
        assert refused({"kind": "k8s.object", "from": text}).code == "understand.from_form"

    def test_curated_kinds_take_none(self) -> None:
        flags = {"kind": "k8s.deployment", "from": "{}"}
        assert refused(flags).code == "understand.from_other"


class TestMistakes:
    @pytest.mark.parametrize(
        ("flags", "code"),
        [
            ({"set.value": "1"}, "set_unknown"),
            ({"image": "nginx"}, "set_unknown"),
            ({"set.args..name": "a"}, "set_path"),
            ({"set.args.name[1]": "a"}, "set_clash"),
            ({"set.args.name": "a", "set.args.name.x": "b"}, "set_clash"),
            ({"set.args.name": "secret:db"}, "secret_place"),
        ],
    )
    def test_a_flag_that_means_nothing(self, flags: dict[str, str], code: str) -> None:
        assert refused(SYSCTL | flags).code == f"understand.{code}"

    @pytest.mark.parametrize(
        ("kind", "name", "near"),
        [
            ("k8s.object", "Ingres", "networking.k8s.io/v1/Ingress"),
            ("openstack.resource", "OS::Cinder::Volum", "OS::Cinder::Volume"),
            ("ansible.module", "ansible.posix.sysctll", "ansible.posix.sysctl"),
        ],
    )
    def test_the_nearest_type_is_named(self, kind: str, name: str, near: str) -> None:
        field = "module" if kind == "ansible.module" else "type"
        found = refused({"kind": kind, f"set.{field}": name})
        assert (found.code, found.params["near"]) == ("understand.type_unknown_near", near)

    @pytest.mark.parametrize(
        ("kind", "name", "code"),
        [
            ("k8s.object", "Secret", "k8s.withheld_secret"),
            ("k8s.object", "v1/Secret", "k8s.withheld_secret"),
            ("k8s.object", "v1/Node", "k8s.withheld_kind"),
            ("openstack.resource", "OS::Heat::Stack", "openstack.withheld_type"),
            ("openstack.resource", "OS::Nova::FloatingIP", "openstack.withheld_old"),
        ],
    )
    def test_why_a_type_is_withheld(self, kind: str, name: str, code: str) -> None:
        assert refused({"kind": kind, "set.type": name}).code == code

    def test_every_reason_to_withhold_a_module_is_told(self) -> None:
        for module in offered.withheld_modules():
            found = refused({"kind": "ansible.module", "set.module": module})
            assert found.code.startswith("ansible.withheld_")

    @pytest.mark.parametrize(
        ("flags", "code"),
        [
            ({"set.args.validate": "rm -rf /"}, "ansible.argument_withheld"),
            ({"set.args.line": "{{ x }}"}, "ansible.argument_jinja"),
        ],
    )
    def test_what_a_module_may_not_be_given(self, flags: dict[str, str], code: str) -> None:
        module = {"kind": "ansible.module", "set.module": "ansible.builtin.lineinfile"}
        assert refused(module | {"set.args.path": "/etc/motd"} | flags).code == code

    def test_cron_needs_a_minute(self) -> None:
        flags = {"kind": "ansible.module", "set.module": "cron", "set.args.hour": "3"}
        assert refused(flags).code == "ansible.half_a_time"

    def test_our_own_part_of_an_object_is_not_said(self) -> None:
        flags = INGRESS | {"set.body.metadata.name": "x"}
        assert refused(flags).code == "k8s.body_ours"

    def test_no_user_data(self) -> None:
        flags = {"kind": "openstack.resource", "set.type": "OS::Nova::Server"}
        found = refused(flags | {"set.body.user_data": "#!/bin/sh"})
        assert found.code == "openstack.property_withheld"

    def test_the_type_is_asked_for(self) -> None:
        asked = Request(flags={"kind": "k8s.object", "name": "a"})
        question = pipeline.read(asked, Profile(), None).question
        assert question is not None
        assert question.field == "0.type"
        again = Request(flags=asked.flags, answers={"0.type": "ConfigMap"})
        found = pipeline.read(again, Profile(), None).intent
        assert found is not None
        assert found.operations[0].fields["type"] == "v1/ConfigMap"

    def test_it_is_made_alone(self) -> None:
        assert refused({"kind": "k8s.object,k8s.service_create"}).code == "understand.kind_alone"


class TestSecrets:
    FLAGS = {"kind": "ansible.module", "set.module": "ansible.builtin.yum_repository"}
    FLAGS |= {"set.args.name": "a", "set.args.description": "a", "set.args.baseurl": "http://a"}

    def test_a_secret_is_named(self) -> None:
        made = operation(self.FLAGS | {"set.args.password": "secret:repo"})
        assert made.fields["args"]["password"] == "{{secret:repo}}"

    def test_a_secret_in_plain_is_never_shown(self) -> None:
        found = refused(self.FLAGS | {"set.args.password": "hunter2"})
        assert found.code == "understand.flag_secret"
        assert "hunter2" not in str(found.params)

    def test_nor_is_one_in_a_file(self) -> None:
        fields = {"module": "ansible.builtin.yum_repository", "args": {"password": "hunter2"}}
        found = refused({"kind": "ansible.module", "from": json.dumps(fields)})
        assert found.code == "understand.flag_secret"
        assert "hunter2" not in str(found.params)


class TestChecks:
    """The strict check and policy always judge official types, --validate or not."""

    def test_an_unknown_argument_is_found_with_the_nearest(self) -> None:
        found = codes(SYSCTL | {"set.args.nam": "vm.swappiness"})
        assert found["ansible.argument_unknown_near"]["near"] == "name"
        assert "policy.generic_operation" in found

    def test_an_unknown_field_is_found_with_the_nearest(self) -> None:
        found = codes(INGRESS | {"set.body.spec.rules[0].hots": "a"})
        assert found["k8s.field_unknown_near"]["near"] == "host"

    def test_an_unknown_property_is_found_with_the_nearest(self) -> None:
        flags = {"kind": "openstack.resource", "set.type": "OS::Cinder::Volume"}
        found = codes(flags | {"set.body.siz": "20"})
        assert "size" in {params.get("near") for params in found.values()}

    def test_a_file_without_a_mode_is_warned_of(self) -> None:
        flags = {"kind": "ansible.module", "set.module": "copy", "set.args.dest": "/etc/motd"}
        flags |= {"set.args.content": "x"}
        assert "ansible.mode_unset" in codes(flags)
        assert "ansible.mode_unset" not in codes(flags | {"set.args.mode": "0644"})

    def test_a_value_of_the_wrong_type_is_found(self) -> None:
        flags = {"kind": "k8s.object", "set.type": "apps/v1/Deployment", "name": "a"}
        assert "k8s.type_wrong" in codes(flags | {"set.body.spec.replicas": "three"})
