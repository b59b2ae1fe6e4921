"""The kinds that a model is shown: the right ones among them, few, also out of hundreds."""

import random
import time
from typing import Any

import pytest
from msgspec.structs import replace

from kiki.model.vocabulary import FieldSpec, KindSpec, Vocabulary
from kiki.targets import registry
from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon
from kiki.understand.neighbours import Offer
from kiki.understand.retrieval import FEW, MOST, relevant
from kiki.understand.schema import schema
from tests.unit.understand.golden import Case, cases, reading

VOCABULARY = registry.vocabulary()
VERBS = ("create", "remove", "add", "deploy", "start", "check")  # what many kinds have
# No model is asked what a command is for, and none may choose a recipe.
# What is asked about what there is stands in the rules' own list of such words.
NO_MODEL = (
    "commands: ", "kubeadm_en: ", "kubeadm_ko: ", "inquiries_en: ", "inquiries_ko: ",
    "reworded_en: ", "reworded_ko: ", "rephrased_en: ", "rephrased_ko: ",
    "hosts_spoken_en: ", "hosts_spoken_ko: ", "containers_spoken_en: ", "containers_spoken_ko: ",
)  # fmt: skip
# Said without any word of the kind, or with a command, or in a value that is joined from two words,
# so that only the rules know.
BY_RULES = (
    "curl has to be on every server",
    "are all the hosts up?",
    "timedatectl set-timezone UTC 실행 부탁",
    "net.core.somaxconn 4096으로 올려줘",
    "vm.swappiness should be 10",
    "set vm.swappiness to 10 and net.core.somaxconn to 1024",
    "cart 디플로이먼트에 shop/cart:1.3 배포해줘",
)
# What few words say among so many kinds: others come before. docs/status.md tells of it.
NOT_SHOWN = (
    "Install nginx, open ports 80 and 443, and deploy index.html",
    "install apache and deploy index.html",
    "namespace cache plus a redis deployment with 3 replicas in it",
    "pull nmap off the servers",
    "메모리 많이 쓰는 서버 보여줘",
    "make sure curl is on all hosts",
    "all servers need nginx removed",
)
READ = [
    case
    for name, case in cases()
    if "ops" in case
    and "answers" not in case.get("with", {})
    and not name.startswith(NO_MODEL)
    and case["say"].split()[0] not in lexicon().commands
    and case["say"] not in (*BY_RULES, *NOT_SHOWN)
]


def wanted_kinds(case: Case) -> list[KindSpec]:
    target = case.get("with", {}).get("target")
    return [kind for kind in VOCABULARY.kinds if target in (None, kind.target)]


def shown(message: str, kinds: Any, vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    return [kind.id for kind in relevant(Said(message, lexicon()), tuple(kinds), vocabulary)]


@pytest.mark.parametrize("case", READ, ids=lambda case: case["say"])
def test_every_kind_of_a_golden_sentence_is_shown(case: Case) -> None:
    right = {next(iter(operation)) for operation in case["ops"]}
    assert right <= set(shown(case["say"], wanted_kinds(case)))


def test_few_kinds_are_shown() -> None:
    sizes = [len(shown(case["say"], wanted_kinds(case))) for case in READ]
    assert max(sizes) <= MOST
    assert sum(sizes) / len(sizes) <= FEW + 2


def test_the_likeliest_comes_first() -> None:
    assert shown("demo 네임스페이스 만들어줘", VOCABULARY.kinds)[0] == "k8s.namespace_create"
    assert "ansible.firewall_close" in shown("block port 23", VOCABULARY.kinds)[:3]
    assert shown("k8s에 nginx 3개 뾰로롱", VOCABULARY.kinds)[0].startswith("k8s.")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("인스톨해주세여 nginx", "ansible.package_install"),
        ("nginx depolyment 3 replica", "k8s.deployment_create"),
        ("demo 네임스패이스 하나", "k8s.namespace_create"),
        ("방화벽에 8080 뚫어", "ansible.firewall_open"),
        ("kim 계정 좀", "ansible.user_create"),
    ],
)
def test_a_word_that_is_written_wrong_counts_for_the_one_it_resembles(
    message: str, kind: str
) -> None:
    assert kind in shown(message, VOCABULARY.kinds)[:FEW]


