"""What holds for every reading: places, roles, sources, fields, and no guess past a word."""

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiki.model.errors import UsageError
from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.reader import read, wants_only_yaml
from tests.unit.understand.golden import cases, check, expected

VOCABULARY = registry.vocabulary()
SENTENCES = sorted({case["say"] for _, case in cases()})


def reading(message: str, **more: Any) -> Reading:
    return read(Request(message=message, **more), VOCABULARY, Profile())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
def test_no_text_is_too_strange(message: str) -> None:
    check(message, reading(message))


PIECES = [
    "nginx",
    "redis",
    "kim",
    "web",
    "demo",
    "설치",
    "해줘",
    "만들어줘",
    "하고",
    "를",
    "에",
    "와",
    "80",
    "포트",
    "3개",
    "두 대",
    "네임스페이스",
    "디플로이먼트",
    "서비스",
    "서버",
    "사용자",
    "파일",
    "/tmp/x",
    "nginx:1.27",
    "m1.small",
    "이미지",
    ",",
    ".",
    "?",
    "install",
    "create",
    "a",
    "deployment",
    "service",
    "with",
    "on",
    "port",
    "and",
    "then",
    "start",
    "it",
    "in",
    "namespace",
    "named",
    "user",
    "remove",
    '"a b"',
    "not",
    "말고",
    "YAML만 출력",
    "=",
    ":",
    "(",
    "그리고",
    "즉시",
    "는",
    "라는",
    "{{secret:x}}",
    "\n",
    "-1",
    "all",
    "모든",
    "호스트",
    "열어줘",
    "방화벽",
    "ext-net",
    "\u200b",
    "ж",
    "🚀",
    "거의",
    "하지",
    "마",
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from([" ", ""]))
def test_no_mixture_of_our_words_is_too_strange(pieces: list[str], space: str) -> None:
    message = space.join(pieces)
    check(message, reading(message))


NEGATED = [
    "{} 하지 마",
    "{} 말고",
    "don't {}",
    "do not {}",
    "never {}",
    "{} 금지",
    "{} 빼고",
    "{} 안 돼",
    "{}는 하지 말아줘",
    "please {} not",
    "without {}",
    "{} 없이",
    "{} 취소",
]


@pytest.mark.parametrize("around", NEGATED)
@pytest.mark.parametrize(
    "inner",
    ["nginx 설치", "install nginx", "80 포트 열기", "delete user kim", "nginx 삭제", "httpd 중지"],
)
def test_what_is_negated_is_never_done(around: str, inner: str) -> None:
    assert reading(around.format(inner)).intent is None


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("ngіnx 설치", 3),
        ("nginx\u200b 설치", 6),
        ("install ngin\u202ex", 13),
        ("ｎｇｉｎｘ 설치", 1),
        ("nginx 설치\u3164", 9),
        ("install ɴginx", 9),
        ("nginx\x00 설치", 6),
    ],
)
def test_characters_that_hide_or_pretend_are_refused(message: str, place: int) -> None:
    made = reading(message)
    assert made.refusal is not None
    assert made.refusal.code == "understand.characters"
    assert made.refusal.params["place"] == str(place)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("a" * 4001, "too_long"),
        ("설치 " * 40_000, "too_long"),
        ("インストール", "language"),
        ("nginxをインストール", "language"),
        ("安装 nginx", "language"),
        ("установить", "characters"),
        ("🚀", "language"),
        ("123", "language"),
        ("!!!", "language"),
    ],
)
def test_what_can_not_be_read_at_all(message: str, code: str) -> None:
    made = reading(message)
    assert made.refusal is not None
    assert made.refusal.code == f"understand.{code}"


def test_an_unknown_target_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        reading("nginx 설치", target="terraform")


def test_a_secret_in_a_container_s_environment_is_one_of_the_change() -> None:
    made = reading("podman run -d --name db -e POSTGRES_PASSWORD={{secret:password-1}} postgres:16")
    assert made.intent is not None
    (operation,) = made.intent.operations
    assert operation.fields["environment"] == ["POSTGRES_PASSWORD={{secret:password-1}}"]
    assert registry.target("podman").secrets(made.intent) == ("password-1",)


def test_values_say_where_they_were_said() -> None:
    message = "demo 네임스페이스에 nginx 디플로이먼트 3개 만들어줘"
    made = reading(message)
    assert made.intent is not None
    sources = made.intent.operations[0].sources
    said = {name: message[s.start : s.end] for name, s in sources.items() if s.origin == "span"}
    assert said == {"image": "nginx", "replicas": "3", "namespace": "demo"}
    assert sources["name"].origin == "default"


def test_places_are_code_points_of_the_redacted_message() -> None:
    message = "비밀번호는 {{secret:password-1}}로 kim 사용자 만들어줘"
    made = reading(message)
    assert made.intent is not None
    source = made.intent.operations[0].sources["names"]
    assert message[source.start : source.end] == "kim"


def test_derived_and_default_values_are_said_to_be() -> None:
    made = reading("nginx 디플로이먼트 3개와 80 포트 서비스 만들어줘")
    assert made.intent is not None
    codes = {assumption.code for assumption in made.intent.assumptions}
    assert {"assumption.derived", "assumption.default", "assumption.image_untagged"} <= codes


