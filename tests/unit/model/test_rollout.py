"""The order of hosts: everybody once, the canary first, no batch too large."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiki.model.errors import UsageError
from kiki.model.rollout import FIRST, Rollout, require_canary, require_valid, size, waves

HOSTS = ("a", "b", "c", "d", "e")
NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,6}", fullmatch=True), unique=True, max_size=30)
BATCHES = st.sampled_from(["", "1", "2", "7", "1%", "10%", "33%", "100%", "999999"])


def test_without_a_rollout_there_is_one_wave() -> None:
    assert waves(Rollout(), HOSTS, ()) == (HOSTS,)
    assert not Rollout().stepwise


@pytest.mark.parametrize(
    ("rollout", "wanted"),
    [
        (Rollout(batch="2"), ("ab", "cd", "e")),
        (Rollout(batch="1"), tuple("abcde")),
        (Rollout(batch="9"), ("abcde",)),
        (Rollout(batch="40%"), ("ab", "cd", "e")),
        (Rollout(batch="1%"), tuple("abcde")),
        (Rollout(batch="100%"), ("abcde",)),
        (Rollout(canary="c"), ("c", "abde")),
        (Rollout(canary="c", batch="3"), ("c", "abd", "e")),
        (Rollout(canary=FIRST), ("d", "abce")),
        (Rollout(canary=FIRST, batch="2"), ("d", "ab", "ce")),
    ],
)
def test_who_goes_when(rollout: Rollout, wanted: tuple[str, ...]) -> None:
    """The canary without a name is the first that would change, here d."""
    assert waves(rollout, HOSTS, {"d", "e"}) == tuple(tuple(wave) for wave in wanted)


def test_a_canary_without_a_name_where_nothing_would_change_is_the_first_host() -> None:
    assert waves(Rollout(canary=FIRST), HOSTS, ())[0] == ("a",)


def test_a_canary_that_had_its_turn_is_left_out() -> None:
    assert waves(Rollout(canary="z", batch="3"), HOSTS, ()) == (("a", "b", "c"), ("d", "e"))


def test_one_host_is_one_wave() -> None:
    assert waves(Rollout(canary="a", batch="1"), ("a",), ()) == (("a",),)


@given(hosts=NAMES, batch=BATCHES, canary=st.sampled_from(["", FIRST, "named"]), data=st.data())
def test_everybody_has_one_turn(
    hosts: list[str], batch: str, canary: str, data: st.DataObject
) -> None:
    changing = data.draw(st.sets(st.sampled_from(hosts))) if hosts else set()
    if canary == "named":
        canary = data.draw(st.sampled_from(hosts)) if hosts else ""
    made = waves(Rollout(canary=canary, batch=batch), tuple(hosts), changing)
    assert sorted(host for wave in made for host in wave) == sorted(hosts)
    assert all(made)
    rest = made[1:] if canary else made
    assert all(len(wave) <= size(batch, len(hosts)) for wave in rest if batch)
    if canary and hosts:
        assert len(made[0]) == 1
        assert canary in (FIRST, made[0][0])


@pytest.mark.parametrize(
    "batch",
    ["0", "-1", "0%", "101%", "ten", "10 %", "%", "1.5", "1000000", "٣", "1%%", " 2"],
)
def test_a_batch_that_is_no_number_of_hosts(batch: str) -> None:
    with pytest.raises(UsageError) as caught:
        require_valid(Rollout(batch=batch))
    assert (caught.value.code, caught.value.params) == (
        "rollout.batch_invalid",
        {"value": batch},
    )


@pytest.mark.parametrize(
    ("rollout", "code"),
    [
        (Rollout(batch="1", max_fail=-1), "rollout.max_fail_invalid"),
        (Rollout(batch="1", max_fail=101), "rollout.max_fail_invalid"),
        (Rollout(max_fail=10), "rollout.max_fail_alone"),
    ],
)
def test_a_limit_that_can_not_be_held(rollout: Rollout, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        require_valid(rollout)
    assert caught.value.code == code


def test_what_can_be_done_is_let_through() -> None:
    for rollout in (Rollout(), Rollout(canary=FIRST, max_fail=100), Rollout(batch="5%")):
        require_valid(rollout)


def test_a_canary_has_to_be_one_of_the_hosts() -> None:
    require_canary(Rollout(), ())
    require_canary(Rollout(canary=FIRST), ())
    require_canary(Rollout(canary="a"), HOSTS)
    with pytest.raises(UsageError) as caught:
        require_canary(Rollout(canary="x"), HOSTS)
    assert (caught.value.code, caught.value.params) == ("rollout.canary_unknown", {"host": "x"})
