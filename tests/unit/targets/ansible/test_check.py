"""The check is fast, its data is whole, every code is shown by a golden case and has its texts."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki import messages
from kiki.model.artifact import Artifact, File
from kiki.model.profile import Profile
from kiki.provision.ansible import COLLECTIONS
from kiki.targets.ansible.check import check
from kiki.targets.ansible.check.modules import all_names, full_name, known
from kiki.targets.ansible.check.values import chosen, fits
from kiki.targets.ansible.target import TARGET
from tests.unit.targets.ansible.building import intent

ROOT = Path(__file__).parents[4]
SOURCE = ROOT / "src/kiki/targets/ansible"
CASES = ROOT / "tests/golden/ansible/check"


def artifact(text: str) -> Artifact:
    files = (File(path="site.yml", text=text),)
    return Artifact(target="ansible", intent_digest="", entry="site.yml", files=files)


def test_two_hundred_playbooks_in_a_second() -> None:
    """Of processor time: a busy machine makes nothing slower here."""
    operations: list[tuple[str, dict[str, Any]]] = [
        ("package_install", {"names": ["httpd", "curl"]}),
        ("user_create", {"names": ["a", "b"], "groups": ["docker"]}),
        ("web_deploy", {"server": "nginx"}),
    ]
    made = [
        TARGET.render(intent(*operations, name=f"n{number}"), "playbook", Profile())
        for number in range(200)
    ]
    started = time.process_time()
    assert not any(check(each) for each in made)
    assert time.process_time() - started < 1


@given(text=st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    check(artifact(text))


YAML_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
WORDS = """
    name hosts tasks block rescue when loop vars roles handlers args notify mode register listen
    action copy import_playbook include_tasks ansible.builtin.copy ansible.builtin.command
    ansible.builtin.include_role
"""
KEYS = st.sampled_from(re.findall(r"\S+", WORDS))


@given(
    plays=st.lists(
        st.dictionaries(KEYS, st.lists(st.dictionaries(KEYS, YAML_VALUES)) | YAML_VALUES)
    )
)
def test_no_structure_makes_it_raise(plays: list[object]) -> None:
    import yaml

    check(artifact(yaml.safe_dump(plays)))


def test_the_data_knows_what_is_rendered() -> None:
    used = set(re.findall(r'"((?:ansible|community)\.\w+\.\w+)"', _sources()))
    assert used - {"ansible.builtin.import_playbook"} <= all_names()
    assert len(known().modules) > 800
    assert known().versions.keys() == {"ansible.builtin", *COLLECTIONS}
    assert set(known().undeclared) < all_names()
    assert len(known().undeclared) < 30


def _sources() -> str:
    reasons = (SOURCE / "offered.json").read_text("utf-8")
    return "\n".join([reasons, *(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))])


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("copy", "ansible.builtin.copy"),
        ("ansible.builtin.copy", "ansible.builtin.copy"),
        ("ansible.legacy.copy", "ansible.builtin.copy"),
        ("yum", "ansible.builtin.dnf"),
        ("ansible.builtin.yum", "ansible.builtin.dnf"),
        ("firewalld", "ansible.posix.firewalld"),
        ("ufw", "community.general.ufw"),
        ("acme.tools.copy", ""),
        ("coppy", ""),
    ],
)
def test_full_names(name: str, full: str) -> None:
    assert full_name(name) == full


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        ("yes", "bool", True),
        (0, "bool", True),
        (2, "bool", False),
        ("maybe", "bool", False),
        ("12", "int", True),
        (True, "int", False),
        (1.5, "float", True),
        ("x", "float", False),
        (1, "str", True),
        (True, "str", False),
        ([], "str", False),
        ("a,b", "list", True),
        ({}, "list", False),
        ({}, "dict", True),
        ("a=b", "dict", True),
        ("ab", "dict", False),
        ([], "json", True),
        (object, "raw", True),
        ("10M", "bytes", True),
    ],
)
def test_types(value: object, kind: str, wanted: bool) -> None:
    assert fits(value, kind) == wanted


def test_a_boolean_may_stand_for_a_word() -> None:
    assert chosen(True, ("yes", "no"))
    assert not chosen(True, ("present", "absent"))


# Names of collections and of a file, which look like codes.
_NO_CODES = ("ansible.builtin", "ansible.legacy", "ansible.cfg")


def codes() -> set[str]:
    """Every code that the check's sources can report."""
    text = "\n".join(path.read_text("utf-8") for path in (SOURCE / "check").rglob("*.py"))
    reported = re.findall(r'(?:error|warn|add)\(\s*"(\w+)"', text)
    chosen_between = re.findall(r'"(\w+_near)" if \w+ else "(\w+)"', text)
    whole = re.findall(r'code="ansible\.(\w+)"', text)
    return {*reported, *whole, *(code for pair in chosen_between for code in pair)}


def test_every_code_is_shown_by_a_golden_case() -> None:
    said = "\n".join(path.read_text("utf-8") for path in CASES.glob("*/findings.txt"))
    shown = set(re.findall(r"ansible\.(\w+)", said))
    assert codes() - shown == set()
    assert len(codes()) > 40


def test_every_code_of_the_target_has_its_texts() -> None:
    used = set(re.findall(r'"(ansible\.[a-z_]+)"', _sources())) - known().versions.keys()
    used = {code for code in used if code not in _NO_CODES}
    used |= {f"ansible.{code}" for code in codes()} | {
        "ansible.run_cancelled",
        "ansible.run_timeout",
    }
    for code in used:
        assert messages.known(code, "en"), code
        assert messages.known(code, "ko"), code


def test_no_text_is_left_over() -> None:
    from kiki.messages.catalogue import table

    sources = _sources()
    unused = [
        key for key in table("en", "ansible") if not re.search(rf"\b{re.escape(key)}\b", sources)
    ]
    assert unused in ([], ["run_cancelled", "run_timeout"])
