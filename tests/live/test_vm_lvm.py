"""LVM on the empty disks of a virtual machine: groups and volumes are made, mounted and made
larger, and disks that are anything else are left as they are."""

from collections.abc import Iterator

import pytest

from kiki.model.change import Ran
from kiki.model.plan import Plan
from kiki.targets.ansible.target import TARGET
from tests.live.test_ansible_kinds import Kinds, fresh, intent
from tests.live.vm_lab import disks, machine, mounts

__all__ = ["disks", "machine"]  # fixtures

pytestmark = pytest.mark.vm

MIB = 1 << 20


@pytest.fixture
def group(machine: Kinds, disks: tuple[str, ...]) -> Iterator[str]:
    """The name of a volume group that is not there yet, and is gone afterwards."""
    name = fresh()
    yield name
    machine.look(f"sh -c 'umount /srv/{name}*; vgremove -qqff {name}; pvremove -qqff {disks[0]}'")
    machine.look(f"sh -c 'pvremove -qqff {disks[1]}; rmdir /srv/{name}*'")


def test_a_disk_with_anything_on_it_is_refused_and_unharmed(
    machine: Kinds, disks: tuple[str, ...], group: str
) -> None:
    machine.look(f"sh -c 'mkfs.ext4 -q -L theirs {disks[0]}; mkfs.xfs -q -f {disks[1]}'")
    machine.look(f"sh -c 'mkdir -p /srv/{group}; mount {disks[1]} /srv/{group}'")
    for disk, why in ((disks[0], "has a signature"), (disks[1], "is mounted")):
        case = intent(("volume_group_create", {"name": group, "devices": [disk]}))
        assert why in stopped(machine.plan(case))
    outcome = TARGET.outcome(machine.run(case, "apply"), None, machine.inventory)
    assert outcome.failed == (machine.host,)
    assert machine.look(f"blkid -p -o value -s LABEL {disks[0]}") == "theirs\n"
    assert mounts(machine, f"/srv/{group}")[0] == disks[1]
    assert machine.look("vgs --noheadings") == ""


def test_volumes_are_made_mounted_and_made_larger(
    machine: Kinds, disks: tuple[str, ...], group: str
) -> None:
    data, logs = f"/srv/{group}d", f"/srv/{group}l"
    made = intent(
        ("volume_group_create", {"name": group, "devices": list(disks)}),
        volume(group, "data", size="512Mi", fstype="ext4", path=data),
        volume(group, "logs", size="400Mi", fstype="xfs", path=logs),
    )
    ran = machine.there(made)
    assert ran.plan.risk == "high"
    assert TARGET.take_back(made, (ran,)).undo.kind == "impossible"
    assert sizes(machine, group) == {"data": 512, "logs": 400}
    assert mounts(machine, data) == (f"/dev/mapper/{group}-data", True)
    assert mounts(machine, logs) == (f"/dev/mapper/{group}-logs", True)
    assert not machine.plan(made).changes
    machine.look(f"sh -c 'echo kept >{data}/it; echo kept >{logs}/it'")

    larger = intent(
        ("logical_volume_extend", {"name": "data", "group": group, "size": "700Mi"}),
        ("logical_volume_extend", {"name": "logs", "group": group, "size": "", "by": "100Mi"}),
    )
    ran = machine.there(larger)
    assert grown(ran.plan) == [("512Mi", "700Mi"), ("400Mi", "500Mi")]
    assert TARGET.take_back(larger, (ran,)).undo.kind == "impossible"
    assert sizes(machine, group) == {"data": 700, "logs": 500}
    assert room(machine, data) > 600 * MIB, "the file system grew as well"
    assert room(machine, logs) > 420 * MIB
    assert machine.look(f"cat {data}/it {logs}/it") == "kept\nkept\n"
    once_only(machine, group, ran)


def once_only(machine: Kinds, group: str, ran: Ran) -> None:
    """Growing by so much happens once for a plan that was approved, however often that is run;
    asked for anew, it is a new plan with new sizes."""
    by = intent(
        ("logical_volume_extend", {"name": "logs", "group": group, "size": "", "by": "100Mi"})
    )
    machine.variables = TARGET.variables(by, (), ran.plan)
    assert not TARGET.outcome(machine.run(by, "apply"), None, machine.inventory).changed
    assert sizes(machine, group)["logs"] == 500
    machine.variables = {}
    assert grown(machine.plan(by)) == [("500Mi", "600Mi")]
    assert TARGET.outcome(machine.run(by, "apply"), None, machine.inventory).failed
    assert sizes(machine, group)["logs"] == 500, "nobody approved that"
    much = intent(
        ("logical_volume_extend", {"name": "logs", "group": group, "size": "", "by": "5Gi"})
    )
    assert "not enough room" in stopped(machine.plan(much))


def volume(group: str, name: str, **fields: str) -> tuple[str, dict[str, str]]:
    return "logical_volume_create", {"name": name, "group": group, **fields}


def stopped(plan: Plan) -> str:
    """What the plan says of why the host was stopped."""
    assert plan.errored, plan.actions
    return " ".join(action.message for action in plan.actions if action.verb == "error")


def grown(plan: Plan) -> list[tuple[str, str]]:
    """The sizes before and after that the plan shows."""
    return [(str(act.before["size"]), str(act.after["size"])) for act in plan.changes if act.before]


def sizes(machine: Kinds, group: str) -> dict[str, int]:
    """How many MiB each volume has."""
    told = machine.look(f"lvs --noheadings --nosuffix --units m -o lv_name,lv_size {group}")
    return {name: round(float(size)) for name, size in map(str.split, told.splitlines())}


def room(machine: Kinds, path: str) -> int:
    """How many bytes the file system there has."""
    return int(machine.look(f"stat -f -c %b {path}")) * int(machine.look(f"stat -f -c %S {path}"))
