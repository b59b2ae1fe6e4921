"""Answers that look right and are not: what somebody fears who was burnt by guessing."""

import re
from typing import Any

import pytest

from kiki import pipeline
from kiki.benchmark.samples import load
from kiki.engines.port import Completion, Prompt, SeveralModelsError
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.model.request import Request
from tests.unit.understand.generic.asking import NOTHING, OFFICIAL, TYPES, Asking, ask

POLICY = "networking.k8s.io/v1/NetworkPolicy"
INGRESS = "networking.k8s.io/v1/Ingress"
REPLICAS = "apps/v1/ReplicaSet"
CONTROLLER = "v1/ReplicationController"
CRON = "ansible.builtin.cron"
PIP = "ansible.builtin.pip"
DEBCONF = "ansible.builtin.debconf"
PORT = "OS::Neutron::Port"
VOLUME = "OS::Cinder::Volume"


def policy(name: str | None, spec: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"type": POLICY, "name": name, **more, "body": {"spec": spec}}


def kept(
    name: str | None, image: str, labels: tuple[str, str] | None = None, **more: str
) -> dict[str, Any]:
    """A replica set of pods with *image* and one label, its key and its value."""
    pods: dict[str, Any] = {"spec": {"containers": [{"image": image}]}}
    if labels:
        pods["metadata"] = {"labels": [{"key": labels[0], "value": labels[1]}]}
    return {"type": REPLICAS, "name": name, **more, "body": {"spec": {"template": pods}}}


def replicas(name: str, image: str, count: int, ready: int) -> dict[str, Any]:
    pods = {"containers": [{"image": image}]}
    spec = {"replicas": count, "minReadySeconds": ready, "template": {"spec": pods}}
    return {"type": REPLICAS, "name": name, "body": {"spec": spec}}


def cron(**args: Any) -> dict[str, Any]:
    return {"type": CRON, "body": args}


def pip(**args: Any) -> dict[str, Any]:
    return {"type": PIP, "body": args}


SETTING = "set the debconf of tzdata with question tzdata/a, vtype string and value {}"


def setting(value: str) -> dict[str, Any]:
    """What ``SETTING`` means, with *value*."""
    args = {"name": "tzdata", "question": "tzdata/a", "vtype": "string", "value": value}
    return {"type": DEBCONF, "body": args}


class SeveralModels:
    """An engine that has two models, and was told of none."""

    name = "several"

    def complete(self, prompt: Prompt) -> Completion:
        raise SeveralModelsError(self.name, ("a", "b"))


def refused(asked: Asking, why: str) -> None:
    """The answer was handed back for this reason, came again, and the rules' refusal stands."""
    assert why in asked.why
    assert asked.reading.refusal is not None
    assert asked.reading.reader == "rules"
    assert len(asked.prompts) == 2


class TestWhereAValueBelongs:
    SCALE = "create a replicaset named tidy with image busybox, replicas 2, min ready seconds 10"

    def test_as_it_is_meant(self) -> None:
        assert ask(self.SCALE, replicas("tidy", "busybox", 2, 10)).fields()

    def test_how_many_is_not_how_long(self) -> None:
        refused(ask(self.SCALE, replicas("tidy", "busybox", 10, 2)), "10 was not said for")

    def test_its_own_name_is_not_its_image(self) -> None:
        asked = ask(self.SCALE, replicas("busybox", "tidy", 2, 10))
        refused(asked, '"busybox" was not said for')

    def test_english(self) -> None:
        say = (
            "make a kubernetes ingress named web with host a.example.com and http path / "
            "to backend service name b, port number 80"
        )
        backend = {"service": {"name": "a.example.com", "port": {"number": 80}}}
        paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
        body = {"spec": {"rules": [{"host": "b", "http": {"paths": paths}}]}}
        refused(ask(say, {"type": INGRESS, "name": "web", "body": body}), '"b" was not said for')

    def test_a_namespace_is_no_name(self) -> None:
        say = "create a replicaset named agent in namespace shop with image nginx"
        swapped = kept("shop", "nginx", namespace="agent")
        refused(ask(say, swapped), '"shop" was not said for name')

    def test_a_number_is_no_name(self) -> None:
        say = "set pip flask version 10"
        refused(ask(say, pip(name=["10"], version="flask")), '"10" was not said for body.name')
        assert ask(say, pip(name=["flask"], version="10")).fields()

    def test_a_key_is_not_its_value(self) -> None:
        say = "nginx 이미지와 app=web 레이블로 ReplicaSet p1 만들어줘"
        refused(ask(say, kept("p1", "nginx", ("web", "app"))), "is not the value of")
        assert ask(say, kept("p1", "nginx", ("app", "web"))).fields()

    def test_values_of_two_keys_are_not_swapped(self) -> None:
        say = "create a resource quota named q with hard cpu 4 and memory 8Gi"
        spec = {"hard": [{"key": "cpu", "value": "8Gi"}, {"key": "memory", "value": "4"}]}
        body = {"spec": spec}
        asked = ask(say, {"type": "v1/ResourceQuota", "name": "q", "body": body})
        refused(asked, "is not the value of")
        right = {"hard": [{"key": "cpu", "value": "4"}, {"key": "memory", "value": "8Gi"}]}
        assert ask(say, {"type": "v1/ResourceQuota", "name": "q", "body": {"spec": right}}).fields()


