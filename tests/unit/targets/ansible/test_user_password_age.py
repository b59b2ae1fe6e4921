"""After how many days passwords expire: what is asked of a host, and what it said before."""

import pytest

from kiki.targets.ansible.operations.user_password_age.operation import Fields, tasks
from kiki.targets.ansible.tasks import Found


def before(said: str) -> object:
    *_, task = tasks(Fields(names=("kim",), days=90), frozenset())
    assert task.before is not None
    return task.before.read((Found(kept={"stdout": said}),))


@pytest.mark.parametrize(
    "said",
    [
        "kim P 2026-11-27 0 99999 7 -1",
        "kim PS 2026-11-27 0 99999 7 -1 (Password set, SHA512 crypt.)",
    ],
)
def test_both_families_say_how_many_days_there_were(said: str) -> None:
    assert before(said).values == {"days": 99999}  # type: ignore[attr-defined]


@pytest.mark.parametrize("said", ["", "kim P 2026-11-27 0 -1 7 -1", "passwd: no such user"])
def test_what_is_no_number_of_days_is_not_taken_for_one(said: str) -> None:
    assert before(said).unread == "ansible.before_not_seen"  # type: ignore[attr-defined]


def test_each_user_is_looked_up_and_changed_alone() -> None:
    made = tasks(Fields(names=("kim", "lee"), days=60), frozenset())
    changed = [task.args for task in made if task.module == "ansible.builtin.user"]
    assert changed == [
        {"name": "kim", "password_expire_max": 60},
        {"name": "lee", "password_expire_max": 60},
    ]
    assert len(made) == 4
