"""An answer whose values all stand in the message, and that is still not what was said.

The model is the scripted one of ``test_model``, which agrees with itself when it is asked again.
"""

import json

import pytest

from kiki.targets import registry
from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon
from kiki.understand.retrieval import possible, relevant
from kiki.understand.schema import schema
from kiki.understand.whole import takes_away
from tests.unit.understand.test_model import (
    Op,
    answered,
    assert_rules_refusal,
    branches,
    op,
    operations,
    read,
)

VOCABULARY = registry.vocabulary()


def refused(message: str, *said: Op) -> bool:
    reading, _ = read(message, answered(*said))
    return reading.reader == "rules" and reading.refusal is not None


# -- switches and choices -----------------------------------------------------------------------


def test_a_switch_that_no_word_says_is_no_reading() -> None:
    message = "뾰로롱 jsong 계정 삭제해줘"
    plain, destroying = (
        op("ansible.user_remove", names=["jsong"], **more) for more in ({}, {"remove_home": True})
    )
    assert refused(message, destroying)
    reading, engine = read(message, answered(plain))
    [(_, fields)] = operations(reading)
    assert fields["remove_home"] is False
    assert "remove_home" not in json.dumps(engine.asked[0].schema)


def test_a_switch_that_is_off_anyway_may_be_said_and_has_the_default_as_its_source() -> None:
    said = op("ansible.user_remove", names=["jsong"], remove_home=False)
    reading, _ = read("뾰로롱 jsong 계정 삭제해줘", answered(said))
    assert reading.intent is not None
    assert reading.intent.operations[0].sources["remove_home"].origin == "default"


def test_a_choice_that_was_said_is_not_dropped() -> None:
    message = "web 디플로이먼트를 80 포트 NodePort 서비스로 뾰로롱"
    said = {"port": 80, "selector": "web"}
    assert refused(message, op("k8s.service_create", **said))
    reading, _ = read(message, answered(op("k8s.service_create", **said, type="NodePort")))
    assert operations(reading)[0][1]["type"] == "NodePort"


def test_what_a_verb_says_by_itself_holds_too() -> None:
    reading, _ = read(
        "뾰로롱 nginx 업그레이드", answered(op("ansible.package_install", names=["nginx"]))
    )
    assert operations(reading)[0][1]["state"] == "latest"


# -- verbs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "said"),
    [
        # a verb that nobody knows, beside one that is known
        (
            "redis 설치하고 nginx 뾰로롱해줘",
            [op("ansible.package_install", names=["redis", "nginx"])],
        ),
        ("install redis and zap it", [op("ansible.package_install", names=["redis"])]),
        ("nginx 좀 뾰로롱해서 돌아가게 해줘", [op("ansible.service_start", names=["nginx"])]),
        ("nginx 뾰로롱하고 재시작해줘", [op("ansible.service_restart", names=["nginx"])]),
        # an adverb that a verb needs for that kind
        ("뾰로롱 redis start해줘 enable도", [op("ansible.service_enable", names=["redis"])]),
        # nothing is left that could ask for it
        ("redis 패키지", [op("ansible.package_remove", names=["redis"])]),
        # what may be a noun, too, and is none here
        ("whizz them, block port 23", [op("ansible.firewall_open", ports=["23"])]),
        # what is done to the deed of another verb
        ("deactivate the autostart of snapd", [op("ansible.service_enable", names=["snapd"])]),
        # at boot is not now
        ("redis가 부팅 후 뾰로롱하게", [op("ansible.service_start", names=["redis"])]),
        ("see that redis outlives a reboot", [op("ansible.service_restart", names=["redis"])]),
    ],
)
def test_every_verb_has_an_operation_and_the_other_way_round(message: str, said: list[Op]) -> None:
    assert refused(message, *said)


def test_operations_come_in_the_order_in_which_their_verbs_were_said() -> None:
    start, enable = (op(f"ansible.service_{do}", names=["redis"]) for do in ("start", "enable"))
    reading, _ = read("redis 데몬 enable이랑 start 둘 다", answered(start, enable))
    assert [kind for kind, _ in operations(reading)] == [enable["kind"], start["kind"]]


def test_an_answer_has_as_many_operations_as_verbs_were_said() -> None:
    said = Said("뾰로롱 redis install and enable it and allow 6379", lexicon())
    made = schema(said, VOCABULARY.kinds)["properties"]["operations"]
    assert made["minItems"] == 3
    assert "minItems" not in schema(Said("뾰로롱 redis", lexicon()), VOCABULARY.kinds)["properties"]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("nginx 인증서 삭제해줘", "ansible.package_remove"),
        ("nginx 서비스의 큐 꺼줘", "ansible.service_stop"),
        ("nginx 워커 뾰로롱 재시작해줘", "ansible.service_restart"),
        ("remove the nginx cache", "ansible.package_remove"),
        ("restart nginx workers", "ansible.service_restart"),
        ("whizz the nginx service logs", "ansible.service_restart"),
    ],
)
def test_what_belongs_to_a_thing_is_not_the_thing(message: str, kind: str) -> None:
    assert refused(message, op(kind, names=["nginx"]))


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("nginx 맛갔는데 재시작해줘", "ansible.service_restart"),
        ("nginx 서비스 돌고 있는 놈 재시작해줘", "ansible.service_restart"),
        ("nginx 뾰로롱해줘", "ansible.service_restart"),
        ("whizz nginx quickly", "ansible.service_restart"),
        ("nginx hangs, restart it", "ansible.service_restart"),
    ],
)
def test_what_happens_to_a_thing_is_no_other_thing(message: str, kind: str) -> None:
    reading, _ = read(message, answered(op(kind, names=["nginx"])))
    assert operations(reading) == [(kind, {"names": ["nginx"]})]