class TestNumbers:
    @pytest.mark.parametrize(
        "size", ["512MB", "512 MB", "512메가", "512 메가바이트", "1TB", "1테라", "5Gi짜리"]
    )
    def test_a_unit_that_is_not_the_property_s_own(self, size: str) -> None:
        number = int("".join(filter(str.isdigit, size)))
        body = {"name": "data01", "size": number}
        asked = ask(f"오픈스택 {size} 볼륨 data01 만들어줘", {"type": VOLUME, "body": body})
        refused(asked, f"{number} was not said for body.size")

    @pytest.mark.parametrize("size", ["20GB", "20 GB", "20기가", "20 기가바이트", "20G", "20"])
    def test_the_property_s_own_unit(self, size: str) -> None:
        say = f"오픈스택에 크기 {size} 볼륨 data01 만들어줘"
        assert ask(say, {"type": VOLUME, "body": {"name": "data01", "size": 20}}).fields()

    def test_an_hour_without_a_minute(self) -> None:
        fields = {"module": CRON, "args": {"name": "nightly", "job": "/b.sh", "hour": "3"}}
        operation = Operation(kind="ansible.module", fields=fields)
        made = Intent(target="ansible", name="a", operations=(operation,), reader="model")
        assert "sixty times" in " ".join(OFFICIAL.problems(made))

    @pytest.mark.parametrize("often", ["5분마다", "3시간마다"])
    def test_how_often_is_not_when(self, often: str) -> None:
        say = f"{often} '/b.sh' 명령을 실행하는 크론 nightly 등록해줘"
        for field in ("hour", "minute"):
            asked = ask(say, cron(name="nightly", job="/b.sh", **{field: often[0]}))
            assert asked.reading.intent is None

    def test_every_five_minutes_in_english(self) -> None:
        say = "add a cron entry named nightly with job '/b.sh' every 5 minutes"
        refused(ask(say, cron(name="nightly", job="/b.sh", minute="5")), '"5" was not said')


