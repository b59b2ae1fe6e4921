"""When a rule of the site speaks, and that nothing about a change lets it be walked past."""

from typing import Any

import pytest

from kiki.model.intent import Operation
from kiki.model.inventory import Inventory, Place
from kiki.model.plan import Action, Plan
from kiki.model.profile import Profile
from kiki.model.ruling import Ruling
from kiki.policy.site.facts import Facts
from kiki.policy.site.judging import judge
from kiki.policy.site.loading import Site, read

FRIDAY = "2026-01-30T15:00:00+09:00"
ZONE = "zone: Asia/Seoul\n"


def site(when: str, then: str = "{deny: true}", more: str = "") -> Site:
    text = f"{ZONE}rules:\n- id: r\n  when: {when}\n  then: {then}\n  reason: no\n{more}"
    text = text.replace("reason: no", "reason: because")
    rules, findings = read(text, "r.yaml")
    assert not findings, findings
    return Site(rules, findings, "sha256:x")


def facts(*operations: tuple[str, dict[str, Any]], **given: Any) -> Facts:
    made = tuple(Operation(kind=kind, fields=fields) for kind, fields in operations)
    target = made[0].target if made else "ansible"
    usual: dict[str, Any] = {"phase": "request", "now": FRIDAY, "target": target}
    return Facts(**(usual | {"operations": made} | given))


def hosts(*names: str, groups: dict[str, tuple[str, ...]] | None = None) -> Inventory:
    return Inventory(text="", hosts=names, groups=groups or {})


def plan(*verbs: str) -> Plan:
    actions = tuple(Action(subject=f"h{n}", task="t", verb=v) for n, v in enumerate(verbs))  # type: ignore[arg-type]
    return Plan(actions=actions)


def spoke(when: str, told: Facts, more: str = "") -> bool:
    ruling: Ruling = judge(site(when, more=more), told)
    assert not ruling.faults, ruling.faults
    return ruling.denied


WEB: dict[str, Any] = {"name": "web", "image": "nginx", "port": 80, "namespace": "shop"}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{}", True),
        ("{kind: k8s.deployment_create}", True),
        ('{kind: "k8s.*"}', True),
        ("{kind: not k8s.*}", False),
        ("{target: [ansible, k8s]}", True),
        ("{name: WEB}", True),
        ("{name: [we*, not web]}", False),
        ("{namespace: shop}", True),
        ("{namespace: not shop}", False),
        ("{port: 80}", True),
        ("{port: 1-1023}", True),
        ("{port: not 80}", False),
        ("{port: 443}", False),
        ('{image: "*:latest"}', True),
        ("{image: docker.io/*}", True),
        ("{image: docker.io/library/nginx:latest}", True),
        ("{image: not registry.example/*}", True),
        ("{field: {port: 80}}", True),
        ("{field: {port: 8*, name: web}}", True),
        ("{field: {replicas: 3}}", False),
        ("{requester: kim}", False),
        ("{risk: [low]}", True),
        ("{undo: true}", False),
        ("{undo: false}", True),
    ],
)
def test_what_is_asked(when: str, expected: bool) -> None:
    assert spoke(when, facts(("k8s.deployment_create", WEB))) is expected


def test_conditions_on_operations_hold_for_one_and_the_same() -> None:
    two = facts(
        ("k8s.deployment_create", {"name": "a", "image": "nginx:1"}),
        ("k8s.pod_create", {"name": "b", "image": "httpd:2"}),
    )
    assert spoke("{name: a, image: nginx*}", two)
    assert not spoke("{name: a, image: httpd*}", two)


def test_one_foreign_image_among_others_is_enough() -> None:
    mixed = facts(("k8s.deployment_create", {"image": "r.example/a:1", "images": ["evil/x:1"]}))
    assert spoke("{image: not r.example/*}", mixed)
    assert not spoke(
        "{image: not r.example/*}", facts(("k8s.pod_create", {"image": "r.example/a:1"}))
    )


def test_images_that_only_the_code_names_count() -> None:
    told = facts(("k8s.manifest_apply", {"name": "x"}), images=("evil.example/x:1",))
    assert spoke("{image: evil.example/*}", told)


@pytest.mark.parametrize(
    ("profile", "pattern"),
    [
        (Profile(registry_mirror="m.example"), "m.example/nginx:latest"),
        (Profile(images={"nginx": "r.example/nginx:1.27"}), "r.example/nginx:1.27"),
    ],
)
def test_an_image_counts_under_the_name_that_the_profile_gives_it(
    profile: Profile, pattern: str
) -> None:
    told = facts(("k8s.deployment_create", WEB), profile=profile)
    assert spoke(f'{{image: "{pattern}"}}', told)
    assert not spoke("{image: docker.io/*}", told)


def test_images_of_clouds_are_no_containers() -> None:
    told = facts(("openstack.server_create", {"image": "rocky-9"}))
    assert spoke("{image: rocky-9}", told)
    assert not spoke('{image: "*:latest"}', told)


