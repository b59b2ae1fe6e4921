"""What live systems have, beside a reading: choices, names that are not there, what it costs."""

from typing import Any

import pytest

from kiki.catalogues.listed import ListedCatalogue
from kiki.model.catalogue import UNKNOWN, Catalogue
from kiki.model.errors import TemporaryError
from kiki.model.intent import Question, Reading
from kiki.model.profile import Profile
from kiki.model.request import SURE, Request
from kiki.targets import registry
from kiki.understand.offers import MOST_CHOICES
from kiki.understand.reader import read

VOCABULARY = registry.vocabulary()
WHOLE = "rocky-9 이미지로 m1.small 서버 web 1대 private 네트워크에 만들어줘"
NGINX = "demo 네임스페이스에 nginx 디플로이먼트 3개 만들어줘"


def cloud(**changed: Any) -> ListedCatalogue:
    names: dict[Any, Any] = {
        "images": ("rocky-9", "rocky-8", "ubuntu-24.04"),
        "flavors": ("m1.tiny", "m1.small", "m1.medium"),
        "networks": ("private", "ext-net"),
        "keypairs": ("ops",),
        "security_groups": ("default", "web"),
        "servers": ("bastion",),
    }
    return ListedCatalogue(names | changed, place="kiki")


def reading(
    message: str,
    catalogue: Catalogue,
    answers: dict[str, str] | None = None,
    profile: Profile | None = None,
) -> Reading:
    request = Request(message=message, answers=answers or {})
    return read(request, VOCABULARY, profile or Profile(), None, catalogue)


def asked(made: Reading) -> Question:
    assert made.question is not None, made
    return made.question


def choices(made: Reading) -> list[str]:
    return [choice.value for choice in asked(made).choices]


def assumed(made: Reading) -> list[str]:
    assert made.intent is not None, made
    return [one.code for one in made.intent.assumptions if one.code.startswith("catalogue.")]


@pytest.mark.parametrize(
    "message", ["openstack 서버 web 1대 만들어줘", "create an openstack server web"]
)
def test_what_is_missing_is_asked_one_by_one_with_the_clouds_own_names(message: str) -> None:
    answers: dict[str, str] = {}
    for field, names in (
        ("0.image", ["rocky-8", "rocky-9", "ubuntu-24.04"]),
        ("0.flavor", ["m1.medium", "m1.small", "m1.tiny"]),
        ("0.network", ["ext-net", "private"]),
    ):
        made = reading(message, cloud(), answers)
        assert asked(made).field == field
        assert choices(made) == names
        answers[field] = names[1]
    made = reading(message, cloud(), answers)
    assert made.intent is not None
    fields = made.intent.operations[0].fields
    assert (fields["image"], fields["flavor"], fields["network"]) == (
        "rocky-9", "m1.small", "private",
    )  # fmt: skip


def test_a_request_whose_names_are_all_there_is_read_as_before() -> None:
    made = reading(WHOLE, cloud())
    assert made == reading(WHOLE, UNKNOWN)
    assert made.intent is not None


@pytest.mark.parametrize(
    ("old", "new", "field", "first"),
    [
        ("rocky-9", "rocky", "0.image", {"rocky-8", "rocky-9"}),
        ("rocky-9", "ubuntu", "0.image", {"ubuntu-24.04"}),
        ("m1.small", "m1.smal", "0.flavor", {"m1.small"}),
        ("private", "privat", "0.network", {"private"}),
    ],
)
def test_a_name_that_is_not_there_is_asked_about_the_nearest_first(
    old: str, new: str, field: str, first: set[str]
) -> None:
    message = WHOLE.replace(old, new, 1)
    made = reading(message, cloud())
    question = asked(made)
    assert question.field == field
    assert question.params["value"] == new
    assert question.params["where"] == "kiki"
    assert message[question.start : question.end] == new
    assert set(choices(made)[: len(first)]) == first
    assert set(choices(made)) == set(cloud().names(made_sort(field)) or ())
    answered = reading(message, cloud(), {field: choices(made)[0]})
    assert answered.intent is not None