def test_when_no_word_speaks_for_any_kind_all_that_are_possible_are_shown() -> None:
    found = shown("demo 공간에 nginx를 3벌 뾰로롱해 봐봐", VOCABULARY.kinds)
    assert {"k8s.deployment_create", "ansible.package_install"} <= set(found)
    assert "ansible.file_create" not in found  # nothing in it can be a path


def test_a_kind_that_is_named_is_shown_though_nothing_can_fill_it() -> None:
    assert shown("폴더 하나 뾰로롱", VOCABULARY.kinds)[0] == "ansible.directory_create"


def test_the_same_words_show_the_same_kinds() -> None:
    message = "nginx 패키지랑 서비스 뾰로롱"
    assert shown(message, VOCABULARY.kinds) == shown(message, VOCABULARY.kinds)


# -- hundreds of kinds ----------------------------------------------------------------------------


def many(copies: int) -> Vocabulary:
    """The vocabulary and *copies* of each kind, for things that nobody speaks of."""
    made = list(VOCABULARY.kinds)
    for number in range(copies):
        for kind in VOCABULARY.kinds:
            fields = tuple(
                replace(field, markers=tuple(f"{marker}-{number}" for marker in field.markers))
                for field in kind.fields
            )
            verbs = tuple(replace(use, verb=VERBS[(number + len(made)) % 6]) for use in kind.verbs)
            name = f"{kind.name}_{number}"
            made.append(
                replace(
                    kind,
                    id=f"{kind.target}.{name}",
                    name=name,
                    nouns=(f"thing-{number}",),
                    verbs=verbs,
                    fields=fields,
                )
            )
    random.Random(5).shuffle(made)
    return replace(VOCABULARY, kinds=tuple(made))


def test_the_right_kinds_are_found_among_hundreds_and_soon() -> None:
    crowd = many(4)
    assert len(crowd.kinds) > 700
    missed, took = [], 0.0
    some = READ[::8]
    for case in some:
        target = case.get("with", {}).get("target")
        kinds = [kind for kind in crowd.kinds if target in (None, kind.target)]
        begun = time.perf_counter()
        found = shown(case["say"], kinds, crowd)
        took += time.perf_counter() - begun
        assert len(found) <= MOST
        right = {next(iter(operation)) for operation in case["ops"]}
        if not right <= set(found):
            missed.append(case["say"])
    # "deploy index.html": every sixth copy can be, and no noun tells them apart.
    assert len(missed) <= 2, missed
    assert all("deploy" in say and "index.html" in say for say in missed), missed
    assert took / len(some) < 2.0


# -- what is shown of their fields ----------------------------------------------------------------


# What the rules find by the noun of another thing ("web with 3 replicas and api with 2"), by a
# correction, by "in it", by both protocols, by a number's odd name or by half a word ("app:app") is
# not offered: such a message is for the rules.
FOR_RULES = (
    "change ownership of /opt/app to app:app",
    "chown -R nginx:nginx /usr/share/nginx/html 해주세요",
    "remove bob's account",
    "/data/in은 750, /data/out은 700 권한으로 디렉토리 만들어줘",
    "nginx deployment with 2 replicas... actually 4",
    "create a dozen servers image rocky-9 flavor m1.small network n1",
    "web 서비스는 80, api 서비스는 8080 포트로 각각 만들어줘",
    "api 서비스 8080, web 서비스 80 포트로 만들어줘",
    "rsyslog 재시작 후 514 tcp/udp 둘 다 열어주실 수 있을까요",
    "nginx deployment please, replica 3, port 80, namespace is web",
    "a namespace called shop, then deploy redis in it as a deployment with 2 replicas",
    "create deployments web with 3 replicas and api with 2 from nginx:1.27",
    "expose deployments web on 80 and api on 8080",
    "create users anna with shell /bin/bash and ben with /bin/zsh",
    "보안그룹은 넣지 말고 web01 서버 만들어줘 이미지 rocky-9 플레이버 m1.small 네트워크 app-net",
    "etl 계정 만들고 /data/etl 디렉토리를 그 계정 소유로 만들어줘",
    "서버 web 만들어줘 이미지 rocky-9 네트워크 a-net"
    " 플레이버는 m1.tiny... 아 좀 작겠다 m1.small로 해줘",
    "create deployments red and blue from app/color:2 with 1 and 3 replicas respectively",
    "Create deployments worker-a and worker-b, both from image batch/worker:5, with 2 and 6 "
    "replicas respectively.",
    "디플로이먼트 web, api를 각각 nginx:1.27, node:20 이미지로 만들어줘",
    "web은 nginx:1.27 3개, api는 node:20 2개로 디플로이먼트 만들고 네임스페이스는 둘 다 shop",
    "master 서버 3대(m1.large), worker 서버 5대(m1.xlarge) 만들어줘. 이미지 rocky-9 "
    "네트워크 kube-net 키페어 infra 공통",
    "demo 네임스페이스의 ci, cd 서비스 계정에 파드 조회 권한 줘",
    "demo 네임스페이스 리소스쿼터 설정해줘 CPU 요청 2 메모리 요청 4Gi CPU 제한 4 메모리 제한 8Gi",
)
# Of these, too: "2~10개", "at 70% cpu", "/api -> api:8080", "5 minutes" are phrases that give
# values of several fields, or other ones than stand there, and no text that a model could choose.
PHRASED = {"k8s.ingress_create", "k8s.hpa_create", "k8s.pdb_create", "k8s.secret_create"}
LENGTHS = {"login_grace", "alive_interval"}  # of time, with a unit
# Put together from several words: "key password of secret db", "away from pods with app=db".
COMPOSED = {"env_keys", "env_from", "near", "apart", "spread"}


