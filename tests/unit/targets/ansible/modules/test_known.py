"""What is known of single modules is found by any of their names."""

import pytest

from kiki.targets.ansible.modules import known
from kiki.targets.ansible.target import TARGET


@pytest.mark.parametrize("name", ["user", "ansible.builtin.user", "ansible.legacy.user"])
def test_a_module_is_known_by_its_full_and_its_short_name(name: str) -> None:
    assert known.of(name).kept == ("append",)


def test_of_others_only_the_verdict_is_known() -> None:
    assert known.of("community.general.timezone") == known.Module()


def test_a_run_is_told_what_to_pass_on() -> None:
    assert TARGET.kept() == known.kept()
    assert known.kept()["user"] == ("append",)
    assert "stat.checksum" in known.kept()["stat"]


def test_reading_and_running_are_two_things() -> None:
    assert not known.LOOKS & known.RUNS