# -- nouns ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "said"),
    [
        # the service is forgotten
        (
            "a mysql:8.0 deployment whizzed with a service",
            [op("k8s.deployment_create", image="mysql:8.0")],
        ),
        # a value that a noun introduces is dropped, or is in another field
        (
            "image redis:7, name cache: whizz a deployment",
            [op("k8s.deployment_create", image="redis:7")],
        ),
        (
            "image redis:7, name cache: whizz a deployment",
            [op("k8s.deployment_create", image="redis:7", namespace="cache")],
        ),
        (
            "whizz a redis:7 deployment into the monitoring namespace",
            [op("k8s.deployment_create", image="redis:7")],
        ),
        # a number after a preposition counts nothing
        (
            "whizz a mysql:8.0 deployment on 3306",
            [op("k8s.deployment_create", image="mysql:8.0", replicas=3306)],
        ),
    ],
)
def test_every_noun_has_its_operation_and_its_field(message: str, said: list[Op]) -> None:
    assert refused(message, *said)


def test_what_a_noun_says_of_a_value_can_not_be_left_out() -> None:
    [branch] = branches(
        schema(
            Said("image redis:7, name cache, namespace data: whizz a deployment", lexicon()),
            [VOCABULARY.kind("k8s.deployment_create")],
        )
    )
    fields = branch["properties"]["fields"]
    assert {"name", "image", "namespace"} <= set(fields["required"])
    assert fields["properties"]["namespace"] == {"enum": ["data"]}


def test_a_noun_of_what_is_missing_is_a_question() -> None:
    reading, _ = read("포트 뾰로롱 열어줘", answered(op("ansible.firewall_open", ports=None)))
    assert reading.question is not None
    assert reading.question.field == "0.ports"


def test_a_value_that_can_be_in_one_field_only_is_in_it() -> None:
    said = Said(
        "이미지 debian-12, 플레이버 m1.small, 네트워크 dmz인 proxy 서버 2대 뾰로롱", lexicon()
    )
    [branch] = branches(schema(said, [VOCABULARY.kind("openstack.server_create")]))
    fields = branch["properties"]["fields"]
    assert {"name", "count"} <= set(fields["required"])
    assert fields["properties"]["name"] == {"enum": ["proxy"]}


def test_a_name_that_a_noun_introduces_may_be_an_ordinary_word() -> None:
    wanted = op("ansible.user_groups", names=["kimjh"], groups=["backup"])
    reading, _ = read("kimjh를 backup 그룹에 뾰로롱해줘", answered(wanted))
    assert operations(reading)[0][1]["groups"] == ["backup"]


@pytest.mark.parametrize(
    ("message", "first", "targets"),
    [
        # podman has images, too, and its host is a server
        (
            "m1.small 서버를 rocky-9 이미지로 뾰로롱해줘",
            "openstack.server_create",
            {"openstack", "podman"},
        ),
        ("whizz the deployment web into namespace demo", "k8s.deployment_create", {"k8s"}),
        # redis may be an image of podman's
        ("뾰로롱 redis 제거", "ansible.package_remove", {"ansible", "podman"}),
    ],
)
def test_only_kinds_that_could_be_accepted_are_shown(
    message: str, first: str, targets: set[str]
) -> None:
    said = Said(message, lexicon())
    kinds = possible(said, relevant(said, VOCABULARY.kinds, VOCABULARY), VOCABULARY)
    assert first in [kind.id for kind in kinds]
    assert {kind.target for kind in kinds} == targets


def test_a_model_is_not_asked_when_no_answer_could_be_accepted() -> None:
    reading, engine = read("뾰로롱 redis 핑", answered(op("ansible.ping")))
    assert_rules_refusal(reading, "뾰로롱 redis 핑")
    assert len(engine.asked) < 3


# -- a word that decides and that nobody knows ----------------------------------------------------


def test_the_same_is_asked_in_another_way_and_read_if_it_agrees() -> None:
    wanted = op("ansible.service_start", names=["redis"])
    reading, engine = read("redis 뾰로롱해줘", answered(wanted))
    assert operations(reading)[0][0] == wanted["kind"]
    [again] = engine.verbs_asked
    assert "redis 뾰로롱해줘" in again.user
    assert set(again.schema["properties"]["verb"]["enum"]) > {"start", "stop", "other"}


