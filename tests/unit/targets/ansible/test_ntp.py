"""Which lines of chrony's file stay, and which servers come back."""

import re

import pytest

from kiki.targets.ansible.operations.ntp_set.operation import Fields, tasks
from kiki.targets.ansible.tasks import Found, Task, Was

FILE = "confdir /etc/chrony/conf.d\npool 2.debian.pool.ntp.org iburst\nserver 10.0.0.1\nkeyfile k\n"


def changes() -> list[Task]:
    made = tasks(Fields(servers=("10.0.0.1",)), frozenset())
    return [each for each in made if each.before is not None and each.family == "Debian"]


def was(text: str | None) -> Was:
    before = changes()[0].before
    assert before is not None
    return before.read((Found(kept={} if text is None else {"content": text}),))


def test_other_servers_become_comments() -> None:
    args = changes()[0].args
    left = re.sub(args["regexp"], args["replace"], FILE, flags=re.MULTILINE)
    assert left == FILE.replace("pool 2.d", "# pool 2.d")


def test_the_servers_of_before_come_back_and_a_new_file_has_none() -> None:
    assert was(FILE).values == {"servers": ["2.debian.pool.ntp.org", "10.0.0.1"]}
    assert was(None).verb == "create"


@pytest.mark.parametrize("text", ["peer a.lab\n", "server kr.pool.ntp.org\n", "pool ntp.lab\n", ""])
def test_what_would_not_come_back_as_it_was_says_so(text: str) -> None:
    assert was(text).unread == "ansible.before_ntp"
