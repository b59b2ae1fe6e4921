"""What policy is told of templates that were given."""

from pathlib import Path
from typing import Any

import pytest

from kiki.model.artifact import Artifact, File
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.model.request import Scope
from kiki.policy import engine
from kiki.policy.site.facts import Facts
from kiki.policy.site.judging import judge
from kiki.policy.site.loading import load
from kiki.targets.openstack.target import TARGET
from kiki.targets.openstack.working import LONGEST, worked_out
from kiki.vdc.reading import read
from kiki.vdc.staging import staged

HEAD = "heat_template_version: 2021-04-16\n"
PRESET = Path(__file__).parents[4] / "src/kiki/vdc/presets/starter.en.yaml"


def own(text: str, *parameters: str) -> Intent:
    """What a template of the user's own asks for, its files read."""
    operation = Operation(
        kind="openstack.template_apply",
        fields={"path": "x.yaml", "parameters": list(parameters)},
        given=(File(path="x.yaml", text=HEAD + text),),
    )
    return Intent(target="openstack", name="app", operations=(operation,), reader="flags")


def of_resources(text: str, *parameters: str) -> list[Operation]:
    found = TARGET.judged(own(text, *parameters)).intent.operations
    assert found[0].kind == "openstack.template_apply"
    return list(found[1:])


def definition() -> Intent:
    read_in = read(File(path="x.yaml", text=PRESET.read_text())).definition
    assert read_in is not None
    return staged(read_in, "x.yaml")


def said(folder: Path, intent: Intent, **rules: str) -> set[str]:
    """The ids of the site's rules that are for *intent*; each is given by its conditions."""
    lines = [f"- id: {name}\n  when: {{{when}}}\n  then: {{deny: true}}\n  reason: x\n"
             for name, when in rules.items()]  # fmt: skip
    (folder / "r.yaml").write_text("rules:\n" + "".join(lines))
    site = load(str(folder))
    assert site.faults == ()
    operations = TARGET.judged(intent).intent.operations
    facts = Facts(
        phase="request", now="2026-01-01T00:00:00Z", operations=operations, target="openstack"
    )
    ruling = judge(site, facts)
    assert ruling.faults == ()
    return {one.rule for one in ruling.said}


class TestRulesOfASite:
    RULES = {
        "image": "image: '*'",
        "flavor": "field: {flavor: '*'}",
        "kind": "kind: openstack.server_create",
        "address": "kind: openstack.floating_ip_create",
        "port": "port: 22, field: {remote: 0.0.0.0/0}",
    }  # fmt: skip

    def test_they_see_what_is_in_the_stacks_of_a_definition(self, tmp_path: Path) -> None:
        rules = {**self.RULES, "port": "kind: openstack.security_rule_add, port: 443"}
        assert said(tmp_path, definition(), **rules, not_there="port: 3306-3307") == {*rules}

    def test_and_in_a_template_of_the_users_own(self, tmp_path: Path) -> None:
        text = """
parameters: {image: {type: string, default: cirros}}
resources:
  group:
    type: OS::Heat::ResourceGroup
    properties:
      resource_def:
        type: OS::Nova::Server
        properties: {image: {get_param: image}, flavor: m1.tiny}
  ip: {type: 'OS::Neutron::FloatingIP', properties: {floating_network: public}}
  open:
    type: OS::Neutron::SecurityGroup
    properties: {rules: [{protocol: tcp, port_range_min: 20, port_range_max: 30}]}
"""
        more = {"cirros": "image: cirros", "outside": "field: {external_network: public}"}
        assert said(tmp_path, own(text), **self.RULES, **more) == {*self.RULES, *more}
        given = own(text, "image=debian")
        assert said(tmp_path, given, cirros="image: cirros", debian="image: debian") == {"debian"}

    @pytest.mark.parametrize(
        "value",
        ["{get_attr: [a, value]}", "{yaql: {expression: $, data: x}}", "{get_param: none}",
         "{get_param: secret}", "{list_join: ['', [{get_attr: [a, b]}]]}"],
    )  # fmt: skip
    def test_what_is_not_known_yet_is_not_what_is_allowed(self, tmp_path: Path, value: str) -> None:
        text = f"""
parameters: {{secret: {{type: string, hidden: true, default: debian-12}}}}
resources: {{s: {{type: 'OS::Nova::Server', properties: {{image: {value}}}}}}}
"""
        only = {"only": "image: 'not debian-*'"}
        assert said(tmp_path, own(text), **only, every="image: '*'") == {"only", "every"}
        assert "debian-12" not in str(of_resources(text))
        text = "resources: {s: {type: 'OS::Nova::Server', properties: {image: debian-12}}}"
        assert said(tmp_path, own(text), **only) == set()


