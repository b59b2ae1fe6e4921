"""Messages that name an official type exactly: they are read without a model, or not at all."""

from time import perf_counter
from typing import Any

import pytest

from kiki import pipeline
from kiki.engines.scripted import ScriptedEngine
from kiki.messages import text
from kiki.model.intent import Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.trees import leaves, shown

SYSCTL = {"name": "vm.swappiness", "value": "10"}
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
CLAIMED = "spec.accessModes=ReadWriteOnce spec.resources.requests.storage=10Gi"

EXACT = [
    ("ansible.posix.sysctl 모듈로 name=vm.swappiness value=10 설정해줘", SYSCTL),
    ("ansible.posix.sysctl 모듈을 사용해서 name=vm.swappiness, value=10으로 설정해 주세요", SYSCTL),
    ("sysctl 모듈을 name=vm.swappiness value=10 인자로 실행해줘", SYSCTL),
    ("use the ansible.posix.sysctl module with name=vm.swappiness and value=10 please", SYSCTL),
    ("use module ansible.posix.sysctl with name=vm.swappiness value=10.", SYSCTL),
    ("use module sysctl with args.name=vm.swappiness args.value='10'", SYSCTL),
    (f"create a PersistentVolumeClaim named data in namespace shop with {CLAIMED}", CLAIM),
    (f"shop 네임스페이스에 data라는 이름의 PersistentVolumeClaim을 {CLAIMED} 로 만들어줘", CLAIM),
    (f"name=data namespace=shop {CLAIMED} 으로 v1/PersistentVolumeClaim 생성해줘", CLAIM),
    (f"create PersistentVolumeClaim data in the shop namespace with {CLAIMED}", CLAIM),
    ("create an OS::Cinder::Volume named data01 with size=20", {"name": "data01", "size": 20}),
    ("OS::Cinder::Volume 리소스를 name=b size=20 으로 생성해줘", {"name": "b", "size": 20}),
]  # fmt: skip


def read(message: str, **more: Any) -> Reading:
    return pipeline.read(Request(message=message, **more), Profile(), None)


def fields(message: str, **more: Any) -> dict[str, Any]:
    intent = read(message, **more).intent
    assert intent is not None, message
    (operation,) = intent.operations
    return operation.fields


def refusal(message: str) -> str:
    reading = read(message)
    assert reading.refusal is not None, message
    for lang in ("en", "ko"):
        assert text(reading.refusal.code, lang, reading.refusal.params).text
    return reading.refusal.code


@pytest.mark.parametrize(("message", "meant"), EXACT)
def test_it_is_read_and_valid(message: str, meant: dict[str, Any]) -> None:
    intent = read(message).intent
    assert intent is not None
    (operation,) = intent.operations
    tree = operation.fields.get("args", operation.fields.get("body"))
    assert tree in (meant, {"spec": meant})
    if operation.kind == "k8s.object":
        assert (operation.fields["name"], operation.fields["namespace"]) == ("data", "shop")
    built = pipeline.build(intent, Request(message=message), Profile())
    assert built.valid
    assert built.risk == "high"


@pytest.mark.parametrize("message", [message for message, _ in EXACT])
def test_every_value_has_its_place(message: str) -> None:
    intent = read(message).intent
    assert intent is not None
    assert intent.reader == "rules"
    (operation,) = intent.operations
    tree = "args" if operation.kind == "ansible.module" else "body"
    for path, leaf in leaves(operation.fields[tree], (tree,)):
        source = operation.sources[shown(path)]
        assert source.origin == "span"
        assert str(leaf) == message[source.start : source.end].strip("'")


@pytest.mark.parametrize(
    "word", ["zzyzx", "web1", "not", "unless", "restart", "삭제", "내일", "말고", "x=1", "7"]
)
@pytest.mark.parametrize("message", [message for message, _ in EXACT])
def test_no_further_word_is_passed_over(message: str, word: str) -> None:
    words = message.split(" ")
    for at in range(len(words) + 1):
        changed = " ".join([*words[:at], word, *words[at:]])
        reading = read(changed)
        if reading.intent is not None:
            said = str([operation.fields for operation in reading.intent.operations])
            assert word in said or word.replace("=", "': '") in said or "'x': " in said, changed


@pytest.mark.parametrize(
    "message",
    [
        "use ansible.posix.sysctl with name=a value=1 on web1",
        "don't use ansible.posix.sysctl with name=a value=1",
        "use ansible.posix.sysctl with name=a value=1 tomorrow",
        "use ansible.posix.sysctl with name=a value=1 and restart nginx",
        "what does ansible.posix.sysctl do with name=a value=1?",
        "ansible.posix.sysctl name=a value=1",
        "ansible.builtin.cron 모듈로 name=backup 삭제해줘",
        "ansible.posix.sysctl 모듈로 name=a value=1 설정하지 마",
        "use ansible.posix.sysctl and ansible.builtin.cron with name=a value=1",
        "use ansible.posix.sysctl with name=a name=b value=1",
        "create PersistentVolumeClaim named a called b with spec.accessModes=ReadWriteOnce",
        "create a PersistentVolumeClaim named data",
        "create PersistentVolumeClaim with name=data namespace=shop",
    ],
)
def test_what_is_not_exact_is_not_read(message: str) -> None:
    assert read(message).intent is None


def test_what_takes_away_has_to_be_a_value() -> None:
    args = fields("ansible.builtin.cron 모듈로 name=backup state=absent 삭제해줘")["args"]
    assert args == {"name": "backup", "state": "absent"}
    assert read("create with ansible.builtin.cron name=backup state=absent").intent is None


def test_what_is_said_twice_is_refused() -> None:
    assert refusal("create OS::Cinder::Volume named a with name=b size=1") == "understand.set_clash"


