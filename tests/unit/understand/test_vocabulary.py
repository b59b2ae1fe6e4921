"""The compiled vocabulary: current, complete, and the same as the operations' own types."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiki.messages import known
from kiki.model.errors import UsageError
from kiki.model.vocabulary import FieldSpec, KindSpec, Vocabulary
from kiki.targets import registry
from kiki.understand.lexicon import lexicon
from kiki.understand.parts import STATED, UNSAID
from kiki.understand.shapes import pattern

ROOT = Path(__file__).resolve().parents[3]
VOCABULARY = registry.vocabulary()
KINDS = {kind.id: kind for kind in VOCABULARY.kinds}
TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "list": (tuple, list),
}


def test_the_compiled_files_are_current() -> None:
    tool = ROOT / "tools" / "compile_vocabulary.py"
    done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_fields_are_those_of_the_operation(kind: KindSpec) -> None:
    own = {field.name: field for field in msgspec.structs.fields(registry.fields_type(kind.id))}
    assert set(own) == {field.name for field in kind.fields}
    for field in kind.fields:
        assert own[field.name].required == field.required, field.name
        assert _default(own[field.name]) == _normal(field.default), field.name


def _default(info: msgspec.structs.FieldInfo) -> Any:
    if info.default_factory is not msgspec.NODEFAULT:
        return _normal(info.default_factory())
    return None if info.default is msgspec.NODEFAULT else _normal(info.default)


def _normal(value: Any) -> Any:
    return list(value) if isinstance(value, tuple | list) else value


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_defaults_have_the_type_that_is_declared(kind: KindSpec) -> None:
    for field in kind.fields:
        if not field.required:
            assert type(field.default) in TYPES[field.type], field.name


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_choice_and_word_gives_a_value_of_the_type(kind: KindSpec) -> None:
    for field in kind.fields:
        for value in (*field.says.values(), *field.implies.values()):
            assert isinstance(value, str | bool | int)
        for value in field.says.values():
            assert not field.choices or value in field.choices


def test_sources_name_fields_that_there_are() -> None:
    for kind, field in _all_fields():
        for origin in field.sources:
            owner = KINDS[origin.kind] if origin.kind else kind
            assert owner.field(origin.field)


def test_objects_and_products_are_fields() -> None:
    for kind in KINDS.values():
        for name in (kind.object, kind.product):
            assert not name or kind.field(name)


def test_every_word_id_is_written_in_both_languages() -> None:
    written = _written()
    for word in _word_ids():
        assert any(surface.isascii() for surface in written.get(word, ())), word
        assert any(not surface.isascii() for surface in written.get(word, ())), word


def _written() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    words = [(surface, entry) for surface, entries in lexicon().words.items() for entry in entries]
    phrases = [pair for start in lexicon().phrases for pair in lexicon().beginning(start)]
    for surface, entry in (*words, *phrases):
        if entry.cls == "noun":
            found.setdefault(entry.id, set()).add(surface)
    return found


def _word_ids() -> set[str]:
    ids = {word for kind in KINDS.values() for word in (*kind.nouns, *kind.adverbs)}
    ids |= {word for _, field in _all_fields() for word in (*field.markers, *field.says)}
    for target in VOCABULARY.targets:
        ids |= {*target.words, *target.artifacts, *target.places}
    return ids


# Commands of a shell, and verbs for which Korean has one that other kinds have, too (넣다, 실행).
ONLY_TYPED = {
    "mkdir", "rm", "rmr", "put", "run", "get", "bump", "serve", "want", "comeback", "takeout",
    "belong", "include", "modprobe", "rmmod", "swapoff", "swapon",
    "lockout", "shutout", "reopen", "sudoer", "unsudo", "raise", "point", "map", "sync",
    "sync_time", "rename_host", "owner_of",
    "chmod", "chown", "chgrp", "tail", "exec", "clear", "snapshot", "take_off",
}  # fmt: skip
# Korean verbs for which English has one that other kinds have, too (remove), or none that asks.
ONLY_KOREAN = {
    "adjust", "attach", "blow", "detach", "empty", "grow", "have", "keys_only", "limit_to", "pull",
    "no_pods", "release", "rise", "shut_out", "store",
}  # fmt: skip


def test_every_verb_is_written_in_both_languages() -> None:
    verbs = {use.verb for kind in KINDS.values() for use in kind.verbs} - {UNSAID, *STATED}
    entries = [entry for found in lexicon().words.values() for entry in found]
    entries += [entry for start in lexicon().phrases for _, entry in lexicon().beginning(start)]
    said = {entry.id for entry in entries if entry.cls in ("verb", "around")}
    assert verbs - ONLY_KOREAN <= said
    assert verbs - ONLY_TYPED <= {entry.id for entry in entries if entry.cls in ("vnoun", "vform")}


def test_every_question_and_kind_has_its_text() -> None:
    codes = {field.prompt for _, field in _all_fields()}
    codes |= {f"question.kind.{kind}" for kind in KINDS}
    for code in codes:
        assert known(code, "en"), code
        assert known(code, "ko"), code


def test_every_shape_has_a_pattern_and_a_text() -> None:
    own = {"choice", "switch", "text", "port", "integer"}
    for shape in {field.shape for _, field in _all_fields()} - own:
        assert pattern(shape)
        assert known(f"question.unfit_{shape}", "ko"), shape


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_shape_has_a_name_for_kiki_kinds(lang: str) -> None:
    shapes = {field.shape for _, field in _all_fields()}
    assert not [shape for shape in sorted(shapes) if not known(f"label.shape_{shape}", lang)]


def _all_fields() -> list[tuple[KindSpec, FieldSpec]]:
    return [(kind, field) for kind in KINDS.values() for field in kind.fields]


# -- the registry
# -----------------------------------------------------------------------------------


def test_names_are_sorted() -> None:
    assert registry.names() == tuple(sorted(registry.names()))
    assert {"ansible", "k8s", "openstack"} <= set(registry.names())


@pytest.mark.parametrize("name", ["ansible", "k8s", "openstack"])
def test_a_target_is_found_by_name(name: str) -> None:
    assert registry.target(name).name == name


@pytest.mark.parametrize(
    ("wrong", "near"), [("k8", "k8s"), ("opnstack", "openstack"), ("zzz", ""), ("", "")]
)
def test_an_unknown_target_names_what_is_near(wrong: str, near: str) -> None:
    with pytest.raises(UsageError) as raised:
        registry.target(wrong)
    assert raised.value.code == "understand.target_unknown"
    assert near in str(raised.value.params["near"])
    assert "openstack" in str(raised.value.params["known"])


def test_an_unknown_kind_names_what_is_near() -> None:
    with pytest.raises(UsageError) as raised:
        registry.kind("ansible.package_instal")
    assert "ansible.package_install" in str(raised.value.params["near"])


def test_loading_the_registry_imports_no_operation() -> None:
    code = (
        "import sys; from kiki.targets import registry; registry.vocabulary(); registry.names();"
        "print([m for m in sys.modules if '.operations' in m or m.endswith('.target')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "src"},
        cwd=ROOT,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_kind_that_a_folder_adds_needs_no_other_edit(tmp_path: Path) -> None:
    """The compiler takes every folder with a words.yaml, nouns of its own included."""
    sys.path.insert(0, str(ROOT))
    from tools import compile_vocabulary as tool

    folder = tmp_path / "fake" / "operations" / "thing_create"
    folder.mkdir(parents=True)
    (tmp_path / "fake" / "words.yaml").write_text("target: fake\nwords: []\n", "utf-8")
    (folder / "words.yaml").write_text(
        "verbs: [{verb: create, noun: required}]\n"
        "nouns: [{id: thing, ko: [물건], en: [thing]}]\nobject: name\nfields:\n"
        "  name: {type: str, shape: label, required: true, markers: [thing]}\n",
        "utf-8",
    )
    made: Vocabulary = tool.vocabulary(tmp_path)
    assert [kind.id for kind in made.kinds] == ["fake.thing_create"]
    assert tool.own_nouns(tmp_path)["thing"]["ko"] == ["물건"]