def made_sort(field: str) -> Any:
    return {"image": "images", "flavor": "flavors", "network": "networks"}[field[2:]]


def test_a_wrong_answer_is_asked_about_like_any_other_name() -> None:
    message = "openstack 서버 web 1대 만들어줘"
    made = reading(message, cloud(), {"0.image": "rocky"})
    assert asked(made).field == "0.flavor"  # what is missing comes first
    answers = {"0.image": "rocky", "0.flavor": "m1.tiny", "0.network": "private"}
    assert asked(reading(message, cloud(), answers)).code == "question.no_images"


def test_a_name_that_was_said_twice_is_taken_and_said() -> None:
    message = WHOLE.replace("m1.small", "m9.huge")
    answers = {"0.flavor": "m9.huge", "0.flavor" + SURE: "m9.huge"}
    made = reading(message, cloud(), answers)
    assert made.intent is not None
    assert made.intent.operations[0].fields["flavor"] == "m9.huge"
    assert assumed(made) == ["catalogue.absent_flavors"]


def test_an_id_is_a_name_that_no_list_has() -> None:
    message = WHOLE.replace("rocky-9", "6c3f2c1e-0a52-4d10-9a53-8f4b1d2e3c4d")
    assert reading(message, cloud()).intent is not None


def test_only_the_wrong_one_of_several_is_put_right() -> None:
    message = WHOLE.replace("만들어줘", "default, wbe 보안 그룹으로 만들어줘")
    made = reading(message, cloud())
    assert asked(made).code == "question.no_security_groups"
    assert choices(made)[0] == "default,web"
    answered = reading(message, cloud(), {"0.security_groups": "default,web"})
    assert answered.intent is not None
    assert answered.intent.operations[0].fields["security_groups"] == ["default", "web"]


def test_what_the_site_forbids_is_not_offered() -> None:
    profile = Profile(allowed_images=("rocky-*",))
    made = reading("openstack 서버 web 1대 만들어줘", cloud(), profile=profile)
    assert choices(made) == ["rocky-8", "rocky-9"]


def test_without_a_cloud_the_sites_own_list_is_offered_as_before() -> None:
    profile = Profile(allowed_images=("golden-9", "test-*"))
    made = reading("openstack 서버 web 1대 만들어줘", UNKNOWN, profile=profile)
    assert choices(made) == ["golden-9"]


def test_there_are_never_more_choices_than_a_person_reads() -> None:
    many = [f"image-{number:03}" for number in range(500)]
    made = reading("openstack 서버 web 1대 만들어줘", cloud(images=many))
    assert len(choices(made)) == MOST_CHOICES
    assert [(note.code, note.params) for note in made.notes] == [
        ("catalogue.cut", {"shown": str(MOST_CHOICES), "all": "500"})
    ]
    assert reading(WHOLE.replace("rocky-9", "image-499"), cloud(images=many)).intent is not None


def test_names_that_could_not_be_answers_are_left_out() -> None:
    made = reading(
        "openstack 서버 web 1대 만들어줘", cloud(images=("ok-1", "\x1b[31mred", "a/b", "-x"))
    )
    assert choices(made) == ["ok-1"]


@pytest.mark.parametrize("message", ["openstack 서버 web 1대 만들어줘", WHOLE])
def test_a_cloud_that_does_not_answer_stops_nothing_and_is_said(message: str) -> None:
    error = TemporaryError("catalogue.timeout", where="kiki")
    sorts: tuple[Any, ...] = (
        "images", "flavors", "networks", "keypairs", "security_groups", "servers",
    )  # fmt: skip
    made = reading(message, ListedCatalogue({}, place="kiki", failing=dict.fromkeys(sorts, error)))
    plain = reading(message, UNKNOWN)
    assert (made.intent, made.question) == (plain.intent, plain.question)
    assert [note.code for note in made.notes] == ["catalogue.timeout", "catalogue.unasked"]


def test_a_server_that_is_there_already_is_said() -> None:
    made = reading(WHOLE.replace("web", "bastion"), cloud())
    assert assumed(made) == ["catalogue.taken_servers"]


