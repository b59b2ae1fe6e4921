"""Disks and logical volumes that are written to below all files.

What a disk holds without a signature that LVM's programs know is lost, and the same name may be
another disk on another host. High, with each device named, so that somebody looks.
"""

from kiki.model.intent import Operation
from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import on_hosts, texts

_GROUP = "ansible.volume_group_create"
_VOLUMES = frozenset(("ansible.logical_volume_create", "ansible.logical_volume_extend"))


def judge(case: Case) -> tuple[Opinion, ...]:
    """A high risk for every device that an operation writes to itself."""
    return tuple(
        Concern(
            code="policy.disk_written",
            risk="high",
            params={"kind": operation.kind, "device": device},
        )
        for operation in on_hosts(case.intent)
        for device in _devices(operation)
    )


def _devices(operation: Operation) -> tuple[str, ...]:
    if operation.kind == _GROUP:
        return texts(operation, "devices")
    if operation.kind in _VOLUMES:
        return ("/".join(("/dev", *texts(operation, "group"), *texts(operation, "name"))),)
    return ()
