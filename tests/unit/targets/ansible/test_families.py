"""Operations that are for hosts of one family only."""

from typing import Any

import pytest

from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.targets.ansible.compose import Step, steps_of
from kiki.targets.ansible.render import render

NEEDED: dict[str, Any] = {"name": "a", "url": "https://example.com/a"}


def made(*operations: tuple[str, dict[str, Any], str]) -> Intent:
    found = tuple(
        Operation(kind=f"ansible.{kind}", fields=fields, family=family)
        for kind, fields, family in operations
    )
    return Intent(target="ansible", name="a", operations=found, reader="flags")


def titled(intent: Intent) -> dict[str, Step]:
    return {step.task.name: step for step in steps_of(intent)}


def test_every_task_is_of_that_family_and_none_of_the_other() -> None:
    steps = steps_of(
        made(
            ("package_install", {"names": ["httpd"]}, "RedHat"),
            ("hostname_set", {"name": "web1"}, "Debian"),
        )
    )
    assert {(step.operation, step.task.family) for step in steps} == {(0, "RedHat"), (1, "Debian")}


def test_a_repository_of_one_family_leaves_the_other_alone() -> None:
    found = titled(made(("repository_add", {**NEEDED, "format": "rpm"}, "RedHat")))
    assert not [title for title in found if "is for this host" in title]
    assert {step.task.family for step in found.values()} == {"RedHat"}


def test_lists_are_fetched_anew_where_a_repository_came_for_one_family() -> None:
    found = titled(
        made(
            ("package_install", {"names": ["tree"]}, ""),
            ("repository_add", {**NEEDED, "format": "deb"}, "Debian"),
            ("package_install", {"names": ["htop"]}, ""),
        )
    )
    installed = found["Install htop (Debian)"]
    assert installed.task.args["cache_valid_time"] == 0
    assert installed.tolerant
    assert not found["Install htop (RedHat)"].tolerant


def test_what_is_there_in_one_family_is_still_brought_to_both() -> None:
    found = titled(
        made(
            ("package_install", {"names": ["htop"]}, "Debian"),
            ("package_install", {"names": ["htop"]}, ""),
        )
    )
    assert list(found) == [
        "Look for package lists (Debian)",
        "Install htop (Debian)",
        "Install htop (RedHat)",
        "Look for package lists (Debian) (2)",
        "Install htop (Debian) (2)",
    ]


def test_it_is_known_to_the_second_operation_of_the_same_family() -> None:
    found = titled(
        made(
            ("repository_add", {**NEEDED, "format": "deb"}, "Debian"),
            ("repository_add", {**NEEDED, "name": "b", "format": "deb"}, "Debian"),
        )
    )
    assert len([title for title in found if title.startswith("Install python3-debian")]) == 1


def test_the_family_decides_the_bytes_and_so_the_digest() -> None:
    path = {"path": "/srv/a"}
    each = [made(("directory_create", path, family)) for family in ("", "Debian", "RedHat")]
    assert len({intent.digest() for intent in each}) == 3
    texts = [render(intent, "playbook", Profile()).files[0].text for intent in each]
    assert ["os_family'] == '" in text for text in texts] == [False, True, True]


def test_there_are_no_other_families() -> None:
    with pytest.raises(UsageError) as raised:
        steps_of(made(("ping", {}, "Suse")))
    assert raised.value.code == "ansible.family_unknown"