@pytest.mark.parametrize(
    "message",
    [
        "nginx 설치해줘",
        "install nginx",
        "nginx 디플로이먼트 3개 만들어줘",
        "/tmp/x 디렉토리 만들어줘",
        "안녕",
    ],
)
def test_a_message_about_something_else_asks_nobody(message: str) -> None:
    there = cloud()
    reading(message, there)
    assert there.asked == []


# -- what Kiki makes itself -----------------------------------------------------------------------


def cluster(*names: str) -> ListedCatalogue:
    return ListedCatalogue({"namespaces": names}, place="kiki")


def test_a_namespace_that_is_there_is_not_mentioned() -> None:
    assert assumed(reading(NGINX, cluster("default", "demo"))) == []


def test_a_namespace_that_may_still_come_is_said() -> None:
    assert assumed(reading(NGINX, cluster("default", "prod"))) == ["catalogue.absent_namespaces"]


def test_a_slip_in_a_namespace_is_asked_about_once_for_all_operations() -> None:
    message = "demmo 네임스페이스에 nginx 디플로이먼트 3개와 80 포트 서비스 만들어줘"
    made = reading(message, cluster("default", "demo", "prod"))
    assert asked(made).code == "question.no_namespaces"
    assert choices(made)[0] == "demo"
    answered = reading(message, cluster("default", "demo", "prod"), {"0.namespace": "demo"})
    assert answered.intent is not None
    assert [one.fields["namespace"] for one in answered.intent.operations] == ["demo", "demo"]


def test_a_namespace_is_insisted_on_once_for_all_operations() -> None:
    message = "demmo 네임스페이스에 nginx 디플로이먼트 3개와 80 포트 서비스 만들어줘"
    answers = {"0.namespace": "demmo", "0.namespace" + SURE: "demmo"}
    made = reading(message, cluster("default", "demo"), answers)
    assert assumed(made) == ["catalogue.absent_namespaces"]


def test_a_namespace_that_the_message_makes_is_no_question() -> None:
    message = "네임스페이스 demmo 만들고 demmo 네임스페이스에 nginx 디플로이먼트 3개 만들어줘"
    made = reading(message, cluster("default", "demo"))
    assert assumed(made) == []


def test_servers_that_can_not_be_listed_are_nothing_to_speak_of() -> None:
    error = TemporaryError("catalogue.unreachable", where="kiki", reason="ForbiddenException 403")
    names: dict[Any, Any] = {
        "images": ("rocky-9",), "flavors": ("m1.small",), "networks": ("private",),
    }  # fmt: skip
    made = reading(WHOLE, ListedCatalogue(names, place="kiki", failing={"servers": error}))
    assert made.intent is not None
    assert (made.notes, assumed(made)) == ((), [])


# -- a word in doubt that is a name ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "catalogue", "field", "value"),
    [
        (
            "create an openstack server web from rocky-9 with m1.small on private",
            cloud(), "network", "private",
        ),
        (
            "demo에 nginx 디플로이먼트 만들어줘",
            ListedCatalogue({"namespaces": ("demo",)}), "namespace", "demo",
        ),
    ],
)  # fmt: skip
def test_what_is_there_is_meant(
    message: str, catalogue: ListedCatalogue, field: str, value: str
) -> None:
    assert asked(reading(message, UNKNOWN)).code == "question.place"
    made = reading(message, catalogue)
    assert made.intent is not None, made
    operation = made.intent.operations[0]
    source = operation.sources[field]
    assert operation.fields[field] == value
    assert (source.origin, source.detail) == ("catalogue", catalogue.place(sort_of(field)))
    assert message[source.start : source.end] == value


def sort_of(field: str) -> Any:
    return {"network": "networks", "namespace": "namespaces"}[field]


def test_what_is_not_there_stays_in_doubt() -> None:
    message = "demo에 nginx 디플로이먼트 만들어줘"
    assert asked(reading(message, cluster("default"))).code == "question.place"
    down: dict[Any, Any] = {"namespaces": TemporaryError("catalogue.timeout", where="kiki")}
    failing = ListedCatalogue({}, place="kiki", failing=down)
    assert asked(reading(message, failing)).code == "question.place"