@pytest.mark.parametrize(
    ("message", "kind", "verb"),
    [
        ("redis 뾰로롱해줘", "ansible.service_start", "stop"),  # it does not agree
        ("redis 뾰로롱해줘", "ansible.service_stop", "stop"),  # it takes something away
        ("redis 뾰로롱해줘", "ansible.package_remove", "remove"),
    ],
)
def test_what_is_in_doubt_is_asked_for(message: str, kind: str, verb: str) -> None:
    wanted = answered(op(kind, names=["redis"]))
    question = read(message, wanted, meant=verb)[0].question
    assert question is not None
    assert (question.code, question.field) == ("question.confirm_kind", "0.kind")
    assert [choice.value for choice in question.choices] == [kind]
    reading, _ = read(message, wanted, meant=verb, answers={"0.kind": kind})
    assert operations(reading)[0][0] == kind


@pytest.mark.parametrize("verb", ["other", "sing", "7"])
def test_what_none_of_our_verbs_says_is_refused(verb: str) -> None:
    wanted = answered(op("ansible.service_restart", names=["redis"]))
    assert_rules_refusal(read("redis 뾰로롱해줘", wanted, meant=verb)[0], "redis 뾰로롱해줘")


def test_a_verb_of_ours_needs_no_second_question() -> None:
    _, engine = read("뾰로롱 redis 제거", answered(op("ansible.package_remove", names=["redis"])))
    assert (len(engine.asked), engine.verbs_asked) == (1, [])


@pytest.mark.parametrize(
    ("kind", "takes"),
    [
        ("ansible.package_remove", True),
        ("ansible.service_stop", True),
        ("ansible.service_disable", True),
        ("ansible.firewall_close", True),
        ("ansible.file_remove", True),
        ("ansible.sudo_revoke", True),
        ("ansible.user_lock", True),
        ("ansible.mount_remove", True),
        ("ansible.service_restart", False),
        ("ansible.user_create", False),
    ],
)
def test_which_kinds_take_something_away(kind: str, takes: bool) -> None:
    assert takes_away(VOCABULARY.kind(kind)) is takes


# -- names ----------------------------------------------------------------------------------------


def test_a_name_that_may_be_a_slip_is_asked_for() -> None:
    wanted = answered(op("ansible.package_install", names=["ngimx"]))
    question = read("ngimx 뾰로롱해줘", wanted)[0].question
    assert question is not None
    assert (question.code, question.field) == ("question.near", "0.names")
    reading, _ = read("ngimx 뾰로롱해줘", wanted, answers={"0.names": "nginx"})
    assert operations(reading)[0][1]["names"] == ["nginx"]


def test_a_model_makes_no_contradiction() -> None:
    both = answered(
        op("ansible.firewall_open", ports=["80"]), op("ansible.firewall_close", ports=["80"])
    )
    reading, _ = read("80 열고 닫고 뾰로롱", both)
    assert reading.intent is None


@pytest.mark.parametrize(
    "message",
    [
        "zorp: stop cups from starting at boot",
        "please zorp and prevent cups from starting at boot",
        "zorp keep cups from starting on boot",
    ],
)
def test_who_keeps_a_start_at_boot_from_happening_does_not_get_it(message: str) -> None:
    assert refused(message, op("ansible.service_enable", names=["cups"]))
    reading, _ = read(message, answered(op("ansible.service_disable", names=["cups"])))
    assert [kind for kind, _ in operations(reading)] == ["ansible.service_disable"]


# -- what else is told ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("fire up redis, whizzing it onto the box", [op("ansible.service_start", names=["redis"])]),
        ("bounce squid, it whizzes", [op("ansible.service_restart", names=["squid"])]),
        ("redis 시작은 뾰로롱하고 해줘", [op("ansible.service_start", names=["redis"])]),
        ("squid 재시작하는데 뾰로롱한 채로 해줘", [op("ansible.service_restart", names=["squid"])]),
    ],
)
def test_what_is_told_beside_a_verb_of_ours_is_not_read_past(message: str, said: list[Op]) -> None:
    assert refused(message, *said)


def test_words_that_nobody_knows_may_turn_the_order_of_several_operations() -> None:
    both = [
        op("ansible.service_stop", names=["squid"]),
        op("ansible.service_start", names=["redis"]),
    ]
    assert refused("stop squid and start redis whizz whazz", *both)
    assert refused("squid 중지는 뾰로롱 redis 시작은 뾰로롱", *both)


def test_a_deed_that_an_unknown_verb_is_done_to_is_not_asked_for() -> None:
    message = "neutralise the autostart of the service snapd"
    said = op("ansible.service_enable", names=["snapd"])
    reading, engine = read(message, answered(said), meant="disable")
    assert engine.verbs_asked
    assert reading.intent is None


def test_a_choice_may_ask_for_an_operation_that_the_second_answer_agrees_on() -> None:
    message = "zap curl to the latest version"
    said = op("ansible.package_install", names=["curl"], state="latest")
    reading, engine = read(message, answered(said), meant="update")
    assert engine.verbs_asked
    assert operations(reading)[0][1]["state"] == "latest"
    reading, _ = read(message, answered(said), meant="other")
    assert reading.intent is None
