"""Every text exists in both languages, with the same parameters, and every code has a text."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from kiki.messages import catalogue

HERE = Path(catalogue.HERE)
SOURCE = HERE.parent
AREAS = sorted(path.stem for path in (HERE / "en").glob("*.json"))
# Errors and findings need to say what to do; these areas are labels and the like.
LABELS = {"column", "label", "progress", "state", "exit"}
PAIRS = {"은/는", "이/가", "을/를", "과/와", "으로/로", "이라는/라는", "이면/면"}
# A particle that is written out after a placeholder: it does not fit every value.
FIXED = re.compile(
    r"(?<!\})\}['\"]?"
    r"(?:은|는|이|가|을|를|과|와|로|으로|이라는|은\(는\)|이\(가\)|을\(를\)|\(으\)로|\(이\)라는)"
    r"(?=[ .,:]|$)"
)
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_-]*)+")
MAKERS = {"Finding", "Question", "Progress", "Assumption", "LedgerFault", "WrongValue", "note",
          "ApprovalNeeded"}  # fmt: skip
DISTINCT = set(AREAS) - {"ansible", "k8s", "openstack", "podman"}


def entries(lang: str, area: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((HERE / lang / f"{area}.json").read_text("utf-8"))
    return found


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_both_languages_have_the_same_areas() -> None:
    assert sorted(path.stem for path in (HERE / "ko").glob("*.json")) == AREAS


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_codes(area: str) -> None:
    assert set(entries("en", area)) == set(entries("ko", area))


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_use_the_same_parameters(area: str) -> None:
    ko = entries("ko", area)
    for key, entry in entries("en", area).items():
        assert set(entry) == set(ko[key]), key
        both = [" ".join(found.values()) for found in (entry, ko[key])]
        assert placeholders(both[0]) == placeholders(both[1]), key


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("area", AREAS)
def test_entries_are_well_formed(lang: str, area: str) -> None:
    for key, entry in entries(lang, area).items():
        assert set(entry) <= {"text", "help"}, key
        assert entry["text"].strip(), key
        assert area not in LABELS or "help" not in entry, key
        if lang == "ko" and area not in LABELS:
            said = entry["text"] + entry.get("help", "")
            assert re.search("[가-힣]", said) or "{" in said, key


@pytest.mark.parametrize("area", AREAS)
def test_particles_after_a_value_fit_it(area: str) -> None:
    """Korean particles depend on the last sound: a text names the pair, ``filling`` chooses."""
    for key, entry in entries("ko", area).items():
        for text in entry.values():
            assert not FIXED.search(text), key
            pairs = {spec.lstrip("'\"") for _, _, spec, _ in Formatter().parse(text) if spec}
            assert pairs <= PAIRS, key
            assert not re.search(r"(['\"])\{(\w+)\}\1\{\2:", text), f"{key}: a value twice"


def python_files() -> Iterator[Path]:
    return (path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


@cache
def codes_in_source() -> list[tuple[str, str]]:
    """Every literal that is the code of a text: whatever is handed to an error, a finding and
    their like, and every other literal in an area that no target shares its name with."""
    found = set()
    for path in python_files():
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        literals = {code for call in calls(nodes) for code in codes(call.args[:1] + named(call))}
        literals |= {code for code in codes(nodes) if plainly_a_code(code)}
        found |= {(code, str(path.relative_to(SOURCE))) for code in literals}
    return sorted(found)


def plainly_a_code(text: str) -> bool:
    """Not a file's name, a setting's, or the beginning of a code that is put together."""
    area, _, rest = text.partition(".")
    file = rest in ("json", "jsonl", "key", "log")
    return area in DISTINCT and "." not in rest and not rest.endswith("_") and not file


def calls(nodes: list[ast.AST]) -> Iterator[ast.Call]:
    """Calls that take a code."""
    for node in nodes:
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in MAKERS or name.endswith("Error"):
                yield node


def named(call: ast.Call) -> list[ast.expr]:
    return [word.value for word in call.keywords if word.arg == "code"]


def codes(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and CODE.fullmatch(text):
            yield text


def test_the_search_finds_codes() -> None:
    codes = {code for code, _ in codes_in_source()}
    assert {"cli.message_missing", "settings.unknown_key", "client.unreachable"} <= codes


def test_every_code_in_the_source_has_its_text() -> None:
    """All at once: as a test for each, every process would go through the source beforehand."""
    texts = {f"{area}.{rest}" for area in AREAS for rest in entries("en", area)}
    assert [(path, code) for code, path in codes_in_source() if code not in texts] == []


def test_every_label_in_the_cli_has_its_text() -> None:
    labels = set(entries("en", "label"))
    for path in (SOURCE / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in (
                "label",
                "heading",
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    assert first.value in labels, f"{path}: {first.value}"


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("risk_", "kiki.model.plan:Risk"),
        ("verb_", "kiki.model.plan:Verb"),
        ("undo_", "kiki.model.plan:Reversibility"),
        ("read_by_", "kiki.model.intent:Reader"),
        ("from_", "kiki.settings.values:Where"),
    ],
)
def test_every_value_that_is_shown_has_a_label(prefix: str, values: str) -> None:
    from importlib import import_module
    from typing import get_args

    module, _, name = values.partition(":")
    labels = entries("en", "label")
    missing = [
        v for v in get_args(getattr(import_module(module), name)) if prefix + v not in labels
    ]
    assert not missing


def test_every_state_exit_and_origin_has_a_text() -> None:
    from typing import get_args

    from kiki.model.exits import Exit
    from kiki.model.intent import Origin
    from kiki.model.lifecycle import State

    assert set(get_args(State)) == set(entries("en", "state"))
    assert {code.name.lower() for code in Exit} == set(entries("en", "exit"))
    labels = entries("en", "label")
    for origin in get_args(Origin):
        assert f"origin_{origin}_plain" in labels and f"origin_{origin}_named" in labels
