"""Flags alone: what ``gen`` reads."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiki.messages import known
from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Reading
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.reader import read_flags

VOCABULARY = registry.vocabulary()
ROOT = Path(__file__).resolve().parents[3]
WEB = {"image": "nginx:1.27"}
SERVER = {"image": "rocky-9-generic", "flavor": "m1.small", "network": "ext-net"}


def reading(
    target: str | None = "k8s", name: str = "", profile: Profile | None = None, **flags: str
) -> Reading:
    named = {flag.replace("set_", "set."): text for flag, text in flags.items()}
    request = Request(target=target, name=name, flags=named)
    return read_flags(request, VOCABULARY, profile or Profile())


def intent(*args: Any, **more: Any) -> Intent:
    made = reading(*args, **more).intent
    assert made is not None
    return made


def kinds(made: Intent) -> list[str]:
    return [operation.kind for operation in made.operations]


def test_the_course_commands_for_kubernetes() -> None:
    made = intent("k8s", "web", image="nginx:1.27", port="80", replicas="3", ns="demo")
    assert kinds(made) == ["k8s.deployment_create", "k8s.service_create"]
    given = {"name": "web", "image": "nginx:1.27", "replicas": 3, "port": 80, "namespace": "demo"}
    fields = made.operations[0].fields
    assert {name: fields[name] for name in given} == given
    sources = made.operations[0].sources
    assert all(sources[name].origin == "default" for name in fields.keys() - given.keys())
    assert made.operations[1].fields["port"] == 80
    assert made.operations[1].fields["namespace"] == "demo"
    assert made.name == "web"


def test_the_course_commands_for_openstack() -> None:
    made = intent("openstack", "demo-server", **SERVER)
    assert kinds(made) == ["openstack.server_create"]
    assert made.operations[0].fields["count"] == 1
    assert made.operations[0].sources["count"].origin == "default"


def test_without_a_port_there_is_no_service() -> None:
    assert kinds(intent("k8s", "web", **WEB)) == ["k8s.deployment_create"]


def test_a_name_is_taken_from_the_image() -> None:
    made = intent("k8s", profile=Profile(name_prefix="lab-"), **WEB)
    assert made.operations[0].fields["name"] == "lab-nginx"
    assert made.operations[0].sources["name"].origin == "default"
    assert made.name == "lab-nginx"


def test_the_profile_fills_what_no_flag_says() -> None:
    profile = Profile(defaults={"k8s.deployment_create.replicas": 2}, images={"nginx": "r/nginx:1"})
    made = intent("k8s", "web", profile=profile, image="nginx")
    fields, sources = made.operations[0].fields, made.operations[0].sources
    assert (fields["replicas"], sources["replicas"].origin) == (2, "profile")
    assert (fields["image"], sources["image"].origin) == ("r/nginx:1", "profile")
    assert sources["image"].detail == "images.nginx"


def test_set_fills_any_field() -> None:
    made = intent("k8s", "web", port="80", set_type="NodePort", set_node_port="30080", **WEB)
    assert made.operations[1].fields["type"] == "NodePort"
    assert made.operations[1].fields["node_port"] == 30080


def test_a_node_port_means_the_type() -> None:
    made = intent("k8s", "web", port="80", set_node_port="30080", **WEB)
    assert made.operations[1].fields["type"] == "NodePort"


def test_a_kind_is_named_for_ansible() -> None:
    made = intent("ansible", "nginx,redis", kind="package_install")
    assert made.operations[0].fields["names"] == ["nginx", "redis"]
    assert kinds(intent("ansible", kind="ping")) == ["ansible.ping"]
    assert kinds(intent(None, "nginx", kind="ansible.service_start")) == ["ansible.service_start"]


@pytest.mark.parametrize("given", ["secret:db-root", "{{secret:db-root}}"])
def test_a_secret_is_given_by_its_name(given: str) -> None:
    made = intent("ansible", "kim", kind="user_create", set_password=given)
    assert made.operations[0].fields["password"] == "db-root"


@pytest.mark.parametrize(
    "given", ["Training123!", "hunter2", "secret:", "secret:a b", "{{secret:a}} b", "secret:{{x}}"]
)
def test_what_may_be_a_secret_itself_is_not_shown(given: str) -> None:
    flags = {"kind": "user_create", "set.password": given}
    with pytest.raises(UsageError) as raised:
        read_flags(Request(target="ansible", name="kim", flags=flags), VOCABULARY, Profile())
    assert raised.value.code == "understand.flag_secret"
    assert given not in str(raised.value.params)


@pytest.mark.parametrize(
    ("target", "flags", "code"),
    [
        (None, WEB, "target_missing"),
        ("k8", WEB, "target_unknown"),
        ("ansible", {}, "kind_missing"),
        ("ansible", {"kind": "package_instal"}, "kind_unknown"),
        ("k8s", {**WEB, "flavor": "m1.small"}, "flag_unused"),
        ("k8s", {**WEB, "set.colour": "red"}, "flag_unused"),
        ("k8s", {"image": "not an image"}, "flag_invalid"),
        ("k8s", {**WEB, "port": "70000"}, "flag_invalid"),
        ("k8s", {**WEB, "replicas": "-1"}, "flag_invalid"),
        ("k8s", {**WEB, "replicas": "many"}, "flag_invalid"),
        ("openstack", {**SERVER, "count": "0"}, "flag_invalid"),
    ],
)
def test_a_wrong_flag_is_never_dropped(
    target: str | None, flags: dict[str, str], code: str
) -> None:
    with pytest.raises(UsageError) as raised:
        read_flags(Request(target=target, flags=flags), VOCABULARY, Profile())
    assert raised.value.code == f"understand.{code}"
    assert known(raised.value.code, "en")
    assert known(raised.value.code, "ko")


@pytest.mark.parametrize(
    ("target", "flags", "field"),
    [
        ("k8s", {}, "0.image"),
        ("openstack", {"image": "a", "flavor": "m1.small"}, "0.network"),
        ("ansible", {"kind": "package_install"}, "0.names"),
    ],
)
def test_what_is_missing_is_asked(target: str, flags: dict[str, str], field: str) -> None:
    made = read_flags(Request(target=target, flags=flags), VOCABULARY, Profile())
    assert made.question is not None
    assert made.question.field == field


def test_an_answer_fills_what_was_asked() -> None:
    request = Request(target="k8s", name="web", answers={"0.image": "nginx"})
    made = read_flags(request, VOCABULARY, Profile())
    assert made.intent is not None
    assert made.intent.operations[0].fields["image"] == "nginx"


def test_no_lexer_is_imported() -> None:
    code = (
        "import sys; from kiki.understand.reader import read_flags;"
        "from kiki.model.request import Request; from kiki.model.profile import Profile;"
        "from kiki.targets import registry;"
        "read_flags(Request(target='k8s', name='a', flags={'image': 'b'}), registry.vocabulary(),"
        " Profile());"
        "heavy = ('lexer', 'lexicon', 'rules', 'phrases', 'messages', 'model', 'secrets');"
        "print([h for h in heavy if 'kiki.understand.' + h in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True,
        env={"PYTHONPATH": "src"},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