def phrased(case: Case) -> bool:
    made = [(kind, fields) for operation in case["ops"] for kind, fields in operation.items()]
    return any(
        kind in PHRASED or (LENGTHS | COMPOSED).intersection(fields) for kind, fields in made
    )


# How far back logs go, what a pod runs, how much memory it may take, the namespaces that every
# cluster has: said in turns that the rules know whole.
SPOKEN = {case["say"] for name, case in cases() if name.startswith(("kube_spoken_", "kube_said_"))}
OFFERED = [case for case in READ if case["say"] not in {*FOR_RULES, *SPOKEN} and not phrased(case)]


@pytest.mark.parametrize("case", OFFERED, ids=lambda case: case["say"])
def test_what_a_golden_sentence_says_can_be_answered(case: Case) -> None:
    """The values that the rules found in the message are among those that a model may choose."""
    said = Said(case["say"], lexicon())
    intent = reading(case).intent
    assert intent is not None
    kinds = [VOCABULARY.kind(id) for id in dict.fromkeys(one.kind for one in intent.operations)]
    branches = schema(said, kinds)["properties"]["operations"]["items"]["anyOf"]
    answers = {branch["properties"]["kind"]["const"]: branch["properties"] for branch in branches}
    for operation in intent.operations:
        kind = VOCABULARY.kind(operation.kind)
        fields = answers[kind.id]["fields"]["properties"]
        implied = {
            name
            for field in kind.fields
            for name in field.implies
            if operation.sources[name] == operation.sources.get(field.name)
        }
        for field in kind.fields:
            source = operation.sources.get(field.name)
            if source is None or source.origin != "span" or field.shape == "switch":
                continue
            if any(field.name in use.gives for use in kind.verbs):
                continue  # "upgrade": the verb says it, and the model need not
            if field.name in implied:
                continue  # "외부 이름": the other field says it, and so it does of a model
            value = operation.fields[field.name]
            for item in value if isinstance(value, list) else [value]:
                texts = {offer.text for offer in said.offers(field) if _same(field, offer, item)}
                known = any(word.value.lower() == str(item).lower() for word in said.words)
                assert texts & set(_choices(fields[field.name])) if texts else known


def _same(field: FieldSpec, offer: Offer, value: Any) -> bool:
    """Whether a choice stands for *value*; an image gets its registry after the answer, as after
    the rules."""
    full = (f"docker.io/library/{offer.value}", f"docker.io/{offer.value}")
    return bool(offer.value == value) or (field.pulled and value in full)


def _choices(made: dict[str, Any]) -> list[Any]:
    inner = made.get("anyOf", [made])[0]
    found: list[Any] = inner.get("items", inner)["enum"]
    return found
