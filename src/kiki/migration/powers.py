"""Who a container runs as, what it may do, and how much it may take.

Called by ``podman``.
"""

from collections.abc import Iterator

from kiki.migration.given import Given
from kiki.migration.losses import Losses
from kiki.migration.workload import Limits, Powers

_SHARES = 1024  # shares of one processor


def limits(given: Given, losses: Losses) -> Limits:
    """Memory and processors. Shares are no promise with podman; a request is one."""
    host = given.host
    period, quota = int(host.get("CpuPeriod") or 0), int(host.get("CpuQuota") or 0)
    cpu = int(host.get("NanoCpus") or 0) // 1_000_000 or (quota * 1000 // period if period else 0)
    shares = int(host.get("CpuShares") or 0)
    if shares:
        losses.say("migrate.cpu_shares", "info", container=given.name, shares=str(shares))
    found = Limits(
        memory=int(host.get("Memory") or 0),
        cpu=max(cpu, 0),
        memory_request=int(host.get("MemoryReservation") or 0),
        cpu_request=max(1, shares * 1000 // _SHARES) if shares else 0,
    )
    if not found.memory:
        losses.say("migrate.no_limits", "info", container=given.name)
    return found


def powers(given: Given, losses: Losses) -> Powers:
    """The security context. Each power beyond the usual is told of."""
    host = given.host
    user, group = _who(given, losses)
    privileged = bool(host.get("Privileged"))
    if privileged:
        losses.say("migrate.privileged", container=given.name)
    added = () if privileged else _names(host.get("CapAdd"))
    if added:
        losses.say("migrate.capabilities", container=given.name, names=", ".join(added))
    options = set(_options(given, losses))
    return Powers(
        user=user,
        group=group,
        read_only=bool(host.get("ReadonlyRootfs")),
        privileged=privileged,
        no_new_privileges="no-new-privileges" in options,
        unconfined="seccomp=unconfined" in options,
        add=added,
        drop=() if privileged else _names(host.get("CapDrop")),
    )


def groups(given: Given, losses: Losses) -> Iterator[int]:
    """The further groups that have a number."""
    for one in given.host.get("GroupAdd") or []:
        if str(one).isdecimal():
            yield int(one)
        else:
            losses.say("migrate.group_named", container=given.name, group=str(one))


def _who(given: Given, losses: Losses) -> tuple[int | None, int | None]:
    said = str(given.config.get("User") or "")
    if said == (given.image.get("User") or ""):
        return None, None
    user, _, group = said.partition(":")
    if not user.isdecimal() or (group and not group.isdecimal()):
        losses.say("migrate.user_named", container=given.name, user=said)
    return _number(user), _number(group)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _names(said: list[str] | None) -> tuple[str, ...]:
    return tuple(sorted(str(name).upper().removeprefix("CAP_") for name in said or []))


def _options(given: Given, losses: Losses) -> Iterator[str]:
    for said in given.host.get("SecurityOpt") or []:
        option = str(said).replace("no-new-privileges:true", "no-new-privileges")
        if option == "seccomp=unconfined":
            losses.say("migrate.unconfined", container=given.name)
        elif option != "no-new-privileges":
            losses.say("migrate.security_option", container=given.name, option=option)
        yield option