class TestWhatWasNotSaid:
    def test_a_value(self) -> None:
        refused(ask(SETTING.format(10), setting("60")), '"60" was not said')
        assert ask(SETTING.format(10), setting("10")).fields()

    def test_a_timetable_that_the_model_made(self) -> None:
        say = "create a cronjob named tidy, image busybox:1.36, every now and then"
        asked = ask(say, {"type": "batch/v1/CronJob", "name": "tidy", "body": {}})
        assert asked.reading.intent is None

    def test_a_switch_whose_words_name_the_type(self) -> None:
        say = "create a neutron port named p1 on network security, enabled"
        body = {"name": "p1", "network": "security"}
        assert ask(say, {"type": PORT, "body": body}).fields()
        asked = ask(say, {"type": PORT, "body": {**body, "port_security_enabled": True}})
        refused(asked, 'no key "port_security_enabled"')

    def test_a_state_that_removes(self) -> None:
        asked = ask("pip flask 등록해줘", pip(name=["flask"], state="absent"))
        refused(asked, 'no key "state"')

    def test_a_required_choice_is_an_assumption(self) -> None:
        host, path = "shop.example.com", "/"
        say = (
            f"make a kubernetes ingress named web with host {host} and http path {path} "
            "to backend service name web, port number 80"
        )
        backend = {"service": {"name": "web", "port": {"number": 80}}}
        one = {"path": path, "pathType": "Prefix", "backend": backend}
        body = {"spec": {"rules": [{"host": host, "http": {"paths": [one]}}]}}
        ingress = {"type": "networking.k8s.io/v1/Ingress", "name": "web", "body": body}
        chosen = {"field": "spec.rules[0].http.paths[0].pathType", "value": "Prefix"}
        assert ask(say, ingress).assumed()["assumption.generic_chosen"] == chosen
        one["pathType"] = "Exact"  # what a model prefers is not what is assumed
        assert ask(say, ingress).fields() == []

    def test_an_empty_rule_that_lets_everything_in(self) -> None:
        say = "create a network policy named p1 for pods with label app=web and port 80"
        labels = {"matchLabels": [{"key": "app", "value": "web"}]}
        for rule in ({}, {"from": [{}]}, {"from": [{"podSelector": {}}]}, {"ports": [{}]}):
            asked = ask(say, policy("p1", {"podSelector": labels, "ingress": [rule]}))
            refused(asked, "nothing in the request says body.spec.ingress[0]")

    def test_an_empty_rule_beside_a_good_one(self) -> None:
        say = "create a network policy named p1 for pods with label app=web and port 80"
        labels = {"matchLabels": [{"key": "app", "value": "web"}]}
        good = policy("p1", {"podSelector": labels, "ingress": [{"ports": [{"port": 80}]}]})
        assert ask(say, good).fields()
        more = [{"ports": [{"port": 80}]}, {}]
        asked = ask(say, policy("p1", {"podSelector": labels, "ingress": more}))
        refused(asked, "nothing in the request says body.spec.ingress[1]")

    def test_a_name_is_asked_for(self) -> None:
        question = ask("nginx 이미지로 ReplicaSet 만들어줘", kept(None, "nginx")).reading.question
        assert question is not None
        assert (question.code, question.field) == ("question.name", "0.name")

    def test_an_answer_to_that(self) -> None:
        say = "nginx 이미지로 ReplicaSet 만들어줘"
        asked = ask(say, kept(None, "nginx"), answers={"0.name": "p1"})
        assert asked.fields()[0]["name"] == "p1"


class TestWhatWasSaid:
    def test_a_label_is_not_dropped(self) -> None:
        say = "nginx 이미지와 app=web 레이블로 ReplicaSet p1 만들어줘"
        refused(ask(say, kept("p1", "nginx")), '"app=web" was said')

    def test_nor_a_word_that_a_property_announces(self) -> None:
        say = "create a replicaset named agent in namespace shop with image nginx"
        refused(ask(say, kept("agent", "nginx")), '"shop" was said')

    def test_nor_the_tag_of_an_image(self) -> None:
        say = "create a replicaset named agent with image nginx:1.27"
        body = {"spec": {"template": {"spec": {"containers": [{"image": "nginx"}]}}}}
        asked = ask(say, {"type": "apps/v1/ReplicaSet", "name": "agent", "body": body})
        refused(asked, '"nginx" was not said')

    @pytest.mark.parametrize("say", ["pip flask 지워줘", "remove pip flask"])
    def test_nor_a_verb_that_removes(self, say: str) -> None:
        refused(ask(say, pip(name=["flask"])), "was said, but nothing does that")
        assert ask(say, pip(name=["flask"], state="absent")).fields()

    def test_one_place_has_one_use(self) -> None:
        say = "create a replicaset named agent in namespace shop with labels a=b, image nginx"
        for labels in (("agent", "agent"), ("a", "agent")):
            asked = ask(say, kept("agent", "nginx", labels, namespace="shop"))
            assert re.search("used for two|was not said|is not the value", asked.why), asked.why
            assert asked.reading.intent is None

    def test_a_word_is_no_value_and_switch_at_once(self) -> None:
        say = "add a cron entry named backup with job '/b.sh' at hour 3 minute 15"
        args = {"name": "backup", "job": "/b.sh", "hour": "3", "minute": "15", "backup": True}
        assert ask(say, cron(**args)).reading.intent is None

    def test_one_port_may_be_both_ends_of_a_range(self) -> None:
        say = "create a security group named sg1 that lets in tcp port 443"
        rule = {"protocol": "tcp", "port_range_min": 443, "port_range_max": 443}
        body = {"name": "sg1", "rules": [rule]}
        assert ask(say, {"type": "OS::Neutron::SecurityGroup", "body": body}).fields()

    def test_words_without_a_value_are_listed(self) -> None:
        say = "allocate a floating ip from the network ext-net"
        asked = ask(
            say, {"type": "OS::Neutron::FloatingIP", "body": {"floating_network": "ext-net"}}
        )
        assert asked.assumed()["assumption.generic_passed"] == {"words": "allocate"}