class TestResources:
    def test_a_rule_of_a_group_has_its_own_ports_and_source(self) -> None:
        text = """
resources:
  group:
    type: OS::Neutron::SecurityGroup
    properties:
      name: web
      rules:
        - {protocol: tcp, port_range_min: 22, port_range_max: 22, remote_ip_prefix: 10.0.0.0/8}
        - {protocol: udp, ethertype: IPv6}
        - {protocol: icmp}
        - {remote_mode: remote_group_id}
"""
        found = [{key: one for key, one in made.fields.items() if key not in ("type", "body")}
                 for made in of_resources(text)]  # fmt: skip
        assert found == [
            {"direction": "ingress", "remote": "10.0.0.0/8", "ports": ["22/tcp"]},
            {"direction": "ingress", "remote": "::/0", "ports": ["1-65535/udp"]},
            {"direction": "ingress", "remote": "0.0.0.0/0", "icmp": True},
            {"direction": "ingress", "remote_group": "", "ports": ["1-65535/any"]},
        ]

    def test_rules_that_are_not_known_yet_may_be_any(self) -> None:
        text = """
resources:
  group: {type: 'OS::Neutron::SecurityGroup', properties: {rules: {repeat: {template: x}}}}
"""
        (made,) = of_resources(text)
        assert made.fields["ports"] == ["1-65535/any"]

    def test_servers_that_stand_in_others(self) -> None:
        text = """
resources:
  scaled:
    type: OS::Heat::AutoScalingGroup
    properties: {resource: {type: 'OS::Nova::Server', properties: {image: a}}}
  chain:
    type: OS::Heat::ResourceChain
    properties: {resources: ['OS::Nova::Server'], resource_properties: {image: b}}
  stack:
    type: OS::Heat::Stack
    properties:
      parameters: {image: c}
      template: |
        heat_template_version: 2021-04-16
        parameters: {image: {type: string}}
        resources: {s: {type: 'OS::Nova::Server', properties: {image: {get_param: image}}}}
  either:
    type: OS::Nova::Server
    properties: {if: [some, {image: d}, {image: e}]}
"""
        servers = [one for one in of_resources(text) if one.kind == "openstack.server_create"]
        assert [one.fields["body"]["image"] for one in servers] == ["a", "b", "c", "d", "e"]


class TestRisk:
    def verdict(self, intent: Intent, **profile: Any) -> engine.Verdict:
        judged = TARGET.judged(intent)
        artifact = Artifact(target="openstack", intent_digest="x", entry="x", files=())
        return engine.judge(
            judged.intent, artifact, judged.risks, Scope(), Profile(**profile), (), writes=None
        )

    def test_what_kikis_own_kinds_make_is_as_before(self) -> None:
        assert self.verdict(definition()).risk == "medium"
        text = "resources: {net: {type: 'OS::Neutron::Net', properties: {name: 2021-01-01}}}"
        assert self.verdict(own(text)).risk == "medium"

    def test_another_type_in_ones_own_template_is_high_as_in_words(self) -> None:
        text = "resources: {key: {type: 'OS::Designate::Zone', properties: {name: a.}}}"
        found = self.verdict(own(text))
        assert found.risk == "high"
        assert {one.code for one in found.findings} == {
            "policy.generic_operation", "policy.operation_high"}  # fmt: skip

    @pytest.mark.parametrize(
        ("profile", "code"),
        [({"allowed_images": ("x",)}, "image"), ({"allowed_networks": ("x",)}, "network")],
    )
    def test_images_and_networks_are_those_that_the_profile_allows(
        self, profile: dict[str, Any], code: str
    ) -> None:
        refused = {one.code for one in self.verdict(definition(), **profile).findings}
        assert refused == {f"policy.{code}_not_allowed"}


class TestValues:
    @pytest.mark.parametrize(
        ("value", "known"),
        [
            ({"get_param": "a"}, "1"),
            ({"get_param": ["b", "c", 0]}, "2"),
            ({"list_join": ["-", ["x", {"get_param": "a"}]]}, "x-1"),
            ({"str_replace": {"template": "$x.y", "params": {"$x": {"get_param": "a"}}}}, "1.y"),
            ({"get_resource": "net"}, {"get_resource": "net"}),
            ({"ImageId": "x", "a": 1}, {"image": "x", "ImageId": "x", "a": 1}),
            ({"get_param": ["b", "no"]}, "{get_param}"),
            ({"get_param": [{"a": "b"}]}, "{get_param}"),
        ],
    )
    def test_known(self, value: Any, known: Any) -> None:
        assert worked_out(value, {"a": "1", "b": {"c": ["2"]}}) == known

    def test_none_gets_too_long(self) -> None:
        value: Any = "aa"
        for _ in range(40):
            value = {"str_replace": {"template": value, "params": {"a": "aaa"}}}
        assert len(str(worked_out(value, {}))) < 4 * LONGEST
        value = {"list_join": ["x" * 1000, ["y"] * 1000]}
        assert len(str(worked_out(value, {}))) < 4 * LONGEST