def test_an_unknown_key_is_found_by_the_check_with_the_nearest() -> None:
    request = Request(message="use the sysctl module with nam=vm.swappiness value=10")
    intent = pipeline.read(request, Profile(), None).intent
    assert intent is not None
    found = {one.code: one.params for one in pipeline.build(intent, request, Profile()).findings}
    assert found["ansible.argument_unknown_near"]["near"] == "name"


def test_the_name_is_asked_for() -> None:
    message = "create a PersistentVolumeClaim with " + CLAIMED
    question = read(message).question
    assert question is not None
    assert question.field == "0.name"
    assert fields(message, answers={"0.name": "data"})["name"] == "data"


def test_which_target_is_asked_for_where_both_have_the_type() -> None:
    message = "create Role with name=dev description=team"
    question = read(message).question
    assert question is not None
    assert {choice.value for choice in question.choices} == {"k8s", "openstack"}
    assert fields(message, answers={"target": "openstack"})["type"] == "OS::Keystone::Role"


def test_the_keys_tell_types_of_one_name_apart() -> None:
    message = "create Role named dev with rules[0].verbs=get,list rules[0].resources=pods"
    assert fields(message + " rules[0].apiGroups=apps")["type"].endswith("v1/Role")


def test_a_path_of_a_map_is_no_key_of_it() -> None:
    made = fields("create ConfigMap named a in namespace shop with data.KEY=v")
    assert made["body"] == {"data": {"KEY": "v"}}
    assert fields("create ConfigMap named a with log.level=debug")["data"] == ["log.level=debug"]
    assert read("create a configmap named a with metadata.labels.app=b").intent is None


def test_no_model_is_asked() -> None:
    engine = ScriptedEngine([])
    message, _ = EXACT[0]
    assert pipeline.read(Request(message=message), Profile(), engine).intent is not None
    assert not engine.asked


def test_curated_kinds_come_first() -> None:
    message = '"use ansible.builtin.shell" 라고 /etc/motd 에 써줘'
    intent = read(message).intent
    assert intent is not None
    assert intent.operations[0].kind == "ansible.file_create"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("ansible.builtin.shell 모듈로 rm -rf / 실행해줘", "ansible.withheld_runs"),
        ("use the shell module with cmd=reboot", "ansible.withheld_runs"),
        ("use ansible.posix.sysctll with name=a value=1", "understand.type_unknown_near"),
        ("use ansible.builtin.cron with hour=3 name=a job=b", "ansible.half_a_time"),
        ('use ansible.builtin.lineinfile with path=/a line="{{ x }}"', "ansible.argument_jinja"),
        ("create an OS::Nova::Server with name=a user_data=b", "openstack.property_withheld"),
        ("create ConfigMap named a with metadata.name=b", "k8s.body_ours"),
    ],
)
def test_why_it_can_not_be_had(message: str, code: str) -> None:
    assert refusal(message) == code


class TestSecrets:
    BASE = "use ansible.builtin.yum_repository with name=a description=a baseurl=http://a "

    def test_a_secret_of_the_message_is_its_placeholder(self) -> None:
        args = fields(self.BASE + "password={{secret:password-1}}")["args"]
        assert args["password"] == "{{secret:password-1}}"

    def test_one_that_is_kept_is_named(self) -> None:
        assert fields(self.BASE + "password=secret:repo")["args"]["password"] == "{{secret:repo}}"

    def test_it_stands_nowhere_else(self) -> None:
        said = self.BASE.replace("name=a", "name={{secret:password-1}}")
        assert refusal(said) == "understand.secret_place"

    def test_a_kubernetes_secret_is_no_object(self) -> None:
        assert refusal("create v1/Secret named x with data.a=b") == "k8s.withheld_secret"

    @pytest.mark.parametrize(
        "message",
        [
            "create a Secret named db in namespace shop with password={{secret:password-1}}",
            "create a kubernetes secret named db with password {{secret:password-1}}",
        ],
    )
    def test_it_has_a_kind_of_its_own(self, message: str) -> None:
        intent = read(message).intent
        assert intent is not None
        assert intent.operations[0].kind == "k8s.secret_create"
        assert intent.operations[0].fields["data"] == ["password={{secret:password-1}}"]

    @pytest.mark.parametrize(
        "message",
        [
            "create a kubernetes secret named db",
            "시크릿 db 만들어줘",
            "쿠버네티스 shop 네임스페이스에 시크릿 하나 만들어 주세요",
        ],
    )
    def test_it_is_asked_what_is_in_it(self, message: str) -> None:
        assert read(message).question is not None

    def test_nor_is_a_model_asked_about_one(self) -> None:
        engine = ScriptedEngine([])
        request = Request(message="create a kubernetes secret named db")
        found = pipeline.read(request, Profile(), engine, generic=True)
        assert found.question is not None
        assert not engine.asked

    @pytest.mark.parametrize(
        "message",
        [
            "create deployment web with image nginx and secret db",
            "create group dev with secret x",
            "create user kim with secret x",
            "web 파드에 시크릿 마운트해줘",
            "create an ingress web with tls secret web-tls",
            "create a secret db in openstack",
        ],
    )
    def test_a_secret_that_is_only_mentioned_is_none(self, message: str) -> None:
        found = read(message)
        assert found.question or found.refusal
        assert found.refusal is None or refusal(message) != "k8s.withheld_secret"


@pytest.mark.parametrize(
    "piece", ["a.b.c ", "Ab::Cd ", "x/v1/Ab ", "a=b ", "AbCd ", "shell module "]
)
def test_a_long_message_costs_no_time(piece: str) -> None:
    started = perf_counter()
    assert read("create " + piece * (3900 // len(piece))).intent is None
    assert perf_counter() - started < 30  # seconds