@pytest.mark.parametrize(
    ("kind", "fields", "when", "expected"),
    [
        ("ansible.package_install", {"names": ["telnet"]}, "{package: telnet}", True),
        ("ansible.service_restart", {"names": ["sshd"]}, "{package: sshd}", False),
        ("ansible.service_restart", {"names": ["sshd"]}, "{service: ssh*}", True),
        ("ansible.user_create", {"name": "root2"}, "{user: root*}", True),
        ("ansible.file_remove", {"path": "/etc/passwd"}, "{path: /etc/*}", True),
        ("podman.container_run", {"ports": ["127.0.0.1:8080:80/tcp"]}, "{port: 8080}", True),
        ("podman.container_run", {"ports": ["3000-3005:3000-3005"]}, "{port: 3003}", True),
        ("k8s.object", {"type": "v1/Pod", "body": {"a": [{"image": "x:1"}]}}, "{image: x:1}", True),
        ("k8s.namespace_delete", {"name": "shop"}, "{namespace: shop}", True),
        ("k8s.deployment_create", {"name": "x"}, "{namespace: default}", True),
        ("ansible.module", {"args": {"name": "telnet"}}, "{name: telnet}", True),
    ],
)
def test_names_of_things(kind: str, fields: dict[str, Any], when: str, expected: bool) -> None:
    assert spoke(when, facts((kind, fields))) is expected


PROD = {"prod": ("a", "b", "c", "d"), "lab": ("x",)}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{host: a}", True),
        ("{host: not a}", True),
        ("{host: [not a, not b]}", False),
        ("{group: prod}", True),
        ("{group: lab}", False),
        ("{hosts_over: 1}", True),
        ("{hosts_over: 2}", False),
        ("{percent_over: 49}", True),
        ("{percent_over: 50}", False),
        ("{group: lab, percent_over: 1}", False),
        ("{objects_over: 2}", True),
        ("{objects_over: 3}", False),
        ("{deletes_over: 1}", True),
        ("{deletes_over: 2}", False),
        ("{does: [delete]}", True),
        ("{does: [run]}", False),
        ("{cluster: '*'}", False),
    ],
)
def test_what_the_plan_tells(when: str, expected: bool) -> None:
    told = facts(
        ("ansible.ping", {}),
        phase="plan",
        inventory=hosts("a", "b", groups=PROD),
        plan=plan("delete", "replace", "update", "none"),
    )
    assert spoke(when, told) is expected


def test_a_cluster_and_its_namespace() -> None:
    place = Place(kind="cluster", name="prod-1", identity={"namespace": "shop"})
    told = facts(
        ("k8s.deployment_create", {"name": "web"}),
        phase="plan",
        inventory=Inventory(text="", hosts=("prod-1",), place=place),
        plan=plan("create"),
    )
    assert spoke("{cluster: prod-*}", told)
    assert spoke("{namespace: shop}", told)
    assert not spoke("{hosts_over: 0}", told)
    assert not spoke("{cloud: '*'}", told)


def test_before_the_plan_nothing_is_said_of_hosts() -> None:
    ruling = judge(site("{hosts_over: 0}"), facts(("ansible.ping", {})))
    assert not ruling.denied
    assert ruling.later == ("r",)


def test_late_without_a_plan_is_denied() -> None:
    ruling = judge(site("{hosts_over: 0}"), facts(("ansible.ping", {}), phase="approval"))
    assert [one.code for one in ruling.faults] == ["policy.site_failed"]


def test_a_rule_that_raises_denies() -> None:
    told = facts(("ansible.ping", {}), now="2026-01-30T15:00:00", phase="run")
    ruling = judge(site("{time: daily 00:00-24:00}"), told)
    assert ruling.denied
    assert [one.code for one in ruling.faults] == ["policy.site_failed"]


def test_a_denial_by_the_clock_holds_back_the_run_only() -> None:
    for phase, expected in (
        ("request", False),
        ("plan", False),
        ("approval", False),
        ("run", True),
    ):
        told = facts(("ansible.ping", {}), phase=phase)
        assert spoke("{time: fri 14:00-24:00}", told) is expected
    at = "  at: [request]\n"
    assert spoke("{time: fri 14:00-24:00}", facts(("ansible.ping", {})), more=at)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (FRIDAY, True),
        ("2026-01-30T06:00:00Z", True),
        ("2026-01-30T15:00:00Z", False),
        ("2026-01-30T23:59:59+09:00", True),
    ],
)
def test_time_is_in_the_zone_of_the_file(now: str, expected: bool) -> None:
    told = facts(("ansible.ping", {}), now=now, phase="run")
    assert spoke("{time: fri 14:00-24:00}", told) is expected


def test_what_only_reads_is_let_alone_unless_said() -> None:
    told = facts(("ansible.facts_show", {}), reads=True)
    assert not spoke("{target: ansible}", told)
    assert spoke("{target: ansible, reads: true}", told)
    assert spoke("{reads: true}", facts(("ansible.ping", {})))


def test_of_each_need_the_strictest_counts_in_any_order() -> None:
    one = "- id: {}\n  then: {{approvers: {}, risk: {}}}\n  reason: x\n"
    texts = [one.format("a", 2, "high"), one.format("b", 3, "medium")]
    rulings = []
    for order in (texts, texts[::-1]):
        rules, findings = read("rules:\n" + "".join(order), "r.yaml")
        assert not findings
        told = judge(Site(rules, (), "d"), facts(("ansible.ping", {})))
        rulings.append((told.approvers, told.risk, [said.rule for said in told.said]))
    assert rulings[0] == rulings[1] == (3, "high", ["a", "b"])


def test_deny_wins() -> None:
    one = "- {{id: {}, then: {{{}: true}}, reason: x}}\n"
    rules, _ = read("rules:\n" + one.format("a", "warn") + one.format("b", "deny"), "r.yaml")
    ruling = judge(Site(rules, (), "d"), facts(("ansible.ping", {})))
    assert ruling.denied
    assert [one.code for one in ruling.findings] == ["policy.site_denied", "policy.site_warned"]
