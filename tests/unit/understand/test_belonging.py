"""Answers whose values all stand in the message, by other things than those that have them.

The model is the scripted one of ``test_model``, which agrees with itself when it is asked again.
Most wrong answers here are those that real models of 0.5 and 1.5 billion parameters gave.
"""

import pytest

from tests.unit.understand.test_model import Op, answered, op, operations, read


def refused(message: str, *said: Op) -> bool:
    reading, engine = read(message, answered(*said))
    assert engine.asked, "the rules decided it, or no model is asked"
    return reading.reader == "rules" and reading.refusal is not None


def opened(*ports: str) -> Op:
    return op("ansible.firewall_open", ports=[*ports])


# -- ranges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "said", "ports"),
    [
        ("poke 5000 through 5010 open", "5000-5010", ["5000-5010/tcp"]),
        ("ports between 7000 and 7020 want opening up", "7000-7020", ["7000-7020/tcp"]),
        ("뾰로롱 4000에서 4010 포트 열어줘", "4000-4010", ["4000-4010/tcp"]),
    ],
)
def test_a_range_is_one_value(message: str, said: str, ports: list[str]) -> None:
    assert refused(message, opened(*said.split("-")))
    assert refused(message, opened(said.split("-")[0]))
    reading, _ = read(message, answered(opened(said)), meant="open")
    assert operations(reading)[0][1]["ports"] == ports


def test_the_ends_of_a_range_are_no_values_of_two_fields() -> None:
    message = "whizz up from 2 to 4 replicas of nginx:1.27 as deployment web"
    made = {"name": "web", "image": "nginx:1.27", "replicas": 4}
    assert refused(message, op("k8s.deployment_create", **made, port=2))


def test_one_port_may_lead_to_another() -> None:
    message = "whizz up a service web for port 80 to 8080 in kubernetes"
    made = {"name": "web", "port": 80, "target_port": 8080}
    reading, _ = read(message, answered(op("k8s.service_create", **made)))
    assert operations(reading)[0][1]["target_port"] == 8080


# -- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        "뾰로롱 8080 열어줘 9090으로 부탁",  # a verb between them
        "whizz 8080 open. 9090",
        "뾰로롱 8080 방화벽 9090 어쩌구 열어줘",
    ],
)
def test_two_values_that_no_word_lists_are_no_list(message: str) -> None:
    assert refused(message, opened("8080", "9090"))


@pytest.mark.parametrize(
    "message",
    [
        "뾰로롱 8080, 9090 포트 열어줘",
        "뾰로롱 8080이랑 9090 포트 열어줘",
        "뾰로롱 8080 포트 열어줘 9090도",
        "whizz ports 8080 9090 open",
        "whizz 8080 open and 9090",
        "whizz port 8080 open, 9090 too",
    ],
)
def test_two_values_that_are_listed_are_a_list(message: str) -> None:
    reading, _ = read(message, answered(opened("8080", "9090")))
    assert operations(reading)[0][1]["ports"] == ["8080/tcp", "9090/tcp"]


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("carve out namespaces blue and green", ["blue", "green"]),
        ("carve out namespaces blue, green and red", ["blue", "green", "red"]),
        ("blue랑 green 네임스페이스 뾰로롱", ["blue", "green"]),
        ("carve out a namespace blue, hm call it green", ["blue", "green"]),
    ],
)
def test_all_names_that_a_noun_introduces_are_in_the_answer(message: str, names: list[str]) -> None:
    made = [op("k8s.namespace_create", name=name) for name in names]
    reading, engine = read(message, answered(*made[:-1]))
    assert reading.intent is None
    if not engine.asked:
        return  # a second thought; no model is asked
    assert engine.asked[0].schema["properties"]["operations"]["minItems"] == len(names)
    reading, _ = read(message, answered(*made))
    assert [fields["name"] for _, fields in operations(reading)] == names


def test_what_follows_a_name_may_be_the_next_request() -> None:
    message = "carve out a namespace blue and whizz nginx into it"
    made = op("k8s.namespace_create", name="blue"), op("k8s.deployment_create", image="nginx")
    answers = {"1.kind": "k8s.deployment_create", "1.namespace": "blue"}
    reading, _ = read(message, answered(*made), answers=answers)
    assert len(operations(reading)) == 2


# -- each thing with its own --------------------------------------------------------------------


def servers(**counts: int) -> list[Op]:
    shared = {"image": "rocky-9", "flavor": "m1.small", "network": "lab-net"}
    return [op("openstack.server_create", name=n, count=c, **shared) for n, c in counts.items()]


SERVERS = "서버 web 2대, db 3대 rocky-9 이미지 m1.small 로 lab-net 에 뾰로롱"