class TestWhichType:
    @pytest.mark.parametrize(
        "say",
        [
            "create a secret named db with data PASSWORD=x",
            "run the shell command x",
            "ReplicaSet p1 지워줘",
            "volume data01 지워줘",
            "create a zzz named a",
        ],
    )
    def test_no_type_no_question(self, say: str) -> None:
        assert ask(say, {"type": "v1/Secret", "name": "db", "body": {}}).prompts == []

    def test_only_types_that_are_shown(self) -> None:
        asked = ask(SETTING.format(10), {"type": VOLUME, "body": {"size": 10}})
        refused(asked, "no type that was listed")

    def test_two_targets_are_a_question(self) -> None:
        say = "add a cron job named nightly with job '/b.sh' at hour 3 minute 15"
        answer = cron(name="nightly", job="/b.sh", hour="3", minute="15")
        question = ask(say, answer).reading.question
        assert question is not None
        assert {choice.value for choice in question.choices} == {"k8s", "ansible"}
        assert ask(say, answer, answers={"target": "ansible"}).fields()
        assert ask(say, answer, target="ansible").fields()

    def test_a_longer_name_wins(self) -> None:
        say = "create a volume attachment with volume v1 and instance i1"
        asked = ask(say, {"type": VOLUME, "body": {"name": "v1"}})
        assert "OS::Cinder::Volume:" not in "".join(prompt.user for prompt in asked.prompts)

    def test_a_model_may_say_that_nothing_fits(self) -> None:
        asked = Asking(SETTING.format(10), NOTHING)
        assert asked.reading.refusal is not None
        assert len(asked.prompts) == 1


class TestBesideCuratedKinds:
    """What a model gives of curated kinds holds, and is not what was named."""

    SAY = "create a replication controller named settings in namespace shop"
    SHOP = {"operations": [{"kind": "k8s.namespace_create", "fields": {"name": "shop"}}]}

    def test_the_curated_answer_alone_would_hold(self) -> None:
        asked = Asking(self.SAY, NOTHING, curated=self.SHOP, generic=False)
        assert asked.fields() == [{"name": "shop"}]

    def test_the_type_that_was_named_comes_first(self) -> None:
        right = {"type": CONTROLLER, "name": "settings", "namespace": "shop", "body": {}}
        asked = Asking(self.SAY, {"operations": [right]}, curated=self.SHOP)
        assert [one["type"] for one in asked.fields()] == [CONTROLLER]

    def test_and_the_other_stands_where_none_holds(self) -> None:
        asked = Asking(self.SAY, NOTHING, curated=self.SHOP)
        assert len(asked.prompts) == 1
        assert asked.fields() == [{"name": "shop"}]

    def test_a_name_that_is_a_value_is_no_type(self) -> None:
        git = {"kind": "ansible.package_install", "fields": {"names": ["git"]}}
        say = "install the git package for everybody"
        asked = Asking(say, NOTHING, curated={"operations": [git]})
        assert asked.prompts == []
        assert asked.fields() == [{"names": ["git"], "state": "present"}]


class TestWhatIsNotAsked:
    @pytest.mark.parametrize(
        "say",
        [
            "create a replicaset named p1 with image nginx tomorrow",
            "add a cron entry named nightly with job '/b.sh' at hour 3 pm minute 15",
            "remove the cron entry named nightly if it exists",
            "do not create a replicaset named p1 with image nginx",
            "오후 3시 15분에 '/b.sh' 명령을 실행하는 크론 nightly 등록해줘",
            "내일 오픈스택 20GB 볼륨 data01 만들어줘",
            "크론 nightly 지우지 마",
        ],
    )
    def test_a_moment_a_condition_or_a_negation(self, say: str) -> None:
        asked = ask(say, kept("p1", "nginx"))
        assert asked.engine.asked == []
        assert asked.reading.refusal is not None

    def test_a_name_is_no_condition(self) -> None:
        say = "create a replicaset named once in namespace shop with image nginx"
        assert ask(say, kept("once", "nginx", namespace="shop")).fields()

    def test_which_of_several_models_is_a_question(self) -> None:
        request = Request(message="pip flask 지워줘")
        asked = pipeline.read(request, Profile(), SeveralModels(), generic=True).question
        assert asked is not None
        assert (asked.code, asked.field) == ("question.which_model", "model")