ONLY_YAML = [
    "서버 만들어줘. YAML만 출력.",
    "YAML만 출력해줘",
    "yaml만",
    "설명 없이 YAML만 출력해줘",
    "print only the yaml",
    "only yaml, please",
    "create a deployment and print only the yaml",
    "yaml only",
    "nginx 설치, 코드만 보여줘",
    "just the yaml please",
    "YAML로만 출력해 주세요",
    "respond with only YAML",
]
MORE = [
    "YAML만 출력하지 마",
    "don't print only the yaml",
    "generate only the yaml for nginx",
    "nginx만 설치해줘",
    "파일만 지워줘",
    "",
    "yaml 만들어줘",
    "only install nginx",
    "/etc/a.yaml만 삭제",
]


@pytest.mark.parametrize("message", ONLY_YAML)
def test_only_yaml_is_asked_for(message: str) -> None:
    assert wants_only_yaml(message)


@pytest.mark.parametrize("message", MORE)
def test_only_yaml_is_not_asked_for(message: str) -> None:
    assert not wants_only_yaml(message)


def test_reading_is_quick() -> None:
    """The 95th percentile of the golden sentences is under 50 ms; every fourth of them tells it as
    well. What else the machine does makes a reading slower and never quicker, also in processor
    time: of what took longer the quickest of four readings counts."""
    times = []
    for message in SENTENCES[::4]:
        took = _time_of(message)
        tries = 3 if took >= 0.050 else 0
        times.append(min([took, *(_time_of(message) for _ in range(tries))]))
    assert sorted(times)[int(len(times) * 0.95)] < 0.050


def _time_of(message: str) -> float:
    started = time.process_time()
    reading(message)
    return time.process_time() - started


def test_a_reading_is_the_same_every_time() -> None:
    for _, case in list(cases())[::20]:
        if "with" not in case:
            assert reading(case["say"]) == reading(case["say"])
            assert expected(case)


ASKED = [case for _, case in cases() if "asked" in case and "with" not in case]
PLAUSIBLE = {
    "base": "debian:12",
    "members": "10.0.0.5",
    "user": "kim",
    "paths": "web.yaml",
    "image": "nginx:1.27",
    "names": "kim",
    "name": "web",
    "port": "80",
    "devices": "/dev/sdb",
    "group": "vg0",
    "size": "10Gi",
    "fstype": "xfs",
    "ports": "80/tcp",
    "path": "/srv/x",
    "page": "a.html",
    "network": "ext-net",
    "flavor": "m1.small",
    "mode": "0644",
    "replicas": "3",
    "count": "2",
    "namespace": "demo",
    "server": "nginx",
    "servers": "time.example.com",
    "schedule": "0 3 * * *",
    "line": "a = 1",
    "lines": "200",
    "source": "/dev/sdb2",
    "sources": "/swapfile",
    "address": "10.0.0.5",
    "url": "https://example.com/x",
    "password": "{{secret:db}}",
    "version": "1.32",
    "block": "10.0.0.5 db01",
    "command": "/opt/backup.sh",
    "shell": "/bin/bash",
    "checksum": "sha256:" + "a" * 64,
    "workload": "web",
    "volume_path": "/var/lib/data",
    "data": "LOG_LEVEL=info",
    "job": "/opt/backup.sh",
    "from_pods": "app=web",
    "request_cpu": "4",
    "request_memory": "8Gi",
    "default_memory": "256Mi",
    "labels": "tier=front",
    "annotations": "note=tested",
    "keys": "tier",
    "taints": "team=a:NoSchedule",
    "env": "A=1",
    "memory_limit": "512Mi",
    "near": "app=cache",
    "apart": "app=db",
    "env_keys": "DB_PASSWORD=secret/db:password",
    "service": "web",
    "max": "10",
    "min_available": "1",
    "max_auth_tries": "4",
    "login_grace": "30",
    "days": "90",
    "cidr": "10.0.0.0/24",
    "vcpus": "2",
    "ram": "4G",
    "external_network": "ext-net",
    "public_key": "ssh-ed25519 "
    "AAAAC3NzaC1lZDI1NTE5AAAAIKbU3lH6bGx0sO6yC6b2dP1d6gZ4Nn7E2xHhN1V3k3bZ",
    "router": "r1",
    "subnet": "app-sub",
    "subnets": "app-sub",
    "role": "student",
    "project": "dev",
    "pools": "10.0.0.10-10.0.0.50",
    "volume": "db-data",
}


# By what the question's code says, where a field of that name takes other values.
OF_KIND = {
    "snapshot_name": "nightly",
    "imageplace": "docker://quay.io/podman/hello:1",
    "imageplace_to": "dir:/srv/hello",
    "kept_data": "password={{secret:demo}}",
    "timezone": "Asia/Seoul",
    "locale": "en_US.UTF-8",
    "cidr": "10.0.0.0/24",
    "shared_with": "10.0.0.0/24",
    "publish": "8080:80",
    "site": "www.example.com",
    "bytes": "10Gi",
    "volume_size": "10Gi",
}


@pytest.mark.parametrize("case", ASKED, ids=[case["say"] for case in ASKED])
def test_every_question_can_be_answered(case: dict[str, Any]) -> None:
    """Each answer settles its question: in a few rounds there is an intent, or a doubt about it."""
    answers: dict[str, str] = {}
    for _ in range(8):
        made = reading(case["say"], answers=answers)
        check(case["say"], made)
        if made.question is None:
            break
        question = made.question
        assert question.field not in answers or question.code.startswith("question.unfit")
        field = question.field.rpartition(".")[2]
        choices = [choice.value for choice in question.choices]
        known = next((v for k, v in OF_KIND.items() if k in question.code), "")
        answers[question.field] = choices[0] if choices else known or PLAUSIBLE[field]
    doubted = made.refusal is not None and made.refusal.code.startswith("doubt.")
    assert made.intent is not None or doubted, made
