"""The grammar allows exactly the compact JSON of what satisfies the schema."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiki.engines.conforming import conforms
from kiki.engines.gbnf import grammar
from kiki.targets import registry
from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon
from kiki.understand.schema import schema
from tests.unit.engines.gbnf_reader import pattern

MESSAGES = (
    "demo 공간에 nginx를 3벌 뾰로롱해 봐봐",
    "/tmp/x 파일에 \"back\\slash & 'quote' {{x}}\" 뾰로롱해 봐봐",
    "kim 계정에 {{secret:password-1}} 붙여서 뾰로롱해 봐봐",
    "8080 그리고 53 udp 포트를 뾰로롱해 봐봐",
)


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def allows(made: dict[str, Any], value: Any) -> bool:
    return pattern(grammar(made)).fullmatch(compact(value)) is not None


# -- each part ------------------------------------------------------------------------------------

PARTS: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"const": "k8s.x"}, ["k8s.x"], ["k8sxx", "", None]),
    ({"enum": ["a", 3, "가\"\\/"]}, ["a", 3, "가\"\\/"], ["b", "3", 30, "가"]),
    ({"type": "boolean"}, [True, False], [None, 0, "true"]),
    ({"type": "null"}, [None], [False, "null"]),
    ({"anyOf": [{"enum": [1]}, {"type": "null"}]}, [1, None], [11, "", [1]]),
    ({"type": "string"}, ["", "한글 x", 'a"\\\n\t\u0001b'], [1, None]),
    ({"type": "string", "minLength": 1, "maxLength": 3}, ["a", "abc", "가나다"], ["", "abcd"]),
    ({"type": "string", "minLength": 2}, ["ab", "a" * 900], ["a"]),
    ({"type": "string", "maxLength": 4000}, ["", "a" * 900], [1]),
    ({"type": "array", "items": {"enum": [1, 2]}}, [[], [1], [1, 2, 1]], [[3], 1, [1, 3]]),
    ({"type": "array", "minItems": 1, "maxItems": 3, "items": {"enum": [1]}},
     [[1], [1, 1, 1]], [[], [1, 1, 1, 1]]),
    ({"type": "array", "maxItems": 1, "items": {"enum": [1]}}, [[], [1]], [[1, 1]]),
    ({"type": "array", "minItems": 2, "items": {"enum": [1]}}, [[1, 1], [1] * 9], [[1]]),
]  # fmt: skip


@pytest.mark.parametrize(("made", "good", "bad"), PARTS)
def test_each_part_of_a_schema(made: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert allows(made, value), value
        assert conforms(value, made), value
    for value in bad:
        assert not allows(made, value), value
        assert not conforms(value, made), value


def made_object(required: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"enum": [ord(name)]} for name in "abcd"},
        "required": list(required),
        "additionalProperties": False,
    }


@pytest.mark.parametrize("required", [(), ("a",), ("b",), ("d",), ("a", "c"), tuple("abcd")])
def test_an_objects_optional_properties_may_be_missing_and_the_others_not(
    required: tuple[str, ...],
) -> None:
    made = made_object(required)
    for size in range(5):
        for names in itertools.combinations("abcd", size):
            value = {name: ord(name) for name in names}
            fine = set(required) <= set(names)
            assert allows(made, value) is fine, names
            assert conforms(value, made) is fine, names
    assert not allows(made, {"a": 97, "b": 98, "c": 99, "d": 100, "e": 101})
    assert not conforms({"a": 97, "b": 98, "c": 99, "d": 100, "e": 101}, made)


def test_one_space_may_stand_after_a_colon_and_a_comma() -> None:
    made = pattern(grammar(made_object(("a", "b"))))
    assert made.fullmatch('{"a": 97, "b": 98}')
    assert not made.fullmatch('{"a":  97,"b":98}')
    assert not made.fullmatch('{\n"a":97,"b":98}')


@pytest.mark.parametrize(
    "made",
    [
        {"type": "object", "properties": {}},  # any other property
        {"type": "object", "required": ["a"], "properties": {}, "additionalProperties": False},
        {"type": "number"},
        {"pattern": "x"},
        {},
        {"enum": []},
        {"anyOf": []},
        {"type": "array", "maxItems": 0, "items": {"enum": [1]}},
        {"type": "array", "minItems": 3, "maxItems": 2, "items": {"enum": [1]}},
    ],
)
def test_what_we_never_say_is_no_grammar(made: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        grammar(made)


# -- whole schemas --------------------------------------------------------------------------------


def values(made: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that satisfy a schema of ours."""
    if "const" in made:
        return st.just(made["const"])
    if "enum" in made:
        return st.sampled_from(made["enum"])
    if "anyOf" in made:
        return st.one_of([values(one) for one in made["anyOf"]])
    if made["type"] == "object":
        fields = {name: values(one) for name, one in made["properties"].items()}
        wanted = {name: fields.pop(name) for name in made.get("required", ())}
        return st.fixed_dictionaries(wanted, optional=fields).map(
            lambda found: {name: found[name] for name in made["properties"] if name in found}
        )
    if made["type"] == "array":
        least, most = made.get("minItems", 0), min(made.get("maxItems", 3), 3)
        return st.lists(values(made["items"]), min_size=least, max_size=most)
    return {"boolean": st.booleans(), "null": st.none(), "string": st.text(min_size=1)}[
        made["type"]
    ]


@pytest.mark.parametrize("message", MESSAGES)
def test_what_satisfies_the_schema_of_a_message_is_allowed(message: str) -> None:
    made = schema(Said(message, lexicon()), registry.vocabulary().kinds)
    allowed = pattern(grammar(made))

    @settings(max_examples=60, deadline=None)
    @given(values(made))
    def check(value: Any) -> None:
        assert conforms(value, made)
        assert allowed.fullmatch(compact(value)), value

    check()


@pytest.mark.parametrize("message", MESSAGES)
def test_what_does_not_satisfy_it_is_not_allowed(message: str) -> None:
    made = schema(Said(message, lexicon()), registry.vocabulary().kinds)
    allowed = pattern(grammar(made))
    operation = {"kind": "ansible.package_install", "fields": {"names": ["redis"]}}
    wrong: list[Any] = [
        {},
        [],
        None,
        {"operations": [operation]},
        {"operations": [{"kind": "ansible.shell", "fields": {}}]},
        {"operations": [{"kind": "ansible.ping", "fields": {"x": 1}}]},
        {"operations": [{"kind": "ansible.ping"}]},
        {"operations": [{"kind": "ansible.ping", "fields": {}}] * 7},
        {"operations": [], "more": 1},
    ]
    for value in wrong:
        assert not conforms(value, made), value
        assert not allowed.fullmatch(compact(value)), value


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.text())
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner))
)


@settings(max_examples=50, deadline=None)
@given(ANYTHING)
def test_anything_else_agrees_with_a_real_validator(value: Any) -> None:
    validator = pytest.importorskip("jsonschema_rs")
    made = schema(Said(MESSAGES[0], lexicon()), registry.vocabulary().kinds)
    assert conforms(value, made) == validator.is_valid(made, value)