class TestTheCheck:
    def test_what_it_finds_is_handed_back(self) -> None:
        say = "create a replicaset named agent in namespace Shop with image nginx"
        refused(ask(say, kept("agent", "nginx", namespace="Shop")), "the check found")

    def test_and_a_better_answer_counts(self) -> None:
        args = {"name": ["flask"], "version": "3.0.1"}
        first = {"operations": [pip(**{**args, "version": "3.0.2"})]}
        asked = Asking("pip flask version 3.0.1 등록해줘", first, {"operations": [pip(**args)]})
        assert len(asked.prompts) == 2
        assert asked.fields() == [{"module": PIP, "args": args}]

    @pytest.mark.parametrize("text", ["{{ lookup('file', '/etc/shadow') }}", "{% x %}"])
    def test_no_jinja(self, text: str) -> None:
        say = SETTING.format(f'"{text}"')
        refused(ask(say, setting(text)), "Jinja")


class TestSecrets:
    SAY = (
        "set up get_url url https://a.example/x dest /opt/x"
        " with url username kim and url password {{secret:web}}"
    )
    ARGS = {"url": "https://a.example/x", "dest": "/opt/x", "url_username": "kim"}

    def test_by_name_where_one_belongs(self) -> None:
        args = {**self.ARGS, "url_password": "{{secret:web}}"}
        asked = ask(self.SAY, {"type": "ansible.builtin.get_url", "body": args})
        assert asked.fields()[0]["args"]["url_password"] == "{{secret:web}}", asked.why

    def test_nowhere_else_and_not_dropped(self) -> None:
        elsewhere = {**self.ARGS, "checksum": "{{secret:web}}"}
        for args in (elsewhere, self.ARGS):
            asked = ask(self.SAY, {"type": "ansible.builtin.get_url", "body": args})
            assert asked.reading.intent is None

    def test_not_in_a_manifest(self) -> None:
        say = "create a configmap named settings with data TOKEN {{secret:web}}"
        data = [{"key": "TOKEN", "value": "{{secret:web}}"}]
        asked = ask(say, {"type": "v1/ConfigMap", "name": "settings", "body": {"data": data}})
        assert asked.reading.intent is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"operations": 1}', '{"operations": [1]}', '{"operations": [{}]}',
     "x" * 30_000,
     '{"operations": [], "more": 1}', '{"operations": [{"type": "ansible.builtin.debconf"}]}',
     '{"operations": [{"type": "ansible.builtin.debconf", "body": []}]}',
     '{"operations": [{"type": "ansible.builtin.debconf", "body": {"name": [], "value": {}}}]}',
     '{"operations": [{"type": ["a"], "body": {}}]}', '{"operations": [], "operations": []}',
     "[" * 5000],
)  # fmt: skip
def test_no_answer_can_break_it(text: str) -> None:
    asked = Asking(SETTING.format(10), text)
    assert asked.prompts
    assert asked.reading.intent is None


def test_the_first_prompt_knows_nothing_of_it() -> None:
    say = TestBesideCuratedKinds.SAY
    with_it, without = Asking(say, NOTHING), Asking(say, NOTHING, generic=False)
    assert with_it.prompts
    assert not without.prompts
    assert with_it.engine.asked[0] == without.engine.asked[0]


def test_the_set_of_the_benchmark_has_none_of_these() -> None:
    kinds = {kind for sample in load() for kind in sample.kinds}
    assert kinds.isdisjoint(spec.kind for spec in TYPES.values())


class TestSwitches:
    """A switch is on when its name is said, and off when that is said, too."""

    @pytest.mark.parametrize(
        ("say", "value"),
        [
            ("create a neutron network named n1, shared", True),
            ("create a neutron network named n1, shared: false", False),
        ],
    )
    def test_what_its_name_says(self, say: str, value: bool) -> None:
        for given in (True, False):
            body = {"name": "n1", "shared": given}
            asked = ask(say, {"type": "OS::Neutron::Net", "body": body})
            assert bool(asked.fields()) is (given is value), (say, given)

    def test_a_name_that_a_value_has_is_none(self) -> None:
        say = "add a cron entry named backup with job '/b.sh' at hour 3 minute 15"
        args = {"name": "backup", "job": "/b.sh", "hour": "3", "minute": "15"}
        asked = ask(say, {"type": CRON, "body": args})
        assert "backup: True" not in asked.prompts[0].user
        assert asked.fields()