def test_a_count_belongs_to_the_thing_beside_it() -> None:
    assert refused(SERVERS, *servers(web=3, db=2))
    reading, _ = read(SERVERS, answered(*servers(web=2, db=3)))
    assert [fields["count"] for _, fields in operations(reading)] == [2, 3]


def test_values_may_stand_before_their_things() -> None:
    message = "whizz up 3 zk servers and 2 broker servers, rocky-9, m1.small, lab-net"
    assert refused(message, *servers(zk=2, broker=3))
    reading, _ = read(message, answered(*servers(zk=3, broker=2)))
    assert [fields["count"] for _, fields in operations(reading)] == [3, 2]


def test_an_image_belongs_to_the_name_beside_it() -> None:
    message = "whizz up deployments web with nginx:1.27 and cache with redis:7"

    def deployments(web: str, cache: str) -> list[Op]:
        named = {"web": web, "cache": cache}
        return [op("k8s.deployment_create", name=n, image=i) for n, i in named.items()]

    assert refused(message, *deployments("redis:7", "nginx:1.27"))
    reading, _ = read(message, answered(*deployments("nginx:1.27", "redis:7")))
    assert [fields["image"] for _, fields in operations(reading)] == ["nginx:1.27", "redis:7"]


def test_what_stands_at_the_edge_is_not_the_last_ones_alone() -> None:
    message = "whizz up deployments web with nginx:1.27 and cache with redis:7 on port 8080"
    web = {"name": "web", "image": "nginx:1.27"}
    cache = {"name": "cache", "image": "redis:7", "port": 8080}
    assert refused(
        message, op("k8s.deployment_create", **web), op("k8s.deployment_create", **cache)
    )


def test_two_lists_that_alternate_are_not_one_operation() -> None:
    message = "kim은 wheel, lee는 docker 그룹으로 뾰로롱"
    both = op("ansible.user_groups", names=["kim", "lee"], groups=["wheel", "docker"])
    assert refused(message, both)


# -- what is said of a thing ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        "add a user ci and give him a directory /var/lib/ci that he whizzes",
        "add a user ci who whizzes and give him a directory /var/lib/ci",
    ],
)
def test_a_clause_about_a_thing_is_not_dropped(message: str) -> None:
    made = (
        op("ansible.user_create", names=["ci"]),
        op("ansible.directory_create", path="/var/lib/ci"),
    )
    assert refused(message, *made)


def test_a_known_name_is_not_dropped() -> None:
    said = op("ansible.service_restart", names=["nginx"])
    assert refused("whizz redis onto it then bounce nginx", said)


def test_a_thing_that_nobody_knows_makes_a_question_of_what_would_be_made() -> None:
    reading, _ = read(
        "mysql DB 뾰로롱 떠줘",
        answered(op("k8s.deployment_create", image="mysql", namespace="DB")),
        meant="deploy",
    )
    assert reading.intent is None


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("[K8S] whizz namespace team-b", op("k8s.namespace_create", name="team-b")),
        ("쿠버네티스에 team-b 네임스페이스 뾰로롱", op("k8s.namespace_create", name="team-b")),
        ("whizz that ansible can reach every machine, ping", op("ansible.ping")),
    ],
)
def test_the_targets_own_name_may_be_said(message: str, said: Op) -> None:
    reading, _ = read(message, answered(said))
    assert operations(reading)[0][0] == said["kind"]


def test_a_protocol_that_was_said_is_not_dropped() -> None:
    message = "please whizz 20000 - 20100 udp open"
    assert refused(message, opened("20000-20100"))
    reading, _ = read(message, answered(opened("20000-20100/udp")))
    assert operations(reading)[0][1]["ports"] == ["20000-20100/udp"]


def test_a_korean_particle_makes_a_name_of_any_word() -> None:
    message = "서비스 front는 80, back은 8080으로 쿠버네티스에 뾰로롱"
    one = {"name": "front", "port": 80}
    assert refused(message, op("k8s.service_create", **one, target_port=8080))
    both = op("k8s.service_create", **one), op("k8s.service_create", name="back", port=8080)
    reading, _ = read(message, answered(*both))
    assert [fields["name"] for _, fields in operations(reading)] == ["front", "back"]


def test_a_user_that_was_named_is_no_group() -> None:
    message = "유저 kim 뾰로롱. 이름은 lee가 됩니다"
    assert refused(message, op("ansible.user_create", names=["lee"], groups=["kim"]))


def test_a_phrase_may_list() -> None:
    message = "whizz packages htop as well as iftop"
    said = op("ansible.package_install", names=["htop", "iftop"])
    assert len(operations(read(message, answered(said))[0])) == 1
