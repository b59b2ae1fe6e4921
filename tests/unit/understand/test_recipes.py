"""Recipes: one message that stands for several operations."""

import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from tools import compile_vocabulary

from kiki.messages import known
from kiki.model.intent import Intent, Source
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.vocabulary import KindSpec
from kiki.targets import registry
from kiki.understand.draft import Draft
from kiki.understand.reader import read, read_flags
from kiki.understand.recipes import operations_of

VOCABULARY = registry.vocabulary()
RECIPES = {recipe.id: recipe for recipe in VOCABULARY.recipes}
MESSAGE = "쿠버네티스 1.32 워커 노드로 준비해줘"
_GIVEN = {"release": "1.32", "url": "https://example.com/packages"}


def meant(message: str = MESSAGE, **defaults: Any) -> Intent:
    reading = read(Request(message=message), VOCABULARY, Profile(defaults=defaults))
    assert reading.intent is not None, reading
    return reading.intent


def filled(recipe: KindSpec) -> list[Draft]:
    """Drafts of *recipe* with every value, one for each combination of choices."""
    names = [field.name for field in recipe.fields]
    choices = [field.choices or (_GIVEN[field.shape],) for field in recipe.fields]
    source = Source(origin="span", start=0, end=1)
    return [
        Draft(recipe, dict(zip(names, values, strict=True)), dict.fromkeys(names, source))
        for values in itertools.product(*choices)
    ]


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_every_part_is_an_operation_of_its_kind(recipe: KindSpec) -> None:
    for draft in filled(recipe):
        for operation in operations_of(draft):
            fields = registry.fields_type(operation.kind)
            made = msgspec.convert(operation.fields, fields)
            assert set(operation.fields) == {one.name for one in msgspec.structs.fields(made)}
            assert set(operation.sources) == set(operation.fields)
            assert "{" not in str(operation.fields)[1:-1].replace("{'", "")


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_recipe_has_its_texts(recipe: KindSpec, lang: Any) -> None:
    codes = [f"question.kind.{recipe.id}", *recipe.assumes]
    codes += [field.prompt for field in recipe.fields]
    assert all(known(code, lang) for code in codes)


def test_the_operations_say_what_of_them_was_said() -> None:
    operations = meant().operations
    ports = next(one for one in operations if one.kind == "ansible.firewall_open")
    source = ports.sources["ports"]
    assert (source.origin, source.detail) == ("recipe", "kubeadm_prepare")
    assert "워커 노드" in MESSAGE[source.start : source.end]
    repository = next(one for one in operations if one.family == "Debian")
    url, name = repository.sources["url"], repository.sources["name"]
    assert (MESSAGE[url.start : url.end], name.start) == ("1.32", -1)
    assert repository.sources["signed"].origin == "default"


def test_a_site_has_its_own_mirror_and_the_families_their_own_folders() -> None:
    made = meant(**{"ansible.kubeadm_prepare.packages": "http://mirror.example.com/k8s"})
    found = [one for one in made.operations if one.kind == "ansible.repository_add"]
    assert [(one.family, one.fields["name"]) for one in found] == [
        ("RedHat", "kubernetes"),
        ("RedHat", "cri-o"),
        ("Debian", "kubernetes"),
        ("Debian", "cri-o"),
    ]
    assert found[2].fields["url"] == "http://mirror.example.com/k8s/v1.32/deb/"


def test_the_role_decides_the_ports() -> None:
    ports = {
        role: meant(f"쿠버네티스 1.32 {role}로 준비해줘").operations[-1].fields["ports"]
        for role in ("워커 노드", "컨트롤 플레인 노드")
    }
    assert "6443/tcp" in ports["컨트롤 플레인 노드"]
    assert ports["워커 노드"] == ["10250/tcp", "30000-32767/tcp"]


def test_neither_firewall_nor_selinux_is_switched_off_and_it_is_said() -> None:
    made = meant()
    off = {"ansible.selinux_set", "ansible.service_stop", "ansible.service_disable"}
    assert off.isdisjoint(one.kind for one in made.operations)
    assert "assumption.kubeadm_protected" in [one.code for one in made.assumptions]


def test_flags_give_the_same() -> None:
    flags = {"kind": "kubeadm_prepare", "set.version": "1.32", "set.role": "worker"}
    reading = read_flags(Request(target="ansible", flags=flags), VOCABULARY, Profile())
    assert reading.intent is not None
    assert reading.intent.digest() == meant().digest()
    missing = read_flags(
        Request(target="ansible", flags={"kind": "kubeadm_prepare"}), VOCABULARY, Profile()
    )
    assert missing.question is not None
    assert missing.question.field == "0.version"


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ({"swap_off": {"all": True}}, "unknown"),
        ({"repository_add": {"name": "a"}}, "missing"),
        ({"firewall_open": {"ports": {"of": "role", "worker": ["80/tcp"]}}}, "chosen for"),
    ],
)
def test_a_recipe_that_can_make_no_operation_is_not_compiled(
    part: dict[str, Any], why: str, tmp_path: Path
) -> None:
    role = {"type": "str", "shape": "choice", "required": True, "choices": ["worker", "other"]}
    path = tmp_path / "made_up" / "words.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump({"fields": {"role": role}, "recipe": [part]}))
    kinds = {kind.id: kind for kind in VOCABULARY.kinds}
    with pytest.raises(ValueError, match=why):
        compile_vocabulary.recipe_spec("ansible", path, kinds)
